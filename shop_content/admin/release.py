"""Releases: what is and was live, and taking it off."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shop_content.admin.history import ReadOnlyAdmin, row_number
from shop_content.admin.rights import demand
from shop_content.admin.schedule import plans
from shop_content.models import Release
from shop_content.models.subject import subject_fields
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.record import thing_of
from shop_content.workflow.withdraw import withdraw

SAFE = ("GET", "HEAD")
HISTORY_SHOWN = 100


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """Every release, live and ended."""

    list_display = ["slug", "locale", "is_live", "released_by", "released_at", "ended_at"]
    list_select_related = ["released_by"]
    list_filter = ["is_live", "locale"]
    search_fields = ["slug"]
    ordering = ["-pk"]

    def get_urls(self) -> list[URLPattern]:
        """Add the view that withdraws."""
        own = path(
            "<int:pk>/withdraw/",
            self.admin_site.admin_view(require_POST(self.withdraw_view)),
            name="shop_content_release_withdraw",
        )
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a release with every release of the same text."""
        demand(request, "view_release")
        release = get_object_or_404(Release, pk=row_number(object_id))
        if request.method not in SAFE:
            return HttpResponseNotAllowed(SAFE)
        return self._page(request, release)

    def _page(
        self, request: HttpRequest, release: Release, *, reason: str = "", error: str = ""
    ) -> HttpResponse:
        same_text = Release.objects.filter(
            **subject_fields(release.subject), locale=release.locale
        ).select_related("revision", "released_by", "withdrawn_by", "decision__reviewer")
        context = self.admin_site.each_context(request) | {
            "title": release.data.get("title") or release.slug,
            "opts": self.opts,
            "release": release,
            "history": same_text.order_by("-pk")[:HISTORY_SHOWN],
            "thing": thing_of(release.subject, release.locale),
            "may_withdraw": release.is_live
            and request.user.has_perm("shop_content.withdraw_release"),
            "may_audit": request.user.has_perm("shop_content.audit_text"),
            "reason": reason,
            "error": error,
        }
        context |= plans(request, release.subject, release.locale)
        return render(request, "admin/desk/release.html", context)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the release off the storefront; a refusal keeps the reason that was typed."""
        demand(request, "view_release", "withdraw_release")
        release = get_object_or_404(Release, pk=row_number(str(pk)))
        reason = request.POST.get("reason", "")
        try:
            withdraw(release, by=request.user, reason=reason)  # type: ignore[arg-type]
        except WorkflowError as error:
            return self._page(request, release, reason=reason, error=str(error))
        messages.success(request, gettext("Withdrawn."))
        return HttpResponseRedirect(reverse("admin:shop_content_release_change", args=[pk]))

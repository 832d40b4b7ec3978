"""The moderation desk: readers' comments with what the rulebook finds in them."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shop_content.admin.history import ReadOnlyAdmin, row_number
from shop_content.admin.reading import marked_parts, rows_of
from shop_content.admin.rights import demand
from shop_content.admin.writing import grouped
from shop_content.models import Comment
from shop_content.workflow.comment import decide_comment, part_of, report_of
from shop_content.workflow.errors import WorkflowError

SAFE = ("GET", "HEAD")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Waiting comments first."""

    list_display = ["__str__", "article", "locale", "state", "submitted_at", "decided_by"]
    list_select_related = ["article", "decided_by"]
    list_filter = ["state", "locale"]
    search_fields = ["name", "text"]
    ordering = ["-state", "pk"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever has the right: a reader may ask for it (GDPR, Art. 17)."""
        return bool(request.user.has_perm("shop_content.delete_comment"))

    def get_urls(self) -> list[URLPattern]:
        """Add the view that decides."""
        own = path(
            "<int:pk>/decide/",
            self.admin_site.admin_view(require_POST(self.decide_view)),
            name="shop_content_comment_decide",
        )
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a comment with its findings."""
        demand(request, "view_comment")
        one = get_object_or_404(Comment, pk=row_number(object_id))
        if request.method not in SAFE:
            return HttpResponseNotAllowed(SAFE)
        return self._page(request, one)

    def _page(
        self, request: HttpRequest, one: Comment, *, reason: str = "", error: str = ""
    ) -> HttpResponse:
        try:
            findings = rows_of(report_of(one))
        except WorkflowError as refused:
            findings, error = [], error or str(refused)
        parts = [part_of(one)]
        context = self.admin_site.each_context(request) | {
            "title": gettext("Comment"),
            "opts": self.opts,
            "comment": one,
            "passages": marked_parts(parts, findings),
            "groups": grouped(findings, parts),
            "may_moderate": request.user.has_perm("shop_content.moderate_comment"),
            "reason": reason,
            "error": error,
        }
        return render(request, "admin/desk/comment.html", context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show or refuse the comment; a refusal of the decision keeps the typed reason."""
        demand(request, "view_comment", "moderate_comment")
        one = get_object_or_404(Comment, pk=row_number(str(pk)))
        reason, word = request.POST.get("reason", ""), request.POST.get("decision", "")
        if word not in ("show", "refuse"):
            return self._page(request, one, reason=reason, error=gettext("Choose a decision."))
        try:
            decide_comment(one, by=request.user, approved=word == "show", reason=reason)  # type: ignore[arg-type]
        except WorkflowError as error:
            return self._page(request, one, reason=reason, error=str(error))
        messages.success(request, gettext("Decided."))
        return HttpResponseRedirect(reverse("admin:shop_content_comment_changelist"))

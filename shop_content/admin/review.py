"""The review desk: what waits for a decision, and the page where it is decided."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shop_content.admin.history import ReadOnlyAdmin, row_number
from shop_content.admin.reading import passages
from shop_content.models import CheckRun, Event
from shop_content.models.states import CheckState, Outcome
from shop_content.queries.review import review_queue
from shop_content.workflow.enqueue import retry
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.record import thing_of
from shop_content.workflow.review import decide


class WaitingFilter(admin.SimpleListFilter):
    """The queue unless something else is asked for."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the other lists."""
        return [("failed", _("failed checks")), ("all", _("all checks"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CheckRun]) -> QuerySet[CheckRun]:
        """Return the queue, the failures or everything."""
        if self.value() == "failed":
            return queryset.filter(state=CheckState.FAILED)
        if self.value() == "all":
            return queryset
        return queryset.filter(pk__in=review_queue().order_by().values("pk"))


@admin.register(CheckRun)
class CheckRunAdmin(ReadOnlyAdmin):
    """Decide on what the checker objected to."""

    list_display = ["text", "locale", "verdict", "undecided", "author", "state", "finished_at"]
    list_filter = [WaitingFilter]
    list_select_related = [
        "revision__article",
        "revision__product",
        "revision__submitted_by",
    ]
    ordering = ["verdict", "finished_at"]

    @admin.display(description=_("text"))
    def text(self, run: CheckRun) -> str:
        """Return the title as submitted."""
        return f"{run.revision.title} (r{run.revision.number})"

    @admin.display(description=_("locale"))
    def locale(self, run: CheckRun) -> str:
        """Return the locale."""
        return run.revision.locale

    @admin.display(description=_("author"))
    def author(self, run: CheckRun) -> str:
        """Return who submitted it."""
        return run.revision.submitted_by.get_username()

    def get_urls(self) -> list[URLPattern]:
        """Add the views that write."""
        own = [
            path(
                "<int:pk>/decide/",
                self.admin_site.admin_view(require_POST(self.decide_view)),
                name="shop_content_checkrun_decide",
            ),
            path(
                "<int:pk>/retry/",
                self.admin_site.admin_view(require_POST(self.retry_view)),
                name="shop_content_checkrun_retry",
            ),
        ]
        return own + list(super().get_urls())

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one check with its text, findings, history and the form to decide."""
        pk = row_number(object_id)
        return self._review(request, get_object_or_404(CheckRun, pk=pk))

    def _review(self, request: HttpRequest, run: CheckRun, reason: str = "") -> HttpResponse:
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        revision = run.revision
        findings = list(run.findings.order_by("position"))
        events = Event.objects.filter(thing=thing_of(revision.subject, revision.locale))
        context = self.admin_site.each_context(request) | {
            "title": revision.title,
            "opts": self.opts,
            "run": run,
            "revision": revision,
            "findings": findings,
            "passages": passages(revision, findings),
            "decisions": run.decisions.select_related("reviewer").order_by("pk"),
            "events": events.select_related("actor").order_by("-number")[:20],
            "is_author": request.user.pk in revision.authors,
            "may_decide": run.state == CheckState.DONE
            and request.user.has_perm("shop_content.decide_revision"),
            "reason": reason,
        }
        return render(request, "admin/desk/review.html", context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store the decision; a refusal keeps the reason that was typed."""
        run = get_object_or_404(CheckRun, pk=pk)
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        reason = request.POST.get("reason", "")
        try:
            if request.POST.get("outcome") not in Outcome.values:
                raise WorkflowError(_g("Choose a decision."))
            decision = decide(
                run.revision,
                by=request.user,  # type: ignore[arg-type]
                outcome=Outcome(request.POST["outcome"]),
                reason=reason,
                content_hash=request.POST.get("content_hash", ""),
                rulebook=request.POST.get("rulebook", ""),
            )
        except WorkflowError as error:
            messages.error(request, str(error))
            return self._review(request, run, reason)
        messages.success(request, str(Outcome(decision.outcome).label))
        return HttpResponseRedirect(reverse("admin:shop_content_checkrun_changelist"))

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue a failed check once more."""
        run = get_object_or_404(CheckRun, pk=pk)
        if not request.user.has_perm("shop_content.view_checkrun"):
            raise PermissionDenied
        retry(run, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _g("The check is queued again."))
        return HttpResponseRedirect(reverse("admin:shop_content_checkrun_change", args=[pk]))

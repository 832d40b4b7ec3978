"""The review desk: what waits for a decision, and the page where it is decided."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import date as date_text
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shop_content import claims
from shop_content.admin.difference import changes
from shop_content.admin.history import ReadOnlyAdmin, row_number
from shop_content.admin.reading import passages
from shop_content.admin.review_form import DecisionForm
from shop_content.admin.rights import demand
from shop_content.models import CheckRun, Event, Revision
from shop_content.models.states import CheckState, Outcome, Severity
from shop_content.queries import review as queries
from shop_content.workflow.enqueue import retry
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.record import thing_of
from shop_content.workflow.review import decide

SAFE = ("GET", "HEAD")
EVENTS_SHOWN = 20


class WaitingFilter(admin.SimpleListFilter):
    """The queue unless something else is asked for."""

    title = _("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the other lists."""
        return [("failed", _("failed checks")), ("all", _("all checks"))]

    def choices(self, changelist: Any) -> Any:
        """Call the list that opens by what it is."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("waiting for a decision")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[CheckRun]) -> QuerySet[CheckRun]:
        """Return the queue, the failures or everything."""
        if self.value() == "failed":
            return queryset.filter(state=CheckState.FAILED)
        if self.value() == "all":
            return queryset
        return queryset.filter(pk__in=queries.review_queue().order_by().values("pk"))


class AuthorFilter(admin.SimpleListFilter):
    """Who submitted it."""

    title = _("submitted by")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Name everybody who ever submitted."""
        people = User.objects.filter(pk__in=Revision.objects.values("submitted_by"))
        return [(str(user.pk), user.get_username()) for user in people.order_by("username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CheckRun]) -> QuerySet[CheckRun]:
        """Return what that person submitted."""
        if not self.value():
            return queryset
        return queryset.filter(revision__submitted_by=row_number(self.value() or ""))


@admin.register(CheckRun)
class CheckRunAdmin(ReadOnlyAdmin):
    """Decide on what the checker objected to."""

    list_display = ["text", "locale", "severities", "waiting", "author", "whose_turn"]
    list_filter = [WaitingFilter, "verdict", "revision__locale", AuthorFilter]
    list_select_related = [
        "revision__article",
        "revision__product",
        "revision__submitted_by",
    ]
    list_before_template = "admin/desk/queue_head.html"
    ordering = ["finished_at", "pk"]
    sortable_by = ["locale", "severities", "waiting", "author"]

    class Media:
        css = {"all": ["admin_desk/compliance.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckRun]:
        """Count the findings of each severity; note whose text it is."""
        own = Case(When(revision__authors__contains=[request.user.pk], then=True), default=False)
        rows: QuerySet[CheckRun] = super().get_queryset(request)
        return rows.annotate(**queries.COUNTS, is_own=own)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say how much waits, or that nothing does."""
        demand(request, "view_checkrun")
        queue = list(queries.review_queue().values_list("verdict", "revision__authors"))
        head = {
            "title": gettext("Review queue"),
            "waiting": len(queue),
            "waiting_blocked": sum(verdict == "blocked" for verdict, _ in queue),
            "waiting_own": sum(request.user.pk in authors for _, authors in queue),
            "failed": CheckRun.objects.filter(
                state=CheckState.FAILED, rulebook__is_active=True
            ).count(),
        }
        answer: HttpResponse = super().changelist_view(request, head | (extra_context or {}))
        return answer

    @admin.display(description=_("text"))
    def text(self, run: CheckRun) -> str:
        """Return the title as submitted."""
        return f"{run.revision.title} (r{run.revision.number})"

    @admin.display(description=_("locale"), ordering="revision__locale")
    def locale(self, run: CheckRun) -> str:
        """Return the locale."""
        return run.revision.locale

    @admin.display(description=_("findings"), ordering="-blocks")
    def severities(self, run: Any) -> SafeString | str:
        """Return how many findings there are of each severity."""
        if run.state != CheckState.DONE:
            return str(run.get_state_display())
        counts = [
            (severity.value, number, severity.label)
            for severity, number in zip(
                (Severity.BLOCK, Severity.WARN, Severity.INFO),
                (run.blocks, run.warns, run.infos),
                strict=True,
            )
            if number
        ]
        chips = format_html_join(" ", '<span class="chip sev-{}">{} {}</span>', counts)
        return chips or gettext("none")

    @admin.display(description=_("waiting since"), ordering="finished_at")
    def waiting(self, run: CheckRun) -> SafeString | str:
        """Return how long ago the check ended, with the exact time."""
        if run.finished_at is None:
            return "–"
        exact = date_text(timezone.localtime(run.finished_at), "SHORT_DATETIME_FORMAT")
        return format_html(
            '<time datetime="{}">{}</time><br><span class="quiet">{}</span>',
            run.finished_at.isoformat(timespec="seconds"),
            timesince(run.finished_at, depth=1),
            exact,
        )

    @admin.display(description=_("submitted by"), ordering="revision__submitted_by__username")
    def author(self, run: CheckRun) -> str:
        """Return who submitted it."""
        return run.revision.submitted_by.get_username()

    @admin.display(description=_("decision"))
    def whose_turn(self, run: Any) -> str:
        """Say who may decide, before anybody opens a page in vain."""
        if run.is_own:
            return gettext("your own text: somebody else decides")
        return "" if run.state == CheckState.DONE else str(run.error)[:80]

    def get_urls(self) -> list[URLPattern]:
        """Add the views that write."""
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"shop_content_checkrun_{name}",
            )
            for name, view in (("decide", self.decide_view), ("retry", self.retry_view))
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
        demand(request, "view_checkrun")
        run = get_object_or_404(CheckRun, pk=row_number(object_id))
        if request.method not in SAFE:
            return HttpResponseNotAllowed(SAFE)
        return self._review(request, run, DecisionForm.empty(run))

    def _review(self, request: HttpRequest, run: CheckRun, form: DecisionForm) -> HttpResponse:
        revision = run.revision
        findings = list(run.findings.order_by("position"))
        thing = thing_of(revision.subject, revision.locale)
        current, released = queries.current_run(revision), queries.last_released(revision)
        decisions = list(run.decisions.select_related("reviewer").order_by("pk"))
        found = queries.precedents(run, findings)
        context = self.admin_site.each_context(request) | {
            "title": revision.title,
            "opts": self.opts,
            "run": run,
            "revision": revision,
            "thing": thing,
            "groups": [
                (
                    severity,
                    [
                        (f, found[f.position], form.reasons.get(f.position, ""))
                        for f in findings
                        if f.severity == severity
                    ],
                )
                for severity in (Severity.BLOCK, Severity.WARN, Severity.INFO)
            ],
            "findings": findings,
            "passages": passages(revision, findings),
            "decisions": decisions,
            "earlier": queries.earlier_decisions(revision)[:EVENTS_SHOWN],
            "released": released,
            "changes": changes(released.revision, revision) if released else [],
            "events": Event.objects.filter(thing=thing)
            .select_related("actor")
            .order_by("-number")[:EVENTS_SHOWN],
            "current": current,
            "is_current": current == run,
            "is_author": request.user.pk in revision.authors,
            "has_decided": any(row.reviewer_id == request.user.pk for row in decisions),
            "may_decide": run.state == CheckState.DONE
            and request.user.has_perm("shop_content.decide_revision"),
            "may_retry": run.state == CheckState.FAILED
            and run.rulebook.is_active
            and run.engine == claims.ENGINE_VERSION
            and request.user.has_perm("shop_content.retry_check"),
            "may_audit": request.user.has_perm("shop_content.audit_text"),
            "form": form,
        }
        return render(request, "admin/desk/review.html", context)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store the decision; a refusal keeps everything that was typed."""
        demand(request, "view_checkrun", "decide_revision")
        run = get_object_or_404(CheckRun, pk=row_number(str(pk)))
        form = DecisionForm.of(request.POST, run)
        try:
            decision = decide(
                run.revision,
                by=request.user,  # type: ignore[arg-type]
                outcome=form.chosen(),
                reason=form.whole_reason(),
                content_hash=request.POST.get("content_hash", ""),
                rulebook=request.POST.get("rulebook", ""),
                seen=form.seen,
            )
        except WorkflowError as error:
            form.error = str(error)
            return self._review(request, run, form)
        messages.success(request, str(Outcome(decision.outcome).label))
        return HttpResponseRedirect(reverse("admin:shop_content_checkrun_changelist"))

    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Queue a failed check once more."""
        demand(request, "view_checkrun", "retry_check")
        run = get_object_or_404(CheckRun, pk=row_number(str(pk)))
        try:
            retry(run, by=request.user)  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("The check is queued again."))
        return HttpResponseRedirect(reverse("admin:shop_content_checkrun_change", args=[pk]))

"""Planned changes: what is planned, what became of it, planning more and cancelling."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from shop_content.admin.history import ReadOnlyAdmin
from shop_content.admin.moment import moment, next_full_hour, shown
from shop_content.admin.rights import demand
from shop_content.models import Article, Product, Revision, Schedule
from shop_content.models.states import Act, PlanOutcome, Why
from shop_content.models.subject import subject_fields
from shop_content.queries.audit import subject_named
from shop_content.queries.schedule import plans_of
from shop_content.workflow.cancel import cancel
from shop_content.workflow.errors import WorkflowError
from shop_content.workflow.record import thing_of
from shop_content.workflow.schedule import (
    RIGHTS,
    obstacle,
    schedule_release,
    schedule_withdrawal,
)

PLANS_SHOWN = 50
REVISIONS_SHOWN = 20


@dataclass(frozen=True)
class Planned:
    """A plan as it is shown. `risk`: why it would be missed if it was due now."""

    plan: Schedule
    when: str
    risk: str
    missed: str
    may_cancel: bool
    url: str


def told(request: HttpRequest, plan: Schedule) -> Planned:
    """Return a plan with what a person needs to know of it."""
    waits = plan.outcome == PlanOutcome.WAITING
    risk = obstacle(plan) if waits else ""
    return Planned(
        plan,
        shown(plan.due_at),
        str(Why(risk).label) if risk else "",
        str(Why(plan.why).label) if plan.why else "",
        waits and request.user.has_perm(RIGHTS[Act(plan.act)]),
        text_page(plan.subject, plan.locale),
    )


def text_page(subject: Article | Product, locale: str) -> str:
    """Return the address of the page on which changes of a text are planned."""
    return reverse("admin:shop_content_schedule_text", args=[thing_of(subject, locale)])


def plans(request: HttpRequest, subject: Article | Product, locale: str) -> dict[str, Any]:
    """Return what the part `desk/plans.html` of a page shows of a text."""
    may_see = request.user.has_perm("shop_content.view_schedule")
    rows = plans_of(subject, locale)[:PLANS_SHOWN] if may_see else []
    return {
        "plans": [told(request, plan) for plan in rows],
        "plans_url": text_page(subject, locale) if may_see else "",
        "zone": timezone.get_current_timezone_name(),
    }


@admin.register(Schedule)
class ScheduleAdmin(ReadOnlyAdmin):
    """Everything planned, whatever became of it."""

    list_display = ["act", "__str__", "due_at", "outcome", "why", "scheduled_by", "settled_at"]
    list_select_related = ["article", "product", "scheduled_by"]
    list_filter = ["outcome", "act", "locale"]
    ordering = ["-due_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        """Add the page of one text and what is done there."""
        views = [
            ("text/<str:thing>/", require_safe(self.text_view), "text"),
            ("plan/<str:thing>/", require_POST(self.plan_view), "plan"),
            ("<int:pk>/cancel/", require_POST(self.cancel_view), "cancel"),
        ]
        own = [
            path(at, self.admin_site.admin_view(view), name=f"shop_content_schedule_{name}")
            for at, view, name in views
        ]
        return [*own, *super().get_urls()]

    def text_view(self, request: HttpRequest, thing: str) -> HttpResponse:
        """Show what is and was planned for a text, and plan more."""
        demand(request, "view_schedule")
        return self._page(request, thing)

    def plan_view(self, request: HttpRequest, thing: str) -> HttpResponse:
        """Plan a change; a refusal keeps what was typed."""
        act = Act.WITHDRAW if request.POST.get("act") == Act.WITHDRAW else Act.RELEASE
        demand(request, "view_schedule", RIGHTS[act].partition(".")[2])
        subject, locale = _named(thing)
        try:
            at = moment(request.POST.get("at", ""), request.POST.get("which", ""))
            person: Any = request.user
            if act == Act.WITHDRAW:
                reason = request.POST.get("reason", "")
                schedule_withdrawal(subject, locale=locale, at=at, by=person, reason=reason)
            else:
                schedule_release(_revision(request, subject, locale), at=at, by=person)
        except WorkflowError as error:
            return self._page(request, thing, act, str(error))
        messages.success(request, gettext("Planned for %(when)s.") % {"when": shown(at)})
        return HttpResponseRedirect(text_page(subject, locale))

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel a plan that waits."""
        demand(request, "view_schedule")
        plan = get_object_or_404(Schedule, pk=pk if pk < 2**63 else 0)
        demand(request, RIGHTS[Act(plan.act)].partition(".")[2])
        try:
            cancel(plan, by=request.user)  # type: ignore[arg-type]
        except WorkflowError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("Cancelled."))
        return HttpResponseRedirect(text_page(plan.subject, plan.locale))

    def _page(
        self, request: HttpRequest, thing: str, act: str = "", error: str = ""
    ) -> HttpResponse:
        subject, locale = _named(thing)
        revisions = Revision.objects.filter(**subject_fields(subject), locale=locale)
        context = self.admin_site.each_context(request) | {
            "title": str(subject),
            "opts": self.opts,
            "thing": thing,
            "locale": locale,
            "revisions": revisions.order_by("-number")[:REVISIONS_SHOWN],
            "may_release": request.user.has_perm(RIGHTS[Act.RELEASE]),
            "may_withdraw": request.user.has_perm(RIGHTS[Act.WITHDRAW]),
            "act": act,
            "error": error,
            "typed": {name: request.POST.get(name, "") for name in ("at", "which", "reason")},
            "start": next_full_hour(),
        }
        context |= plans(request, subject, locale)
        return render(request, "admin/desk/schedule.html", context)


def _named(thing: str) -> tuple[Article | Product, str]:
    named = subject_named(thing)
    if named is None:
        raise Http404
    return named


def _revision(request: HttpRequest, subject: Article | Product, locale: str) -> Revision:
    """Return the revision that was chosen; else the newest."""
    rows = Revision.objects.filter(**subject_fields(subject), locale=locale)
    number = request.POST.get("revision", "")
    if number.isascii() and number.isdecimal() and len(number) < 9:
        rows = rows.filter(number=int(number))
    revision = rows.order_by("-number").first()
    if revision is None:
        raise WorkflowError(gettext("Nothing has been submitted yet."))
    return revision

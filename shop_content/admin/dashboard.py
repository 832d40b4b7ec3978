"""The start page of the desks: what waits for the person who opened it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop_content.admin.desk import STATUS_WORDS
from shop_content.admin.schedule import told
from shop_content.models import CheckRun, Release, Revision
from shop_content.models.states import CheckState
from shop_content.queries.review import newest_revisions, review_queue, status_of
from shop_content.queries.schedule import missed, planned

admin.site.index_template = "admin/desk/dashboard.html"
SHOWN = 15
MISSED_DAYS = 7
# What an editor has to do next, the most pressing first.
NEXT = {
    "changes_requested": _("Rework it"),
    "check_failed": _("Ask compliance to check it again"),
    "approved": _("Release it"),
    "clean": _("Release it"),
    "in_review": _("Waits for a reviewer"),
    "checking": _("Is being checked"),
    "withdrawn": _("Withdrawn"),
}


@dataclass(frozen=True)
class Waiting:
    """A submitted text that is not what readers see."""

    revision: Revision
    word: str
    status: Any
    next_step: Any
    url: str


def waiting(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what waits: texts on their way to release, and the review queue."""
    user = request.user
    context["tiles"], context["waiting"], context["plans"] = [], [], []
    if user.has_perm("shop_content.view_checkrun"):
        queue = reverse("admin:shop_content_checkrun_changelist")
        failed = CheckRun.objects.filter(state=CheckState.FAILED).exclude(error="superseded")
        context["tiles"] = [
            (_("wait for a decision"), review_queue().count(), queue),
            (_("checks failed"), failed.count(), f"{queue}?which=failed"),
            (_("live texts"), Release.objects.live().count(), ""),
        ]
    if user.has_perm("shop_content.view_article"):
        context["waiting"] = sorted(_on_their_way(), key=lambda one: list(NEXT).index(one.word))
    if user.has_perm("shop_content.view_schedule"):
        rows = [*missed(MISSED_DAYS)[:SHOWN], *planned()[:SHOWN]]
        context["plans"] = [told(request, plan) for plan in rows]
        context["zone"] = timezone.get_current_timezone_name()
    return context


def _on_their_way() -> list[Waiting]:
    live = Release.objects.live().values("revision")
    rows = newest_revisions().exclude(pk__in=live).select_related("article", "product")
    found = []
    for revision in rows.order_by("-pk")[:SHOWN]:
        word = status_of(revision.subject, revision.locale).word
        if word not in NEXT:
            continue
        name = f"admin:shop_content_{revision.kind}_change"
        url = f"{reverse(name, args=[revision.subject.pk])}?language={revision.locale}"
        found.append(Waiting(revision, word, STATUS_WORDS[word], NEXT[word], url))
    return found

"""The states of things that have states, and the only moves between them.

A check run changes state, and so does a comment. Everything else (in review, approved, released …)
is derived from append-only rows by `shop_content.queries`. The database holds the same table in
the trigger `check_run_moves` (migration 0002); a test compares both.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckState(models.TextChoices):
    """The life of a check run."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


CHECK_MOVES: dict[str, frozenset[str]] = {
    CheckState.QUEUED: frozenset({CheckState.RUNNING, CheckState.FAILED}),
    # running -> running: the lease ran out and another worker took the run over
    CheckState.RUNNING: frozenset(
        {CheckState.RUNNING, CheckState.DONE, CheckState.FAILED, CheckState.QUEUED}
    ),
    CheckState.DONE: frozenset(),
    # a person may ask again after a visible failure
    CheckState.FAILED: frozenset({CheckState.QUEUED}),
}


class Lane(models.TextChoices):
    """The queue a check run waits in: people wait for the first, nobody for the second."""

    INTERACTIVE = "interactive", _("interactive")
    BULK = "bulk", _("bulk")


class Verdict(models.TextChoices):
    """What a finished check says; derived from its findings, never typed in."""

    CLEAN = "clean", _("clean")
    REVIEW = "review", _("needs review")
    BLOCKED = "blocked", _("blocked")


class Severity(models.TextChoices):
    """How much a finding holds: block and warn need a decision, info is only shown."""

    BLOCK = "block", _("block")
    WARN = "warn", _("warn")
    INFO = "info", _("info")


class Outcome(models.TextChoices):
    """What a reviewer decides. There is no 'approved with changes': a change is a new revision."""

    APPROVED = "approved", _("approved")
    CHANGES_REQUESTED = "changes_requested", _("changes requested")


class CommentState(models.TextChoices):
    """Where a reader's comment stands."""

    WAITING = "waiting", _("waiting")
    SHOWN = "shown", _("shown")
    REFUSED = "refused", _("refused")


class Act(models.TextChoices):
    """What can be planned."""

    RELEASE = "release", _("release")
    WITHDRAW = "withdraw", _("withdrawal")


class PlanOutcome(models.TextChoices):
    """What became of a planned change. It is settled once; waiting is the empty word."""

    WAITING = "", _("planned")
    DONE = "done", _("done")
    MISSED = "missed", _("missed")
    CANCELLED = "cancelled", _("cancelled")


class Why(models.TextChoices):
    """Why a planned change was missed: the code of what refused it, or `failed`."""

    NOT_ALLOWED = "not_allowed", _("whoever planned it may no longer do it")
    NOT_CHECKED = "not_checked", _("not checked under the rulebook of that moment")
    NEEDS_DECISION = "needs_decision", _("not approved under the rulebook of that moment")
    ADDRESS_TAKEN = "address_taken", _("the slug belongs to another text")
    IMAGES_NOT_READY = "images_not_ready", _("an image of it was not encoded")
    SUPERSEDED = "superseded", _("nothing was live")
    OVERTAKEN = "overtaken", _("still being checked when the next planned change was due")
    FAILED = "failed", _("it failed in every attempt: see the log of the scheduler")


class Role(models.TextChoices):
    """Why an article names a product."""

    SUBJECT = "subject", _("subject")
    MENTIONED = "mentioned", _("mentioned")
    CTA = "cta", _("call to action")

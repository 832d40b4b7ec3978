"""How far the re-check under a rulebook version has come, and about how long it will take."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from shop_content import claims
from shop_content.models import CheckRun, Release, RulebookVersion
from shop_content.models.states import CheckState, Verdict

# The speed is that of the last minute: what a worker did before it stood still says nothing.
SPEED_SECONDS = 60


@dataclass(frozen=True)
class Progress:
    """How far the check of all texts under one version has come.

    `total` texts are to be judged by it; `carried` more keep a result it cannot change. `blocked`
    have a block nobody has accepted, `escalated` of them are live. `seconds`: about how long the
    rest takes at the speed of the last minute; None when nothing was finished in it.
    """

    total: int
    finished: int
    failed: int
    carried: int
    blocked: int
    escalated: int
    withdrawn: int
    seconds: int | None

    @property
    def percent(self) -> int:
        """Finished and failed checks of all, in percent."""
        return 100 * (self.finished + self.failed) // self.total if self.total else 100

    @property
    def minutes(self) -> int:
        """About how many minutes the rest takes, rounded up."""
        return -(-(self.seconds or 0) // 60)

    @property
    def left(self) -> int:
        """How many texts wait."""
        return self.total - self.finished - self.failed


def progress_of(version: RulebookVersion) -> Progress:
    """Return the progress of this version's checks by this engine."""
    now = timezone.now()
    made = Q(carried_from=None)
    done = made & Q(state=CheckState.DONE)
    open_block = Q(verdict=Verdict.BLOCKED, undecided__gt=0)
    runs = CheckRun.objects.filter(rulebook=version, engine=claims.ENGINE_VERSION)
    counted = runs.aggregate(
        total=Count("pk", filter=made),
        finished=Count("pk", filter=done),
        failed=Count("pk", filter=made & Q(state=CheckState.FAILED)),
        carried=Count("pk", filter=~made),
        blocked=Count("pk", filter=open_block),
        lately=Count(
            "pk", filter=done & Q(finished_at__gt=now - timedelta(seconds=SPEED_SECONDS))
        ),
    )
    lately = counted.pop("lately")
    left = counted["total"] - counted["finished"] - counted["failed"]
    since = (now - version.activated_at).total_seconds() if version.activated_at else 0.0
    span = min(SPEED_SECONDS, max(1.0, since))
    live = Release.objects.live().filter(revision=OuterRef("revision"))
    withdrawn = Release.objects.filter(
        withdrawn_by=None, withdrawal_reason__startswith=f"rulebook {version.digest}:"
    )
    return Progress(
        **counted,
        escalated=runs.filter(open_block, Exists(live)).count(),
        withdrawn=withdrawn.count(),
        seconds=round(left * span / lately) if lately else None,
    )

"""How far a re-check has come, told from its rows."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop_content.models import CheckRun, RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.queries.progress import Progress, progress_of
from shop_content.workflow.activate import activate
from shop_content.workflow.check import check
from shop_content.workflow.enqueue import fail
from tests.factories import make_article, make_released
from tests.workflow.test_recheck import forbidding

pytestmark = pytest.mark.django_db


def test_progress_counts_each_way_a_check_can_end(alice: User, rulebook: RulebookVersion) -> None:
    for _ in range(3):
        make_released(make_article(by=alice), by=alice)
    wood = "<p>Die Kiste ist aus Holz.</p>"
    make_released(make_article(by=alice, body=wood, title="Kiste", teaser=""), by=alice)
    version = activate(forbidding(rulebook, "Glas"), on_new_block=OnNewBlock.ESCALATE)
    runs = list(CheckRun.objects.filter(rulebook=version, carried_from=None).order_by("pk"))
    nothing = Progress(3, 0, 0, 1, 0, 0, 0, None)
    assert progress_of(version) == nothing
    assert (nothing.percent, nothing.left, nothing.minutes) == (0, 3, 0)
    check(runs[0].pk)
    fail(runs[1], error="broken")
    RulebookVersion.objects.filter(pk=version.pk).update(
        activated_at=timezone.now() - timedelta(hours=1)
    )
    version.refresh_from_db()
    some = progress_of(version)
    assert some == Progress(3, 1, 1, 1, 1, 1, 0, 60)
    assert (some.percent, some.left, some.minutes) == (66, 1, 1)


def test_progress_tells_what_was_withdrawn(alice: User, rulebook: RulebookVersion) -> None:
    make_released(make_article(by=alice), by=alice)
    version = activate(forbidding(rulebook, "Glas"))
    check(CheckRun.objects.get(rulebook=version).pk)
    done = progress_of(version)
    assert (done.percent, done.left, done.blocked, done.withdrawn, done.escalated) == (
        100,
        0,
        1,
        1,
        0,
    )


def test_nothing_to_check_is_all_done(rulebook: RulebookVersion) -> None:
    assert progress_of(rulebook).percent == 100

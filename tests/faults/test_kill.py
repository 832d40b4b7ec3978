"""kill -9 at random moments under load: no check is lost, none has two results."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count

from shop_content.models import CheckRun, Event, Release, Schedule
from shop_content.models.states import CheckState
from shop_content.queries.audit import verify_chain
from shop_content.workflow.submit import submit
from tests.factories import (
    VIOLATING,
    make_article,
    make_checked,
    make_due,
    make_rulebook,
    make_user,
)
from tests.processes import Cluster

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

SECONDS = 25
PLANS, MOST_KILLS = 60, 3  # a plan may be tried five times
LONG = 300  # sentences: a check that takes long enough to be hit
HEALED_SECONDS = 30
# The lease is short here, so that a killed worker's runs are free again soon.
SETTINGS = {"CHECK_LEASE_SECONDS": "4", "RING_AGAIN_SECONDS": "3", "CHECK_MAX_ATTEMPTS": "30"}
Until = Callable[[Callable[[], bool], float], bool]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Callable[..., Cluster]]:
    made: list[Cluster] = []

    def make(**settings: str) -> Cluster:
        made.append(Cluster(tmp_path, **SETTINGS | settings))
        return made[-1]

    yield make
    for one in made:
        one.end()


def interrupted() -> int:
    """Return how many checks were tried more than once: a kill did hit them."""
    return CheckRun.objects.filter(attempts__gt=1).count()


def unfinished() -> int:
    return CheckRun.objects.exclude(state=CheckState.DONE).count()


def cut_connections() -> int:
    """Cut every other connection to this database, as its restart does; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        cut: int = cursor.fetchone()[0]
    return cut


def test_worker_and_scheduler_live_on_when_their_connections_are_cut(
    cluster: Callable[..., Cluster], retrying: Until
) -> None:
    alice = make_user("alice", "Marketing")
    make_rulebook()
    running = cluster()
    for name in ("broker", "worker", "scheduler"):
        running.start(name)
    submit(make_article(by=alice), locale="de", by=alice)
    assert retrying(lambda: unfinished() == 0, 30), running.said()
    for _ in range(3):
        # A process may just be between two connections of its own.
        assert retrying(lambda: cut_connections() > 0, 10), running.said()
    submit(make_article(by=alice), locale="de", by=alice)
    assert retrying(lambda: unfinished() == 0, 30), running.said()
    assert [name for name, one in running.running.items() if one.poll() is not None] == []


def test_kills_at_random_moments_lose_no_check(
    cluster: Callable[..., Cluster], retrying: Until
) -> None:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    chance = random.Random(seed)  # noqa: S311 -- a replayable choice of moments
    alice = make_user("alice", "Marketing")
    make_rulebook()
    running = cluster()
    for name in ("broker", "worker", "scheduler"):
        running.start(name)
    submit(make_article(by=alice), locale="de", by=alice)
    assert retrying(lambda: unfinished() == 0, 30), running.said()
    faults: Counter[str] = Counter()
    end = time.monotonic() + SECONDS
    next_fault = time.monotonic() + 1
    while time.monotonic() < end or (not interrupted() and time.monotonic() < end + SECONDS):
        submit(make_article(by=alice, body=VIOLATING * LONG), locale="de", by=alice)
        time.sleep(0.12)
        faults["ended by itself"] += running.revive()
        if time.monotonic() < next_fault:
            continue
        fault = chance.choice(["worker", "child", "child", "broker", "scheduler", "connections"])
        if fault in ("worker", "child"):  # while a check runs, or the kill would hit nothing
            retrying(lambda: CheckRun.objects.filter(state=CheckState.RUNNING).exists(), 2)
        if fault == "child":
            faults[fault] += running.kill_child(chance)
        elif fault == "connections":
            faults[fault] += cut_connections() > 0
        else:
            running.kill(fault)
            faults[fault] += 1
        # A worker needs about a second and a half until it works again.
        next_fault = time.monotonic() + chance.uniform(0.5, 3)
    waiting = unfinished()
    last = time.monotonic()

    def all_checked() -> bool:
        faults["ended by itself"] += running.revive()
        return unfinished() == 0

    healed = retrying(all_checked, HEALED_SECONDS)
    runs = CheckRun.objects.count()
    checked = Event.objects.filter(verb="checked").values("data__check_run")
    double = checked.annotate(times=Count("pk")).filter(times__gt=1).count()
    again = interrupted()
    took = time.monotonic() - last
    line = (
        f"seed {seed}, faults {dict(faults)}, saves {runs}, waiting at the end {waiting}, lost "
        f"{unfinished()}, double {double}, tried again {again}, healed in {took:.1f} s"
    )
    print(line)  # noqa: T201 -- the figure this test is for
    assert healed, line + running.said()
    assert double == 0, line
    assert checked.count() == runs, line
    assert faults.total() - faults["ended by itself"] >= 5, line
    assert again > 0, line  # kills did interrupt running checks


def test_killed_schedulers_carry_out_each_plan_once(
    cluster: Callable[..., Cluster], retrying: Until
) -> None:
    alice = make_user("alice", "Marketing")
    make_rulebook()
    for _ in range(PLANS):
        revision = make_checked(make_article(by=alice), by=alice).revision
        make_due(revision.subject, revision=revision, by=alice)
    running = cluster()
    running.start("broker")
    running.start("scheduler")
    kills = 0

    def all_settled() -> bool:
        nonlocal kills
        waiting = Schedule.objects.waiting().count()
        if waiting < PLANS and kills < MOST_KILLS and waiting:  # it is at it
            running.kill("scheduler")
            kills += 1
        return waiting == 0

    assert retrying(all_settled, 60), running.said()
    assert kills > 0
    assert set(Schedule.objects.values_list("outcome", flat=True)) == {"done"}
    assert Release.objects.count() == Release.objects.live().count() == PLANS
    assert Event.objects.filter(verb="schedule_done").count() == PLANS
    assert verify_chain() == []


@pytest.mark.parametrize(("again", "healed"), [("1", True), ("0", False)])
def test_message_lost_with_the_broker_is_rung_again_by_the_sweeper_only(
    cluster: Callable[..., Cluster], retrying: Until, again: str, *, healed: bool
) -> None:
    """The twin: without the second ring the same fault loses the check."""
    alice = make_user("alice", "Marketing")
    make_rulebook()
    running = cluster(RING_AGAIN_SECONDS=again)
    for name in ("broker", "scheduler"):
        running.start(name)
    submit(make_article(by=alice), locale="de", by=alice)
    queued = Path(running.folder / "scheduler.log")
    assert retrying(lambda: CheckRun.objects.filter(rung_at__isnull=False).exists(), 20), (
        queued.read_text()
    )
    time.sleep(1)  # the row is marked before the message leaves
    running.kill("broker")  # and with it every message
    running.start("worker")
    assert retrying(lambda: unfinished() == 0, 12) is healed, running.said()

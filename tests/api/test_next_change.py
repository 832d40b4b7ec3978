"""What is planned ends the time that caches may hold an answer, and tells nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from shop_content.api.answers import prepare
from shop_content.front.application import Front
from shop_content.queries.serving import Found
from shop_content.workflow.cancel import cancel
from shop_content.workflow.rendering import refresh
from shop_content.workflow.schedule import schedule_withdrawal
from tests.factories import make_article, make_released, make_user

# What is planned counts at the end of its transaction.
pytestmark = pytest.mark.django_db(transaction=True)
LISTS = ("/api/v1/de/articles/", "/api/v1/locales/")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def people(rulebook):
    return make_user("writer", "Marketing"), make_user("reviewer", "Compliance")


def live(people, slug):
    writer, reviewer = people
    article = make_article(by=writer, slug=slug, title=slug.title())
    make_released(article, by=writer, reviewer=reviewer)
    return article


def told(client, path):
    while refresh():
        pass
    answer = client.get(path)
    return answer.json().get("cache", {}).get("next_change_at"), answer["Cache-Control"]


def test_a_plan_is_told_where_it_changes_something_and_nowhere_else(client, people):
    planned, other = live(people, "eins"), live(people, "zwei")
    at = (timezone.now() + timedelta(seconds=40)).replace(microsecond=0)
    plan = schedule_withdrawal(planned, locale="de", at=at, by=people[1], reason="Herbst")
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    moment, header = told(client, "/api/v1/de/articles/eins/")
    assert moment == stamp
    assert int(header.split("s-maxage=")[1].split(",")[0]) <= 40
    assert told(client, LISTS[0])[0] == stamp
    cancel(plan, by=people[1])
    assert told(client, "/api/v1/de/articles/eins/")[0] is None
    assert told(client, LISTS[0])[0] is None
    assert other.pk != planned.pk


@pytest.mark.parametrize(
    ("purges", "left", "expected"),
    [
        (False, 3600, "max-age=60, s-maxage=60, stale-while-revalidate=0, stale-if-error=0"),
        (False, 30, "max-age=30, s-maxage=30, stale-while-revalidate=0, stale-if-error=0"),
        (True, 3600, "max-age=60, s-maxage=600, stale-while-revalidate=600, stale-if-error=86400"),
        (True, 300, "max-age=60, s-maxage=300, stale-while-revalidate=600, stale-if-error=86400"),
        (True, -5, "max-age=1, s-maxage=1, stale-while-revalidate=600, stale-if-error=86400"),
    ],
)
def test_caches_hold_until_the_planned_change(settings, purges, left, expected):
    settings.CDN_PURGES = purges
    found = Found("e", b"{}", "t", next_change_at=NOON + timedelta(seconds=left))
    ready = prepare(found, "body")
    with time_machine.travel(NOON, tick=False):
        assert dict(ready.told(ready.headers))["Cache-Control"] == f"public, {expected}"
        assert dict(ready.told(ready.unchanged))["Cache-Control"] == f"public, {expected}"


def test_bytes_in_memory_count_down(client, people, settings):
    settings.FRONT_PUSH = False
    planned = live(people, "eins")
    at = timezone.now() + timedelta(seconds=50)
    schedule_withdrawal(planned, locale="de", at=at, by=people[1], reason="Herbst")
    while refresh():
        pass
    front = Front(get_wsgi_application())
    heard = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/v1/de/articles/eins/",
        "HTTP_HOST": "localhost",
    }
    for seconds in (0, 45):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
            front(environ, lambda _status, headers: heard.append(dict(headers)["Cache-Control"]))
    held = [int(one.split("s-maxage=")[1].split(",")[0]) for one in heard]
    assert 40 <= held[0] <= 50
    assert 1 <= held[1] <= 5

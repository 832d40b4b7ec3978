"""What is not live cannot be told from what is not there, and is seen nowhere (I10).

`benchmarks/invisibility.py` does the same with 10,000 guesses at the running service.
"""

import random
from typing import Any

import pytest
from django.contrib.auth.models import User

from shop_content.front.application import Front
from shop_content.front.gate import Gate
from shop_content.models import RulebookVersion
from shop_content.wsgi import django_application
from tests.factories import make_article, make_released
from tests.front.test_front import Answer
from tests.guesses import Ask, guesses, rank_test, routes, sightings, told
from tests.invisible import CANARY, Shop, make_shop

pytestmark = pytest.mark.django_db(transaction=True)
GUESSES = 400


@pytest.fixture
def shop(alice: User, bob: User, rulebook: RulebookVersion) -> Shop:
    return make_shop(writer=alice, reviewer=bob)


@pytest.fixture
def ask(settings: Any) -> Ask:
    settings.FRONT_PUSH = False
    settings.READS_PER_MINUTE = 10**9
    gate = Gate(Front(django_application))

    def answered(
        method: str, path: str, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        given = {name.lower().replace("-", "_"): value for name, value in headers.items()}
        answer = Answer(gate, path, method=method, **given)
        return answer.status, answer.headers, answer.body

    return answered


def test_no_guess_can_be_told_from_a_question_for_nothing(shop: Shop, ask: Ask) -> None:
    chance = random.Random(3)  # noqa: S311
    made = guesses(shop, chance)
    kinds = {guess.kind for guess in made}
    for guess in chance.sample(made, min(GUESSES, len(made))):
        ours = told(ask("GET", guess.path, dict(guess.headers)), guess.words[0])
        theirs = told(ask("GET", guess.twin, dict(guess.twin_headers)), guess.words[1])
        assert ours == theirs, guess
    assert len(kinds) > 8


def test_nothing_that_is_not_live_is_seen_at_any_address(shop: Shop, ask: Ask) -> None:
    asked, seen = sightings(ask, shop)
    assert seen == []
    assert asked > 300


def test_a_canary_in_a_live_text_is_seen(shop: Shop, ask: Ask, alice: User) -> None:
    """The twin: the search finds what there is to find."""
    make_released(make_article(by=alice, slug="laut", title=CANARY), by=alice)
    _asked, seen = sightings(ask, shop)
    assert {"/api/v1/de/articles/", "/de/blog/", "/de/blog/laut/"} <= set(seen)


def test_every_route_outside_of_the_desks_is_asked_for() -> None:
    assert "/api/v1/<str:locale>/articles/<str:slug>/" in routes()
    assert not [route for route in routes() if route.startswith("/admin/")]


def test_rank_test_tells_times_that_differ() -> None:
    chance = random.Random(1)  # noqa: S311
    one = [chance.random() for _time in range(400)]
    other = [chance.random() for _time in range(400)]
    assert rank_test(one, other) > 0.01
    assert rank_test(one, [value + 0.2 for value in other]) < 0.0001

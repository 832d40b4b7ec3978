"""The comment form of an article page."""

from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from shop_content.models import Article, Comment, RulebookVersion
from shop_content.storefront.comments import fresh_form
from shop_content.workflow.comment import decide_comment
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_released

pytestmark = pytest.mark.django_db
PAGE = "/de/blog/dose/"


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    made = make_article(by=alice, slug="dose")
    make_released(made, by=alice)
    return made


def send(article: Article, *, seconds: float = 10, **changes: str) -> Any:
    with time_machine.travel(timezone.now() - timezone.timedelta(seconds=seconds)):
        token = fresh_form(article, "de").token
    form = {"name": "Mia", "text": "Schöne Dose.", "consent": "yes", "token": token}
    return Client(enforce_csrf_checks=True).post(f"{PAGE}comments/", form | changes)


def test_comment_is_taken_and_waits(article: Article) -> None:
    answer = send(article)
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}?comment=waiting#comments")
    assert "Schöne Dose." not in Client().get(PAGE).content.decode()
    assert 'role="status"' in Client().get(f"{PAGE}?comment=waiting").content.decode()
    assert Comment.objects.get().state == "waiting"


def test_approved_comment_is_shown_as_text(article: Article, alice: User) -> None:
    send(article, text="Schön <script>alert(1)</script>")
    decide_comment(Comment.objects.get(), by=alice, approved=True, reason="")
    shown = Client().get(PAGE).content.decode()
    assert "Schön &lt;script&gt;" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"name": ""}, "e-name"),
        ({"text": "x" * 3001}, "e-text"),
        ({"text": "a\u202eb"}, "e-text"),
        ({"consent": ""}, "zustimmen"),
        ({"website": "http://spam"}, 'role="alert"'),
        ({"token": "x"}, 'role="alert"'),
        ({"token": ""}, 'role="alert"'),
    ],
)
def test_refused_comment_is_told_and_kept(
    article: Article, changes: dict[str, str], word: str
) -> None:
    answer = send(article, **{"text": "Mein Satz."} | changes)
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert word in shown
    if "text" not in changes:
        assert "Mein Satz." in shown
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("seconds", [0, 25 * 3600])
def test_form_is_good_for_a_day_and_not_at_once(article: Article, seconds: float) -> None:
    assert send(article, seconds=seconds).status_code == 400


def test_token_of_another_text_is_refused(article: Article, alice: User) -> None:
    other = make_article(by=alice)
    with time_machine.travel(timezone.now() - timezone.timedelta(seconds=10)):
        token = fresh_form(other, "de").token
    assert send(article, token=token).status_code == 400


def test_comment_where_nothing_is_equals_the_page_there(article: Article, alice: User) -> None:
    make_article(by=alice, slug="entwurf")
    for slug, status in (("nie", 404), ("entwurf", 404)):
        assert Client().post(f"/de/blog/{slug}/comments/").status_code == status
    withdraw(article.releases.get(), by=alice, reason="Rückruf.")
    assert Client().post(f"{PAGE}comments/").status_code == 410
    assert Client().post("/xx/blog/dose/comments/").status_code == 404
    assert Client().get(f"{PAGE}comments/").status_code == 405


def test_comments_of_one_client_are_limited(article: Article, settings: Any) -> None:
    settings.WRITES_PER_MINUTE = 2
    reader = Client()
    typed = {"name": "Mia", "text": "Schön <b>hier</b>."}
    answers = [reader.post("/de/blog/dose/comments/", typed) for _comment in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert int(answers[2]["Retry-After"]) <= 30
    assert "Schön &lt;b&gt;hier&lt;/b&gt;." in answers[2].content.decode()

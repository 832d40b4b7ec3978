"""What any list said at any moment can be shown later, byte for byte (I11)."""

import random
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from shop_content.models import Article, Rendering, RulebookVersion
from shop_content.queries import serving
from shop_content.workflow.cancel import cancel
from shop_content.workflow.comment import comment, decide_comment
from shop_content.workflow.draft import write_draft
from shop_content.workflow.rendering import refresh
from shop_content.workflow.schedule import schedule_withdrawal
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

# Every step commits: its moment is a real one.
pytestmark = pytest.mark.django_db(transaction=True)
PATHS = [
    "/api/v1/de/articles/",
    "/api/v1/de/articles/?limit=2",
    "/api/v1/de/articles/?product=MG-1",
    "/api/v1/de/articles/?q=glas",
    "/api/v1/de/articles/?include=blocks&fields=title",
    "/api/v1/en/articles/",
    "/api/v1/de/products/",
    "/api/v1/de/feed/",
    "/api/v1/de/sitemap/",
    "/de/sitemap.xml",
    "/api/v1/locales/",
]


def now() -> Any:
    """Return the moment by the clock that writes the history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Shop:
    """Articles that are released, planned, commented on and withdrawn at random."""

    def __init__(self, seed: int, alice: User, bob: User) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.alice, self.bob = alice, bob
        self.product = make_product(by=alice, sku="MG-1", slug="komplex")
        self.articles = [make_article(by=alice, slug=f"a{n}") for n in range(4)]
        self.plans: list[Any] = []

    def change(self, step: int) -> str:
        if step % 5 == 2:
            self._release(self.product, step)
            return "product"
        article = self.chance.choice(self.articles)
        live = article.releases.filter(is_live=True, locale="de").first()
        if live is None:
            self._release(article, step)
            return "released"
        done = self.chance.choice(["release", "withdraw", "comment", "plan", "cancel", "english"])
        if done == "withdraw":
            withdraw(live, by=self.alice, reason="Rückruf.")
        elif done == "comment":
            waiting = comment(article, locale="de", name="Mia", text=f"Schön, {step}.")
            decide_comment(waiting, by=self.alice, approved=True, reason="")
        elif done == "plan":
            due = now() + timedelta(days=step + 1)
            plan = schedule_withdrawal(article, locale="de", at=due, by=self.alice, reason="Ende.")
            self.plans.append(plan)
        elif done == "cancel" and self.plans:
            cancel(self.plans.pop(), by=self.alice)
        else:
            self._release(article, step, "en" if done == "english" else "de")
        return done

    def _release(self, subject: Any, step: int, locale: str = "de") -> None:
        draft = subject.translations.filter(language_code=locale).first()
        fields = {"title": f"Glas {step}"}
        if isinstance(subject, Article):
            fields |= {
                "slug": draft.slug if draft else f"e{subject.pk}",
                "body": f'<p>Glas {step}. <a href="product:MG-1">Zum Produkt</a></p>',
            }
        version = draft.version if draft else None
        write_draft(subject, locale=locale, fields=fields, by=self.alice, version=version)
        make_released(subject, by=self.alice, reviewer=self.bob, locale=locale)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_list_of_every_moment_is_shown_as_it_was(
    alice: User, bob: User, rulebook: RulebookVersion, seed: int
) -> None:
    shop, api, kept = Shop(seed, alice, bob), Client(), []
    done = []
    for step in range(14):
        done.append(shop.change(step))
        changed = now()  # from here on it said what it says when somebody first asks
        if shop.chance.random() < 0.5:
            while refresh():
                pass
        served = {path: api.get(path) for path in PATHS}
        kept += [(changed, served), (now(), served)]
    assert len({answer.content for _moment, served in kept for answer in served.values()}) > 40
    before = Rendering.objects.count()
    for moment, served in kept:
        for path, answer in served.items():
            assert answer.status_code == 200
            out = StringIO()
            call_command("shown", path, moment.isoformat(), "--body", stdout=out)
            assert answer.content.decode() in out.getvalue(), (path, done)
            assert f"ETag {answer['ETag']}" in out.getvalue(), (path, done)
    assert Rendering.objects.count() == before  # looking changes nothing


def test_releases_of_a_list_are_named(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    made = make_released(make_article(by=alice, slug="dose"), by=alice)
    moment = now()
    withdraw(made, by=alice, reason="Rückruf.")
    out = StringIO()
    call_command("shown", PATHS[0], moment.isoformat(), stdout=out)
    for part in (f"release {made.pk},", made.content_hash, made.rulebook.digest):
        assert part in out.getvalue()
    out = StringIO()
    call_command("shown", PATHS[0], now().isoformat(), stdout=out)
    assert "release" not in out.getvalue()


def test_moment_before_everything_has_empty_lists(alice: User, rulebook: RulebookVersion) -> None:
    moment = now() - timedelta(days=400)
    make_released(make_article(by=alice, slug="dose"), by=alice)
    out = StringIO()
    call_command("shown", PATHS[0], moment.isoformat(), "--body", stdout=out)
    assert '"items":[]' in out.getvalue()


@pytest.mark.parametrize(
    ("path", "moment"),
    [
        ("/api/v1/de/articles/", "gestern"),
        ("/api/v1/de/articles/", "2026-01-01T00:00:00"),
        ("/api/v1/de/articles/", "2026-99-01T00:00:00Z"),
        ("/api/v1/fr/articles/", "2026-01-01T00:00:00Z"),
        ("/api/v1/de/articles/?limit=0", "2026-01-01T00:00:00Z"),
        ("/api/v1/schema/", "2026-01-01T00:00:00Z"),
        ("/admin/", "2026-01-01T00:00:00Z"),
    ],
)
def test_what_cannot_be_shown_is_said(rulebook: RulebookVersion, path: str, moment: str) -> None:
    with pytest.raises(CommandError):
        call_command("shown", path, moment)


def test_nothing_is_kept_of_a_moment_that_was_asked_for(rulebook: RulebookVersion) -> None:
    with serving.as_of(now()):
        assert serving.past() is not None
    assert serving.past() is None

"""The preview pages of released content."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import RulebookVersion
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_released

pytestmark = pytest.mark.django_db


def test_article_page_shows_every_element(alice: User, rulebook: RulebookVersion) -> None:
    body = (
        "<h2>Der Deckel</h2><p>Aus Blech.</p><ul><li>rund</li></ul>"
        "<blockquote><p>Glas bleibt Glas.</p></blockquote>"
    )
    make_released(make_article(by=alice, slug="dose", title="Die <b>Dose", body=body), by=alice)
    answer = Client().get("/de/blog/dose/", headers={"accept-language": "en"})
    shown = answer.content.decode()
    assert answer["Content-Language"] == "de"
    assert "Vary" not in answer or "Accept-Language" not in answer["Vary"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    for part in (
        '<html lang="de">',
        "Die &lt;b&gt;Dose",
        '<a href="#der-deckel">Der Deckel</a>',
        '<h2 id="der-deckel">Der Deckel</h2>',
        "<li>rund</li>",
        '<p class="statement">Glas bleibt Glas.</p>',
        "application/ld+json",
        'rel="canonical"',
        'hreflang="x-default"',
        'class="comments"',
        'class="stamp"',
    ):
        assert part in shown, part


def test_list_shows_released_articles(alice: User, rulebook: RulebookVersion) -> None:
    make_released(make_article(by=alice, title="Die Dose"), by=alice)
    make_article(by=alice, title="Der Entwurf")
    shown = Client().get("/de/blog/").content.decode()
    assert "Die Dose" in shown
    assert "Der Entwurf" not in shown


def test_missing_and_withdrawn_pages_are_friendly(alice: User, rulebook: RulebookVersion) -> None:
    live = make_released(make_article(by=alice, slug="dose"), by=alice)
    withdraw(live, by=alice, reason="Rückruf.")
    assert Client().get("/de/blog/dose/").status_code == 410
    assert Client().get("/de/blog/nie/").status_code == 404
    assert Client().get("/xx/blog/").status_code == 404
    assert Client().get("/irgendwo").status_code == 404


def test_start_leads_to_the_first_locale(db: None) -> None:
    assert Client().get("/")["Location"] == "/de/blog/"


def test_script_in_a_title_stays_text(alice: User, rulebook: RulebookVersion) -> None:
    title = "</script><script>alert(1)</script>"
    make_released(make_article(by=alice, slug="x", title=title), by=alice)
    assert "<script>alert" not in Client().get("/de/blog/x/").content.decode()

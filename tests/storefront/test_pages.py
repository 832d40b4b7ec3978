"""The preview pages of released content."""

import base64
import hashlib
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from shop_content.models import RulebookVersion
from shop_content.storefront import views
from shop_content.storefront.policy import policy_with
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_ready_image, make_released

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


def test_list_leads_to_older_articles(
    alice: User, rulebook: RulebookVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LISTED", 2)
    for title in ("Eins", "Zwei", "Drei"):
        make_released(make_article(by=alice, title=title), by=alice)
    first = Client().get("/de/blog/").content.decode()
    link = re.search(r'href="(\?older=\d+)"', first)
    assert link is not None
    second = Client().get(f"/de/blog/{link[1]}").content.decode()
    shown = [re.findall("Eins|Zwei|Drei", page) for page in (first, second)]
    assert shown == [["Drei", "Zwei"], ["Eins"]]
    assert "?older=" not in second


@pytest.mark.parametrize("older", ["x", "-1", "1e9", "²", "9" * 30])
def test_odd_place_in_the_list_is_not_found(db: None, older: str) -> None:
    assert Client().get("/de/blog/", {"older": older}).status_code == 404


@pytest.mark.parametrize("path", ["/DE/blog/?older=3", "/De/blog/dose/?a=b", "/DE/products/x/"])
def test_locale_in_capitals_leads_to_its_address(db: None, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (308, path.replace(path[1:3], "de", 1))


def test_alternates_for_search_engines_are_absolute(
    alice: User, rulebook: RulebookVersion
) -> None:
    make_released(make_article(by=alice, slug="dose"), by=alice)
    for path in ("/de/blog/", "/de/blog/dose/"):
        shown = Client().get(path).content.decode()
        links = dict(re.findall(r'rel="alternate" hreflang="(.+?)" href="(.+?)"', shown))
        assert links["de"] == links["x-default"] == f"http://localhost:8000{path}"


def test_a_picture_comes_in_every_format_with_its_colour_and_centre(
    alice: User, rulebook: RulebookVersion
) -> None:
    article = make_article(by=alice, slug="dose")
    article.image = make_ready_image(by=alice, alt='Eine "Dose"')
    article.image.focal_x, article.image.focal_y = 0.25, 1
    article.image.save()
    article.save()
    make_released(article, by=alice)
    answer = Client().get("/de/blog/dose/")
    page = LexborHTMLParser(answer.content)
    folder = f"/media/images/{article.image.digest}"
    formats = [source.attributes for source in page.css("picture source")]
    assert [source["type"] for source in formats] == ["image/avif", "image/webp"]
    assert str(formats[0]["srcset"]).split(", ")[0] == f"{folder}/320.avif 320w"
    (shown,) = page.css("picture img")
    assert (shown.attributes["alt"], shown.attributes["width"]) == ('Eine "Dose"', "400")
    assert shown.attributes["src"] == f"{folder}/400.jpeg"
    style = page.css_first("head style").text()
    assert style == (
        f".{shown.attributes['class']}{{background-color:#1f6b4f;object-position:25.00% 100.00%}}"
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}';" in answer["Content-Security-Policy"]


def test_pictures_from_elsewhere_are_let_in_by_their_origin(settings: Any) -> None:
    assert "img-src 'self' data:;" in policy_with("")
    settings.MEDIA_URL = "https://cdn.example/shop/"
    assert "img-src 'self' data: https://cdn.example;" in policy_with("")

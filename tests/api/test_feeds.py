"""Atom and sitemaps: what is live, nothing else, in the words of their standards."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.api import feeds
from shop_content.models import Article, RulebookVersion, Tag
from shop_content.workflow import rendering
from shop_content.workflow.draft import write_draft
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
FEED, SITEMAP = "/api/v1/de/feed/", "/api/v1/de/sitemap/"
ALL = [FEED, SITEMAP, "/de/sitemap.xml"]


@pytest.fixture
def api(settings: Any) -> Client:
    settings.STOREFRONT_ORIGIN = "https://laden.example"
    return Client(raise_request_exception=False)


@pytest.fixture
def article(alice: User, bob: User, rulebook: RulebookVersion) -> Article:
    made = make_article(by=alice, slug="dose", title="Die „Dose“ & <du>", teaser="Rund.")
    tag = Tag.objects.create(slug="blech")
    tag.create_translation("de", name="Blech")
    made.tags.add(tag)
    make_released(made, by=alice)
    english = {"title": "The tin", "slug": "tin", "body": "<p>Round.</p>"}
    write_draft(made, locale="en", fields=english, by=alice, version=None)
    make_released(made, by=alice, locale="en")
    return made


def tree(answer: Any) -> ElementTree.Element:
    return ElementTree.fromstring(answer.content)  # noqa: S314 -- our own


def test_feed_is_atom(api: Client, article: Article) -> None:
    answer = api.get(FEED)
    assert answer["Content-Type"] == "application/atom+xml"
    assert answer["Content-Language"] == "de"
    feed = tree(answer)
    assert feed.findtext("a:id", "", NAMES) == "https://laden.example/de/blog/"
    hrefs = {link.get("rel"): link.get("href") for link in feed.findall("a:link", NAMES)}
    assert hrefs["self"] == f"https://laden.example{FEED}"
    (entry,) = feed.findall("a:entry", NAMES)
    assert entry.findtext("a:title", "", NAMES) == "Die „Dose“ & <du>"
    assert entry.findtext("a:id", "", NAMES) == f"urn:uuid:{article.uuid}"
    assert entry.findtext("a:summary", "", NAMES) == "Rund."
    assert entry.find("a:author/a:name", NAMES) is not None
    assert entry.findtext("a:updated", "", NAMES) == feed.findtext("a:updated", "", NAMES)
    assert [
        (link.get("hreflang"), link.get("href")) for link in entry.findall("a:link", NAMES)
    ] == [
        ("de", "https://laden.example/de/blog/dose/"),
        ("en", "https://laden.example/en/blog/tin/"),
    ]
    assert [one.get("term") for one in entry.findall("a:category", NAMES)] == ["blech"]


def test_feed_of_nothing_is_still_one(api: Client, rulebook: RulebookVersion) -> None:
    feed = tree(api.get(FEED))
    assert feed.findall("a:entry", NAMES) == []
    assert feed.findtext("a:updated", "", NAMES)


def test_sitemap_names_pages_with_their_translations(
    api: Client, article: Article, alice: User, bob: User
) -> None:
    make_released(make_product(by=alice, sku="MG-1", slug="komplex"), by=alice, reviewer=bob)
    items = api.get(SITEMAP).json()["items"]
    assert [item["url"] for item in items] == [
        "https://laden.example/de/products/komplex/",
        "https://laden.example/de/blog/dose/",
    ]
    assert [one["hreflang"] for one in items[1]["alternates"]] == ["de", "en", "x-default"]
    assert items[1]["images"] == []
    urls = tree(api.get("/de/sitemap.xml")).findall("s:url", NAMES)
    assert [url.findtext("s:loc", "", NAMES) for url in urls] == [item["url"] for item in items]
    links = urls[1].findall("x:link", NAMES)
    assert [link.get("href") for link in links] == [
        "https://laden.example/de/blog/dose/",
        "https://laden.example/en/blog/tin/",
        "https://laden.example/de/blog/dose/",
    ]


def test_pages_of_the_sitemap_follow_each_other(
    api: Client, article: Article, alice: User
) -> None:
    make_released(make_article(by=alice, slug="zweite"), by=alice)
    first = api.get(f"{SITEMAP}?limit=1").json()
    second = api.get(f"{SITEMAP}?limit=1&cursor={first['next_cursor']}").json()
    urls = [item["url"] for page in (first, second) for item in page["items"]]
    assert [url.rsplit("/", 2)[1] for url in urls] == ["zweite", "dose"]
    assert second["next_cursor"] is None


def test_index_names_as_many_files_as_are_needed(
    api: Client, article: Article, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_released(make_article(by=alice, slug=f"noch-{number}"), by=alice)
    monkeypatch.setattr(feeds, "LARGEST", 2)
    answer = api.get("/sitemap.xml")
    assert answer["Content-Type"] == "application/xml"
    files = [one.text or "" for one in tree(answer).findall("s:sitemap/s:loc", NAMES)]
    assert len([file for file in files if "/de/" in file]) == 3
    found = [
        url.text
        for file in files
        for url in tree(api.get(file.removeprefix("https://laden.example"))).findall(
            "s:url/s:loc", NAMES
        )
    ]
    assert len(found) == len(set(found)) == 6
    # As many as fill their files exactly need no empty one.
    make_released(make_article(by=alice, slug="voll"), by=alice)
    assert (
        len([1 for file in tree(api.get("/sitemap.xml")) if "/de/" in (file[0].text or "")]) == 3
    )


@pytest.mark.parametrize("query", ["?before=x", "?before=0", "?before=99999999999999999999"])
def test_odd_file_is_not_there(api: Client, article: Article, query: str) -> None:
    assert api.get(f"/de/sitemap.xml{query}").status_code == 404
    assert api.get("/fr/sitemap.xml").status_code == 404


@pytest.mark.parametrize("path", ALL)
def test_withdrawn_is_in_none(api: Client, article: Article, alice: User, path: str) -> None:
    before = api.get(path)
    assert b"dose" in before.content
    make_article(by=alice, slug="entwurf")
    withdraw(article.releases.get(is_live=True, locale="de"), by=alice, reason="Rückruf.")
    after = api.get(path)
    assert b"dose" not in after.content
    assert b"entwurf" not in after.content
    assert before["ETag"] != after["ETag"]


@pytest.mark.parametrize("path", [*ALL, "/sitemap.xml"])
def test_known_etag_is_304(api: Client, article: Article, path: str) -> None:
    answer = api.get(path)
    assert "locale:de" in answer["Cache-Tag"]
    assert api.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert api.head(path).content == b""


def test_what_xml_cannot_say_is_left_out(api: Client, alice: User, rulebook: Any) -> None:
    make_released(make_article(by=alice, slug="laut", title="Laut\x0c und leise"), by=alice)
    assert tree(api.get(FEED)).findtext("a:entry/a:title", "", NAMES) == "Laut und leise"


def test_sitemap_does_not_wait_for_everything_to_be_rendered(
    api: Client, article: Article, alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_released(make_article(by=alice, slug="zweite"), by=alice)
    monkeypatch.setattr(rendering, "MOST_RENDERED", 1)
    settings.SHOP_NAME = "Anders"  # nothing is rendered with that name yet
    urls = [[url[0].text for url in tree(api.get("/de/sitemap.xml"))] for _asked in range(2)]
    assert [len(one) for one in urls] == [1, 2]

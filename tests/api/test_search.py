"""Search: released words only, in the language of the locale, the most relevant first."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from shop_content.models import Article, RulebookVersion, SearchEntry, Tag
from shop_content.queries import search
from shop_content.workflow.draft import write_draft
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
LIST = "/api/v1/de/articles/"


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def shop(alice: User, rulebook: RulebookVersion) -> list[Article]:
    """Three articles about jars and baskets."""
    texts = {
        "glas": ("Gläser aus Glas", "<h2>Deckel</h2><p>Die Körbe und Krüge stehen im Regal.</p>"),
        "korb": ("Der Korb", "<p>Ein Korb aus Weide, neben dem Glas.</p><p>Neue Farben.</p>"),
        "blech": ("Blech", "<p>Die Dose &lt;b&gt;&amp; der Deckel sind rund.</p>"),
    }
    made = []
    for slug, (title, body) in texts.items():
        article = make_article(by=alice, slug=slug, title=title, body=body, teaser="Vom Regal.")
        made.append(article)
    made[2].tags.add(Tag.objects.language("de").create(slug="t", name="Werkstatt"))
    for article in made:
        make_released(article, by=alice)
    return made


def found(api: Client, q: str, more: str = "") -> list[str]:
    answer = api.get(f"{LIST}?{more}", {"q": q} | dict(p.split("=") for p in more.split("&") if p))
    assert answer.status_code == 200, answer.content
    return [item["slug"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("q", "slugs"),
    [
        ("glas", ["glas", "korb"]),  # in a title before in a text
        ("Körbe", ["korb", "glas"]),
        ("koerbe", ["korb", "glas"]),
        ("KÖRBEN", ["korb", "glas"]),
        ("Ko\u0308rbe", ["korb", "glas"]),
        ("krug", ["glas"]),
        ("neuer", ["korb"]),
        ("deckel", ["glas", "blech"]),
        ("werkstatt", ["blech"]),
        ("glas weide", ["korb"]),
        ("weide or krug", ["korb", "glas"]),
        ("deckel -glas", ["blech"]),
        ('"korb aus weide"', ["korb"]),
        ('"weide aus korb"', []),
        ('regal -"korb aus weide"', ["glas", "blech"]),
        ("der die das und", []),
        ("-glas", []),
        ("& | ! <-> :* ' ( \\", []),
        ('"', []),
        ("nirgends", []),
    ],
)
def test_words_find_what_they_mean(
    api: Client, shop: list[Article], q: str, slugs: list[str]
) -> None:
    assert found(api, q) == slugs


def test_each_language_has_its_own_rules(
    api: Client, alice: User, rulebook: RulebookVersion, settings: Any
) -> None:
    settings.CONTENT_LOCALES = ["de", "en", "en-gb"]
    for locale in ("en", "en-gb"):
        fields = {"title": "The jars", "slug": "jars", "body": "<p>We were running.</p>"}
        made = make_article(by=alice, locale=locale, teaser="", **fields)
        make_released(made, by=alice, locale=locale)
    for locale, q, number in [
        *(("en", "jar run", 1), ("en-gb", "jar run", 1), ("en", "we", 0), ("de", "jars", 0)),
    ]:
        items = api.get(f"/api/v1/{locale}/articles/", {"q": q}).json()["items"]
        assert len(items) == number, (locale, q)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(shop_content_language(one)::text)"
            " FROM unnest(ARRAY['de', 'de-at', 'en', 'en-gb', 'fr', 'den']) one"
        )
        names = ["german", "german", "english", "english", "simple", "simple"]
        assert cursor.fetchone() == (names,)


def test_snippets_are_escaped_and_marked(api: Client, shop: list[Article]) -> None:
    items = api.get(LIST, {"q": "deckel"}).json()["items"]
    assert items[1]["highlight"] == {
        "title": "Blech",
        "text": "Die Dose &lt;b&gt;&amp; der <mark>Deckel</mark> sind rund.",
    }
    items = api.get(LIST, {"q": "gläser krüge"}).json()["items"]
    assert items[0]["highlight"] == {
        "title": "<mark>Gläser</mark> aus <mark>Glas</mark>",
        "text": "Die Körbe und <mark>Krüge</mark> stehen im Regal.",
    }
    assert "highlight" not in api.get(LIST).json()["items"][0]


def test_what_is_not_live_is_never_found(api: Client, shop: list[Article], alice: User) -> None:
    draft = shop[1].translations.get(language_code="de")
    fields = {"title": "Kanarienvogel", "body": "<p>Kanarienvogel</p>"}
    write_draft(shop[1], locale="de", fields=fields, by=alice, version=draft.version)
    submit(shop[1], locale="de", by=alice)
    submit(make_article(by=alice, title="Kanarienvogel"), locale="de", by=alice)
    assert found(api, "kanarienvogel") == []
    make_released(shop[1], by=alice)
    assert found(api, "kanarienvogel") == ["korb"]
    assert found(api, "weide") == []  # what was said before is superseded
    withdraw(shop[1].releases.get(is_live=True), by=alice, reason="Rückruf.")
    assert found(api, "kanarienvogel") == []
    assert SearchEntry.objects.count() == 2


def test_entry_that_outlived_its_release_finds_nothing(
    api: Client, shop: list[Article], alice: User
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE shop_content_release DISABLE TRIGGER release_is_searched")
    withdraw(shop[1].releases.get(is_live=True), by=alice, reason="Rückruf.")
    assert SearchEntry.objects.count() == 3
    assert found(api, "weide") == []


def test_pages_of_a_search_are_stable(api: Client, shop: list[Article], alice: User) -> None:
    seen: list[str] = []
    cursor = ""
    for _page in range(3):
        answer = api.get(
            LIST, {"q": "regal", "limit": "1"} | ({"cursor": cursor} if cursor else {})
        )
        seen += [item["slug"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        # Newer than all of them, but it comes no sooner than where it belongs.
        make_released(make_article(by=alice, title="Regal", slug=f"r{len(seen)}"), by=alice)
    assert seen == ["glas", "blech", "korb"]
    assert cursor is None
    plain = api.get(f"{LIST}?limit=1").json()["next_cursor"]
    for query in ({"q": "regal", "cursor": plain}, {"cursor": "OTk5LjE"}):
        answer = api.get(LIST, query)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "cursor")


def test_only_the_newest_of_many_matches_are_ranked(
    api: Client, shop: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(api, "glas") == ["glas", "korb"]
    monkeypatch.setattr(search, "MATCHES", 1)
    assert found(api, "glas") == ["korb"]


def test_search_goes_with_filters(api: Client, shop: list[Article]) -> None:
    assert found(api, "deckel", "tag=t") == ["blech"]
    assert found(api, "deckel", f"ids={shop[0].uuid}") == ["glas"]
    assert found(api, "deckel", f"author={shop[0].author_id}") == ["glas", "blech"]
    assert found(api, "deckel", "updated_since=2999-01-01T00:00:00Z") == []


def test_products_are_searched_by_their_own_words(
    api: Client, shop: list[Article], alice: User, bob: User
) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex", title="Komplex im Glas")
    make_released(product, by=alice, reviewer=bob)
    items = api.get("/api/v1/de/products/", {"q": "gläser"}).json()["items"]
    assert [item["slug"] for item in items] == ["komplex"]
    assert items[0]["highlight"]["title"] == "Komplex im <mark>Glas</mark>"
    assert found(api, "komplex") == []


@pytest.mark.parametrize(
    "q",
    [
        *("", " ", "\x00", "x" * 201, " ".join(["wort"] * 17), "a-" * 17),
        *('"a b" ' * 9, "a or " * 16 + "a"),
    ],
)
def test_endless_query_is_refused(api: Client, rulebook: RulebookVersion, q: str) -> None:
    answer = api.get(LIST, {"q": q})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "q")


def test_search_is_one_statement(
    api: Client, shop: list[Article], django_assert_num_queries: Any
) -> None:
    found(api, "regal")
    with django_assert_num_queries(1):
        found(api, "regal")

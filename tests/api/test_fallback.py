"""A text that is not there in the locale asked for: offered, or served whole in another one."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, RulebookVersion
from shop_content.workflow.draft import write_draft
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import NEUTRAL, make_article, make_product, make_released

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_locales(settings: Any) -> None:
    settings.CONTENT_LOCALES = ["de", "en", "en-gb"]
    settings.STOREFRONT_ORIGIN = "https://shop.test"


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


def translate(article: Article, locale: str, slug: str, *, by: User) -> None:
    fields = {"title": "The tin", "slug": slug, "teaser": "What it is.", "body": NEUTRAL}
    write_draft(article, locale=locale, fields=fields, by=by, version=None)


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    """Released in German and English under two slugs; British English has none."""
    made = make_article(by=alice, slug="dose", title="Die Dose")
    make_released(made, by=alice)
    translate(made, "en", "tin", by=alice)
    make_released(made, by=alice, locale="en")
    return made


def test_chain_takes_the_first_released_locale_whatever_slug_was_given(
    api: Client, article: Article
) -> None:
    for slug in ("dose", "tin"):
        answer = api.get(f"/api/v1/en-gb/articles/{slug}/?fallback=chain")
        document = answer.json()
        assert answer.status_code == 200
        assert answer["Content-Language"] == document["content_language"] == "en"
        assert document["requested_locale"] == "en-gb"
        assert document["fallback"] == {
            "used": True,
            "chain": ["en-gb", "en", "de"],
            "fields": {},
        }
        assert document["seo"]["robots"] == "noindex,follow"
        assert document["seo"]["canonical"] == "https://shop.test/en/blog/tin/"
        assert [one["hreflang"] for one in document["alternates"]] == ["de", "en", "x-default"]


def test_slug_of_another_locale_leads_to_the_own_address(api: Client, article: Article) -> None:
    for query in ("", "?fallback=chain"):
        answer = api.get(f"/api/v1/en/articles/dose/{query}")
        assert answer.status_code == 308
        assert answer["Location"] == f"/api/v1/en/articles/tin/{query}"
        assert answer.json() == {"location": answer["Location"], "code": "moved"}


def test_old_slug_of_another_locale_is_known_too(
    api: Client, article: Article, alice: User
) -> None:
    draft = article.translations.get(language_code="de")
    fields = {"slug": "dose-neu"}
    write_draft(article, locale="de", fields=fields, by=alice, version=draft.version)
    make_released(article, by=alice)
    assert api.get("/api/v1/en/articles/dose/")["Location"] == "/api/v1/en/articles/tin/"


def test_strict_offers_the_alternates(api: Client, article: Article) -> None:
    answer = api.get("/api/v1/en-gb/articles/dose/")
    assert (answer.status_code, answer.json()["code"]) == (404, "translation_missing")
    assert answer["Content-Type"] == "application/problem+json"
    assert [(one["hreflang"], one["url"]) for one in answer.json()["alternates"]] == [
        ("de", "https://shop.test/de/blog/dose/"),
        ("en", "https://shop.test/en/blog/tin/"),
        ("x-default", "https://shop.test/de/blog/dose/"),
    ]


def test_draft_in_the_requested_locale_changes_nothing(
    api: Client, article: Article, alice: User
) -> None:
    paths = [f"/api/v1/en-gb/articles/dose/{query}" for query in ("", "?fallback=chain")]
    paths += ["/api/v1/en-gb/articles/secret/?fallback=chain"]
    paths += ["/api/v1/de/articles/secret/?fallback=chain"]
    before = [api.get(path) for path in paths]
    translate(article, "en-gb", "secret", by=alice)
    submit(article, locale="en-gb", by=alice)
    for path, old in zip(paths, before, strict=True):
        new = api.get(path)
        assert (new.status_code, new.content) == (old.status_code, old.content)
        assert dict(new.headers) == dict(old.headers)


def test_text_withdrawn_everywhere_is_not_offered(
    api: Client, article: Article, alice: User
) -> None:
    for live in article.releases.filter(is_live=True):
        withdraw(live, by=alice, reason="Rückruf.")
    for query in ("", "?fallback=chain"):
        answer = api.get(f"/api/v1/en-gb/articles/dose/{query}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert api.get("/api/v1/de/articles/dose/?fallback=chain").status_code == 410


def test_product_falls_back_by_slug_and_by_sku(
    api: Client, alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex")
    make_released(product, by=alice, reviewer=bob)
    for address in ("komplex", "MG-1"):
        answer = api.get(f"/api/v1/en/products/{address}/?fallback=chain")
        assert (answer.status_code, answer["Content-Language"]) == (200, "de")
        assert answer.json()["fallback"]["used"] is True
        strict = api.get(f"/api/v1/en/products/{address}/")
        assert (strict.status_code, strict.json()["code"]) == (404, "translation_missing")


def test_page_in_the_own_locale_did_not_fall_back(api: Client, article: Article) -> None:
    document = api.get("/api/v1/en/articles/tin/?fallback=chain").json()
    assert document["fallback"]["used"] is False
    assert document["seo"]["robots"] == "index,follow"


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/api/v1/DE/articles/?limit=3&tag=a%20b", "/api/v1/de/articles/?limit=3&tag=a%20b"),
        ("/api/v1/De/articles/dose/?fallback=chain", "/api/v1/de/articles/dose/?fallback=chain"),
        ("/api/v1/en-GB/products/DE/", "/api/v1/en-gb/products/DE/"),
        ("/api/v1/EN-gb/products/", "/api/v1/en-gb/products/"),
    ],
)
def test_locale_in_capitals_leads_to_its_address(api: Client, path: str, location: str) -> None:
    for call in (api.get, api.head):
        answer = call(path)
        assert (answer.status_code, answer["Location"]) == (308, location)
        assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("locale", ["fr", "FR", "de_DE", "d%C3%A9", "en-g%E2%84%AA", "-"])
@pytest.mark.parametrize("rest", ["articles/", "articles/dose/", "products/", "products/MG-1/"])
def test_locale_that_is_not_served_is_not_found(
    api: Client, rulebook: RulebookVersion, locale: str, rest: str
) -> None:
    answer = api.get(f"/api/v1/{locale}/{rest}?fallback=chain")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_locale")
    assert answer["Content-Type"] == "application/problem+json"


def test_released_rows_of_a_retired_locale_break_nothing(
    api: Client, article: Article, settings: Any
) -> None:
    settings.CONTENT_LOCALES = ["en"]
    for rest in ("articles/", "articles/dose/", "articles/dose/?fallback=chain"):
        answer = api.get(f"/api/v1/de/{rest}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_locale")
    assert api.get("/api/v1/en/articles/dose/?fallback=chain").json()["code"] == "not_found"
    items = api.get("/api/v1/en/articles/").json()["items"]
    assert [one["hreflang"] for one in items[0]["alternates"]] == ["en", "x-default"]
    assert [one["locale"] for one in api.get("/api/v1/locales/").json()["items"]] == ["en"]

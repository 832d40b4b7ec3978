"""From a path of the storefront to what is live there."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.api.resolve import Place, read_path
from shop_content.models import Article, RulebookVersion
from shop_content.workflow.draft import write_draft
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
RESOLVE = "/api/v1/resolve/"


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def article(alice: User, bob: User, rulebook: RulebookVersion) -> Article:
    made = make_article(by=alice, slug="dose", title="Die Dose")
    make_released(made, by=alice)
    return made


def ask(api: Client, path: str) -> tuple[int, Any]:
    answer = api.get(RESOLVE, {"path": path})
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "path",
    [
        "/de/blog/dose/",
        "/de/blog/dose",
        "/DE/blog/dose/?utm=1#oben",
        "/blog/dose",
        "/blogs/magnesium/dose",
        "http://localhost:8000/de/blog/dose/",
        "/de/blog/d%6fse/",
    ],
)
def test_path_of_a_live_article_leads_to_it(
    api: Client, article: Article, settings: Any, path: str
) -> None:
    settings.STOREFRONT_ORIGIN = "http://localhost:8000"
    assert ask(api, path) == (
        200,
        {
            "type": "article",
            "id": str(article.uuid),
            "locale": "de",
            "slug": "dose",
            "canonical": "http://localhost:8000/de/blog/dose/",
            "redirect": None,
        },
    )


def test_product_is_found_by_slug_and_sku(
    api: Client, alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex")
    make_released(product, by=alice, reviewer=bob)
    for path in ("/de/products/komplex/", "/collections/all/products/komplex", "/products/MG-1"):
        status, told = ask(api, path)
        assert (status, told["type"], told["id"]) == (200, "product", str(product.uuid))


def test_slug_of_before_is_a_redirect(api: Client, article: Article, alice: User) -> None:
    version = article.translations.get(language_code="de").version
    write_draft(article, locale="de", fields={"slug": "neu"}, by=alice, version=version)
    make_released(article, by=alice)
    status, told = ask(api, "/de/blog/dose/")
    assert (status, told["type"], told["redirect"]) == (200, "redirect", "/de/blog/neu/")
    assert told["canonical"] is None


def test_withdrawn_is_gone(api: Client, article: Article, alice: User) -> None:
    withdraw(article.releases.get(is_live=True), by=alice, reason="Rückruf.")
    status, told = ask(api, "/de/blog/dose/")
    assert (status, told["code"]) == (410, "withdrawn")


def test_other_locales_are_told(api: Client, article: Article, settings: Any) -> None:
    status, told = ask(api, "/en/blog/dose/")
    assert (status, told["code"]) == (404, "translation_missing")
    assert told["alternates"][0]["url"] == f"{settings.STOREFRONT_ORIGIN}/de/blog/dose/"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        "/de/blog/",
        "/de/blog/entwurf/",
        "/de/blog/nie/",
        "/fr/blog/dose/",
        "/de/products/dose/",
        "https://example.com/de/blog/dose/",
        "//example.com/de/blog/dose/",
        "/de/blog/dose%00/",
        "/de/blog/dose/mehr/noch/",
        "http://[",
    ],
)
def test_everything_else_is_one_and_the_same_nothing(
    api: Client, article: Article, alice: User, path: str
) -> None:
    make_article(by=alice, slug="entwurf")
    answer = api.get(RESOLVE, {"path": path})
    nothing = api.get(RESOLVE, {"path": "/de/blog/garnichts/"})
    assert answer.status_code == 404
    assert answer.content == nothing.content
    assert answer.headers == nothing.headers


def test_path_is_needed(api: Client, article: Article) -> None:
    answer = api.get(RESOLVE)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "path"


def test_answer_is_cached_by_tag_and_known_by_etag(api: Client, article: Article) -> None:
    answer = api.get(RESOLVE, {"path": "/de/blog/dose/"})
    assert f"article:{article.uuid}" in answer["Cache-Tag"]
    again = api.get(RESOLVE, {"path": "/blog/dose"}, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_one_statement_is_enough(
    api: Client, article: Article, django_assert_num_queries: Any
) -> None:
    ask(api, "/de/blog/dose/")
    with django_assert_num_queries(1):
        ask(api, "/de/blog/dose/")


def test_rendering_that_is_not_written_yet_is_written(
    api: Client, article: Article, settings: Any
) -> None:
    settings.SHOP_NAME = "Anders"
    assert ask(api, "/de/blog/dose/")[0] == 200


def test_reading_of_paths() -> None:
    assert read_path("/de-AT/blog/x/") is None
    assert read_path("/en/products/x") == Place("product", "en", "x")
    assert json.dumps(read_path("/blog/ä%20b/").slug, ensure_ascii=False) == '"ä b"'  # type: ignore[union-attr]

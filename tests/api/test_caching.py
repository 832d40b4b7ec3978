"""What caches are told, and what they need not fetch again."""

import gzip
from typing import Any

import brotli
import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, RulebookVersion
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
PATHS = [
    "/api/v1/de/articles/",
    "/api/v1/de/articles/dose/",
    "/api/v1/en/articles/dose/?fallback=chain",
    "/api/v1/de/products/",
    "/api/v1/de/products/komplex/",
    "/api/v1/de/products/MG-1/",
    "/api/v1/locales/",
]


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def article(alice: User, bob: User, rulebook: RulebookVersion) -> Article:
    product = make_product(by=alice, sku="MG-1", slug="komplex")
    make_released(product, by=alice, reviewer=bob)
    made = make_article(by=alice, slug="dose")
    make_released(made, by=alice)
    return made


@pytest.mark.parametrize("path", PATHS)
def test_answer_tells_caches_everything(api: Client, article: Article, path: str) -> None:
    answer = api.get(path)
    assert answer["Cache-Control"] == (
        "public, max-age=60, s-maxage=60, stale-while-revalidate=0, stale-if-error=0"
    )
    assert answer["Vary"] == "Accept-Encoding"
    if path != "/api/v1/locales/":
        assert answer["Content-Language"] == "de"
        assert answer["Last-Modified"].endswith(" GMT")


@pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"other", W/"b,c", "{}"', "*"])
@pytest.mark.parametrize("path", PATHS)
def test_known_etag_answers_304(api: Client, article: Article, path: str, known: str) -> None:
    first = api.get(path)
    etag = first["ETag"].strip('"')
    answer = api.get(path, headers={"if-none-match": known.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert answer[name] == first[name]


@pytest.mark.parametrize("known", ['"other"', "other", '"', "W/", '"{}x"', "x" * 10_000, "é"])
def test_unknown_etag_answers_the_document(api: Client, article: Article, known: str) -> None:
    answer = api.get("/api/v1/de/articles/dose/", headers={"if-none-match": known})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(api: Client, article: Article, path: str) -> None:
    get, head = api.get(path), api.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


def test_etag_of_an_item_is_that_of_its_page(api: Client, article: Article) -> None:
    for kind in ("articles", "products"):
        for item in api.get(f"/api/v1/de/{kind}/").json()["items"]:
            answer = api.get(f"/api/v1/de/{kind}/{item['slug']}/")
            assert answer["ETag"] == f'"{item["etag"]}"'


def test_etag_tells_a_fallback_from_the_page_itself(api: Client, article: Article) -> None:
    own = api.get("/api/v1/de/articles/dose/")
    fallen = api.get("/api/v1/en/articles/dose/?fallback=chain")
    assert own["ETag"] != fallen["ETag"]


def test_known_page_is_not_built_again(
    api: Client, article: Article, django_assert_num_queries: Any
) -> None:
    for path in ("/api/v1/de/articles/dose/", "/api/v1/de/articles/"):
        etag = api.get(path)["ETag"]
        with django_assert_num_queries(1):
            assert api.get(path, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_etag_changes_exactly_with_the_bytes(
    api: Client, article: Article, alice: User, path: str
) -> None:
    before = api.get(path)
    other = make_released(make_article(by=alice, slug="andere"), by=alice)
    between = api.get(path)
    assert (before["ETag"] == between["ETag"]) == (before.content == between.content)
    withdraw(other, by=alice, reason="Rückruf.")
    # The same texts are live as at first, and the same bytes are served.
    assert api.get(path)["ETag"] == before["ETag"]


@pytest.mark.parametrize("path", ["/api/v1/de/articles/", "/api/v1/de/articles/dose/"])
def test_coding_is_negotiated_and_has_its_own_etag(
    api: Client, article: Article, path: str
) -> None:
    plain = api.get(path)
    seen = {plain["ETag"]}
    for accepted, coding in (
        ("gzip", "gzip"),
        ("br;q=1, gzip", "br"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
    ):
        answer = api.get(path, headers={"accept-encoding": accepted})
        assert answer["Content-Encoding"] == coding
        unpacked = gzip.decompress if coding == "gzip" else brotli.decompress
        assert unpacked(answer.content) == plain.content
        assert answer["Content-Length"] == str(len(answer.content))
        known = api.get(path, headers={"if-none-match": f"W/{answer['ETag']}"})
        assert known.status_code == 304
        seen.add(answer["ETag"])
    assert len(seen) == 3
    for accepted in ("", "identity", "gzip;q=0", "deflate", "br;q=x", "\x7f;;=,q", "é"):
        assert "Content-Encoding" not in api.get(path, headers={"accept-encoding": accepted})


def test_etag_changes_with_the_origin_in_the_links(
    api: Client, article: Article, settings: Any
) -> None:
    before = api.get("/api/v1/de/articles/dose/")["ETag"]
    settings.STOREFRONT_ORIGIN = "https://another.test"
    assert api.get("/api/v1/de/articles/dose/")["ETag"] != before


def test_withdrawn_text_is_not_served_stale(api: Client, article: Article, alice: User) -> None:
    etag = api.get("/api/v1/de/articles/dose/")["ETag"]
    withdraw(article.releases.get(is_live=True), by=alice, reason="Rückruf.")
    answer = api.get("/api/v1/de/articles/dose/", headers={"if-none-match": etag})
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "public, max-age=10, stale-if-error=0"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "x" * 10_000])
def test_accept_header_changes_nothing(api: Client, article: Article, accept: str) -> None:
    for path in (*PATHS, "/api/v1/schema/", "/healthz"):
        answer = api.get(path, headers={"accept": accept})
        plain = api.get(path)
        assert (answer.status_code, answer.content) == (200, plain.content), path
        assert answer["Content-Type"] == plain["Content-Type"]

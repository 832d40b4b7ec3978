"""Whatever is asked of a public address: no crash, and no answer that is not documented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shop_content.models import RulebookVersion
from shop_content.wsgi import application
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ROUTES = [
    "/api/v1/{}/articles/",
    "/api/v1/{}/products/",
    "/api/v1/de/articles/{}/",
    "/api/v1/de/products/{}/",
    "/api/v1/en/articles/{}/?fallback=chain",
    "/api/v1/en/products/{}/?fallback=chain",
    "/api/v1/locales/{}",
    "/api/v1/resolve/?path={}",
    "/api/v1/resolve/?path=/de/blog/{}",
    "/api/v1/{}/feed/",
    "/api/v1/{}/sitemap/",
    "/{}/sitemap.xml",
    "/api/v1/de/articles/{}/comments/",
    "/api/v1/de/articles/text/comments/?cursor={}",
    "/de/sitemap.xml?before={}",
    "/api/v1/schema/{}",
    "/api/docs/{}",
    "/api/{}",
    "/de/blog/{}/",
    "/{}/blog/",
    "/de/products/{}/",
    "/media/{}",
    "/static/{}",
    "/healthz{}",
    "/readyz{}",
    "/{}",
    "/admin/login/{}",
]
RUBBISH = [
    *("", ".", "..", "%", "%zz", "%00", "a%00b", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%2F", "//"),
    *("%ED%A0%80", "%ff%fe", "%F0%9F%92%8A", "%0d%0aSet-Cookie:a=b", "%5c..%5c", "'--", "{{7*7}}"),
    *(
        "x" * 10_000,
        "%C3%BC" * 2000,
        "de",
        "DE",
        "en-g%E2%84%AA",
        "text",
        "MG-1",
        "?",
        "?lang=%00",
    ),
    *(
        "?version=%00&format=xml",
        "?next=//evil.test",
        "9" * 400,
        "\u202e",
        "a;b=c",
        "a b",
        "[",
        "*",
    ),
]
QUERIES = [
    *("limit", "cursor", "topic", "tag", "product", "ids", "updated_since", "fallback", "format"),
    *("q", "fields", "include", "author", "skus"),
    *("older", "next", "lang", "version", "script"),
]
HEADERS = {
    "accept": ["*/*", "text/html;q=x", "application/xml", "x" * 10_000, ",;=", "*/*;version=\x7f"],
    "range": ["bytes=0-", "bytes=9-1", "bytes=-1", "x", "bytes=" + "0-1," * 2000],
    "if-none-match": ["*", '"', 'W/"x"', '"a", ' * 2000],
    "if-modified-since": ["x", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 5000],
    "accept-language": ["de", "x" * 10_000, "*;q=9", "en-" * 3000],
    "content-type": ["application/json", "text/plain; charset=\x7f", "multipart/form-data", ""],
    "x-http-method-override": ["DELETE"],
}
DOCUMENTED = {200, 202, 206, 301, 302, 304, 308, 400, 403, 404, 405, 410, 416}


@pytest.fixture
def released(alice: User, bob: User, rulebook: RulebookVersion) -> None:
    make_released(make_product(by=alice, sku="MG-1", slug="komplex"), by=alice, reviewer=bob)
    make_released(make_article(by=alice, slug="text"), by=alice)


def rubbish() -> st.SearchStrategy[str]:
    anything = st.text(st.characters(codec="utf-8", exclude_characters="#"), max_size=20)
    bytes_written = st.binary(max_size=8).map(lambda raw: "".join(f"%{b:02x}" for b in raw))
    return st.sampled_from(RUBBISH) | anything | bytes_written


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, str], str]:
    path = draw(st.sampled_from(ROUTES)).format(draw(rubbish()))
    asked = draw(st.lists(st.tuples(st.sampled_from(QUERIES), rubbish()), max_size=3))
    if asked:
        path += ("&" if "?" in path else "?") + "&".join(f"{n}={v}" for n, v in asked)
    method = draw(
        st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE"])
    )
    names = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=2, unique=True))
    headers = {name: draw(st.sampled_from(HEADERS[name])) for name in names}
    body = draw(st.sampled_from(["", "{}", "[" * 50_000, '{"a":' * 50_000, "\ud800", "9" * 6000]))
    return method, path, headers, body


@given(asked=requests())
@QUICK
def test_no_request_crashes_a_public_address(
    released: None, asked: tuple[str, str, dict[str, str], str]
) -> None:
    method, path, headers, body = asked
    content_type = headers.pop("content-type", "application/json")
    answer = Client(raise_request_exception=False).generic(
        method,
        path,
        body.encode("utf-8", "surrogatepass") if method in ("POST", "PUT") else b"",
        content_type=content_type,
        headers=headers,
    )
    assert answer.status_code in DOCUMENTED, (asked, answer.status_code)
    if path.startswith("/api/v1/") and answer.status_code >= 400 and method != "HEAD":
        assert answer["Content-Type"] == "application/problem+json", asked


@pytest.mark.parametrize("route", ROUTES)
def test_no_rubbish_in_an_address_crashes_it(released: None, route: str) -> None:
    api = Client(raise_request_exception=False)
    for part in RUBBISH:
        path = route.format(part)
        assert api.get(path).status_code in DOCUMENTED, path


@pytest.fixture
def _connection_stays() -> Iterator[None]:
    """A request through the WSGI application must not close the connection of the test."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays")
def test_answers_keep_what_the_schema_promises(
    released: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application.front, "channel", None)  # it cannot see what is not committed
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    seen: set[Any] = set()
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(QUICK, max_examples=40)
        def ask(case: Any) -> None:
            # schemathesis does not unpack what comes from a WSGI application
            case.call_and_validate(checks=checks, headers={"Accept-Encoding": "identity"})

        ask()
        seen.add(operation.path)
    assert len(seen) == 11

"""The gate: keys, limits and cross-origin reads change who is answered, never what."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from shop_content.front.application import Front
from shop_content.front.gate import Gate
from shop_content.models import ApiKey, Article, RulebookVersion
from shop_content.queries.serving import as_json
from shop_content.workflow.api_key import change_key, make_key, revoke_key
from shop_content.workflow.rendering import refresh
from shop_content.wsgi import django_application
from tests.factories import make_article, make_released, make_user
from tests.front.test_front import DOSE, Answer

pytestmark = pytest.mark.django_db(transaction=True)
SHOP, OTHER = "https://shop.example", "https://other.example"
LIST = "/api/v1/de/articles/"
PATHS = [DOSE, LIST, "/api/v1/locales/", "/api/v1/de/articles/nie/", "/api/v1/DE/articles/dose/"]
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
def root(db: None) -> User:
    return make_user("root", is_superuser=True)


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    made = make_article(by=alice, slug="dose")
    make_released(made, by=alice)
    while refresh():
        pass
    return made


def make_gate(settings: Any, **changes: Any) -> Gate:
    settings.FRONT_PUSH = False
    for name, value in changes.items():
        setattr(settings, name, value)
    return Gate(Front(django_application))


def problem(answer: Answer) -> tuple[int, str]:
    import json  # noqa: PLC0415 -- of this helper only

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    said = json.loads(answer.body)
    assert said["status"] == answer.status
    return answer.status, said["code"]


def test_no_key_is_needed(article: Article, settings: Any) -> None:
    gate, front = make_gate(settings), Front(django_application)
    for path in PATHS:
        ours, theirs = Answer(gate, path), Answer(front, path)
        assert (ours.status, ours.headers, ours.body) == (
            theirs.status,
            theirs.headers,
            theirs.body,
        )


@pytest.mark.parametrize("header", ["authorization", "x_api_key"])
def test_key_changes_nothing_that_is_answered(
    article: Article, settings: Any, root: User, header: str
) -> None:
    _key, secret = make_key(by=root, name="Shop")
    gate = make_gate(settings)
    given = {header: f"Bearer {secret}" if header == "authorization" else secret}
    for path in PATHS:
        with_key, without = Answer(gate, path, **given), Answer(gate, path)
        assert (with_key.status, with_key.headers, with_key.body) == (
            without.status,
            without.headers,
            without.body,
        )


def test_wrong_revoked_expired_and_paused_keys_are_refused_alike(
    article: Article, settings: Any, root: User
) -> None:
    gate = make_gate(settings)
    revoked, one = make_key(by=root, name="Revoked")
    _expired, two = make_key(by=root, name="Expired", expires_at=timezone.now())
    paused, three = make_key(by=root, name="Paused", origins=[SHOP])
    assert Answer(gate, DOSE, x_api_key=one).status == 200
    assert Answer(gate, DOSE, x_api_key=three).status == 200
    revoke_key(revoked, by=root)
    terms: dict[str, Any] = {"name": "Paused", "origins": [], "per_minute": 9, "expires_at": None}
    change_key(paused, by=root, is_active=False, **terms)
    gate.keys._read()  # what a second does
    wrong = ["", "x", "sc_00000000_x", "é\x00", "x" * 12_000, one, two, three, one + "x"]
    answers = [Answer(gate, DOSE, authorization=f"Bearer {secret}") for secret in wrong]
    answers += [Answer(gate, DOSE, x_api_key=secret) for secret in wrong]
    assert {problem(answer) for answer in answers} == {(401, "invalid_key")}
    assert len({(answer.body, str(answer.headers)) for answer in answers}) == 1
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert Answer(gate, DOSE, x_api_key="x", method="HEAD").body == b""


def test_key_that_expires_in_memory_is_refused(
    article: Article, settings: Any, root: User
) -> None:
    gate = make_gate(settings)
    _key, secret = make_key(
        by=root, name="Shop", expires_at=timezone.now() + timedelta(minutes=10)
    )
    assert Answer(gate, DOSE, x_api_key=secret).status == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        assert Answer(gate, DOSE, x_api_key=secret).status == 401


def test_a_revoked_key_is_refused_after_a_second(
    article: Article, settings: Any, root: User, retrying: Any
) -> None:
    gate = make_gate(settings)
    key, secret = make_key(by=root, name="Shop")
    assert Answer(gate, DOSE, x_api_key=secret).status == 200
    revoke_key(key, by=root)
    assert retrying(lambda: Answer(gate, DOSE, x_api_key=secret).status == 401, 5)


def test_use_of_a_key_is_dated(article: Article, settings: Any, root: User, retrying: Any) -> None:
    gate = make_gate(settings)
    key, secret = make_key(by=root, name="Shop")

    def is_dated() -> bool:
        Answer(gate, DOSE, x_api_key=secret)
        key.refresh_from_db()
        return key.last_used_at is not None

    assert retrying(is_dated, 5)


def test_too_many_reads_are_refused_with_a_time(article: Article, settings: Any) -> None:
    gate = make_gate(settings, READS_PER_MINUTE=3)
    answers = [Answer(gate, DOSE, x_forwarded_for=f"203.0.113.{n}") for n in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert problem(answers[3]) == (429, "rate_limited")
    assert answers[3].headers["RateLimit-Policy"] == '"requests";q=3;w=60'
    wait = answers[3].headers["Retry-After"]
    assert answers[3].headers["RateLimit"] == f'"requests";r=0;t={wait}'
    assert 1 <= int(wait) <= 20
    assert {name for answer in answers[:3] for name in answer.headers if "Rate" in name} == set()
    assert Answer(gate, "/healthz").status == 200


def test_each_client_has_an_allowance_behind_our_proxies(article: Article, settings: Any) -> None:
    gate = make_gate(settings, READS_PER_MINUTE=1, TRUSTED_PROXIES=1)
    said = ["203.0.113.1", "203.0.113.2, 203.0.113.1", "203.0.113.2"]
    assert [Answer(gate, DOSE, x_forwarded_for=one).status for one in said] == [200, 429, 200]


def test_key_has_a_limit_of_its_own(article: Article, settings: Any, root: User) -> None:
    gate = make_gate(settings, READS_PER_MINUTE=1)
    _key, secret = make_key(by=root, name="Shop", per_minute=3)
    with_key = [Answer(gate, DOSE, x_api_key=secret).status for _request in range(4)]
    assert with_key == [200, 200, 200, 429]
    assert Answer(gate, DOSE).status == 200
    wrong = [Answer(gate, DOSE, x_api_key="x").status for _request in range(2)]
    assert wrong == [429, 429]


def test_writes_are_counted_by_everybody_together(article: Article, settings: Any) -> None:
    gates = [make_gate(settings, WRITES_PER_MINUTE=2) for _process in range(2)]
    answers = [Answer(gates[n % 2], DOSE, method="POST") for n in range(3)]
    assert [answer.status for answer in answers] == [405, 405, 429]
    assert problem(answers[2]) == (429, "rate_limited")
    assert answers[2].headers["RateLimit-Policy"] == '"writes";q=2;w=60'


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"])
def test_other_methods_are_refused_with_those_there_are(
    article: Article, settings: Any, method: str
) -> None:
    answer = Answer(make_gate(settings), DOSE, method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_body_that_is_too_large_is_not_read(article: Article, settings: Any) -> None:
    gate = make_gate(settings)

    def sized(environ: Any, start_response: Any) -> Any:
        return gate(environ | {"CONTENT_LENGTH": "9" * 30}, start_response)

    assert problem(Answer(sized, DOSE, method="POST")) == (413, "too_large")
    assert Answer(sized, DOSE).status == 200


def test_without_a_database_reads_go_on_and_writes_do_not(
    article: Article, settings: Any, root: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = make_gate(settings)
    monkeypatch.setattr(gate, "front", lambda environ, start: [as_json(start("200 OK", []))])
    _key, secret = make_key(by=root, name="Shop", origins=[SHOP], per_minute=3)
    assert Answer(gate, DOSE, x_api_key=secret).status == 200
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "PORT", "1")
        patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        gate.keys.good_until = float("-inf")
        known = Answer(gate, DOSE, x_api_key=secret, origin=SHOP)
        assert (known.status, known.headers[ALLOWED]) == (200, SHOP)
        assert Answer(gate, DOSE, x_api_key="perhaps a key").status == 200
        assert Answer(gate, DOSE).status == 200
        refused = Answer(gate, DOSE, method="POST")
        assert problem(refused) == (503, "unavailable")
        assert refused.headers["Retry-After"] == "5"
    assert Answer(gate, DOSE, x_api_key="perhaps a key").status == 401


def test_pages_of_nobody_may_read_unless_told(article: Article, settings: Any) -> None:
    gate = make_gate(settings)
    for path in PATHS:
        answer = Answer(gate, path, origin=SHOP)
        assert answer.headers == Answer(gate, path).headers
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_everybody_may_read_without_a_trace_in_vary(article: Article, settings: Any) -> None:
    gate = make_gate(settings, CORS_ORIGINS=["*"])
    for path in PATHS:
        answers = [Answer(gate, path), *(Answer(gate, path, origin=o) for o in (SHOP, OTHER))]
        assert {answer.headers[ALLOWED] for answer in answers} == {"*"}
        assert {answer.headers["Vary"] for answer in answers} == {"Accept-Encoding"}
        assert len({(str(answer.headers), answer.body) for answer in answers}) == 1


def test_pages_of_named_origins_may_read(article: Article, settings: Any) -> None:
    gate = make_gate(settings, CORS_ORIGINS=[SHOP])
    for path in PATHS:
        for origin, allowed in ((SHOP, SHOP), (OTHER, None), ("null", None)):
            answer = Answer(gate, path, origin=origin)
            assert answer.headers.get(ALLOWED) == allowed
            assert answer.headers["Vary"] == "Accept-Encoding, Origin"
        assert Answer(gate, path).headers["Vary"] == "Accept-Encoding, Origin"
        assert Answer(gate, path, if_none_match="*", origin=SHOP).headers[ALLOWED] == SHOP


def test_pages_of_a_key_may_read_with_it_only(article: Article, settings: Any, root: User) -> None:
    gate = make_gate(settings)
    _key, secret = make_key(by=root, name="Shop", origins=[SHOP])
    _other, other = make_key(by=root, name="Other", origins=[OTHER])
    _bare, bare = make_key(by=root, name="Server")
    read = {
        (name, origin): Answer(gate, DOSE, origin=origin, **given)
        for name, given in (
            ("none", {}),
            ("shop", {"x_api_key": secret}),
            ("other", {"x_api_key": other}),
            ("bare", {"x_api_key": bare}),
        )
        for origin in (SHOP, OTHER)
    }
    allowed = {asked: answer.headers.get(ALLOWED) for asked, answer in read.items()}
    assert {asked for asked, one in allowed.items() if one} == {("shop", SHOP), ("other", OTHER)}
    assert {read["none", SHOP].headers["Vary"], read["bare", SHOP].headers["Vary"]} == {
        "Accept-Encoding, Authorization, X-Api-Key"
    }
    assert read["shop", OTHER].headers["Vary"] == (
        "Accept-Encoding, Origin, Authorization, X-Api-Key"
    )
    assert len({answer.body for answer in read.values()}) == 1


def test_no_origin_changes_what_is_kept_for_others(article: Article, settings: Any) -> None:
    gate = make_gate(settings, CORS_ORIGINS=[SHOP])
    before = Answer(gate, DOSE)
    for origin in (SHOP, OTHER, "null", "x" * 9000, "https://shop.example\x00", "*"):
        Answer(gate, DOSE, origin=origin)
        after = Answer(gate, DOSE)
        assert (after.headers, after.body) == (before.headers, before.body)
    assert len(gate.front.memory) == 1


PREFLIGHT = {"method": "OPTIONS", "access_control_request_method": "GET"}


def test_preflight_is_answered_for_the_origins_of_every_key(
    article: Article, settings: Any, root: User
) -> None:
    make_key(by=root, name="Shop", origins=[SHOP])
    gate = make_gate(settings, READS_PER_MINUTE=1)
    for _time in range(3):
        answer = Answer(gate, DOSE, origin=SHOP, **PREFLIGHT)
        assert (answer.status, answer.body) == (204, b"")
        assert answer.headers[ALLOWED] == SHOP
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS, POST"
        assert "X-Api-Key" in answer.headers["Access-Control-Allow-Headers"]
        assert answer.headers["Vary"] == "Origin"
    refused = Answer(gate, DOSE, origin=OTHER, **PREFLIGHT)
    assert (refused.status, refused.headers) == (204, {"Vary": "Origin"})


def test_preflight_is_any_other_question_where_nobody_may(article: Article, settings: Any) -> None:
    answer = Answer(make_gate(settings), DOSE, origin=SHOP, **PREFLIGHT)
    assert answer.status == 200
    assert ALLOWED not in answer.headers


def test_page_may_read_why_it_is_refused(article: Article, settings: Any) -> None:
    gate = make_gate(settings, CORS_ORIGINS=[SHOP], READS_PER_MINUTE=1)
    for status, given in ((401, {"x_api_key": "x"}), (429, {})):
        answer = Answer(gate, DOSE, origin=SHOP, **given)
        assert (answer.status, answer.headers[ALLOWED]) == (status, SHOP)
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


def test_memory_of_keys_is_read_once_a_second_at_most(
    article: Article, settings: Any, django_assert_num_queries: Any
) -> None:
    gate = make_gate(settings)
    Answer(gate, DOSE)
    gate.keys.good_until = float("inf")
    with django_assert_num_queries(1):  # what generation is live
        Answer(gate, DOSE)
    assert ApiKey.objects.count() == 0

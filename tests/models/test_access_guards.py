"""The guards of API keys, each broken by raw SQL."""

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop_content.models import ApiKey
from tests.models.test_guards import T, insertion, refusal, run_sql

pytestmark = pytest.mark.django_db
ROW = {
    "name": "Shop",
    "prefix": "sc_00000001",
    "hash": "1" * 64,
    "origins": [],
    "per_minute": 1,
    "is_active": True,
}


@pytest.fixture
def key(alice: User) -> ApiKey:
    return ApiKey.objects.create(name="Shop", prefix="sc_00000000", hash="0" * 64, made_by=alice)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"hash": "0" * 64}, "api_key_hash_once"),
        ({"prefix": "sc_00000000"}, "api_key_prefix_once"),
        ({"hash": "sc_00000001_the-key-itself"}, "api_key_keeps_a_hash"),
        ({"per_minute": 0}, "api_key_limit_is_sound"),
        ({"per_minute": 1_000_001}, "api_key_limit_is_sound"),
        ({"revoked_at": "2026-01-01"}, "api_key_revoked_is_not_active"),
    ],
)
def test_key_is_sound(key: ApiKey, change: dict[str, object], name: str) -> None:
    row = ROW | {"made_at": timezone.now(), "made_by_id": key.made_by_id}
    assert refusal(*insertion("apikey", row | change)) == name
    run_sql(*insertion("apikey", row))


@pytest.mark.parametrize(
    "change",
    [f"hash = '{'2' * 64}'", "prefix = 'sc_22222222'", "made_at = now() - interval '1 day'"],
)
def test_key_that_was_given_out_stays_what_it_is(key: ApiKey, change: str) -> None:
    assert refusal(f"UPDATE {T}apikey SET {change}") == "api_key_stays"


def test_revoked_key_stays_revoked(key: ApiKey) -> None:
    run_sql(f"UPDATE {T}apikey SET is_active = false, revoked_at = now()")
    assert refusal(f"UPDATE {T}apikey SET is_active = true") == "api_key_revoked_is_not_active"
    assert refusal(f"UPDATE {T}apikey SET is_active = true, revoked_at = NULL") == "api_key_stays"

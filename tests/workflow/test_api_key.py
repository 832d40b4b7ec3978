"""Making, changing and revoking keys, and the trail that tells of it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from shop_content.access.keys import hash_of
from shop_content.models import ApiKey, Event
from shop_content.queries.api_keys import usable_keys
from shop_content.workflow.api_key import change_key, make_key, note_use, revoke_key
from shop_content.workflow.errors import Invalid, NotAllowed, Superseded
from tests.factories import make_user

pytestmark = pytest.mark.django_db
CHANGE: dict[str, Any] = {
    "name": "App",
    "origins": ["https://b.example"],
    "per_minute": 5,
    "is_active": False,
    "expires_at": None,
}


@pytest.fixture
def root(db: None) -> User:
    return make_user("root", is_superuser=True)


def test_only_a_hash_of_the_key_is_kept_and_told(root: User) -> None:
    key, secret = make_key(by=root, name=" Shop  1 ", origins=["HTTPS://A.example"])
    assert (key.name, key.origins, key.hash) == ("Shop 1", ["https://a.example"], hash_of(secret))
    rows = json.dumps([*ApiKey.objects.values(), *Event.objects.values()], default=str)
    assert secret not in rows
    assert secret.rpartition("_")[2] not in rows
    assert key.prefix in rows


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 81),
        ("name", "a\u202eb"),
        ("name", "a\x00b"),
        ("origins", ["https://a.example/path"]),
        ("origins", ["*"]),
        ("origins", [f"https://a{n}.example" for n in range(51)]),
        ("per_minute", 0),
        ("per_minute", 1_000_001),
    ],
)
def test_unsound_terms_are_refused_by_field(root: User, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        make_key(**{"by": root, "name": "Shop"} | {field: value})
    assert refused.value.field == field
    assert ApiKey.objects.count() == 0


def test_keys_are_for_those_who_have_the_right(root: User, alice: User) -> None:
    key, _secret = make_key(by=root, name="Shop")
    with pytest.raises(NotAllowed):
        make_key(by=alice, name="Mine")
    with pytest.raises(NotAllowed):
        change_key(key, by=alice, **CHANGE)
    with pytest.raises(NotAllowed):
        revoke_key(key, by=alice)


def test_changed_key_is_what_it_was_changed_to(root: User) -> None:
    key, _secret = make_key(by=root, name="Shop")
    change_key(key, by=root, **CHANGE)
    key.refresh_from_db()
    assert {name: getattr(key, name) for name in CHANGE} == CHANGE


def test_revoked_key_is_over(root: User) -> None:
    key, _secret = make_key(by=root, name="Shop")
    revoke_key(key, by=root)
    assert usable_keys() == {}
    with pytest.raises(Superseded):
        revoke_key(key, by=root)
    with pytest.raises(Superseded):
        change_key(key, by=root, **CHANGE)
    verbs = Event.objects.order_by("number").values_list("verb", "thing")
    assert list(verbs) == [
        ("api_key_made", f"api_key:{key.prefix}"),
        ("api_key_revoked", f"api_key:{key.prefix}"),
    ]


def test_paused_and_expired_keys_do_not_count(root: User) -> None:
    now = timezone.now()
    live, _secret = make_key(by=root, name="Live", expires_at=now + timedelta(hours=1))
    make_key(by=root, name="Expired", expires_at=now - timedelta(seconds=1))
    paused, _secret = make_key(by=root, name="Paused")
    change_key(paused, by=root, **CHANGE)
    assert [key.pk for key in usable_keys().values()] == [live.pk]


def test_use_is_dated_roughly(root: User) -> None:
    key, _secret = make_key(by=root, name="Shop")
    assert note_use([key.pk]) == 1
    assert note_use([key.pk]) == 0
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    assert note_use([key.pk]) == 1

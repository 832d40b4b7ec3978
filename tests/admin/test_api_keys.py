"""The desk of API keys: a key is shown once, changed, revoked."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from shop_content.access.keys import hash_of
from shop_content.models import ApiKey, Article
from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db
ADD = "/admin/shop_content/apikey/add/"
FORM = {"name": "Shop", "origins": "https://a.example\r\n https://b.example \r\n", "per_minute": 9}


@pytest.fixture
def desk(db: None) -> Client:
    client = Client()
    client.force_login(make_user("root", is_superuser=True))
    return client


def made(desk: Client, **changes: Any) -> tuple[ApiKey, str]:
    answer = desk.post(ADD, FORM | changes)
    found = re.search(r'<code id="api-key">(.+?)</code>', answer.content.decode())
    assert found is not None
    assert answer["Cache-Control"].split(", ")[0] == "no-store"
    return ApiKey.objects.get(), found[1]


def test_key_is_shown_once(desk: Client) -> None:
    key, secret = made(desk)
    assert key.hash == hash_of(secret)
    assert (key.origins, key.per_minute) == (["https://a.example", "https://b.example"], 9)
    assert (key.made_by.username, key.is_active) == ("root", True)
    for page in (
        reverse("admin:shop_content_apikey_changelist"),
        reverse("admin:shop_content_apikey_change", args=[key.pk]),
        reverse("admin:shop_content_apikey_history", args=[key.pk]),
        reverse("admin:shop_content_event_changelist"),
    ):
        text = desk.get(page).content.decode()
        assert secret not in text, page
        assert key.hash not in text, page
        assert key.prefix in text, page


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("origins", "https://a.example/path"), ("origins", "*"), ("per_minute", "0")],
)
def test_refusal_is_told_at_its_field(desk: Client, field: str, value: str) -> None:
    answer = desk.post(ADD, FORM | {field: value})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert ApiKey.objects.count() == 0


def test_key_is_changed_but_not_what_was_given_out(desk: Client) -> None:
    key, _secret = made(desk)
    page = reverse("admin:shop_content_apikey_change", args=[key.pk])
    typed = {"name": "App", "origins": "", "per_minute": 5, "prefix": "sc_x", "hash": "0" * 64}
    assert desk.post(page, typed).status_code == 302
    changed = ApiKey.objects.get()
    assert (changed.name, changed.origins, changed.per_minute) == ("App", [], 5)
    assert (changed.prefix, changed.hash, changed.is_active) == (key.prefix, key.hash, False)


def test_revoked_key_is_only_read(desk: Client) -> None:
    key, _secret = made(desk)
    page = reverse("admin:shop_content_apikey_change", args=[key.pk])
    revoke = reverse("admin:shop_content_apikey_revoke", args=[key.pk])
    assert revoke in desk.get(page).content.decode()
    assert desk.post(revoke).status_code == 302
    again = desk.post(revoke, follow=True)
    assert "This key is revoked." in again.content.decode()
    assert revoke not in desk.get(page).content.decode()
    assert desk.post(page, FORM).status_code == 403
    ended = ApiKey.objects.get()
    assert ended.revoked_at is not None
    assert not ended.is_active


def test_checks_while_typing_are_limited(alice: User, settings: Any) -> None:
    settings.CHECKS_PER_MINUTE = 2
    client = Client()
    client.force_login(alice)
    address = reverse(f"admin:shop_content_{Article._meta.model_name}_typed", args=["de"])
    make_article(by=alice)
    answers = [client.post(address, {"title": "Dose"}) for _check in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) <= 30

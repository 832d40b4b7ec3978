"""Every form of the content desks: any value is refused or stored, nothing crashes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from shop_content.models import Author, RulebookVersion, Tag, Topic
from tests.factories import make_article, make_image, make_product, make_user

pytestmark = pytest.mark.django_db

VALUES = {
    "empty": "",
    "space": " \t",
    "nul": "a\x00b",
    "bidi": "a\u202eb",
    "tag-characters": "a\U000e0041b",
    "script": "</textarea><script>alert(1)</script>",
    "long": "x" * 60_000,
    "minus": "-1",
    "huge-number": "9" * 40,
    "real": "1e400",
    "not-a-number": "NaN",
    "row-of-nobody": "999999999",
    "list": "[1, 2",
    "emoji": "💊" * 50,
    "path": "../../etc/passwd",
}
MODELS = ["article", "product", "image", "topic", "tag", "author"]


@pytest.fixture
def desk() -> Client:
    make_user("root", is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="root"))
    return client


def subjects(alice: User) -> dict[str, Any]:
    article = make_article(by=alice)
    return {
        "article": article,
        "product": make_product(by=alice),
        "image": make_image(by=alice),
        "topic": Topic.objects.create(slug="thema", name="Thema"),
        "tag": Tag.objects.create(slug="wort", name="Wort"),
        "author": Author.objects.get(pk=article.author_id),
    }


def fields_of(page: str) -> dict[str, str]:
    """Return what a browser would post from the form of a page."""
    found: dict[str, str] = {}
    for node in LexborHTMLParser(page).css("form[id$=_form] [name]"):
        kind, name = node.attributes.get("type"), str(node.attributes["name"])
        if node.tag == "textarea":
            found[name] = node.text()
        elif node.tag == "select":
            chosen = node.css("option[selected]")
            found[name] = str(chosen[0].attributes.get("value") or "") if chosen else ""
        elif kind not in {"submit", "file", "checkbox", "radio"} or "checked" in node.attributes:
            found[name] = str(node.attributes.get("value") or "")
    found.pop("csrfmiddlewaretoken", None)
    return found


def mutations(form: dict[str, str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield every text with each value, and each field with what broke something once."""
    fields = [name for name in form if "__prefix__" not in name and not name.startswith("_")]
    for what, value in VALUES.items():
        yield "every text", what, form | {name: value for name in fields if "_FORMS" not in name}
    for field in fields:
        for what in ("nul", "huge-number", "row-of-nobody"):
            yield field, what, form | {field: VALUES[what]}


@pytest.mark.parametrize("model", MODELS)
def test_any_value_of_any_field_is_refused_or_stored(
    desk: Client, alice: User, rulebook: RulebookVersion, model: str
) -> None:
    subject = subjects(alice)[model]
    page = reverse(f"admin:shop_content_{model}_change", args=[subject.pk]) + "?language=de"
    crashed, untold = [], []
    for field, what, form in mutations(fields_of(desk.get(page).content.decode())):
        answer = desk.post(page, form)
        if answer.status_code not in {200, 302, 400}:
            crashed.append((field, what, answer.status_code))
        if answer.status_code == 200 and not answer.context["errors"]:
            untold.append((field, what))
    assert (crashed, untold) == ([], [])


@pytest.mark.parametrize("model", ["article", "product"])
def test_refused_form_keeps_what_was_typed(
    desk: Client, alice: User, rulebook: RulebookVersion, model: str
) -> None:
    subject = subjects(alice)[model]
    page = reverse(f"admin:shop_content_{model}_change", args=[subject.pk]) + "?language=de"
    form = fields_of(desk.get(page).content.decode())
    typed = {
        "title": "Mein Titel",
        "teaser": "Mein Anreißer",
        "body": "<p>Mein Text</p>",
        "seo_title": "Mein SEO-Titel",
        "slug": "KEIN SLUG!",
    }
    shown = fields_of(desk.post(page, form | typed).content.decode())
    assert {name: shown[name] for name in typed} == typed
    assert subject.translations.get().title != "Mein Titel"


@pytest.mark.parametrize("model", ["article", "product"])
@pytest.mark.parametrize("value", ["", "x", "-1", "9000", "9" * 30])
def test_tampered_inlines_are_refused(
    desk: Client, alice: User, rulebook: RulebookVersion, model: str, value: str
) -> None:
    subject = subjects(alice)[model]
    page = reverse(f"admin:shop_content_{model}_change", args=[subject.pk])
    form = fields_of(desk.get(page).content.decode())
    totals = [name for name in form if name.endswith("-TOTAL_FORMS")]
    assert totals
    for name in totals:
        assert desk.post(page, form | {name: value}).status_code in {200, 302, 400}
    without = {name: text for name, text in form.items() if "_FORMS" not in name}
    assert desk.post(page, without).status_code in {200, 400}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("pk", ["0", "999999999", "x", "9" * 30, "1%00"])
def test_page_of_nobody_is_no_crash(desk: Client, model: str, pk: str) -> None:
    for verb in ("change", "delete", "history"):
        answer = desk.get(f"/admin/shop_content/{model}/{pk}/{verb}/")
        denied = (model, verb) == ("image", "delete")  # whoever asks, for whatever row
        assert answer.status_code in ({403} if denied else {302, 404}), verb


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("query", ["language=xx", "language=%00", "language=" + "d" * 300])
def test_odd_locale_of_a_form_is_no_crash(
    desk: Client, alice: User, model: str, query: str
) -> None:
    subject = subjects(alice)[model]
    page = reverse(f"admin:shop_content_{model}_change", args=[subject.pk])
    assert desk.get(f"{page}?{query}").status_code in {200, 302, 400, 404}


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 5000, "p=-1", "p=x", "o=99", "e=1", "locale=%00", "id__in=x"]
)
def test_odd_list_is_no_crash(desk: Client, model: str, query: str) -> None:
    assert desk.get(f"/admin/shop_content/{model}/?{query}").status_code in {200, 302, 400}

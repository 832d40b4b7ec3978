"""Every answer of the OpenAPI document has examples, and they are what the service answers.

`RENEW=1 pytest tests/api/test_examples.py` (as CONTRIBUTING says) writes them anew.
"""

import json
import os
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.api.examples import KEPT, kept
from shop_content.models import ArticleProduct, Author, Image, RulebookVersion, Tag, Topic
from shop_content.workflow.comment import comment, decide_comment
from shop_content.workflow.draft import write_draft
from tests.api.test_schema import schema  # noqa: F401 -- the fixture
from tests.factories import make_article, make_product, make_ready_image, make_released
from tests.pictures import as_bytes, drawn

COMMENT = {"name": "Mia", "text": "Danke für die Tabelle.", "consent": True}
BODY = (
    "<p>Magnesium trägt zu einer normalen Muskelfunktion bei. Den Wert nennt die "
    "<a href='citation:nrv'>Verordnung</a>.</p>"
    "<h2>Was auf der Dose steht</h2><p>Drei Angaben sind <strong>immer</strong> da:</p>"
    "<ul><li>die Menge<ol><li>je Tagesportion</li></ol></li><li>die Zutaten</li></ul>"
    "<h3>Die Menge</h3>"
    "<table><tr><th>Verbindung</th><th>mg</th></tr><tr><td>Bisglycinat</td><td>100</td></tr></table>"
    "<blockquote><p>Drei Verbindungen, eine Kapsel.</p></blockquote>"
    "<blockquote><p>Kurz und gut lesbar.</p><p>— Unsere Druckerei</p></blockquote><hr>"
    "<p><a href='image:abfuellung'>Die Abfüllung</a></p>"
    "<p><a href='product:MG-1'>Zum Komplex</a></p><p><a href='citation:nrv'>Verordnung</a></p>"
)
ASKED: dict[str, dict[str, str]] = {
    "/api/v1/{locale}/articles/": {
        "newest": "/api/v1/de/articles/?limit=1",
        "search": "/api/v1/de/articles/?q=kapsel&fields=title,slug,url",
        "with_parts": "/api/v1/de/articles/?limit=1&include=toc&fields=title",
    },
    "/api/v1/{locale}/articles/{slug}/": {
        "whole": "/api/v1/de/articles/magnesium-im-alltag/",
        "fallback": "/api/v1/en/articles/zweiter-text/?fallback=chain&fields=title,fallback",
    },
    "/api/v1/{locale}/articles/{slug}/comments/": {
        "shown": "/api/v1/de/articles/magnesium-im-alltag/comments/"
    },
    "/api/v1/{locale}/products/": {"newest": "/api/v1/de/products/?limit=1"},
    "/api/v1/{locale}/products/{slug}/": {"whole": "/api/v1/de/products/MG-1/"},
    "/api/v1/{locale}/feed/": {"newest": "/api/v1/de/feed/"},
    "/api/v1/{locale}/sitemap/": {"newest": "/api/v1/de/sitemap/?limit=1"},
    "/api/v1/locales/": {"all": "/api/v1/locales/"},
    "/api/v1/resolve/": {
        "article": "/api/v1/resolve/?path=/blogs/magnesium/magnesium-im-alltag",
        "redirect": "/api/v1/resolve/?path=/de/blog/magnesium-heute/",
    },
    "/healthz": {"alive": "/healthz"},
    "/readyz": {"ready": "/readyz"},
}


@pytest.fixture
def shop(alice: User, bob: User, rulebook: RulebookVersion, settings: Any) -> None:
    settings.STOREFRONT_ORIGIN = "https://shop.example"
    product = make_product(by=alice, sku="MG-1", slug="komplex", title="Magnesiumkomplex")
    make_released(product, by=alice, reviewer=bob)
    other = make_article(by=alice, slug="zweiter-text", title="Wie wir abfüllen")
    article = make_article(
        by=alice, slug="magnesium-heute", title="Magnesium im Alltag", body=BODY
    )
    article.image = picture("dose", alice)
    picture("abfuellung", alice)
    article.topic = Topic.objects.create(slug="wissen")
    article.topic.create_translation("de", name="Wissen")
    article.author = Author.objects.create(name="Lena Brandt")
    article.save()
    tag = Tag.objects.create(slug="etikett")
    tag.create_translation("de", name="Etikett")
    article.tags.add(tag)
    article.citations.create(
        key="nrv", title="VO (EU) 1169/2011", publisher="Europäische Union", year=2011
    )
    for one in (other, article):
        ArticleProduct.objects.create(article=one, product=product, role="mentioned")
        make_released(one, by=alice, reviewer=bob)
    version = article.translations.get(language_code="de").version
    fields = {"slug": "magnesium-im-alltag"}
    write_draft(article, locale="de", fields=fields, by=alice, version=version)
    make_released(article, by=alice, reviewer=bob)
    waiting = comment(article, locale="de", name="Jo", text="Endlich verständlich.")
    decide_comment(waiting, by=bob, approved=True, reason="")


def picture(name: str, by: User) -> Image:
    """Return an image that is the same at each run, with few files."""
    data = as_bytes(drawn(400, 290 + len(name)))
    return make_ready_image(by=by, name=name, data=data, alt="Die Dose", caption="Aus Glas")


def answers() -> dict[str, dict[str, Any]]:
    api, found = Client(), {}
    for path, asked in ASKED.items():
        found[f"GET {path} 200"] = {name: _said(api.get(url)) for name, url in asked.items()}
    path = "/api/v1/de/articles/magnesium-im-alltag/comments/"
    taken = api.post(path, COMMENT, content_type="application/json")
    found["POST /api/v1/{locale}/articles/{slug}/comments/ 202"] = {"taken": _said(taken)}
    return found


def _said(answer: Any) -> Any:
    assert answer.status_code < 300, answer.content
    text = answer.content.decode()
    return json.loads(text) if answer["Content-Type"] == "application/json" else text


def plain(value: Any) -> Any:
    """Return answers without what is another at each run: ids, digests and times."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    known: dict[str, str] = {}
    numbers = count(1)

    def same(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"{next(numbers):08x}-0000-4000-8000-000000000000")

    text = re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", same, text)
    text = re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-11-23T08:00:00Z", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "0" * 64, text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "0" * 32, text)
    text = re.sub(r'"id": \d+', '"id": 1', text)
    return json.loads(re.sub(r'"next_cursor": "[^"]+"', '"next_cursor": "MTc"', text))


# What counts comments is a trigger at the end of a transaction.
@pytest.mark.django_db(transaction=True)
def test_examples_are_what_the_service_answers(shop: None) -> None:
    found = plain(answers())
    if os.environ.get("RENEW"):
        text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
        KEPT.write_text(text + "\n", encoding="utf-8")
        kept.cache_clear()
    assert found == kept(), "RENEW=1 writes them anew"


def _answers(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: F811
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                for media, content in response.get("content", {}).items():
                    yield f"{method.upper()} {path} {status} {media}", content


def test_every_answer_has_examples_of_its_shape(schema: dict[str, Any]) -> None:  # noqa: F811
    seen = 0
    for name, content in _answers(schema):
        assert content.get("examples"), name
        shape = {**content["schema"], "components": schema["components"]}
        validator = jsonschema.Draft202012Validator(shape)
        for example in content["examples"].values():
            shared = example.get("$ref", "").rpartition("/")[2]
            whole = schema["components"]["examples"][shared] if shared else example
            validator.validate(whole["value"])
            seen += 1
    assert seen > 100


def test_no_example_is_of_nothing(schema: dict[str, Any]) -> None:  # noqa: F811
    known = {name.rpartition(" ")[0] for name, _content in _answers(schema)}
    assert set(kept()) <= known

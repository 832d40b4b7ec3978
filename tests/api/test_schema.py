"""The OpenAPI document is true: every answer has the shape it promises."""

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from shop_content.content import document
from shop_content.models import ArticleProduct, RulebookVersion
from shop_content.workflow.release import release
from tests.factories import (
    approve,
    make_article,
    make_checked,
    make_product,
    make_ready_image,
    make_released,
)

BODY = (
    "<p>Magnesium trägt zu einer normalen Muskelfunktion bei.</p>"
    "<h2>Eins</h2><p>Text <a href='citation:a'>Quelle</a></p><h3>Zwei</h3><hr>"
    "<ul><li>a<ol><li>b</li></ol></li></ul><blockquote><p>Satz.</p></blockquote>"
    "<blockquote><p>Zitat.</p><p>— Jemand</p></blockquote>"
    "<table><tr><th>x</th><td>y</td></tr></table>"
    "<p><a href='image:die-dose'>Die Dose</a></p>"
    "<p><a href='product:MG-1'>Zum Produkt</a></p><p><a href='citation:a'>Quelle</a></p>"
)


@pytest.fixture
def schema(tmp_path: Any) -> dict[str, Any]:
    path = tmp_path / "schema.json"
    call_command(
        "spectacular", file=str(path), format="openapi-json", validate=True, fail_on_warn=True
    )
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def check(schema: dict[str, Any], route: str, answer: Any) -> None:
    response = schema["paths"][route]["get"]["responses"][str(answer.status_code)]
    # The exact media type: a client generated from the schema reads nothing else.
    shape = whole(schema, response["content"][answer["Content-Type"]]["schema"])
    jsonschema.Draft202012Validator(
        {**shape, "components": schema["components"]},
        format_checker=jsonschema.FormatChecker(),
    ).validate(answer.json())


def whole(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """Return the first of a union: what is promised to who does not select `fields`."""
    name = shape.get("$ref", "").rsplit("/", maxsplit=1)[-1]
    union = schema["components"]["schemas"].get(name, {}).get("anyOf")
    return union[0] if union else shape


@pytest.mark.django_db
def test_answers_match_the_schema(
    schema: dict[str, Any], alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex")
    article = make_article(by=alice, slug="alles", body=BODY)
    article.image = product.image = make_ready_image(by=alice, name="die-dose")
    article.save()
    product.save()
    ArticleProduct.objects.create(article=article, product=product)
    for subject in (product, article):
        run = make_checked(subject, by=alice)
        if run.verdict != "clean":
            approve(run.revision, by=bob)
        release(run.revision, by=alice)
    make_released(make_article(by=alice), by=alice)
    api = Client()
    routes = {
        "/api/v1/{locale}/articles/": ["/api/v1/de/articles/", "/api/v1/de/articles/?limit=0"],
        "/api/v1/{locale}/articles/{slug}/": [
            "/api/v1/de/articles/alles/",
            "/api/v1/en/articles/alles/",
            "/api/v1/de/articles/nichts/",
            "/api/v1/DE/articles/nichts/",
            "/api/v1/en/articles/alles/?fallback=chain",
        ],
        "/api/v1/{locale}/products/": ["/api/v1/de/products/"],
        "/api/v1/{locale}/products/{slug}/": ["/api/v1/de/products/komplex/"],
        "/api/v1/locales/": ["/api/v1/locales/"],
        "/api/v1/resolve/": [
            "/api/v1/resolve/?path=/de/blog/alles/",
            "/api/v1/resolve/?path=/en/blog/alles/",
            "/api/v1/resolve/?path=/de/blog/nichts/",
            "/api/v1/resolve/",
        ],
        "/api/v1/{locale}/articles/{slug}/comments/": [
            "/api/v1/de/articles/alles/comments/",
            "/api/v1/de/articles/nichts/comments/",
        ],
        "/api/v1/{locale}/sitemap/": ["/api/v1/de/sitemap/", "/api/v1/de/sitemap/?limit=0"],
        "/healthz": ["/healthz"],
        "/readyz": ["/readyz"],
    }
    for route, paths in routes.items():
        for path in paths:
            check(schema, route, api.get(path))
    shapes = schema["components"]["schemas"]
    shapes["Item"] = shapes["WholeItem"]
    for query in ("", "?include=toc,blocks,linked_products,related", "?q=text"):
        answer = api.get(f"/api/v1/de/articles/{query}")
        assert answer.json()["items"], query
        check(schema, "/api/v1/{locale}/articles/", answer)
    blocks = api.get("/api/v1/de/articles/alles/").json()["blocks"]
    assert {block["type"] for block in blocks} == {
        "heading",
        "image",
        "paragraph",
        "divider",
        "list",
        "statement",
        "quote",
        "table",
        "product_cta",
        "citation",
        "notice",
    }


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from nodes(inner)


def test_every_refusal_is_a_problem(schema: dict[str, Any]) -> None:
    for route, operations in schema["paths"].items():
        for status, response in operations["get"]["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], (route, status)


def test_no_object_is_without_a_shape(schema: dict[str, Any]) -> None:
    vague = [
        node
        for node in nodes(schema)
        if node.get("type") == "object"
        and not node.get("properties")
        and not node.get("additionalProperties")
    ]
    assert vague == []


def test_every_block_type_is_told_apart_by_its_type(schema: dict[str, Any]) -> None:
    union = schema["components"]["schemas"]["ContentBlock"]
    assert union["discriminator"]["propertyName"] == "type"
    blocks = get_args(document.Block)
    kinds = {field.default for block in blocks for field in fields(block) if field.name == "type"}
    assert set(union["discriminator"]["mapping"]) == kinds | {"notice"}


def test_nested_entries_are_typed(schema: dict[str, Any]) -> None:
    shapes = schema["components"]["schemas"]
    for name, member, inner in (
        ("TocEntry", "children", "TocEntry"),
        ("ListItem", "lists", "ItemList"),
    ):
        items = shapes[name]["properties"][member]["items"]
        assert items == {"$ref": f"#/components/schemas/{inner}"}


def test_every_api_address_is_in_the_schema(schema: dict[str, Any]) -> None:
    assert sorted(schema["paths"]) == [
        "/api/v1/locales/",
        "/api/v1/resolve/",
        "/api/v1/{locale}/articles/",
        "/api/v1/{locale}/articles/{slug}/",
        "/api/v1/{locale}/articles/{slug}/comments/",
        "/api/v1/{locale}/feed/",
        "/api/v1/{locale}/products/",
        "/api/v1/{locale}/products/{slug}/",
        "/api/v1/{locale}/sitemap/",
        "/healthz",
        "/readyz",
    ]

"""Examples of every answer, for the OpenAPI document.

What succeeds are answers of the running service, kept in examples.json and compared with it by a
test. Refusals are made here, one for each code that the status may have.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from shop_content.api.problems import CODES, body

KEPT = Path(__file__).with_name("examples.json")
MOVED = {"location": "/api/v1/de/articles/magnesium-im-alltag/", "code": "moved"}
# Codes that only some addresses answer; every other one may come from any.
ONLY: dict[str, tuple[str, ...]] = {
    "invalid_comment": ("/comments/",),
    "comments_full": ("/comments/",),
    "translation_missing": ("/{slug}/", "/resolve/", "/comments/"),
    "unknown_locale": ("{locale}",),
    "no_database": ("/readyz",),
    "not_migrated": ("/readyz",),
    "no_rulebook": ("/readyz",),
}
MEMBERS: dict[str, dict[str, Any]] = {
    "invalid_parameter": {
        "errors": [{"field": "limit", "code": "invalid", "detail": "a number from 1 to 100"}]
    },
    "invalid_comment": {
        "errors": [{"field": "name", "code": "invalid", "detail": "Please fill this in."}]
    },
    "translation_missing": {
        "alternates": [
            {
                "locale": one,
                "hreflang": hreflang,
                "slug": slug,
                "url": f"https://shop.example{url}",
            }
            for one, hreflang, slug, url in (
                ("de", "de", "magnesium-im-alltag", "/de/blog/magnesium-im-alltag/"),
                ("de", "x-default", "magnesium-im-alltag", "/de/blog/magnesium-im-alltag/"),
            )
        ]
    },
}


@cache
def kept() -> dict[str, dict[str, Any]]:
    """Return the answers that succeed, by "METHOD path status"."""
    found: dict[str, dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


def add_examples(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Add examples to every answer of every operation that has a body."""
    result["components"]["examples"] = {
        code: {"summary": told, "value": body(status, code, told, **MEMBERS.get(code, {}))}
        for code, (status, told) in CODES.items()
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status, response in operation["responses"].items():
                for media in response.get("content", {}).values():
                    media["examples"] = _examples(method.upper(), path, int(status))
    return result


def _examples(method: str, path: str, status: int) -> dict[str, Any]:
    if status == 308:
        return {"moved": {"value": MOVED}}
    if status >= 400:
        return {
            code: {"$ref": f"#/components/examples/{code}"}
            for code, (of, _told) in CODES.items()
            if of == status and _may_come(code, path)
        }
    return {
        name: {"value": value}
        for name, value in kept().get(f"{method} {path} {status}", {}).items()
    }


def _may_come(code: str, path: str) -> bool:
    places = ONLY.get(code)
    return places is None or any(place in path for place in places)

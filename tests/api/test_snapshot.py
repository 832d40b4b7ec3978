"""The OpenAPI document that clients were made from changes only when somebody means it."""

import json
from pathlib import Path
from typing import Any

from tests.api.test_schema import schema  # noqa: F401 -- the fixture

KEPT = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.json"
RENEW = "manage.py spectacular --format openapi-json --file docs/openapi.json"


def test_schema_is_the_one_on_record(schema: dict[str, Any]) -> None:  # noqa: F811
    assert _parts(schema) == _parts(json.loads(KEPT.read_text())), f"renew it: {RENEW}"


def _parts(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document by operation and shape: a difference names its place."""
    found = {
        f"{method} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    found |= document["components"]["schemas"]
    rest = {name: value for name, value in document.items() if name not in ("paths", "components")}
    return found | rest

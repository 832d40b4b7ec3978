"""Every code a refusal may have is in one list, and the list is documented."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.views import APIView

from shop_content.api.bodies import BoundedJSON
from shop_content.api.problems import CODES

ROOT = Path(__file__).resolve().parent.parent.parent
RAISED = {"Problem": 0, "plain": 1, "Refusal": 0, "body": 0}


def codes_in(path: Path) -> set[tuple[str, int]]:
    """Return the code and status of every call that names both."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        place = RAISED.get(getattr(getattr(node, "func", None), "id", ""))
        if place is None or not isinstance(node, ast.Call) or len(node.args) < place + 2:
            continue
        status, code = node.args[place : place + 2]
        if isinstance(status, ast.Constant) and isinstance(code, ast.Constant):
            found.add((code.value, status.value))
    return found


def test_every_code_is_in_the_list_with_its_status() -> None:
    used = set()
    for folder in ("api", "front"):
        for path in (ROOT / "shop_content" / folder).glob("*.py"):
            used |= codes_in(path)
    used |= codes_in(ROOT / "shop_content" / "urls.py")
    assert len(used) > 10
    assert used - {(code, status) for code, (status, _told) in CODES.items()} == set()


def test_documentation_has_the_list() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\d+) \| (.+) \|$",
        (ROOT / "docs" / "problems.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    told = [(code, (int(status), text)) for code, status, text in rows]
    assert told == list(CODES.items())


def read(body: bytes, content_type: str) -> Any:
    raw = RequestFactory().post("/", body, content_type="application/json")
    raw.META["CONTENT_TYPE"] = content_type
    return Request(raw, parsers=[BoundedJSON()]).data


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"[" * 100_000, "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b"\xff\xfe{}", "application/json"),
        (b'"\\ud800', "application/json"),
        (b"NaN", "application/json"),
    ],
)
def test_body_that_cannot_be_read_is_a_bad_request(body: bytes, content_type: str) -> None:
    with pytest.raises(ParseError) as refused:
        read(body, content_type)
    assert refused.value.status_code == 400


def test_body_that_can_be_read_is_read() -> None:
    assert read(b'{"a":[1]}', "application/json") == {"a": [1]}


def test_database_that_is_away_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(APIView, "initial", away)
    answer = Client().get("/api/v1/locales/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("5", "no-store")

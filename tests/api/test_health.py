"""Readiness: what decides it, and what is only told."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from shop_content.models import RulebookVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent() -> Iterator[str]:
    """Address of a broker that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_readiness_names_every_part(rulebook: RulebookVersion) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"] == dict.fromkeys(
        ("database", "migrations", "rulebook", "broker"), "ok"
    )
    assert answer["Cache-Control"] == "no-store"


def test_broker_that_refuses_is_told_and_decides_nothing(
    rulebook: RulebookVersion, settings: Any
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["broker"]) == (200, "unreachable")


def test_silent_broker_does_not_hold_readiness_up(
    rulebook: RulebookVersion, settings: Any, silent: str
) -> None:
    settings.CELERY_BROKER_URL = silent
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["broker"]) == (200, "unreachable")


def test_missing_rulebook_is_named() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "no_rulebook")

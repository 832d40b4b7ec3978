"""Is the process alive, and can it serve?"""

import threading

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop_content.api import schemas
from shop_content.api.base import OneRenderer
from shop_content.api.problems import Problem
from shop_content.models import RulebookVersion

BROKER_SECONDS = 2.0
_asking = threading.Lock()


class HealthView(APIView):
    """Reads only, in one format, never kept by a cache."""

    http_method_names = ["get", "head", "options"]
    content_negotiation_class = OneRenderer


class Healthz(HealthView):
    """Alive: touches nothing else."""

    @extend_schema(
        operation_id="healthz",
        responses={200: schemas.HealthDocument, **schemas.problems(405)},
    )
    def get(self, request: Request) -> Response:
        """Answer."""
        return _uncached(Response({"status": "ok"}))


class Readyz(HealthView):
    """Ready: database reachable, migrated, and a rulebook is active.

    The broker is reported and decides nothing: a web process reads and writes PostgreSQL only, and
    what is saved while the broker is away is rung later (docs/decisions/0001). To call a process
    unready for it would take down all of them at once, for a fault that no reader notices.
    """

    @extend_schema(
        operation_id="readyz",
        responses={200: schemas.HealthDocument, **schemas.problems(405, 503)},
    )
    def get(self, request: Request) -> Response:
        """Look at each part; the first that is missing is named."""
        try:
            executor = MigrationExecutor(connection)
            waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
            active = not waiting and RulebookVersion.objects.filter(is_active=True).exists()
        except DatabaseError:
            raise Problem(503, "no_database", "The database cannot be reached.") from None
        if waiting:
            raise Problem(503, "not_migrated", "Migrations are waiting.")
        if not active:
            raise Problem(503, "no_rulebook", "No rulebook version is active.")
        checks = {"database": "ok", "migrations": "ok", "rulebook": "ok"}
        checks["broker"] = "ok" if broker_answers() else "unreachable"
        return _uncached(Response({"status": "ok", "checks": checks}))


def broker_answers() -> bool:
    """Whether the broker answers within BROKER_SECONDS.

    Asked in a thread, because a client that waits for a silent broker retries for longer than its
    timeouts say. One thread at a time: if the one before still waits, the broker is not asked.
    """
    if not _asking.acquire(timeout=BROKER_SECONDS):
        return False
    heard = threading.Event()
    threading.Thread(target=_ask, args=(settings.CELERY_BROKER_URL, heard), daemon=True).start()
    return heard.wait(BROKER_SECONDS)


def _ask(url: str, heard: threading.Event) -> None:
    brief = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with current_app.connection_for_write(
            url, connect_timeout=BROKER_SECONDS, transport_options=brief
        ) as broker:
            broker.connect()
            broker.default_channel  # noqa: B018 -- opening it is what asks Redis
            heard.set()
    except Exception:  # noqa: BLE001, S110 -- each transport has errors of its own
        pass
    finally:
        _asking.release()


def _uncached(response: Response) -> Response:
    response["Cache-Control"] = "no-store"
    return response

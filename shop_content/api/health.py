"""Is the process alive, and can it serve?"""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop_content.api import schemas
from shop_content.api.problems import Problem
from shop_content.models import RulebookVersion


class Healthz(APIView):
    """Alive: touches nothing else."""

    @extend_schema(operation_id="healthz", responses={200: schemas.HealthDocument})
    def get(self, request: Request) -> Response:
        """Answer."""
        return _uncached(Response({"status": "ok"}))


class Readyz(APIView):
    """Ready: database reachable, migrated, and a rulebook is active."""

    @extend_schema(
        operation_id="readyz",
        responses={200: schemas.HealthDocument, 503: schemas.ProblemDocument},
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
        return _uncached(Response({"status": "ok", "checks": checks}))


def _uncached(response: Response) -> Response:
    response["Cache-Control"] = "no-store"
    return response

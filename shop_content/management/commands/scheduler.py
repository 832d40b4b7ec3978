"""manage.py scheduler: do what is planned, ring Celery for what waits, re-check what was missed.

Woken by PostgreSQL NOTIFY when a check run is written or a text is released or withdrawn, and
every SWEEP_SECONDS anyway. Any number may run at once. It owns no state: killed at any moment,
the next one goes on from the rows.
"""

import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from shop_content.queries.schedule import seconds_to_next
from shop_content.workflow.carry_out import carry_out
from shop_content.workflow.comment import recheck_comments
from shop_content.workflow.encode import ring_images
from shop_content.workflow.enqueue import give_up, ring
from shop_content.workflow.recheck import recheck
from shop_content.workflow.rendering import behind, ring_refresh
from shop_content.workflow.spend import forget_allowances

logger = logging.getLogger(__name__)

# The anti-join over all revisions runs this often; everything else at every sweep.
RECHECK_SECONDS = 60
# A message to render what is stale may be lost, or its worker killed.
REFRESH_SECONDS = 10


class Command(BaseCommand):
    """Run until SIGTERM or Ctrl-C."""

    help = "Do what is planned; ring the workers for waiting checks; sweep up the rest."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep for ever; a database that is away is waited for."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self.rechecked_at = -RECHECK_SECONDS * 1.0
        self.rung_for, self.rung_at = 0, 0.0
        try:
            while True:
                try:
                    self._sweep()
                    self._wait()
                except (OperationalError, InterfaceError) as error:
                    logger.warning("the database cannot be reached: %s", error)
                    connection.close()
                    time.sleep(1)
        except KeyboardInterrupt:
            self.stdout.write("scheduler: stopped")

    def _sweep(self) -> None:
        carry_out()
        self._refresh()
        if time.monotonic() - self.rechecked_at >= RECHECK_SECONDS:
            recheck()
            forget_allowances()
            self.rechecked_at = time.monotonic()
        recheck_comments()
        give_up()
        ring()
        ring_images()

    def _refresh(self) -> None:
        """Ring for stale renderings: at once when there are new ones, then now and again."""
        waiting, now = behind(), time.monotonic()
        if waiting and (waiting != self.rung_for or now - self.rung_at >= REFRESH_SECONDS):
            self.rung_for, self.rung_at = waiting, now
            ring_refresh()

    def _wait(self) -> None:
        """Return when there is something to do: told, planned, or after SWEEP_SECONDS."""
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("LISTEN check_run_queued; LISTEN shop_content_generation")
        planned = seconds_to_next()
        seconds = min(
            settings.SWEEP_SECONDS, settings.SWEEP_SECONDS if planned is None else planned
        )
        assert connection.connection is not None  # noqa: S101 -- ensured above
        # The wait is the driver's: its errors become Django's, which are heeded above.
        with connection.wrap_database_errors:
            notices = connection.connection.notifies(timeout=seconds, stop_after=1)
            for _notice in notices:
                pass

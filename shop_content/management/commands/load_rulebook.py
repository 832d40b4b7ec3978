"""manage.py load_rulebook: store the shipped rulebook as a version and, if asked, activate it."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop_content import claims
from shop_content.models import RulebookVersion
from shop_content.models.rulebook import OnNewBlock
from shop_content.queries.progress import progress_of
from shop_content.workflow.activate import activate, store_version

STEP_SECONDS = 2


class Command(BaseCommand):
    """Safe to repeat: the same rulebook is the same version."""

    help = "Store the rulebook of a folder as an immutable version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--folder", type=Path, default=settings.FIXTURES_ROOT)
        parser.add_argument("--note", default="")
        parser.add_argument("--activate", action="store_true")
        parser.add_argument(
            "--full", action="store_true", help="check every text anew, carry nothing over"
        )
        parser.add_argument(
            "--wait", action="store_true", help="print how far the re-check is until it is done"
        )
        parser.add_argument(
            "--on-new-block", choices=OnNewBlock.values, default=OnNewBlock.WITHDRAW.value
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Store, activate, print the digest."""
        try:
            rulebook = claims.read_rulebook(options["folder"])
        except (claims.ClaimsError, OSError) as error:
            raise CommandError(str(error)) from error
        version = store_version(rulebook, note=options["note"])
        if options["activate"]:
            choice = OnNewBlock(options["on_new_block"])
            activate(version, on_new_block=choice, full=options["full"])
        state = "active" if version.is_active else "stored"
        self.stdout.write(f"rulebook {version.digest} {state}")
        if version.is_active and options["wait"]:
            self._wait(version)

    def _wait(self, version: RulebookVersion) -> None:
        """Print the progress until nothing is left; Ctrl-C ends only the waiting."""
        while True:
            now = progress_of(version)
            left = "" if now.seconds is None else f", about {now.seconds} s left"
            self.stdout.write(
                f"{now.finished + now.failed} of {now.total} judged, {now.carried} carried over, "
                f"{now.blocked} blocked, {now.withdrawn} withdrawn, "
                f"{now.escalated} live to decide, {now.failed} failed{left if now.left else ''}"
            )
            if not now.left:
                return
            time.sleep(STEP_SECONDS)

"""manage.py load_rulebook: store the shipped rulebook as a version and, if asked, activate it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shop_content import claims
from shop_content.models.rulebook import OnNewBlock
from shop_content.workflow.activate import activate, store_version


class Command(BaseCommand):
    """Safe to repeat: the same rulebook is the same version."""

    help = "Store the rulebook of a folder as an immutable version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--folder", type=Path, default=settings.FIXTURES_ROOT)
        parser.add_argument("--note", default="")
        parser.add_argument("--activate", action="store_true")
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
            activate(version, on_new_block=OnNewBlock(options["on_new_block"]))
        state = "active" if version.is_active else "stored"
        self.stdout.write(f"rulebook {version.digest} {state}")

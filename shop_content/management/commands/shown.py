"""manage.py shown: what a page of the REST API said at a moment, and who answers for it (I11)."""

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from shop_content.models import Release
from shop_content.queries.audit import shown

PAGE = re.compile(r"/api/v1/(?P<locale>[^/]+)/(?P<kind>article|product)s/(?P<address>[^/]+)/")


class Command(BaseCommand):
    """Read only."""

    help = "Tell what was served at an address at a moment, and from which releases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", help="for example /api/v1/de/articles/magnesium/")
        parser.add_argument("moment", help="RFC 3339, with an offset")
        parser.add_argument("--body", action="store_true", help="print the bytes as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the rendering and each release in it."""
        page = PAGE.fullmatch(options["path"])
        moment = parse_datetime(options["moment"])
        if page is None or moment is None or moment.tzinfo is None:
            raise CommandError("a path of the REST API and an RFC 3339 time are needed")
        found = shown(page["kind"], page["locale"], page["address"], moment)
        if found is None:
            raise CommandError("no text was served there at that moment")
        self.stdout.write(f'ETag "{found.etag}", rendered {found.rendered_at.isoformat()}')
        rows = Release.objects.select_related("revision", "rulebook", "decision__reviewer")
        for release in rows.filter(pk__in=found.releases).order_by("pk"):
            decision = release.decision
            by = f"{decision.reviewer} ({decision.pk})" if decision else "none needed"
            self.stdout.write(
                f"{release}: release {release.pk}, revision {release.revision.number} "
                f"{release.content_hash}, rulebook {release.rulebook.digest}, decision {by}"
            )
        if options["body"]:
            self.stdout.write(bytes(found.body).decode())

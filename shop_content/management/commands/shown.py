"""manage.py shown: what an address said at a moment, and who answers for it (I11)."""

import re
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test import RequestFactory
from django.urls import resolve
from django.utils.dateparse import parse_datetime

from shop_content.models import Release
from shop_content.queries import serving
from shop_content.queries.audit import shown

PAGE = re.compile(r"/api/v1/(?P<locale>[^/]+)/(?P<kind>article|product)s/(?P<address>[^/]+)/")
# Made of several texts: lists, searches and feeds.
LIST = re.compile(
    r"(?:/api/v1/[^/]+/(?:articles|products|feed|sitemap)/|/api/v1/locales/|/[^/]+/sitemap\.xml)"
    r"(?:\?.*)?"
)


class Command(BaseCommand):
    """Read only."""

    help = "Tell what was served at an address at a moment, and from which releases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", help="for example /api/v1/de/articles/magnesium/")
        parser.add_argument("moment", help="RFC 3339, with an offset")
        parser.add_argument("--body", action="store_true", help="print the bytes as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the ETag, each release in the bytes, and the bytes."""
        path, moment = options["path"], _moment(options["moment"])
        if page := PAGE.fullmatch(path):
            etag, body, releases = self._page(page, moment)
        elif moment and LIST.fullmatch(path):
            etag, body, releases = _list(path, moment)
        else:
            raise CommandError("a path of the REST API and an RFC 3339 time are needed")
        self.stdout.write(f"ETag {etag}")
        self._releases(releases)
        if options["body"]:
            self.stdout.write(body.decode())

    def _page(self, page: re.Match[str], moment: datetime) -> tuple[str, bytes, set[int]]:
        found = shown(page["kind"], page["locale"], page["address"], moment)
        if found is None:
            raise CommandError("no text was served there at that moment")
        self.stdout.write(f"rendered {found.rendered_at.isoformat()}")
        return f'"{found.etag}"', bytes(found.body), set(found.releases)

    def _releases(self, keys: Iterable[int]) -> None:
        rows = Release.objects.select_related("revision", "rulebook", "decision__reviewer")
        for release in rows.filter(pk__in=keys).order_by("pk"):
            decision = release.decision
            by = f"{decision.reviewer} ({decision.pk})" if decision else "none needed"
            self.stdout.write(
                f"{release}: release {release.pk}, revision {release.revision.number} "
                f"{release.content_hash}, rulebook {release.rulebook.digest}, decision {by}"
            )


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise CommandError("a path of the REST API and an RFC 3339 time are needed")
    return moment


def _list(path: str, moment: datetime) -> tuple[str, bytes, set[int]]:
    """Ask the view of a list as if it were that moment."""
    request = RequestFactory().get(path)
    view, values, named = resolve(request.path)
    with serving.as_of(moment) as past:
        answer = view(request, *values, **named)
        if hasattr(answer, "render"):
            answer.render()
    if answer.status_code != 200:
        raise CommandError(f"no list was served there: {answer.status_code}")
    return answer["ETag"], answer.content, past.releases

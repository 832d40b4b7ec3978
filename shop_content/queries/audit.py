"""Reading the audit trail: is the chain of hashes whole, and what happened to one text?"""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet

from shop_content.models import (
    Article,
    CheckRun,
    Decision,
    Finding,
    Product,
    Release,
    Rendering,
    Revision,
)
from shop_content.models.subject import LOCALE_LENGTH, subject_fields


def verify_chain() -> list[int]:
    """Return the numbers of the events whose hash or link does not fit, in order; empty is good.

    A cut tail cannot be seen from inside: compare the newest hash with one kept elsewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT number FROM (
                SELECT e.*, lag(number, 1, 0::bigint) OVER w AS number_before,
                       lag(hash, 1, '') OVER w AS hash_before
                FROM shop_content_event e WINDOW w AS (ORDER BY number)) chain
            WHERE number <> number_before + 1 OR previous_hash <> hash_before
               OR hash <> shop_content_event_hash(number, happened_at, actor_id, verb, thing,
                                                  data, previous_hash)
            ORDER BY number
            """
        )
        return [number for (number,) in cursor.fetchall()]


def shown(kind: str, locale: str, address: str, moment: datetime) -> Rendering | None:
    """Return the rendering that an address had at a moment (I11); None: no text was served.

    It names the releases whose words are in its bytes, and each of these its revision, rulebook
    and decision. A rendering counts from its transaction, some milliseconds before its commit.
    """
    named = Q(address=address) | Q(sku=address) if kind == "product" else Q(address=address)
    written = Rendering.objects.filter(
        named, kind=kind, locale=locale, rendered_at__lte=moment
    ).select_related("release")
    found = written.order_by("-pk").first()
    if found is None:
        return None
    ended = Release.objects.filter(pk__in=found.releases, ended_at__lte=moment)
    return None if ended.exists() else found


def subject_named(thing: str) -> tuple[Article | Product, str] | None:
    """Return the text the trail calls `article:<uuid>:<locale>`; None when there is none."""
    kind, _, rest = thing.partition(":")
    name, _, locale = rest.partition(":")
    known = kind in ("article", "product") and 0 < len(locale) <= LOCALE_LENGTH
    if not known or "\x00" in locale:
        return None
    try:
        uuid = UUID(name)
    except ValueError:
        return None
    subject: Article | Product | None = (
        Article.objects.filter(uuid=uuid).first()
        if kind == "article"
        else Product.objects.filter(uuid=uuid).first()
    )
    return (subject, locale) if subject else None


def trail(subject: Article | Product, locale: str) -> QuerySet[Revision]:
    """Return the revisions of a text, oldest first, with all that followed from each."""
    runs = CheckRun.objects.select_related("rulebook").order_by("pk")
    return (
        Revision.objects.filter(**subject_fields(subject), locale=locale)
        .select_related("submitted_by")
        .prefetch_related(
            Prefetch("check_runs", runs),
            Prefetch("check_runs__findings", Finding.objects.order_by("position")),
            Prefetch(
                "check_runs__decisions",
                Decision.objects.select_related("reviewer").order_by("pk"),
            ),
            Prefetch(
                "releases",
                Release.objects.select_related("released_by", "withdrawn_by").order_by("pk"),
            ),
        )
        .order_by("number")
    )

"""Rendering: write the bytes of an address, once, and again when what is live changes.

A release renders its own page in its transaction. What it makes stale elsewhere (cards, related
articles, alternates) is known by the rows; `refresh`, rung like a check, renders it again, and
whoever asks for such an address earlier has it rendered. Nothing stale is served meanwhile.
"""

import gzip
import logging
from typing import Any

import brotli
from celery import current_app
from django.conf import settings
from django.db import connection, transaction

from shop_content.models import Generation, Release, Rendering
from shop_content.queries import addresses, documents, serving
from shop_content.queries.addresses import Gone, Moved, Untranslated
from shop_content.queries.serving import ListAsked, PageAsked, Rows

logger = logging.getLogger(__name__)

# At these levels 15 KB take 0.2 ms and come within 5 % of what the highest levels save.
BROTLI_QUALITY, GZIP_LEVEL = 5, 6
BATCH = 50
# As many as the longest list of items has, and one more.
MOST_RENDERED = 101
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('shop_content_refresh'))"
LIST_ITEM = (
    "id locale slug url title teaser teaser_source hero_image topic tags author published_at "
    "updated_at reading_time_min word_count product_refs content_language"
).split()

# Each live text in its own locale, and in each locale where it is what `fallback=chain` gives.
STALE = """
WITH asked (locale, other, place) AS (SELECT * FROM unnest(%(locales)s::text[],
     %(others)s::text[], %(places)s::int[]))
SELECT x.id, asked.locale
FROM shop_content_release x JOIN asked ON asked.other = x.locale
LEFT JOIN LATERAL (SELECT * FROM shop_content_rendering
                   WHERE release_id = x.id AND locale = asked.locale AND shape = %(shape)s
                   ORDER BY id DESC LIMIT 1) r ON {fresh}
WHERE x.is_live AND r.id IS NULL AND NOT EXISTS (
    SELECT FROM asked before JOIN shop_content_release y ON y.locale = before.other AND y.is_live
    WHERE before.locale = asked.locale AND before.place < asked.place
      AND (y.article_id = x.article_id OR y.product_id = x.product_id))
ORDER BY asked.place, x.id DESC LIMIT %(most)s
"""


def render_page(asked: PageAsked) -> Rendering | Gone | Moved | Untranslated | None:
    """Return the rendering of an address, just written, or what became of it; None: nothing."""
    generation = serving.generation()
    needs: set[str] = set()
    found = addresses.locate(asked.kind, asked.locale, asked.address, needs)
    if not isinstance(found, Release):
        return found
    if found.locale == asked.locale:
        return _write(found, asked.locale, generation)
    if not asked.fallback:
        return untranslated(found)
    return _write(found, asked.locale, generation, asked.address, needs)


def untranslated(release: Release) -> Untranslated:
    """Return where a text is live, for who asked for a locale where it is not."""
    return Untranslated(next(iter(documents.alternates([release]).values())))


def render_release(release: Release) -> Rendering:
    """Write the page of a live release in its own locale."""
    return _write(release, release.locale, serving.generation())


def render_list(asked: ListAsked) -> Rows:
    """Return the items of a page of a list; those that are stale are rendered first.

    Of a long list, a sitemap, only so many: the others are left out until a worker has been there.
    """
    found = serving.list_rows(asked)
    if serving.past():
        return found._replace(rows=[row for row in found.rows if row.item])
    stale = [row.release for row in found.rows if row.item is None][:MOST_RENDERED]
    live = Release.objects.live().filter(pk__in=stale)
    made = {release.pk: render_release(release) for release in live}
    whole = (
        row._replace(item=bytes(new.item), body=bytes(new.body))
        if (new := made.get(row.release))
        else row
        for row in found.rows
    )
    return found._replace(rows=[row for row in whole if row.item])


def count() -> None:
    """Count this transaction's releases now, not at its end: the last thing but rendering."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS release_counts, schedule_counts IMMEDIATE")
        cursor.execute("SET CONSTRAINTS release_counts, schedule_counts DEFERRED")


def ring_refresh() -> None:
    """Publish a message for the worker when there may be stale renderings."""
    try:
        current_app.send_task(
            "shop_content.tasks.refresh_renderings", queue="bulk", ignore_result=True
        )
    except Exception as error:  # noqa: BLE001 -- any broker trouble means: ring again later
        logger.warning("the broker cannot be reached, renderings wait: %s", error)


def behind() -> int:
    """Return the generation whose stale renderings wait to be rendered again, 0 for none."""
    row = Generation.objects.filter(pk=1).first()
    return row.seq if row and row.refreshed < row.seq else 0


def refresh() -> int:
    """Render a batch of what is stale; return how many. 0: all is done, or somebody is at it.

    Killed at any point it goes on from the rows.
    """
    with transaction.atomic():
        if not serving.select(_LOCK)[0][0] or not (generation := behind()):
            return 0
        done = 0
        for key, locale in _stale():
            release = Release.objects.live().get(pk=key)
            if locale == release.locale:
                render_release(release)
                done += 1
            else:
                asked = PageAsked(release.kind, locale, release.slug, fallback=True)
                done += isinstance(render_page(asked), Rendering)
        if not done:
            Generation.objects.filter(pk=1).update(refreshed=generation)
    return done


def _stale() -> list[tuple[int, str]]:
    places = [
        (locale, other, place)
        for locale in settings.CONTENT_LOCALES
        for place, other in enumerate(addresses.chain_of(locale))
    ]
    locales, others, numbers = (list(column) for column in zip(*places, strict=True))
    return serving.select(
        STALE.format(fresh=serving.FRESH),
        locales=locales,
        others=others,
        places=numbers,
        shape=serving.shape(),
        most=BATCH,
    )


def _write(
    release: Release,
    locale: str,
    generation: int,
    address: str = "",
    needs: frozenset[str] | set[str] = frozenset(),
) -> Rendering:
    """Write what a release looks like in a locale. `generation` was read before the release."""
    page = documents.page_of(release, requested=locale)
    document = page.document
    document["alternates"] = [
        one | {"url": settings.STOREFRONT_ORIGIN + one["url"]} for one in document["alternates"]
    ]
    wanted = sorted(page.sources.needs | needs)
    tags, moment = document["cache"]["tags"], serving.next_change_of(wanted)
    document["cache"]["next_change_at"] = serving.stamped(moment)
    body = serving.as_json(document)
    made = Rendering(
        kind=release.kind,
        locale=locale,
        address=address or release.slug,
        sku=document.get("sku", ""),
        fell_back=locale != release.locale,
        release=release,
        releases=sorted(page.sources.releases),
        needs=wanted,
        next_change_at=moment,
        generation=generation,
        shape=serving.shape(),
        etag=serving.etag_of(body),
        body=body,
        gzip=gzip.compress(body, GZIP_LEVEL, mtime=0),
        brotli=brotli.compress(body, quality=BROTLI_QUALITY),
        item=b"" if locale != release.locale else _item(document, serving.etag_of(body)),
        cache_tags=",".join(dict.fromkeys([*tags, *sorted(page.sources.tags)])),
    )
    Rendering.objects.bulk_create([made], ignore_conflicts=True)
    return made


def _item(document: dict[str, Any], etag: str) -> bytes:
    """Return what lists say of a text."""
    item = {name: document.get(name) for name in LIST_ITEM}
    shown = {
        "comment_count": document["comments"]["count"],
        "alternates": document["alternates"],
        "etag": etag,
    }
    return serving.as_json(item | shown)

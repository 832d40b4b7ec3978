"""What is served: the newest rendering of an address, read by one indexed statement.

The statement itself proves that the bytes may still be served: every release they were made from
is live and no later release says what they would have to tell (`models.rendering`). Where it finds
nothing the caller has the page rendered (`workflow.rendering`), or tells why there is none.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import pq

from shop_content.models.revision import canonical, digest
from shop_content.queries import prepared
from shop_content.queries.addresses import chain_of
from shop_content.queries.search import highlight, statement

# Raise it when the same releases are to be shown in another shape.
REPRESENTATION = 8
Coding = Literal["body", "gzip", "brotli"]

FRESH = """
    NOT EXISTS (SELECT FROM shop_content_release e
                WHERE e.id = ANY (r.releases) AND NOT e.is_live)
    AND NOT EXISTS (SELECT FROM shop_content_touched t
                    WHERE t.token = ANY (r.needs) AND t.seq > r.generation)
"""
PAGE = """
SELECT r.etag, r.{coding}, r.cache_tags, x.locale,
       floor(extract(epoch FROM x.released_at))::bigint, r.next_change_at
FROM (SELECT * FROM shop_content_rendering
      WHERE {address} AND kind = %(kind)s AND locale = %(locale)s AND shape = %(shape)s
            AND fell_back <= %(fallback)s
      ORDER BY id DESC LIMIT 1) r
JOIN shop_content_release x ON x.id = r.release_id
WHERE {fresh}
"""
BY_SLUG = "address = %(address)s"
# A product's SKU leads to it unless the same word is, or was, an address in this locale.
BY_SKU = """(address = %(address)s OR sku = %(address)s AND NOT EXISTS (
    SELECT FROM shop_content_address a
    WHERE a.product_id IS NOT NULL AND a.locale = %(locale)s AND a.slug = %(address)s))"""
LIST = """
SELECT n.due_at, l.id, r.item, floor(extract(epoch FROM l.released_at))::bigint{wide}
FROM ({planned}) n LEFT JOIN (
    (SELECT id, released_at FROM shop_content_release
     WHERE {live} AND {kind} AND locale = %(locale)s {filters}
     ORDER BY id DESC LIMIT %(most)s) l
    LEFT JOIN LATERAL ({rendered}) r ON true) ON true
ORDER BY l.id DESC
"""
# Whatever is planned may change a list: an item tells where else its text is live.
NOW = {
    "planned": "SELECT min(due_at) AS due_at FROM shop_content_schedule WHERE outcome = ''",
    "live": "is_live",
    "rendered": f"""
        SELECT r.item FROM (
            SELECT * FROM shop_content_rendering
            WHERE release_id = l.id AND locale = %(locale)s AND shape = %(shape)s
            ORDER BY id DESC LIMIT 1) r
        WHERE {FRESH}""",  # noqa: S608 -- two constants
    "words": "shop_content_searchentry",
}
# The same at a moment of before, after `generation` changes (I11). A rendering may have been
# written a little later than that: the same releases make the same bytes.
_BEGAN = """(SELECT c.begins FROM shop_content_change c
    WHERE c.{thing}_id = shop_content_{thing}.id AND c.seq <= %(generation)s
    ORDER BY c.seq DESC LIMIT 1)"""
THEN = {
    "planned": "SELECT min(due_at) AS due_at FROM shop_content_schedule WHERE "  # noqa: S608
    + _BEGAN.format(thing="schedule"),
    "live": _BEGAN.format(thing="release"),
    "rendered": """
        SELECT * FROM shop_content_rendering
        WHERE release_id = l.id AND locale = %(locale)s AND generation <= %(generation)s
          AND NOT EXISTS (
            SELECT FROM shop_content_change c
            WHERE c.seq <= %(generation)s
              AND (c.release_id = ANY (releases) AND NOT c.begins
                   OR c.seq > generation AND c.touched && needs))
        ORDER BY rendered_at <= %(moment)s DESC,
                 CASE WHEN rendered_at <= %(moment)s THEN -id ELSE id END LIMIT 1""",
    "words": """(SELECT id AS release_id, shop_content_words(locale, document) AS words
                 FROM shop_content_release) then_found""",
}
LAST_CHANGE = """
SELECT coalesce(max(seq), 0) FROM shop_content_change WHERE happened_at <= %(moment)s
"""
# By locale, and of all locales together ('').
COUNTS = """
SELECT coalesce(locale, ''), count(DISTINCT article_id), count(DISTINCT product_id), ({planned})
FROM shop_content_release WHERE {live} AND locale = ANY (%(locales)s::text[])
GROUP BY GROUPING SETS ((locale), ())
"""
EVERY = """
SELECT locale, id FROM (
    SELECT locale, id, row_number() OVER (PARTITION BY locale ORDER BY id DESC) AS place,
           count(*) OVER (PARTITION BY locale) AS total
    FROM shop_content_release WHERE is_live AND locale = ANY (%(locales)s::text[])) live
WHERE place %% %(number)s = 0 AND place < total ORDER BY locale, place
"""
GENERATION = "SELECT seq FROM shop_content_generation WHERE id = 1"
FILTERS = {
    "before": "AND id < %(before)s",
    "since": "AND released_at >= %(since)s",
    "topic": "AND shop_content_says(document) @> ARRAY[%(topic)s]",
    "tag": "AND shop_content_says(document) @> ARRAY[%(tag)s]",
    "product": "AND shop_content_says(document) @> ARRAY[%(product)s]",
    "author": "AND shop_content_says(document) @> ARRAY[%(author)s]",
    "ids": "AND shop_content_says(document) && %(ids)s::text[]",
    "skus": "AND shop_content_says(document) && %(skus)s::text[]",
}


KINDS = {
    "article": "article_id IS NOT NULL",
    "product": "product_id IS NOT NULL",
    "text": "true",
}


@dataclass(frozen=True)
class PageAsked:
    """One text: `address` is a slug or a product's SKU; `fields`: the members, () for all."""

    kind: str
    locale: str
    address: str
    fallback: bool = False
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListAsked:
    """A page of a list. `kind`: one of KINDS. `filters`: names of FILTERS with values, sorted.

    `q`: what is searched for; the filter "before" then comes with "rank". `fields`: the members
    of the items, () for all; `include`: members of the documents besides. All in one order.
    """

    kind: str
    locale: str
    limit: int = 20
    filters: tuple[tuple[str, Any], ...] = ()
    q: str = ""
    fields: tuple[str, ...] = ()
    include: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the stored items are the answer as they are."""
        return not (self.q or self.fields or self.include)


@dataclass(frozen=True)
class LocalesAsked:
    """The locales that are served."""


Asked = PageAsked | ListAsked | LocalesAsked


class Row(NamedTuple):
    """An item of a list. `item`: its JSON; None: it has no rendering that may be served."""

    release: int
    item: bytes | None
    released_at: int
    # The whole document, where parts of it are wanted in the item.
    body: bytes | None = None
    # Of a search: relevance in millionths, and the snippets.
    rank: int = 0
    title: str = ""
    text: str = ""


class Rows(NamedTuple):
    """A page of a list. `next_change_at`: when something is planned that may change it."""

    rows: Sequence[Row]
    next_change_at: datetime | None


@dataclass(frozen=True)
class Found:
    """An answer: its bytes in one coding, and what caches are told. `etag`: of the plain bytes."""

    etag: str
    body: bytes
    cache_tags: str
    language: str = ""
    modified: int | None = None
    next_change_at: datetime | None = None
    media_type: str = "application/json"


def find_rendering(asked: PageAsked, coding: Coding = "body") -> Found | None:
    """Return the answer at an address; None: there is none, or it is not rendered yet."""
    if "\x00" in asked.address:  # PostgreSQL cannot even compare with it
        return None
    address = BY_SKU if asked.kind == "product" else BY_SLUG
    sql = PAGE.format(coding=coding, address=address, fresh=FRESH)
    values: dict[str, Any] = {
        "kind": asked.kind,
        "locale": asked.locale,
        "address": asked.address,
        "fallback": asked.fallback,
        "shape": shape(),
    }
    if connection.queries_logged:
        rows = select(sql, **values)
        return Found(*rows[0]) if rows else None
    for etag, body, tags, locale, modified, planned in prepared.fetch(sql, **values):
        texts = [str(one or b"", "utf-8") for one in (etag, tags, locale)]
        since = prepared.number(modified or b"")
        moment = prepared.moment(planned) if planned else None
        return Found(texts[0], body or b"", texts[1], texts[2], since, moment)
    return None


@dataclass
class Past:
    """A moment of before, the changes until then, and which releases its lists are made of."""

    moment: datetime
    generation: int
    releases: set[int] = field(default_factory=set)


_past: ContextVar[Past | None] = ContextVar("past", default=None)


@contextmanager
def as_of(moment: datetime) -> Iterator[Past]:
    """Let lists be answered as they were at a moment. Nothing is rendered meanwhile."""
    past = Past(moment, select(LAST_CHANGE, moment=moment)[0][0])
    token = _past.set(past)
    try:
        yield past
    finally:
        _past.reset(token)


def past() -> Past | None:
    """Return the moment that is asked for; None: now."""
    return _past.get()


def _moment() -> tuple[Mapping[str, str], dict[str, Any]]:
    """Return what statements are filled with at the moment that is asked for, and its values."""
    then = past()
    if then is None:
        return NOW, {}
    return THEN, {"moment": then.moment, "generation": then.generation}


def list_rows(asked: ListAsked) -> Rows:
    """Return the items of a page of a list, and one more when there are more."""
    then, known = _moment()
    values: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in asked.filters}
    place = ("before", "rank") if asked.q else ()
    filters = " ".join(FILTERS[name] for name in values if name not in place)
    pieces = {**then, "kind": KINDS[asked.kind], "filters": filters, "wide": ""}
    if asked.include:
        pieces["rendered"] = pieces["rendered"].replace("SELECT r.item", "SELECT r.item, r.body")
        pieces["wide"] = ", r.body"
    if asked.q:
        sql, values = statement(pieces, asked.q, values)
    else:
        sql = LIST.format(**pieces)
    most = asked.limit + 1
    rows = select(sql, locale=asked.locale, most=most, shape=shape(), **known, **values)
    found = Rows([Row(*row[1:]) for row in rows if row[1] is not None], rows[0][0])
    if then_asked := past():
        then_asked.releases |= {row.release for row in found.rows[: asked.limit]}
    return found


def as_list(asked: ListAsked, found: Rows) -> Found:
    """Return a page of a list as JSON; every row has its item."""
    rows = found.rows
    shown = rows[: asked.limit]
    following = f'"{cursor_of(asked, shown[-1])}"' if len(rows) > asked.limit else "null"
    items = b",".join((row.item or b"") if asked.plain else _shaped(asked, row) for row in shown)
    tag, moment = f"locale:{asked.locale}", found.next_change_at
    cache = as_json({"tags": [tag], "next_change_at": stamped(moment)})
    body = b'{"items":[' + items + b'],"next_cursor":' + following.encode()
    body += b',"cache":' + cache + b"}"
    modified = max((row.released_at for row in rows), default=None)
    return Found(etag_of(body), body, tag, asked.locale, modified, moment)


def cursor_of(asked: ListAsked, last: Row) -> str:
    """Return the cursor of the page that follows one which ends with this row."""
    return cursor(f"{last.rank}.{last.release}" if asked.q else last.release)


def _shaped(asked: ListAsked, row: Row) -> bytes:
    """Return an item with the members that are wanted, in their one order."""
    item: dict[str, Any] = json.loads(row.item or b"{}")
    if asked.q:
        item["highlight"] = highlight(row.title, row.text)
    if asked.fields:
        item = {name: item[name] for name in asked.fields if name in item}
    if asked.include:
        whole = json.loads(row.body or b"{}")
        item |= {name: whole[name] for name in asked.include if name in whole}
    return as_json(item)


def narrowed(found: Found, fields: Sequence[str]) -> Found:
    """Return a document, found plain, with nothing but the members that are wanted."""
    whole = json.loads(found.body)
    body = as_json({name: whole[name] for name in fields if name in whole})
    return replace(found, etag=etag_of(body), body=body)


def find_locales() -> Found:
    """Return the locales with their fallback chain and how much is released in each.

    Complete is a locale that has all that is released in any.
    """
    then, known = _moment()
    rows = select(COUNTS.format(**then), locales=settings.CONTENT_LOCALES, **known)
    number = {locale: {"articles": a, "products": p} for locale, a, p, _moment in rows}
    total = number[""]
    items = []
    for locale in settings.CONTENT_LOCALES:
        here = number.get(locale, dict.fromkeys(total, 0))
        complete = {
            kind: {"released": here[kind], "missing": total[kind] - here[kind]} for kind in total
        }
        chain = chain_of(locale)
        items.append({"locale": locale, "fallback_chain": chain, **here, "completeness": complete})
    body = as_json({"items": items})
    tags = ",".join(f"locale:{locale}" for locale in settings.CONTENT_LOCALES)
    return Found(etag_of(body), body, tags, next_change_at=rows[0][3])


def every(number: int) -> dict[str, list[int]]:
    """Return by locale after which live releases `number` are counted and more follow."""
    found: dict[str, list[int]] = {locale: [] for locale in settings.CONTENT_LOCALES}
    for locale, key in select(EVERY, locales=settings.CONTENT_LOCALES, number=number):
        found[locale].append(key)
    return found


def generation() -> int:
    """Return how often what is live has changed. Read it BEFORE what is kept under it."""
    if connection.queries_logged:
        rows = select(GENERATION)
        return rows[0][0] if rows else 0
    # Asked at every request where there is no push: past the layers, a third of the cost.
    rows = prepared.fetch(GENERATION)
    return prepared.number(rows[0][0] or b"") if rows else 0


def shape() -> str:
    """Return a name of all that answers are made of besides releases."""
    names = ("STOREFRONT_ORIGIN", "SHOP_NAME", "CONTENT_LOCALES", "MEDIA_URL")
    return _shape(*(str(getattr(settings, name)) for name in names))


@lru_cache(maxsize=8)
def _shape(*shown: str) -> str:
    return digest(canonical({"shown": shown, "representation": REPRESENTATION}))[7:23]


def cursor(key: int | str) -> str:
    """Return the cursor of the page that follows the item `key`."""
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def next_change_of(needs: Sequence[str]) -> datetime | None:
    """Return when something is planned that says one of the tokens a page needs."""
    rows = select("SELECT shop_content_next_change(%(needs)s::text[])", needs=list(needs))
    moment: datetime | None = rows[0][0]
    return moment


def stamped(moment: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def as_json(value: Any) -> bytes:
    """Return JSON as it goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def etag_of(body: bytes) -> str:
    """Return the unquoted, strong ETag of plain bytes."""
    return hashlib.sha256(body).hexdigest()[:32]


class _Prepared(psycopg.Cursor[Any]):
    """Statements are planned once a connection, results come as bytes and not as hex."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self.format = pq.Format.BINARY
        return super().execute(query, params, prepare=True)


def select(sql: str, **values: Any) -> list[Any]:
    """Return the rows of a statement on Django's own connection."""
    connection.ensure_connection()
    assert connection.connection is not None  # noqa: S101 -- ensured above
    plain: Any = _Prepared(connection.connection)
    logged = connection.queries_logged
    with connection.make_debug_cursor(plain) if logged else connection.make_cursor(plain) as made:
        made.execute(sql, values)
        return made.fetchall()

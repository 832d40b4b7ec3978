"""Full-text search: live releases that a query finds, the most relevant first, with snippets.

One statement over the index `search_words`. What a hostile query can cost is bounded: by its
length and its number of words (`api.parameters`), and by MATCHES, the newest texts that have all
its words; only these are ranked and tested for phrases and excluded words.
"""

import html
from collections.abc import Mapping
from typing import Any

MATCHES = 1000
START, STOP, LESS = "\x02", "\x03", "\x04"
# PostgreSQL would leave out what looks like a tag.
CLEANED = r"E'<\x04\x02\x03', E'\x04'"
TITLE = f"HighlightAll=true, StartSel={START}, StopSel={STOP}"
TEXT = f"MaxWords=40, MinWords=20, ShortWord=0, StartSel={START}, StopSel={STOP}"

# `needed`: the part an index can answer, phrases as mere words; `marks`: any of the words, as they
# are spelt in the text or in the index.
SEARCH = r"""
WITH spelt AS MATERIALIZED (
    SELECT shop_content_language(%(locale)s) AS language,
        websearch_to_tsquery(shop_content_language(%(locale)s),
                             shop_content_spelled(%(locale)s, %(q)s)) AS wanted,
        websearch_to_tsquery(shop_content_language(%(locale)s), %(q)s) AS plain
), asked AS MATERIALIZED (
    SELECT language, wanted,
        regexp_replace(querytree(wanted), ' <(-|\d+)> ', ' & ', 'g')::tsquery AS needed,
        regexp_replace(querytree(wanted || plain), ' (&|<(-|\d+)>) ', ' | ', 'g')::tsquery AS marks
    FROM spelt
)
SELECT l.id, r.item, floor(extract(epoch FROM l.released_at))::bigint AS released_at,
    {body} AS body, l.rank,
    ts_headline(language, translate(d.said->>'title', {cleaned}), marks, %(title)s) AS title,
    ts_headline(language, translate(
        coalesce(
            (SELECT b->>'text' FROM jsonb_array_elements(d.said->'blocks') b
             WHERE b->>'type' <> 'heading' AND to_tsvector(language, b->>'text') @@ marks LIMIT 1),
            d.said->>'teaser'), {cleaned}), marks, %(text)s) AS text
FROM asked, LATERAL (
    SELECT id, released_at, document, rank
    FROM (
        SELECT id, released_at, document, round(ts_rank(words, wanted) * 1e6)::int AS rank
        FROM (
            SELECT id, released_at, document, words
            FROM {words} JOIN shop_content_release ON id = release_id
            WHERE words @@ needed
              AND {live} AND {kind} AND locale = %(locale)s {filters}
            ORDER BY id DESC LIMIT %(matches)s) newest
        WHERE words @@ wanted) ranked
    WHERE {after}
    ORDER BY rank DESC, id DESC LIMIT %(most)s) l
CROSS JOIN LATERAL (SELECT l.document::jsonb AS said OFFSET 0) d
LEFT JOIN LATERAL ({rendered}) r ON true
"""
LIST = "SELECT n.due_at, s.* FROM ({planned}) n LEFT JOIN ({search}) s ON true {order}"
ORDER = "ORDER BY s.rank DESC, s.id DESC"
AFTER = "(rank, id) < (%(rank)s, %(before)s)"


def statement(
    pieces: Mapping[str, str], q: str, values: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the statement of a search, and its values.

    `pieces`: what is live, planned, rendered, and which filters hold (`queries.serving`).
    """
    search = SEARCH.format(
        **pieces,
        after=AFTER if "rank" in values else "true",
        body="r.body" if pieces["wide"] else "NULL::bytea",
        cleaned=CLEANED,
    )
    sql = LIST.format(planned=pieces["planned"], search=search, order=ORDER)
    return sql, {**values, "q": q, "matches": MATCHES, "title": TITLE, "text": TEXT}


def highlight(title: str, text: str) -> dict[str, str]:
    """Return the snippets of an item as HTML: escaped, what was found in `<mark>`."""
    return {"title": _marked(title), "text": _marked(text)}


def _marked(snippet: str) -> str:
    escaped = html.escape(snippet).replace(LESS, "&lt;")
    return escaped.replace(START, "<mark>").replace(STOP, "</mark>")

"""The comments of a live article, as the public reads them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shop_content.queries.serving import Found, as_json, cursor, etag_of, select, stamped

COMMENTS = """
SELECT a.uuid, x.slug, c.id, c.name, c.text, c.submitted_at
FROM shop_content_release x JOIN shop_content_article a ON a.id = x.article_id
LEFT JOIN LATERAL (
    SELECT * FROM shop_content_comment m
    WHERE m.article_id = x.article_id AND m.locale = x.locale AND m.state = 'shown'
      AND EXISTS (SELECT FROM shop_content_rulebookversion v
                  WHERE v.id = m.rulebook_id AND v.is_active)
      AND m.id > %(after)s
    ORDER BY m.id LIMIT %(most)s) c ON true
WHERE x.is_live AND x.locale = %(locale)s AND x.slug = %(address)s
ORDER BY c.id
"""


@dataclass(frozen=True)
class CommentsAsked:
    """A page of the comments of one article, the oldest first, those after the key `after`."""

    locale: str
    address: str
    limit: int = 20
    after: int = 0


def find_comments(asked: CommentsAsked) -> Found | None:
    """Return a page of comments; None: no article is live at this address."""
    rows: list[tuple[Any, str, int | None, str, str, datetime]] = select(
        COMMENTS,
        locale=asked.locale,
        address=asked.address,
        after=asked.after,
        most=asked.limit + 1,
    )
    if not rows:
        return None
    said = [row for row in rows if row[2] is not None]
    shown = said[: asked.limit]
    items = [
        {"id": key, "name": name, "text": text, "submitted_at": stamped(moment)}
        for _uuid, _slug, key, name, text, moment in shown
    ]
    following = cursor(shown[-1][2] or 0) if len(said) > asked.limit else None
    body = as_json({"items": items, "next_cursor": following})
    tags = f"article:{rows[0][0]},locale:{asked.locale}"
    return Found(etag_of(body), body, tags, asked.locale)

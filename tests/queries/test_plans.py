"""Every filter of a list is answered by an index, on a few thousand generated releases."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict

from shop_content.api.parameters import list_asked
from shop_content.models import RulebookVersion
from shop_content.queries import serving
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
# Copies of one live text, each with an id, author, topic, tag and product of its own or of few.
GENERATE = """
SET LOCAL session_replication_role = replica;
INSERT INTO shop_content_release ({kind}_id, locale, revision_id, content_hash, check_run_id,
    rulebook_id, slug, document, released_by_id, released_at, is_live, withdrawal_reason)
SELECT n, locale, revision_id, content_hash, check_run_id, rulebook_id, 'text-' || n,
    (document::jsonb || jsonb_build_object('id', n, 'sku', 'MG-' || n, 'title', 'wort' || n % 100,
        'author', jsonb_build_object('id', n % 40), 'topic', jsonb_build_object('slug', n % 40),
        'tags', jsonb_build_array(jsonb_build_object('slug', n % 40, 'name', 'x')),
        'product_refs', jsonb_build_array(jsonb_build_object('sku', n % 40))))::text,
    released_by_id, now() - n * interval '1 hour', true, ''
FROM (SELECT * FROM shop_content_release WHERE is_live AND {kind}_id IS NOT NULL LIMIT 1) one,
    generate_series(1000000, 1003000) n;
DROP INDEX search_words;
INSERT INTO shop_content_searchentry
    SELECT id, shop_content_words(locale, document) FROM shop_content_release
    WHERE id NOT IN (SELECT release_id FROM shop_content_searchentry);
CREATE INDEX search_words ON shop_content_searchentry USING gin (words);
SET LOCAL session_replication_role = origin;
ANALYZE shop_content_release, shop_content_searchentry;
"""
UUID = "00000000-0000-0000-0000-000000000001"


def plan(monkeypatch: pytest.MonkeyPatch, kind: str, query: str) -> str:
    select = serving.select
    lines: list[str] = []

    def explain(sql: str, **values: Any) -> list[Any]:
        lines.extend(row[0] for row in select(f"EXPLAIN {sql}", **values))
        return [(None, None)]

    with monkeypatch.context() as patch:
        patch.setattr(serving, "select", explain)
        serving.list_rows(list_asked(kind, "de", QueryDict(query)))
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("kind", "queries"),
    [
        (
            "article",
            {
                "topic=7": "release_live_says",
                "tag=7": "release_live_says",
                "product=7": "release_live_says",
                "author=7": "release_live_says",
                f"ids={UUID}": "release_live_says",
                "updated_since=2999-01-01T00:00:00Z": "release_articles_changed",
                "q=wort7": "search_words",
                "": "release_live_articles|shop_content_release_pkey",
                "cursor=MTAw": "release_live_articles|shop_content_release_pkey",
            },
        ),
        (
            "product",
            {
                "skus=MG-1000007": "release_live_says",
                f"ids={UUID}": "release_live_says",
                "updated_since=2999-01-01T00:00:00Z": "release_products_changed",
                "q=wort7": "search_words",
            },
        ),
    ],
)
def test_filter_is_answered_by_an_index(
    alice: User,
    bob: User,
    rulebook: RulebookVersion,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    queries: dict[str, str],
) -> None:
    subject = make_article(by=alice) if kind == "article" else make_product(by=alice)
    make_released(subject, by=alice, reviewer=bob)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(GENERATE.format(kind=kind))
        # These texts are short: reading all their words would cost next to nothing.
        cursor.execute("SET LOCAL enable_seqscan = off")
    for query, index in queries.items():
        found = plan(monkeypatch, kind, query)
        assert re.search(rf"Index.* (on|using) ({index})\b", found), (query, found)
        assert "Seq Scan on shop_content_release" not in found, (query, found)

"""Release the articles with this service's own verbs; `many N` adds N more without them."""

import json
import sys
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from shop_content.models import Article, ArticleProduct, Product, Release  # noqa: E402
from shop_content.workflow.draft import write_draft  # noqa: E402
from shop_content.workflow.rendering import refresh, render_release  # noqa: E402
from tests.factories import (  # noqa: E402
    make_article,
    make_product,
    make_released,
    make_rulebook,
    make_user,
)

# The first articles once more under other slugs, past the triggers: what they check is not
# measured here. Every clone is an article of its own with its own live release.
CLONES = """
SET LOCAL session_replication_role = replica;
CREATE TEMP TABLE source ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY r.id) - 1 AS place, r.*, a.author_id
    FROM shop_content_release r JOIN shop_content_article a ON a.id = r.article_id
    WHERE r.is_live AND r.locale = 'de';
CREATE TEMP TABLE clone ON COMMIT DROP AS
    SELECT n, nextval('shop_content_article_id_seq') AS new_article, gen_random_uuid() AS uuid,
           s.*, s.slug || '-' || n AS new_slug
    FROM generate_series(1, {number}) n
    JOIN source s ON s.place = n % (SELECT count(*) FROM source);
INSERT INTO shop_content_article (id, uuid, author_id, created_at)
    SELECT new_article, uuid, author_id, now() FROM clone;
INSERT INTO shop_content_address (locale, slug, article_id, first_released_at)
    SELECT locale, new_slug, new_article, now() FROM clone;
INSERT INTO shop_content_release (locale, content_hash, slug, document, released_at, is_live,
        withdrawal_reason, article_id, check_run_id, decision_id, released_by_id, revision_id,
        rulebook_id)
    SELECT locale, content_hash, new_slug,
           replace(replace(document, '"id":"' || (document::jsonb->>'id') || '"',
                           '"id":"' || uuid || '"'),
                   '"slug":"' || slug || '"', '"slug":"' || new_slug || '"'),
           released_at, true, '', new_article, check_run_id, decision_id, released_by_id,
           revision_id, rulebook_id
    FROM clone ORDER BY n
"""


def load(articles: list[dict[str, Any]]) -> None:
    """Release every article in its locales; print the address of each."""
    call_command("migrate", verbosity=0)
    writer, reviewer = make_user("writer", "Marketing"), make_user("reviewer", "Compliance")
    make_rulebook()
    products: dict[str, Product] = {}
    made: dict[str, Article] = {}
    for one in articles:
        if one["sku"] not in products:
            products[one["sku"]] = make_product(by=writer, sku=one["sku"], slug=one["sku"].lower())
            make_released(products[one["sku"]], by=writer, reviewer=reviewer)
        fields = {name: one[name] for name in ("title", "slug", "teaser", "body")}
        _release(one, fields, made, products[one["sku"]], (writer, reviewer))
    while refresh():
        pass


def _release(
    one: dict[str, Any],
    fields: dict[str, str],
    made: dict[str, Article],
    product: Product,
    people: tuple[User, User],
) -> None:
    writer, reviewer = people
    article = made.get(one["slug"])
    if article is None:
        article = made[one["slug"]] = make_article(by=writer, locale=one["locale"], **fields)
        ArticleProduct.objects.create(article=article, product=product)
    else:
        write_draft(article, locale=one["locale"], fields=fields, by=writer, version=None)
    make_released(article, by=writer, reviewer=reviewer, locale=one["locale"])
    sys.stdout.write(f"/api/v1/{one['locale']}/articles/{one['slug']}/\n")


def many(number: int) -> None:
    """Clone articles until there are `number` more and render each."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLONES.format(number=number))
    connection.cursor().execute("ANALYZE")
    new = Release.objects.live().filter(renderings=None).order_by("pk")
    for release in new.iterator(chunk_size=200):
        render_release(release)
        sys.stdout.write(f"/api/v1/{release.locale}/articles/{release.slug}/\n")


if sys.argv[1:2] == ["many"]:
    many(int(sys.argv[2]))
else:
    load(json.load(sys.stdin))

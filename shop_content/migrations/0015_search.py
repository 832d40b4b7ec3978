"""Live releases are found by their words, by author, and by when they changed."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

SAYS = """
CREATE OR REPLACE FUNCTION shop_content_says(document text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT array_remove(
        ARRAY[
            'id/' || (said->>'id'),
            'slug/' || (said->>'slug'),
            'sku/' || (said->>'sku'),
            'topic/' || (said#>>'{topic,slug}'),
            'topic-id/' || (said#>>'{topic,id}')%s]
        || ARRAY(SELECT 'tag/' || (tag->>'slug') FROM jsonb_path_query(said, '$.tags[*]') tag)
        || ARRAY(SELECT 'about/' || (product->>'sku')
                 FROM jsonb_path_query(said, '$.product_refs[*]') product),
        NULL)
    FROM (SELECT document::jsonb AS said) AS read
$$;
REINDEX INDEX release_live_says;
"""

# German is written with umlauts or with ae, oe, ue; both become one before words are cut to their
# stems ("Kraempfe", "Krämpfe", "Krampf"). An u after a vowel or q is part of another sound.
SEARCH = r"""
CREATE FUNCTION shop_content_language(locale text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE split_part(locale, '-', 1)
    WHEN 'de' THEN 'german'::regconfig
    WHEN 'en' THEN 'english'::regconfig
    ELSE 'simple'::regconfig END;
CREATE FUNCTION shop_content_spelled(locale text, words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN split_part(locale, '-', 1) = 'de' THEN
    regexp_replace(replace(replace(lower(words), 'ae', 'ä'), 'oe', 'ö'),
                   '(?<![aeiouyäöüq])ue', 'ü', 'g')
    ELSE words END;
CREATE FUNCTION shop_content_vector(locale text, words text, weight "char") RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector(shop_content_language(locale),
                             shop_content_spelled(locale, coalesce(words, ''))), weight);
CREATE FUNCTION shop_content_words(locale text, document text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT shop_content_vector(locale, said->>'title', 'A')
        || shop_content_vector(locale, concat_ws(E'\n', said->>'teaser',
            (SELECT string_agg(word #>> '{}', E'\n') FROM jsonb_path_query(said,
                '$.blocks[*] ? (@.type == "heading").text') word),
            (SELECT string_agg(word #>> '{}', E'\n')
             FROM jsonb_path_query(said, '$.tags[*].name') word)), 'B')
        || shop_content_vector(locale,
            (SELECT string_agg(word #>> '{}', E'\n') FROM jsonb_path_query(said,
                '$.blocks[*] ? (@.type != "heading").text') word), 'D')
    FROM (SELECT document::jsonb AS said) AS read
$$;

CREATE FUNCTION shop_content_release_is_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_live THEN
        INSERT INTO shop_content_searchentry (release_id, words)
            VALUES (NEW.id, shop_content_words(NEW.locale, NEW.document));
    ELSE
        DELETE FROM shop_content_searchentry WHERE release_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER release_is_searched AFTER INSERT OR UPDATE ON shop_content_release
    FOR EACH ROW EXECUTE FUNCTION shop_content_release_is_searched();
INSERT INTO shop_content_searchentry (release_id, words)
    SELECT id, shop_content_words(locale, document) FROM shop_content_release WHERE is_live;
"""
BACKWARD = """
DROP TRIGGER release_is_searched ON shop_content_release;
DROP FUNCTION shop_content_release_is_searched();
DROP FUNCTION shop_content_words(text, text);
DROP FUNCTION shop_content_vector(text, text, "char");
DROP FUNCTION shop_content_spelled(text, text);
DROP FUNCTION shop_content_language(text);
"""
AUTHOR = ",\n            'author/' || (said#>>'{author,id}')"


class Migration(migrations.Migration):
    dependencies = [("shop_content", "0014_carried_guards")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="shop_content.release",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="search_words"),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("article__isnull", False), ("is_live", True)),
                fields=["locale", "-released_at"],
                name="release_articles_changed",
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("is_live", True), ("product__isnull", False)),
                fields=["locale", "-released_at"],
                name="release_products_changed",
            ),
        ),
        migrations.RunSQL(
            sql=[SAYS.replace("%s", AUTHOR) + SEARCH],
            reverse_sql=[BACKWARD + SAYS.replace("%s", "")],
        ),
    ]

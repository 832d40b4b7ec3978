"""Renderings, the generation of what is live, and the words releases are found by."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# What a document can be found by. The same words filter the lists and say, when a text is
# released, which renderings no longer tell all there is to tell.
SAYS = """
CREATE FUNCTION shop_content_says(document text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
    SELECT array_remove(
        ARRAY[
            'id/' || (said->>'id'),
            'slug/' || (said->>'slug'),
            'sku/' || (said->>'sku'),
            'topic/' || (said#>>'{topic,slug}'),
            'topic-id/' || (said#>>'{topic,id}')]
        || ARRAY(SELECT 'tag/' || (tag->>'slug') FROM jsonb_path_query(said, '$.tags[*]') tag)
        || ARRAY(SELECT 'about/' || (product->>'sku')
                 FROM jsonb_path_query(said, '$.product_refs[*]') product),
        NULL)
    FROM (SELECT document::jsonb AS said) AS read
$$;
CREATE INDEX release_live_says ON shop_content_release
    USING gin (shop_content_says(document)) WHERE is_live;
"""

# Every change of what is live counts, and is told to whoever keeps bytes in memory. At the end
# of the transaction: the row is locked last, after the lock of the audit trail.
GENERATION = """
INSERT INTO shop_content_generation (id, seq, refreshed) VALUES (1, 1, 0);
CREATE FUNCTION shop_content_release_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
BEGIN
    INSERT INTO shop_content_generation AS g (id, seq, refreshed) VALUES (1, 1, 0)
        ON CONFLICT (id) DO UPDATE SET seq = g.seq + 1 RETURNING g.seq INTO counted;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO shop_content_touched (token, seq)
            SELECT DISTINCT prefix || word, counted
            FROM unnest(shop_content_says(NEW.document)) AS word,
                 unnest(ARRAY['', NEW.locale || ' ']) AS prefix
            ON CONFLICT (token) DO UPDATE SET seq = EXCLUDED.seq;
    END IF;
    PERFORM pg_notify('shop_content_generation', counted::text);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER release_counts AFTER INSERT OR UPDATE ON shop_content_release
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_content_release_counts();
"""

# I9, I11: renderings are kept as they were served, and their hash is that of their bytes.
RENDERING = """
ALTER TABLE shop_content_rendering
    ADD CONSTRAINT rendering_etag_is_of_bytes
        CHECK (etag = left(encode(sha256(body), 'hex'), 32)),
    ADD CONSTRAINT rendering_names_its_release CHECK (release_id = ANY (releases)),
    ALTER COLUMN gzip SET STORAGE EXTERNAL,
    ALTER COLUMN brotli SET STORAGE EXTERNAL;
CREATE TRIGGER rendering_append_only BEFORE UPDATE OR DELETE ON shop_content_rendering
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER rendering_no_truncate BEFORE TRUNCATE ON shop_content_rendering
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""

BACKWARD = """
DROP TRIGGER release_counts ON shop_content_release;
DROP FUNCTION shop_content_release_counts();
DROP INDEX release_live_says;
DROP FUNCTION shop_content_says(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("shop_content", "0008_comment_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Generation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField(default=0)),
                ("refreshed", models.BigIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Rendering",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("locale", models.CharField(max_length=15)),
                ("address", models.CharField(max_length=80)),
                ("sku", models.CharField(blank=True, max_length=40)),
                ("fell_back", models.BooleanField()),
                (
                    "releases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("generation", models.BigIntegerField()),
                ("shape", models.CharField(max_length=16)),
                ("etag", models.CharField(max_length=32)),
                ("body", models.BinaryField()),
                ("gzip", models.BinaryField()),
                ("brotli", models.BinaryField()),
                ("item", models.BinaryField()),
                ("cache_tags", models.TextField()),
                (
                    "rendered_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("token", models.TextField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("article__isnull", False), ("is_live", True)),
                fields=["locale", "-id"],
                name="release_live_articles",
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("is_live", True), ("product__isnull", False)),
                fields=["locale", "-id"],
                name="release_live_products",
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("is_live", True)),
                fields=["locale", "slug"],
                name="release_live_slugs",
            ),
        ),
        migrations.AddField(
            model_name="rendering",
            name="release",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="renderings",
                to="shop_content.release",
            ),
        ),
        migrations.AddIndex(
            model_name="rendering",
            index=models.Index(
                fields=["kind", "locale", "address", "-id"], name="rendering_address"
            ),
        ),
        migrations.AddIndex(
            model_name="rendering",
            index=models.Index(
                condition=models.Q(("sku", ""), _negated=True),
                fields=["locale", "sku", "-id"],
                name="rendering_sku",
            ),
        ),
        migrations.AddIndex(
            model_name="rendering",
            index=models.Index(fields=["release", "locale", "-id"], name="rendering_release"),
        ),
        migrations.AddConstraint(
            model_name="rendering",
            constraint=models.UniqueConstraint(
                fields=("kind", "locale", "address", "shape", "generation", "etag"),
                name="rendering_once_per_generation",
            ),
        ),
        migrations.RunSQL(sql=[SAYS + GENERATION + RENDERING], reverse_sql=[BACKWARD]),
    ]

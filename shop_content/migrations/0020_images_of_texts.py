"""Texts name images; what a release names is public from then on, and was encoded before.

The upload fields of before are dropped: their files were served as they came. Nothing that is live
shows them any more (`queries.images.shown`); upload them again at the image desk.
"""

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

# Whoever writes a release: it names nothing that is not ready, and what it names is noted.
NAMED = """
CREATE FUNCTION shop_content_images_in(document text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT named #>> '{}'
    FROM jsonb_path_query(document::jsonb, 'lax $.**.image_digest') AS named
$$;
CREATE FUNCTION shop_content_release_names_images() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named text;
    ready bigint;
BEGIN
    FOR named IN SELECT shop_content_images_in(NEW.document) LOOP
        SELECT i.id INTO ready FROM shop_content_image i WHERE i.digest = named
            AND EXISTS (SELECT FROM shop_content_rendition r WHERE r.image_id = i.id)
            AND NOT EXISTS (SELECT FROM shop_content_rendition r
                            WHERE r.image_id = i.id AND r.made_at IS NULL);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'release %: image % is not ready', NEW.id, named
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = 'release_images_are_ready';
        END IF;
        INSERT INTO shop_content_releaseimage (release_id, image_id) VALUES (NEW.id, ready);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER release_images_are_ready AFTER INSERT ON shop_content_release
    FOR EACH ROW EXECUTE FUNCTION shop_content_release_names_images();
"""

# What makes an image public is that a release names it, and nothing else.
PUBLIC = """
CREATE FUNCTION shop_content_release_image_is_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM shop_content_release r, shop_content_image i
        WHERE r.id = NEW.release_id AND i.id = NEW.image_id
          AND i.digest IN (SELECT shop_content_images_in(r.document))) THEN
        RAISE EXCEPTION 'release % does not name image %', NEW.release_id, NEW.image_id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'release_image_is_named';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER release_image_is_named BEFORE INSERT ON shop_content_releaseimage
    FOR EACH ROW EXECUTE FUNCTION shop_content_release_image_is_named();
CREATE TRIGGER release_image_append_only BEFORE UPDATE OR DELETE ON shop_content_releaseimage
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER release_image_no_truncate BEFORE TRUNCATE ON shop_content_releaseimage
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""

BACKWARD = """
DROP TRIGGER release_images_are_ready ON shop_content_release;
DROP FUNCTION shop_content_release_names_images();
DROP TRIGGER release_image_is_named ON shop_content_releaseimage;
DROP FUNCTION shop_content_release_image_is_named();
DROP FUNCTION shop_content_images_in(text);
"""


def key(name: str, verbose_name: str) -> models.ForeignKey:
    """Return the key of a text's image."""
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=f"{name}s",
        to="shop_content.image",
        verbose_name=verbose_name,
    )


class Migration(migrations.Migration):
    """Hero image, image of a product, images in bodies."""

    dependencies: ClassVar = [("shop_content", "0019_comments_are_in_the_history")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="article", name="image"),
        migrations.RemoveField(model_name="product", name="image"),
        migrations.AddField(
            model_name="article", name="image", field=key("article", "hero image")
        ),
        migrations.AddField(model_name="product", name="image", field=key("product", "image")),
        migrations.AlterField(
            model_name="image",
            name="name",
            field=models.SlugField(
                help_text="Texts name the image by it: a paragraph that is one link to "
                "image:NAME.",
                max_length=60,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
                        "Use lower-case letters, digits and single hyphens.",
                    )
                ],
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="image",
            name="added_at",
            field=models.DateTimeField(auto_now_add=True, verbose_name="uploaded"),
        ),
        migrations.AlterField(
            model_name="schedule",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("not_allowed", "whoever planned it may no longer do it"),
                    ("not_checked", "not checked under the rulebook of that moment"),
                    ("needs_decision", "not approved under the rulebook of that moment"),
                    ("address_taken", "the slug belongs to another text"),
                    ("images_not_ready", "an image of it was not encoded"),
                    ("superseded", "nothing was live"),
                    ("overtaken", "still being checked when the next planned change was due"),
                    ("failed", "it failed in every attempt: see the log of the scheduler"),
                ],
                max_length=20,
                verbose_name="why missed",
            ),
        ),
        migrations.CreateModel(
            name="ReleaseImage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="shop_content.image",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="images",
                        to="shop_content.release",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("image", "release"), name="release_image_once")
                ],
            },
        ),
        migrations.RunSQL(sql=[NAMED + PUBLIC], reverse_sql=[BACKWARD]),
    ]

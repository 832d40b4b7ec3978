"""Images and the files made of them. What is written stays."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import parler.fields
import parler.models
from django.conf import settings
from django.db import migrations, models

# An image is what was uploaded; only where its centre lies may be set again.
IMAGE = """
CREATE FUNCTION shop_content_image_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{focal_x,focal_y}'::text[]
       IS DISTINCT FROM to_jsonb(OLD) - '{focal_x,focal_y}'::text[] THEN
        RAISE EXCEPTION 'an image is immutable'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'image_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER image_is_frozen BEFORE UPDATE ON shop_content_image
    FOR EACH ROW EXECUTE FUNCTION shop_content_image_is_frozen();
"""

# Bytes that may be in a cache for a year are the same for ever.
RENDITION = """
CREATE FUNCTION shop_content_rendition_is_made_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.made_at IS NOT NULL
       OR (NEW.id, NEW.image_id, NEW.width, NEW.height, NEW.format)
          IS DISTINCT FROM (OLD.id, OLD.image_id, OLD.width, OLD.height, OLD.format) THEN
        RAISE EXCEPTION 'a rendition is made once'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'rendition_is_made_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rendition_is_made_once BEFORE UPDATE ON shop_content_rendition
    FOR EACH ROW EXECUTE FUNCTION shop_content_rendition_is_made_once();
"""

KEPT = "".join(
    f"""
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON shop_content_{table}
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON shop_content_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""
    for table in ("image", "rendition")
)

BACKWARD = """
DROP TRIGGER image_is_frozen ON shop_content_image;
DROP FUNCTION shop_content_image_is_frozen();
DROP TRIGGER rendition_is_made_once ON shop_content_rendition;
DROP FUNCTION shop_content_rendition_is_made_once();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("shop_content", "0016_comments_are_counted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Image",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.SlugField(
                        help_text="Texts name the image by it: a paragraph that is one link to "
                        "image:NAME.",
                        max_length=60,
                        unique=True,
                        verbose_name="name",
                    ),
                ),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("width", models.PositiveIntegerField(editable=False, verbose_name="width")),
                ("height", models.PositiveIntegerField(editable=False, verbose_name="height")),
                (
                    "dominant_colour",
                    models.CharField(editable=False, max_length=7, verbose_name="dominant colour"),
                ),
                (
                    "focal_x",
                    models.FloatField(
                        default=0.5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="focal point: from the left",
                    ),
                ),
                (
                    "focal_y",
                    models.FloatField(
                        default=0.5,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(1),
                        ],
                        verbose_name="focal point: from the top",
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "image",
                "verbose_name_plural": "images",
            },
            bases=(parler.models.TranslatableModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="ImageTranslation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language_code",
                    models.CharField(db_index=True, max_length=15, verbose_name="Language"),
                ),
                (
                    "alt",
                    models.CharField(blank=True, max_length=300, verbose_name="alternative text"),
                ),
                ("caption", models.CharField(blank=True, max_length=300, verbose_name="caption")),
                (
                    "editors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                (
                    "master",
                    parler.fields.TranslationsForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="translations",
                        to="shop_content.image",
                    ),
                ),
            ],
            options={
                "verbose_name": "words of an image",
                "verbose_name_plural": "words of images",
            },
            bases=(parler.models.TranslatedFieldsModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("width", models.PositiveIntegerField(verbose_name="width")),
                ("height", models.PositiveIntegerField(verbose_name="height")),
                ("format", models.CharField(max_length=4, verbose_name="format")),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("size", models.PositiveIntegerField(default=0, verbose_name="bytes")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("rung_at", models.DateTimeField(null=True, verbose_name="last rung")),
                ("made_at", models.DateTimeField(null=True, verbose_name="made")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renditions",
                        to="shop_content.image",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(("height__gte", 1), ("width__gte", 1)), name="image_has_pixels"
            ),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(("focal_x__range", (0, 1)), ("focal_y__range", (0, 1))),
                name="image_focal_is_inside",
            ),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                name="image_digest_is_sha256",
            ),
        ),
        migrations.AddConstraint(
            model_name="image",
            constraint=models.CheckConstraint(
                condition=models.Q(("dominant_colour__regex", "^#[0-9a-f]{6}$")),
                name="image_has_colour",
            ),
        ),
        migrations.AlterUniqueTogether(
            name="imagetranslation",
            unique_together={("language_code", "master")},
        ),
        migrations.AddIndex(
            model_name="rendition",
            index=models.Index(
                condition=models.Q(("made_at__isnull", True)),
                fields=["image"],
                name="rendition_unmade",
            ),
        ),
        migrations.AddConstraint(
            model_name="rendition",
            constraint=models.UniqueConstraint(
                fields=("image", "width", "format"), name="rendition_once_per_image"
            ),
        ),
        migrations.AddConstraint(
            model_name="rendition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest", ""), ("made_at", None), ("size", 0)),
                    models.Q(
                        ("digest__regex", "^[0-9a-f]{64}$"),
                        ("made_at__isnull", False),
                        ("size__gte", 1),
                    ),
                    _connector="OR",
                ),
                name="rendition_made_has_bytes",
            ),
        ),
        migrations.RunSQL(sql=[IMAGE + RENDITION + KEPT], reverse_sql=[BACKWARD]),
    ]

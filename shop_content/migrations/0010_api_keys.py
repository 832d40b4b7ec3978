"""API keys, and what clients may still write."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What was given out stays what it was, and nobody gives a revoked key its life back.
STAYS = """
CREATE FUNCTION shop_content_api_key_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.hash, NEW.prefix, NEW.made_by_id, NEW.made_at)
            IS DISTINCT FROM (OLD.hash, OLD.prefix, OLD.made_by_id, OLD.made_at)
       OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at) THEN
        RAISE EXCEPTION 'an API key stays what it is' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'api_key_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER api_key_stays BEFORE UPDATE ON shop_content_apikey
    FOR EACH ROW EXECUTE FUNCTION shop_content_api_key_stays();
"""
BACKWARD = """
DROP TRIGGER api_key_stays ON shop_content_apikey;
DROP FUNCTION shop_content_api_key_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("shop_content", "0009_renderings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("client", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("whole_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("prefix", models.CharField(editable=False, max_length=11, verbose_name="prefix")),
                ("hash", models.CharField(editable=False, max_length=64, verbose_name="hash")),
                (
                    "origins",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        blank=True,
                        default=list,
                        help_text="Whose pages may read in a browser, one a line: https://shop.example",
                        size=None,
                        verbose_name="origins",
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        default=60000,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000),
                        ],
                        verbose_name="requests a minute",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expires"),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="last used, roughly"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                (
                    "revoked_at",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="revoked"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "permissions": [("revoke_apikey", "Can revoke API keys")],
                "constraints": [
                    models.UniqueConstraint(fields=("hash",), name="api_key_hash_once"),
                    models.UniqueConstraint(fields=("prefix",), name="api_key_prefix_once"),
                    models.CheckConstraint(
                        condition=models.Q(("hash__regex", "^[0-9a-f]{64}$")),
                        name="api_key_keeps_a_hash",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per_minute__gte", 1), ("per_minute__lte", 1000000)),
                        name="api_key_limit_is_sound",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_active", False), ("revoked_at__isnull", True), _connector="OR"
                        ),
                        name="api_key_revoked_is_not_active",
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=[STAYS], reverse_sql=[BACKWARD]),
    ]

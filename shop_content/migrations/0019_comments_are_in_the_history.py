"""The history of what pages say has what comments changed too (I11)."""

from django.db import migrations, models

SAID = """
CREATE OR REPLACE FUNCTION shop_content_said(words text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM shop_content_counted(NULL, NULL, true, words, '');
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION shop_content_said(words text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
BEGIN
    INSERT INTO shop_content_generation AS g (id, seq, refreshed) VALUES (1, 1, 0)
        ON CONFLICT (id) DO UPDATE SET seq = g.seq + 1 RETURNING g.seq INTO counted;
    INSERT INTO shop_content_touched (token, seq) SELECT DISTINCT word, counted
        FROM unnest(words) AS word
        ON CONFLICT (token) DO UPDATE SET seq = EXCLUDED.seq;
    PERFORM pg_notify('shop_content_generation', counted::text);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("shop_content", "0018_image_rights")]

    operations = [
        migrations.RemoveConstraint(model_name="change", name="change_is_of_one_thing"),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(("release", None)) | models.Q(("schedule", None)),
                name="change_is_of_one_thing",
            ),
        ),
        migrations.RunSQL(SAID, BEFORE),
    ]

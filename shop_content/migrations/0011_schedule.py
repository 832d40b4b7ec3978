"""Planned changes with their guards, and the history of what was live (I9, I11)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Every change of what is live, and of what is planned, counts and is written down. What one
# transaction changed has one moment: nobody was ever shown a part of it.
COUNTED = """
CREATE FUNCTION shop_content_counted(
    of_release bigint, of_schedule bigint, it_begins boolean, words text[], of_locale text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    counted bigint;
    own bigint := pg_current_xact_id()::text::bigint;
    said text[] := ARRAY(SELECT DISTINCT prefix || word
        FROM unnest(words) AS word, unnest(ARRAY['', of_locale || ' ']) AS prefix);
    before shop_content_change%ROWTYPE;
BEGIN
    INSERT INTO shop_content_generation AS g (id, seq, refreshed) VALUES (1, 1, 0)
        ON CONFLICT (id) DO UPDATE SET seq = g.seq + 1 RETURNING g.seq INTO counted;
    SELECT * INTO before FROM shop_content_change c ORDER BY c.seq DESC LIMIT 1;
    INSERT INTO shop_content_change
        (seq, happened_at, transaction, release_id, schedule_id, begins, touched)
    VALUES (counted,
            CASE WHEN before.transaction = own THEN before.happened_at
                 ELSE greatest(before.happened_at, clock_timestamp()) END,
            own, of_release, of_schedule, it_begins, said);
    INSERT INTO shop_content_touched (token, seq) SELECT token, counted FROM unnest(said) AS token
        ON CONFLICT (token) DO UPDATE SET seq = EXCLUDED.seq;
    PERFORM pg_notify('shop_content_generation', counted::text);
END $$;
CREATE OR REPLACE FUNCTION shop_content_release_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM shop_content_counted(
        NEW.id, NULL, TG_OP = 'INSERT',
        CASE TG_OP WHEN 'INSERT' THEN shop_content_says(NEW.document) ELSE '{}' END, NEW.locale);
    RETURN NULL;
END $$;
CREATE FUNCTION shop_content_change_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'changes are written by what counts them'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'change_is_counted';
    END IF;
    RETURN NEW;
END $$;
-- What was live before there was a history is live from its start.
WITH old AS (SELECT id, row_number() OVER (ORDER BY id) AS place
             FROM shop_content_release WHERE is_live),
     start AS (SELECT coalesce(max(seq), 0) AS seq FROM shop_content_generation)
INSERT INTO shop_content_change (seq, happened_at, transaction, release_id, begins, touched)
    SELECT start.seq + old.place, now(), pg_current_xact_id()::text::bigint, old.id, true, '{}'
    FROM old, start;
UPDATE shop_content_generation
    SET seq = greatest(seq, (SELECT coalesce(max(c.seq), 0) FROM shop_content_change c));
CREATE TRIGGER change_is_counted BEFORE INSERT ON shop_content_change
    FOR EACH ROW EXECUTE FUNCTION shop_content_change_is_counted();
CREATE TRIGGER change_append_only BEFORE UPDATE OR DELETE ON shop_content_change
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER change_no_truncate BEFORE TRUNCATE ON shop_content_change
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""

# The words by which a plan would change answers: of what it ends, and of what it makes live.
PLANNED = """
CREATE FUNCTION shop_content_plan_says(plan shop_content_schedule) RETURNS text[]
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(DISTINCT word), '{}') FROM (
        SELECT unnest(shop_content_says(x.document)) AS word FROM shop_content_release x
        WHERE x.is_live AND x.locale = plan.locale
          AND (x.article_id = plan.article_id OR x.product_id = plan.product_id)
        UNION ALL
        SELECT unnest(shop_content_says((r.content::jsonb || jsonb_build_object(
            'id', coalesce(a.uuid, p.uuid), 'product_refs', r.content::jsonb->'products'))::text))
        FROM shop_content_revision r
        LEFT JOIN shop_content_article a ON a.id = r.article_id
        LEFT JOIN shop_content_product p ON p.id = r.product_id
        WHERE r.id = plan.revision_id) AS said
$$;
CREATE FUNCTION shop_content_next_change(needs text[]) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT min(s.due_at) FROM shop_content_schedule s
    WHERE s.outcome = '' AND needs && ARRAY(
        SELECT prefix || word FROM unnest(shop_content_plan_says(s)) AS word,
                                   unnest(ARRAY['', s.locale || ' ']) AS prefix)
$$;
CREATE FUNCTION shop_content_schedule_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.outcome <> OLD.outcome THEN
        PERFORM shop_content_counted(
            NULL, NEW.id, TG_OP = 'INSERT', shop_content_plan_says(NEW), NEW.locale);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER schedule_counts AFTER INSERT OR UPDATE ON shop_content_schedule
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_content_schedule_counts();
"""

SCHEDULE = """
CREATE FUNCTION shop_content_schedule_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    IF NEW.outcome <> '' OR NEW.attempts <> 0 THEN
        broken := 'schedule_starts_waiting';
    ELSIF NEW.revision_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM shop_content_revision r
            WHERE r.id = NEW.revision_id AND r.locale = NEW.locale
              AND (r.article_id, r.product_id)
                  IS NOT DISTINCT FROM (NEW.article_id, NEW.product_id)) THEN
        broken := 'schedule_of_own_revision';
    ELSIF NOT shop_content_may(NEW.scheduled_by_id, CASE NEW.act
            WHEN 'release' THEN 'release_revision' ELSE 'withdraw_release' END) THEN
        broken := 'schedule_needs_right';
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'plan refused: %', broken
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
    END IF;
    NEW.scheduled_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER schedule_is_sound BEFORE INSERT ON shop_content_schedule
    FOR EACH ROW EXECUTE FUNCTION shop_content_schedule_is_sound();

CREATE FUNCTION shop_content_schedule_settles_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text[] := '{attempts,outcome,why,settled_at,settled_by_id}';
BEGIN
    IF OLD.outcome <> '' OR NEW.attempts < OLD.attempts
       OR (to_jsonb(NEW) - told) IS DISTINCT FROM (to_jsonb(OLD) - told) THEN
        RAISE EXCEPTION 'a planned change is settled once'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'schedule_settles_once';
    END IF;
    IF NEW.outcome IN ('done', 'missed') AND OLD.due_at > clock_timestamp() THEN
        RAISE EXCEPTION 'a planned change does not happen before its moment'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'schedule_not_early';
    END IF;
    IF NEW.outcome <> '' THEN
        NEW.settled_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER schedule_settles_once BEFORE UPDATE ON shop_content_schedule
    FOR EACH ROW EXECUTE FUNCTION shop_content_schedule_settles_once();
CREATE TRIGGER schedule_no_delete BEFORE DELETE ON shop_content_schedule
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER schedule_no_truncate BEFORE TRUNCATE ON shop_content_schedule
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();

-- Who says that it is done has done it, in the same transaction.
CREATE FUNCTION shop_content_schedule_done_is_done() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    live bigint := (SELECT x.revision_id FROM shop_content_release x
                    WHERE x.is_live AND x.locale = NEW.locale
                      AND (x.article_id = NEW.article_id OR x.product_id = NEW.product_id));
BEGIN
    IF NEW.outcome = 'done' AND live IS DISTINCT FROM NEW.revision_id THEN
        RAISE EXCEPTION 'this planned change has not happened'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'schedule_done_is_done';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER schedule_done_is_done AFTER UPDATE ON shop_content_schedule
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_content_schedule_done_is_done();
"""

BACKWARD = """
CREATE OR REPLACE FUNCTION shop_content_release_counts() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION shop_content_next_change(text[]);
DROP FUNCTION shop_content_schedule_counts() CASCADE;
DROP FUNCTION shop_content_plan_says(shop_content_schedule);
DROP FUNCTION shop_content_schedule_is_sound() CASCADE;
DROP FUNCTION shop_content_schedule_settles_once() CASCADE;
DROP FUNCTION shop_content_schedule_done_is_done() CASCADE;
DROP FUNCTION shop_content_change_is_counted() CASCADE;
DROP FUNCTION shop_content_counted(bigint, bigint, boolean, text[], text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("shop_content", "0010_api_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="rendering",
            name="next_change_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("locale", models.CharField(max_length=15, verbose_name="locale")),
                (
                    "act",
                    models.CharField(
                        choices=[("release", "release"), ("withdraw", "withdrawal")],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="planned for")),
                ("reason", models.TextField(blank=True, verbose_name="reason of withdrawal")),
                (
                    "scheduled_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="planned",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "planned"),
                            ("done", "done"),
                            ("missed", "missed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_allowed", "whoever planned it may no longer do it"),
                            ("not_checked", "not checked under the rulebook of that moment"),
                            ("needs_decision", "not approved under the rulebook of that moment"),
                            ("address_taken", "the slug belongs to another text"),
                            ("superseded", "nothing was live"),
                            (
                                "overtaken",
                                "still being checked when the next planned change was due",
                            ),
                            ("failed", "it failed in every attempt: see the log of the scheduler"),
                        ],
                        max_length=20,
                        verbose_name="why missed",
                    ),
                ),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="settled"),
                ),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="shop_content.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="shop_content.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schedules",
                        to="shop_content.revision",
                        verbose_name="revision",
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="planned by",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned change",
                "verbose_name_plural": "planned changes",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("happened_at", models.DateTimeField(db_index=True)),
                ("transaction", models.BigIntegerField()),
                ("begins", models.BooleanField()),
                (
                    "touched",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="shop_content.release",
                    ),
                ),
                (
                    "schedule",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="shop_content.schedule",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="schedule",
            index=models.Index(
                condition=models.Q(("outcome", "")), fields=["due_at"], name="schedule_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("article__isnull", False), ("product__isnull", True)),
                    models.Q(("article__isnull", True), ("product__isnull", False)),
                    _connector="OR",
                ),
                name="schedule_has_one_subject",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("act", "release"), ("reason", ""), ("revision__isnull", False)),
                    models.Q(
                        ("act", "withdraw"), ("reason__regex", "\\S"), ("revision__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="schedule_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("outcome", ""), ("settled_at", None), ("settled_by", None), ("why", "")
                    ),
                    models.Q(
                        ("outcome", "done"),
                        ("settled_at__isnull", False),
                        ("settled_by", None),
                        ("why", ""),
                    ),
                    models.Q(
                        ("outcome", "missed"),
                        ("settled_at__isnull", False),
                        ("settled_by", None),
                        models.Q(("why", ""), _negated=True),
                    ),
                    models.Q(
                        ("outcome", "cancelled"),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                        ("why", ""),
                    ),
                    _connector="OR",
                ),
                name="schedule_outcome_is_told",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("article", "locale", "due_at"),
                name="schedule_one_a_moment_article",
            ),
        ),
        migrations.AddConstraint(
            model_name="schedule",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")),
                fields=("product", "locale", "due_at"),
                name="schedule_one_a_moment_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("release__isnull", False), ("schedule", None)),
                    models.Q(("release", None), ("schedule__isnull", False)),
                    _connector="OR",
                ),
                name="change_is_of_one_thing",
            ),
        ),
        migrations.RunSQL(sql=[COUNTED + PLANNED + SCHEDULE], reverse_sql=[BACKWARD]),
    ]

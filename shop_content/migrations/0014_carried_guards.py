"""A result that is carried over is one that was found, whole; the vocabulary only grows.

Replaces two functions of 0002: a run may also start as done when it is carried over from a
finished check of the same bytes by the same engine, with the same verdict; its findings are exact
copies, all of them.
"""

from typing import ClassVar

from django.db import migrations

MOVES = """
CREATE OR REPLACE FUNCTION shop_content_check_run_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    derived text;
BEGIN
    IF TG_OP = 'INSERT' AND NEW.carried_from_id IS NOT NULL THEN
        IF NEW.state <> 'done' OR NEW.attempts <> 0 OR NOT EXISTS (
            SELECT 1 FROM shop_content_checkrun s
            WHERE s.id = NEW.carried_from_id AND s.state = 'done' AND s.carried_from_id IS NULL
              AND s.rulebook_id <> NEW.rulebook_id
              AND (s.revision_id, s.content_hash, s.engine, s.verdict)
                = (NEW.revision_id, NEW.content_hash, NEW.engine, NEW.verdict)) THEN
            RAISE EXCEPTION 'a result is carried over from a finished check of the same bytes'
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = 'check_run_carried_is_sound';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'queued' OR NEW.attempts <> 0 THEN
            RAISE EXCEPTION 'a check run starts as queued'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'check_run_moves';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.revision_id, NEW.content_hash, NEW.rulebook_id, NEW.engine,
        NEW.carried_from_id)
       IS DISTINCT FROM (OLD.id, OLD.revision_id, OLD.content_hash, OLD.rulebook_id, OLD.engine,
        OLD.carried_from_id)
       OR NOT (
        (OLD.state = 'queued' AND NEW.state IN ('queued', 'running', 'failed'))
        OR (OLD.state = 'running' AND NEW.state IN ('running', 'done', 'failed', 'queued'))
        OR (OLD.state = 'failed' AND NEW.state = 'queued')) THEN
        RAISE EXCEPTION 'check run %: % to % is no move', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'check_run_moves';
    END IF;
    IF NEW.state = 'done' THEN
        SELECT CASE
            WHEN bool_or(f.severity = 'block') THEN 'blocked'
            WHEN bool_or(f.severity = 'warn') THEN 'review'
            ELSE 'clean' END
        INTO derived FROM shop_content_finding f WHERE f.check_run_id = NEW.id;
        IF NEW.verdict <> derived THEN
            RAISE EXCEPTION 'verdict % does not follow from the findings: %', NEW.verdict, derived
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = 'check_run_verdict_is_derived';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

FINDINGS = """
CREATE OR REPLACE FUNCTION shop_content_finding_of_running() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM shop_content_checkrun r
        WHERE r.id = NEW.check_run_id AND r.state = 'running' FOR UPDATE;
    IF FOUND THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM shop_content_checkrun r
        JOIN shop_content_finding f
          ON f.check_run_id = r.carried_from_id AND f.position = NEW.position
        WHERE r.id = NEW.check_run_id
          AND to_jsonb(f) - '{id,check_run_id}'::text[]
            = to_jsonb(NEW) - '{id,check_run_id}'::text[];
    IF NOT FOUND THEN
        RAISE EXCEPTION 'findings belong to a running check'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'finding_of_running';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION shop_content_check_run_carries_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM shop_content_finding f WHERE f.check_run_id = NEW.id)
       <> (SELECT count(*) FROM shop_content_finding f WHERE f.check_run_id = NEW.carried_from_id)
    THEN
        RAISE EXCEPTION 'check run % does not carry all findings of %', NEW.id, NEW.carried_from_id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'check_run_carries_all_findings';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_run_carries_all_findings AFTER INSERT ON shop_content_checkrun
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.carried_from_id IS NOT NULL)
    EXECUTE FUNCTION shop_content_check_run_carries_all();
"""

# A finished run rings nobody.
NOTIFY = """
DROP TRIGGER check_run_notify ON shop_content_checkrun;
CREATE TRIGGER check_run_notify AFTER INSERT ON shop_content_checkrun
    FOR EACH ROW WHEN (NEW.state = 'queued') EXECUTE FUNCTION shop_content_check_run_notify();
"""

WORDS = """
CREATE TRIGGER word_append_only BEFORE UPDATE OR DELETE ON shop_content_word
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER word_no_truncate BEFORE TRUNCATE ON shop_content_word
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""

# The functions as migration 0002 made them.
MOVES_BEFORE = """
CREATE OR REPLACE FUNCTION shop_content_check_run_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    derived text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'queued' OR NEW.attempts <> 0 THEN
            RAISE EXCEPTION 'a check run starts as queued'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'check_run_moves';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.revision_id, NEW.content_hash, NEW.rulebook_id, NEW.engine)
       IS DISTINCT FROM (OLD.id, OLD.revision_id, OLD.content_hash, OLD.rulebook_id, OLD.engine)
       OR NOT (
        (OLD.state = 'queued' AND NEW.state IN ('queued', 'running', 'failed'))
        OR (OLD.state = 'running' AND NEW.state IN ('running', 'done', 'failed', 'queued'))
        OR (OLD.state = 'failed' AND NEW.state = 'queued')) THEN
        RAISE EXCEPTION 'check run %: % to % is no move', OLD.id, OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'check_run_moves';
    END IF;
    IF NEW.state = 'done' THEN
        SELECT CASE
            WHEN bool_or(f.severity = 'block') THEN 'blocked'
            WHEN bool_or(f.severity = 'warn') THEN 'review'
            ELSE 'clean' END
        INTO derived FROM shop_content_finding f WHERE f.check_run_id = NEW.id;
        IF NEW.verdict <> derived THEN
            RAISE EXCEPTION 'verdict % does not follow from the findings: %', NEW.verdict, derived
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = 'check_run_verdict_is_derived';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

BACKWARD = f"""
DROP TRIGGER word_append_only ON shop_content_word;
DROP TRIGGER word_no_truncate ON shop_content_word;
DROP TRIGGER check_run_notify ON shop_content_checkrun;
CREATE TRIGGER check_run_notify AFTER INSERT ON shop_content_checkrun
    FOR EACH ROW EXECUTE FUNCTION shop_content_check_run_notify();
DROP FUNCTION shop_content_check_run_carries_all() CASCADE;
{MOVES_BEFORE}
CREATE OR REPLACE FUNCTION shop_content_finding_of_running() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM shop_content_checkrun r
        WHERE r.id = NEW.check_run_id AND r.state = 'running' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'findings belong to a running check'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'finding_of_running';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Guards of what is carried over."""

    dependencies: ClassVar = [("shop_content", "0013_roots")]

    operations: ClassVar = [
        migrations.RunSQL(sql=[MOVES + FINDINGS + NOTIFY + WORDS], reverse_sql=[BACKWARD]),
    ]

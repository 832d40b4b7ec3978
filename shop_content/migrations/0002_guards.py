"""What PostgreSQL itself refuses, whoever writes: the invariants I1-I5 and I7-I9 of the design.

Each guard has a name; `tests/models/test_guards.py` breaks each one by raw SQL.
"""

from typing import ClassVar

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION shop_content_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
"""

# I9: the tables whose rows nobody changes, and those whose rows nobody deletes.
FROZEN = ("revision", "finding", "decision", "event", "address")
KEPT = ("rulebookversion", "checkrun", "release")

FROZEN_TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON shop_content_{table}
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON shop_content_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""
    for table in FROZEN
) + "".join(
    f"""
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON shop_content_{table}
    FOR EACH ROW EXECUTE FUNCTION shop_content_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON shop_content_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION shop_content_append_only();
"""
    for table in KEPT
)

# I1: the hash is that of the content; whoever submits is one of the authors.
# Composite foreign keys tie run, decision and release to one revision, hash and rulebook.
CONSTRAINTS = """
ALTER TABLE shop_content_revision
    ADD CONSTRAINT revision_hash_is_of_content
        CHECK (content_hash = 'sha256:' || encode(sha256(convert_to(content, 'UTF8')), 'hex')),
    ADD CONSTRAINT revision_submitter_is_author CHECK (submitted_by_id = ANY (authors)),
    ADD CONSTRAINT revision_id_with_hash UNIQUE (id, content_hash);
ALTER TABLE shop_content_checkrun
    ADD CONSTRAINT check_run_of_these_bytes FOREIGN KEY (revision_id, content_hash)
        REFERENCES shop_content_revision (id, content_hash),
    ADD CONSTRAINT check_run_id_with_what UNIQUE (id, revision_id, rulebook_id);
ALTER TABLE shop_content_decision
    ADD CONSTRAINT decision_on_these_bytes FOREIGN KEY (revision_id, content_hash)
        REFERENCES shop_content_revision (id, content_hash),
    ADD CONSTRAINT decision_on_this_run FOREIGN KEY (check_run_id, revision_id, rulebook_id)
        REFERENCES shop_content_checkrun (id, revision_id, rulebook_id),
    ADD CONSTRAINT decision_id_with_run UNIQUE (id, check_run_id);
ALTER TABLE shop_content_release
    ADD CONSTRAINT release_of_these_bytes FOREIGN KEY (revision_id, content_hash)
        REFERENCES shop_content_revision (id, content_hash),
    ADD CONSTRAINT release_of_this_run FOREIGN KEY (check_run_id, revision_id, rulebook_id)
        REFERENCES shop_content_checkrun (id, revision_id, rulebook_id),
    ADD CONSTRAINT release_by_this_decision FOREIGN KEY (decision_id, check_run_id)
        REFERENCES shop_content_decision (id, check_run_id);
"""

# A right as django.contrib.auth understands it: active, and superuser or holder of the permission.
MAY = """
CREATE FUNCTION shop_content_may(person bigint, wanted text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM auth_user u WHERE u.id = person AND u.is_active AND (
            u.is_superuser
            OR EXISTS (
                SELECT 1 FROM auth_user_user_permissions up
                JOIN auth_permission p ON p.id = up.permission_id
                JOIN django_content_type c ON c.id = p.content_type_id
                WHERE up.user_id = u.id AND p.codename = wanted AND c.app_label = 'shop_content')
            OR EXISTS (
                SELECT 1 FROM auth_user_groups ug
                JOIN auth_group_permissions gp ON gp.group_id = ug.group_id
                JOIN auth_permission p ON p.id = gp.permission_id
                JOIN django_content_type c ON c.id = p.content_type_id
                WHERE ug.user_id = u.id AND p.codename = wanted
                  AND c.app_label = 'shop_content')))
$$;
"""

# I8: a save that was not based on the stored version is refused.
DRAFT = """
CREATE FUNCTION shop_content_draft_is_not_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version <> OLD.version + 1 THEN
        RAISE EXCEPTION 'stale draft: version % is stored, % was written', OLD.version, NEW.version
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'draft_is_not_stale';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draft_is_not_stale BEFORE UPDATE ON shop_content_articletranslation
    FOR EACH ROW EXECUTE FUNCTION shop_content_draft_is_not_stale();
CREATE TRIGGER draft_is_not_stale BEFORE UPDATE ON shop_content_producttranslation
    FOR EACH ROW EXECUTE FUNCTION shop_content_draft_is_not_stale();
"""

# I3: a revision without a check run does not commit.
REVISION = """
CREATE FUNCTION shop_content_revision_will_be_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM shop_content_checkrun r WHERE r.revision_id = NEW.id) THEN
        RAISE EXCEPTION 'revision % has no check run', NEW.id
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'revision_will_be_checked';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER revision_will_be_checked AFTER INSERT ON shop_content_revision
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_content_revision_will_be_checked();
"""

# I4: the moves of models/states.py CHECK_MOVES; a verdict is what the findings say.
CHECK_RUN = """
CREATE FUNCTION shop_content_check_run_moves() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER check_run_moves BEFORE INSERT OR UPDATE ON shop_content_checkrun
    FOR EACH ROW EXECUTE FUNCTION shop_content_check_run_moves();

CREATE FUNCTION shop_content_finding_of_running() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM shop_content_checkrun r
        WHERE r.id = NEW.check_run_id AND r.state = 'running' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'findings belong to a running check'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'finding_of_running';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_of_running BEFORE INSERT ON shop_content_finding
    FOR EACH ROW EXECUTE FUNCTION shop_content_finding_of_running();

CREATE FUNCTION shop_content_check_run_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('check_run_queued', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER check_run_notify AFTER INSERT ON shop_content_checkrun
    FOR EACH ROW EXECUTE FUNCTION shop_content_check_run_notify();
"""

# I2: four eyes, the right, the active rulebook, a finished check.
DECISION = """
CREATE FUNCTION shop_content_decision_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    PERFORM 1 FROM shop_content_rulebookversion v
        WHERE v.id = NEW.rulebook_id AND v.is_active FOR SHARE;
    IF NOT FOUND THEN
        broken := 'decision_under_active_rulebook';
    ELSIF EXISTS (SELECT 1 FROM shop_content_revision r
                  WHERE r.id = NEW.revision_id AND NEW.reviewer_id = ANY (r.authors)) THEN
        broken := 'decision_needs_four_eyes';
    ELSIF NOT shop_content_may(NEW.reviewer_id, 'decide_revision') THEN
        broken := 'decision_needs_right';
    ELSIF NOT EXISTS (SELECT 1 FROM shop_content_checkrun c
                      WHERE c.id = NEW.check_run_id AND c.state = 'done') THEN
        broken := 'decision_after_check';
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'decision refused: %', broken
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_is_sound BEFORE INSERT ON shop_content_decision
    FOR EACH ROW EXECUTE FUNCTION shop_content_decision_is_sound();
"""

# I2, I5, I7: what is released was checked under the active rulebook and, unless clean, approved.
RELEASE = """
CREATE FUNCTION shop_content_release_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
    run shop_content_checkrun%ROWTYPE;
    of_revision shop_content_revision%ROWTYPE;
BEGIN
    PERFORM 1 FROM shop_content_rulebookversion v
        WHERE v.id = NEW.rulebook_id AND v.is_active FOR SHARE;
    IF NOT FOUND THEN
        broken := 'release_under_active_rulebook';
    END IF;
    SELECT * INTO run FROM shop_content_checkrun c WHERE c.id = NEW.check_run_id;
    SELECT * INTO of_revision FROM shop_content_revision r WHERE r.id = NEW.revision_id;
    IF broken IS NOT NULL THEN
        NULL;
    ELSIF run.state IS DISTINCT FROM 'done' THEN
        broken := 'release_after_check';
    ELSIF (of_revision.article_id, of_revision.product_id, of_revision.locale)
          IS DISTINCT FROM (NEW.article_id, NEW.product_id, NEW.locale) THEN
        broken := 'release_of_own_revision';
    ELSIF NOT NEW.is_live THEN
        broken := 'release_starts_live';
    ELSIF EXISTS (SELECT 1 FROM shop_content_decision d
                  WHERE d.check_run_id = NEW.check_run_id AND d.outcome = 'changes_requested') THEN
        broken := 'release_not_against_request';
    ELSIF run.verdict <> 'clean' AND NEW.decision_id IS NULL THEN
        broken := 'release_needs_decision';
    ELSIF NEW.decision_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM shop_content_decision d
            WHERE d.id = NEW.decision_id AND d.outcome = 'approved') THEN
        broken := 'release_needs_approval';
    ELSIF NOT shop_content_may(NEW.released_by_id, 'release_revision') THEN
        broken := 'release_needs_right';
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'release refused: %', broken
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER release_is_sound BEFORE INSERT ON shop_content_release
    FOR EACH ROW EXECUTE FUNCTION shop_content_release_is_sound();

CREATE FUNCTION shop_content_release_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT OLD.is_live OR NEW.is_live
       OR (to_jsonb(NEW) - '{is_live,ended_at,withdrawn_by_id,withdrawal_reason}'::text[])
          IS DISTINCT FROM
          (to_jsonb(OLD) - '{is_live,ended_at,withdrawn_by_id,withdrawal_reason}'::text[]) THEN
        RAISE EXCEPTION 'a release can only be ended, once'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'release_only_ends';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER release_only_ends BEFORE UPDATE ON shop_content_release
    FOR EACH ROW EXECUTE FUNCTION shop_content_release_only_ends();
"""

RULEBOOK = """
ALTER TABLE shop_content_rulebookversion ADD CONSTRAINT rulebook_digest_is_of_source
    CHECK (digest = 'sha256:' || encode(sha256(convert_to(source, 'UTF8')), 'hex'));
CREATE FUNCTION shop_content_rulebook_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - '{is_active,activated_at,on_new_block}'::text[])
       IS DISTINCT FROM (to_jsonb(OLD) - '{is_active,activated_at,on_new_block}'::text[]) THEN
        RAISE EXCEPTION 'a rulebook version is immutable'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'rulebook_is_frozen';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rulebook_is_frozen BEFORE UPDATE ON shop_content_rulebookversion
    FOR EACH ROW EXECUTE FUNCTION shop_content_rulebook_is_frozen();
"""

# I9: each event carries the hash of the one before. One lock orders the chain.
EVENT = """
CREATE FUNCTION shop_content_event_hash(
    number bigint, happened_at timestamptz, actor_id bigint, verb text, thing text, data jsonb,
    previous_hash text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        number, to_char(happened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actor_id, verb, thing, data, previous_hash)::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION shop_content_event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('shop_content_event'));
    SELECT coalesce(max(e.number), 0) + 1 INTO NEW.number FROM shop_content_event e;
    SELECT coalesce(
        (SELECT e.hash FROM shop_content_event e WHERE e.number = NEW.number - 1), '')
        INTO NEW.previous_hash;
    NEW.happened_at := clock_timestamp();
    NEW.hash := shop_content_event_hash(NEW.number, NEW.happened_at, NEW.actor_id, NEW.verb,
                                        NEW.thing, NEW.data, NEW.previous_hash);
    RETURN NEW;
END $$;
CREATE TRIGGER event_chain BEFORE INSERT ON shop_content_event
    FOR EACH ROW EXECUTE FUNCTION shop_content_event_chain();
"""

FORWARD = [
    APPEND_ONLY,
    CONSTRAINTS,
    FROZEN_TRIGGERS,
    MAY,
    DRAFT,
    REVISION,
    CHECK_RUN,
    DECISION,
    RELEASE,
    RULEBOOK,
    EVENT,
]

FUNCTIONS = (
    "append_only draft_is_not_stale revision_will_be_checked check_run_moves finding_of_running "
    "check_run_notify decision_is_sound release_is_sound release_only_ends rulebook_is_frozen "
    "event_chain event_hash may"
).split()
CONSTRAINT_NAMES = {
    "release": "release_by_this_decision release_of_this_run release_of_these_bytes",
    "decision": "decision_id_with_run decision_on_this_run decision_on_these_bytes",
    "checkrun": "check_run_id_with_what check_run_of_these_bytes",
    "revision": "revision_id_with_hash revision_submitter_is_author revision_hash_is_of_content",
    "rulebookversion": "rulebook_digest_is_of_source",
}
BACKWARD = "".join(
    f"DROP FUNCTION shop_content_{name} CASCADE;\n" for name in FUNCTIONS
) + "".join(
    f"ALTER TABLE shop_content_{table} DROP CONSTRAINT {name} CASCADE;\n"
    for table, names in CONSTRAINT_NAMES.items()
    for name in names.split()
)


class Migration(migrations.Migration):
    """Triggers and composite keys."""

    dependencies: ClassVar = [
        ("shop_content", "0001_tables"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations: ClassVar = [
        migrations.RunSQL(sql=["".join(FORWARD)], reverse_sql=[BACKWARD]),
    ]

"""A page tells how many comments are shown: what changes that makes its rendering stale."""

from django.db import migrations

COUNTED = """
-- What a page says besides releases has changed: the same generation counts it.
CREATE FUNCTION shop_content_said(words text[]) RETURNS void LANGUAGE plpgsql AS $$
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
CREATE FUNCTION shop_content_comments_token(of_article bigint, of_locale text) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT of_locale || ' comments/' || uuid FROM shop_content_article WHERE id = of_article
$$;
CREATE FUNCTION shop_content_comment_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.state, OLD.rulebook_id, OLD.name, OLD.text)
            IS NOT DISTINCT FROM (NEW.state, NEW.rulebook_id, NEW.name, NEW.text) THEN
        RETURN NULL;
    END IF;
    IF (TG_OP <> 'INSERT' AND OLD.state = 'shown') OR (TG_OP <> 'DELETE' AND NEW.state = 'shown')
    THEN
        PERFORM shop_content_said(array_remove(ARRAY[shop_content_comments_token(
            coalesce(NEW.article_id, OLD.article_id), coalesce(NEW.locale, OLD.locale))], NULL));
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER comment_counts
    AFTER INSERT OR UPDATE OR DELETE ON shop_content_comment
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_content_comment_counts();

-- Comments are shown under the active rulebook only.
CREATE FUNCTION shop_content_activation_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    words text[] := ARRAY(
        SELECT DISTINCT shop_content_comments_token(article_id, locale)
        FROM shop_content_comment WHERE state = 'shown' AND rulebook_id = NEW.id);
BEGIN
    IF NEW.is_active IS DISTINCT FROM OLD.is_active AND cardinality(words) > 0 THEN
        PERFORM shop_content_said(words);
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER activation_counts
    AFTER UPDATE ON shop_content_rulebookversion
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shop_content_activation_counts();
"""

BACKWARD = """
DROP TRIGGER activation_counts ON shop_content_rulebookversion;
DROP FUNCTION shop_content_activation_counts();
DROP TRIGGER comment_counts ON shop_content_comment;
DROP FUNCTION shop_content_comment_counts();
DROP FUNCTION shop_content_comments_token(bigint, text);
DROP FUNCTION shop_content_said(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("shop_content", "0015_search")]

    operations = [migrations.RunSQL(COUNTED, BACKWARD)]

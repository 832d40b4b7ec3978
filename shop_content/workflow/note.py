"""Note: keep what a change of the rulebook will find a checked text by."""

from django.db import connection

from shop_content import claims
from shop_content.models import CheckRun

# In one order, or two workers could wait for each other's new words.
WORDS = """
INSERT INTO shop_content_word (language, text)
SELECT %(language)s, said.text FROM unnest(%(words)s::text[]) AS said (text)
WHERE NOT EXISTS (
    SELECT 1 FROM shop_content_word w WHERE w.language = %(language)s AND w.text = said.text)
ORDER BY said.text
ON CONFLICT DO NOTHING
"""
ROOTS = """
INSERT INTO shop_content_roots AS r (revision_id, check_run_id, ids) VALUES (%s, %s, %s)
ON CONFLICT (revision_id) DO UPDATE SET
    check_run_id = EXCLUDED.check_run_id,
    ids = CASE WHEN r.ids = EXCLUDED.ids THEN r.ids ELSE EXCLUDED.ids END
"""


def note(run: CheckRun, roots: claims.Roots) -> None:
    """Store the ids of the run's revision and the words nobody had used before.

    For the transaction that stores the result, as its first write.
    """
    with connection.cursor() as cursor:
        cursor.execute(WORDS, {"language": roots.language, "words": sorted(roots.words)})
        cursor.execute(ROOTS, [run.revision_id, run.pk, list(roots.ids)])

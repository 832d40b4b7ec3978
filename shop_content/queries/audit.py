"""Reading the audit trail: is the chain of hashes whole?"""

from django.db import connection


def verify_chain() -> list[int]:
    """Return the numbers of the events whose hash or link does not fit, in order; empty is good.

    A cut tail cannot be seen from inside: compare the newest hash with one kept elsewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT number FROM (
                SELECT e.*, lag(number, 1, 0::bigint) OVER w AS number_before,
                       lag(hash, 1, '') OVER w AS hash_before
                FROM shop_content_event e WINDOW w AS (ORDER BY number)) chain
            WHERE number <> number_before + 1 OR previous_hash <> hash_before
               OR hash <> shop_content_event_hash(number, happened_at, actor_id, verb, thing,
                                                  data, previous_hash)
            ORDER BY number
            """
        )
        return [number for (number,) in cursor.fetchall()]

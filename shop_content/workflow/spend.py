"""Spend: count a write of a client, in PostgreSQL, so that all processes count together.

The algorithm of `access.limiter` as one statement. A client is kept as a keyed hash, and only as
long as something of its allowance is spent.
"""

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from shop_content.access.limiter import PERIOD_SECONDS
from shop_content.models import Allowance

SALT = "shop_content.spend"
SPEND = """
INSERT INTO shop_content_allowance AS a (client, whole_at)
    VALUES (%(client)s, clock_timestamp() + %(share)s * interval '1 second')
ON CONFLICT (client) DO UPDATE
    SET whole_at = greatest(a.whole_at, clock_timestamp()) + %(share)s * interval '1 second'
    WHERE greatest(a.whole_at, clock_timestamp()) + %(share)s * interval '1 second'
          <= clock_timestamp() + %(period)s * interval '1 second'
RETURNING 0.0
"""
WAIT = """
SELECT greatest(0.1, extract(epoch FROM
    whole_at + %(share)s * interval '1 second'
    - clock_timestamp() - %(period)s * interval '1 second')::float)
FROM shop_content_allowance WHERE client = %(client)s
"""


class TooMany(Exception):
    """A client has spent its allowance; `wait`: the seconds until it may write again."""

    def __init__(self, per_minute: int, wait: float) -> None:
        super().__init__(per_minute, wait)
        self.per_minute = per_minute
        self.wait = wait


def spend(what: str, client: str, *, per_minute: int | None = None) -> None:
    """Count one; `per_minute`: None: the setting for readers who write. Raises TooMany.

    Database errors are not caught: nobody writes uncounted.
    """
    limit = settings.WRITES_PER_MINUTE if per_minute is None else per_minute
    values: dict[str, str | float] = {
        "client": salted_hmac(SALT, f"{what} {client}", algorithm="sha256").hexdigest(),
        "share": PERIOD_SECONDS / limit,
        "period": PERIOD_SECONDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(SPEND, values)
        if cursor.fetchone() is not None:
            return
        cursor.execute(WAIT, values)
        row = cursor.fetchone()
    raise TooMany(limit, row[0] if row else 1.0)


def forget_allowances() -> int:
    """Delete the rows of clients that have spent nothing lately; return how many."""
    return Allowance.objects.filter(whole_at__lt=Now()).delete()[0]

"""The API keys that count now, as values: a web process keeps them in memory."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Now

from shop_content.models import ApiKey


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What a request with a key needs to know of it."""

    pk: int
    hash: str
    origins: frozenset[str]
    per_minute: int
    expires_at: datetime | None
    last_used_at: datetime | None


def usable_keys() -> dict[str, KnownKey]:
    """Return the active, unexpired keys by hash."""
    rows = ApiKey.objects.filter(is_active=True, revoked_at__isnull=True)
    rows = rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()))
    found = rows.values_list("pk", "hash", "origins", "per_minute", "expires_at", "last_used_at")
    return {
        row[1]: KnownKey(row[0], row[1], frozenset(row[2]), *row[3:]) for row in found.iterator()
    }

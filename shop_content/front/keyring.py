"""The API keys that count, in the memory of a process, read again every second."""

import logging
import threading
import time
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from shop_content.access.keys import LONGEST, hash_of
from shop_content.front.reading import reading
from shop_content.queries.api_keys import KnownKey, usable_keys
from shop_content.workflow.api_key import USED_ROUGHLY, note_use

logger = logging.getLogger(__name__)

# So long a key that was revoked or changed is what it was; one just made is known at once.
REFRESH_SECONDS = 1.0


class Unknowable(Exception):
    """The database is away: nobody can say whether a key that is not known here is one."""


class Keyring:
    """Reads fail open: what was known stays known while the database is away."""

    def __init__(self) -> None:
        """Know nothing; the first request reads."""
        # Of all keys together; while there are any, answers differ by key.
        self.origins: frozenset[str] = frozenset()
        self._known: dict[str, KnownKey] = {}
        self.good_until = float("-inf")  # of `time.monotonic`
        self._is_away = False
        self._used: set[int] = set()
        self._lock = threading.Lock()

    def look(self) -> None:
        """Read again what is no longer good; one thread reads, others do not wait for it."""
        if self._lock.acquire(blocking=False):
            try:
                self._read()
            finally:
                self._lock.release()

    def find(self, secret: str) -> KnownKey | None:
        """Return a usable key; None: wrong, revoked, expired or paused. Raises Unknowable."""
        if len(secret) > LONGEST:
            return None
        named = hash_of(secret)
        if named not in self._known:
            with self._lock:
                self._read()
            if self._is_away:
                raise Unknowable
        key = self._known.get(named)
        if key is None or (key.expires_at is not None and key.expires_at <= timezone.now()):
            return None
        if key.last_used_at is None or timezone.now() - key.last_used_at > USED_ROUGHLY:
            self._used.add(key.pk)
        return key

    def _read(self) -> None:
        """Read all keys; what is used and not dated lately is dated in the same breath."""
        self.good_until = time.monotonic() + REFRESH_SECONDS
        used, self._used = self._used, set()
        try:
            self._known = reading(lambda: self._usable(used))
            self._is_away = False
        except (DatabaseError, InterfaceError) as error:
            self._is_away = True
            logger.warning("API keys cannot be read: %s", error)
        self.origins = frozenset().union(*(key.origins for key in self._known.values()))

    @staticmethod
    def _usable(used: set[int]) -> dict[str, Any]:
        if used:
            note_use(used)
        return usable_keys()

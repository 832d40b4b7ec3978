"""Answers kept in the process: each under the generation that was known before it was read."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from shop_content.api.answers import Prepared

# What an entry costs besides its body: key, headers, the table's share.
OVERHEAD_BYTES = 3000


class Memory:
    """At most so many bytes; what was not asked for longest goes first."""

    def __init__(self, limit: int) -> None:
        """`limit`: in bytes; 0 keeps nothing."""
        self.limit = limit
        self.size = 0
        self._entries: OrderedDict[Hashable, tuple[int, Prepared]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many answers are kept."""
        return len(self._entries)

    def get(self, key: Hashable, generation: int) -> Prepared | None:
        """Return the answer, if it was read under this very generation."""
        with self._lock:
            kept = self._entries.get(key)
            if kept is None or kept[0] != generation:
                return None
            self._entries.move_to_end(key)
            return kept[1]

    def put(self, key: Hashable, generation: int, answer: Prepared) -> None:
        """Keep an answer. `generation` was read BEFORE the statement that found it."""
        size = _size(answer)
        if size > self.limit // 8:
            return
        with self._lock:
            if before := self._entries.pop(key, None):
                self.size -= _size(before[1])
            self._entries[key] = generation, answer
            self.size += size
            while self.size > self.limit:
                _key, (_generation, oldest) = self._entries.popitem(last=False)
                self.size -= _size(oldest)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.size = 0


def _size(answer: Prepared) -> int:
    return len(answer.body) + OVERHEAD_BYTES

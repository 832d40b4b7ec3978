"""Rate limits in the memory of a process: approximate, bounded, and without asking anybody.

The generic cell rate algorithm: each client has one number, the moment at which its whole
allowance is its own again. A request moves it on by a share of the minute; a request that would
move it further than a minute from now is refused. `workflow.spend` does the same in PostgreSQL.
"""

import math
import threading
from collections.abc import Hashable

PERIOD_SECONDS = 60.0
MOST_CLIENTS = 20_000


class Limiter:
    """So many requests a minute for each client. Threads may let a request too many through."""

    def __init__(self, most: int = MOST_CLIENTS) -> None:
        """Know nobody yet. `most`: how many clients are remembered."""
        self.most = most
        self._whole_at: dict[Hashable, float] = {}
        self._forgetting = threading.Lock()

    def __len__(self) -> int:
        """Return how many clients are remembered."""
        return len(self._whole_at)

    def spend(self, client: Hashable, per_minute: int, now: float) -> float:
        """Count a request; return 0.0 or, when it is one too many, the seconds to wait.

        `now`: seconds of a clock that never goes back.
        """
        moved = self._whole_at.get(client, now)
        if moved < now:
            moved = now
        moved += PERIOD_SECONDS / per_minute
        wait = moved - now - PERIOD_SECONDS
        if wait > 1e-6:  # what is left of adding fractions is no request
            return wait
        if len(self._whole_at) >= self.most:
            self._forget(now)
        self._whole_at[client] = moved
        return 0.0

    def _forget(self, now: float) -> None:
        """Forget who has a whole allowance; if that is not enough, everybody: reads fail open."""
        with self._forgetting:
            if len(self._whole_at) < self.most:
                return
            left = {who: at for who, at in list(self._whole_at.items()) if at > now}
            self._whole_at = left if len(left) < self.most * 3 // 4 else {}


def refusal_headers(policy: str, per_minute: int, wait: float) -> list[tuple[str, str]]:
    """Return what a 429 tells (draft-ietf-httpapi-ratelimit-headers-10, RFC 9110 10.2.3).

    Only a refusal tells it: the headers of what caches may keep are the same for every client.
    """
    seconds = max(1, math.ceil(wait))
    return [
        ("Retry-After", str(seconds)),
        ("RateLimit-Policy", f'"{policy}";q={per_minute};w={PERIOD_SECONDS:.0f}'),
        ("RateLimit", f'"{policy}";r=0;t={seconds}'),
    ]

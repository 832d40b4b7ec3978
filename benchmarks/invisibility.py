"""Guesses at what is not live, GUESSES of them, against the running service, and a search for a
canary at every address. Run by `make bench`; 1 when a guess could be told from a question for
nothing: by status, headers or body, or by time (a rank test for each kind of guess).
"""

import http.client
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_content.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 -- Django is set up above

from benchmarks.serving import Candidate, served  # noqa: E402
from tests.factories import make_rulebook, make_user  # noqa: E402
from tests.guesses import Guess, guesses, rank_test, sightings, told  # noqa: E402
from tests.invisible import make_shop  # noqa: E402

NUMBER = int(os.environ.get("GUESSES", "10000"))
# Of all kinds together (Holm-Bonferroni): times differ when chance would seldom make them so.
ALPHA = 0.01
ENVIRONMENT = {
    "ALLOWED_HOSTS": "127.0.0.1",
    "LOG_LEVEL": "CRITICAL",
    "READS_PER_MINUTE": "1000000000",
    "WRITES_PER_MINUTE": "1000000000",
}
Said = tuple[int, dict[str, str], bytes]


class Reader:
    """One kept connection; how long the last answer took is in `seconds`."""

    def __init__(self, origin: str) -> None:
        """Connect at the first question."""
        place = urlsplit(origin)
        self.connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        self.seconds = 0.0

    def __call__(self, method: str, path: str, headers: dict[str, str]) -> Said:
        """Ask, and read all of the answer."""
        started = time.perf_counter()
        self.connection.request(method, path.encode("utf-8").decode("latin-1"), headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        self.seconds = time.perf_counter() - started
        return answer.status, dict(answer.headers), body


class Telling:
    """Asks guesses and their twins in random order, and keeps what could be told."""

    def __init__(self, reader: Reader, chance: random.Random) -> None:
        """Nothing asked yet."""
        self.reader = reader
        self.chance = chance
        self.times: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
        self.statuses: Counter[int] = Counter()
        self.different: list[Guess] = []

    def ask(self, guess: Guess, method: str) -> None:
        """Ask for both."""
        answers: list[tuple[object, ...]] = [(), ()]
        for which in self.chance.sample((0, 1), 2):
            path = (guess.path, guess.twin)[which]
            headers = (guess.headers, guess.twin_headers)[which]
            said = self.reader(method, path, dict(headers))
            self.times[guess.kind][which].append(self.reader.seconds)
            self.statuses[said[0]] += 1
            answers[which] = told(said, guess.words[which])
        if answers[0] != answers[1]:
            self.different.append(guess)

    def slower(self) -> list[str]:
        """Return the kinds whose times differ, after Holm and Bonferroni."""
        found = sorted((rank_test(*times), kind) for kind, times in self.times.items())
        told = []
        for place, (p, kind) in enumerate(found):
            if p > ALPHA / (len(found) - place):
                break
            told.append(f"{kind} (p = {p:.2g})")
        lowest = ", ".join(f"{kind} {p:.3f}" for p, kind in found[:3])
        sys.stdout.write(f"       lowest p of {len(found)} kinds: {lowest}\n")
        return told


def report(name: str, wrong: Sequence[object]) -> bool:
    """Print a figure that has to be nothing; whether it is."""
    sys.stdout.write(f"{'MISSED' if wrong else 'met   '} {name}: {len(wrong)}\n")
    for one in wrong[:5]:
        sys.stdout.write(f"       {one}\n")
    sys.stdout.flush()
    return not wrong


def main() -> int:
    """Fill the shop, serve it, guess, look; print; 1 when something could be told."""
    call_command("migrate", verbosity=0)
    make_rulebook()
    writer, reviewer = make_user("writer", "Marketing"), make_user("reviewer", "Compliance")
    shop = make_shop(writer=writer, reviewer=reviewer)
    chance = random.Random(20)  # noqa: S311
    front = Candidate(
        "guessed", "shop_content.wsgi:application", ENVIRONMENT, ["/api/v1/locales/"], workers=1
    )
    with served(front) as (origin, _pid):
        reader = Reader(origin)
        telling = Telling(reader, chance)
        pool: list[Guess] = []
        for number in range(NUMBER):
            if not pool:  # new twins each time
                pool = guesses(shop, chance)
                chance.shuffle(pool)
            telling.ask(pool.pop(), "HEAD" if number % 20 == 0 else "GET")
        slower = telling.slower()
        asked, seen = sightings(reader, shop)
    statuses = dict(sorted(telling.statuses.items()))
    sys.stdout.write(
        f"       {NUMBER} guesses of {len(telling.times)} kinds, answers {statuses}\n"
    )
    kept = [
        report("answers that differ", telling.different),
        report(f"kinds whose times differ (alpha {ALPHA} of all)", slower),
        report(f"sightings at {asked} addresses", seen),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())

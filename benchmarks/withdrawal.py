"""How long a withdrawn text is still served: three web processes, 200 trials, then 200 more with
every process's push channel gone silent a moment before. Run by `make bench`.
"""

import http.client
import json
import os
import signal
import statistics
import sys
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

from benchmarks.serving import NO_LIMIT, Candidate, articles, run, served

TRIALS = int(os.environ.get("BENCH_TRIALS", "200"))
PROCESSES = 3
LIMIT_MS = 250


def listeners() -> list[int]:
    """Return the backends that the push channels are connected to."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by main

    from shop_content.front.channel import NAME  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return [pid for (pid,) in cursor.fetchall()]


def status(reader: http.client.HTTPConnection, path: str) -> int:
    """Ask for a page; a proxy cache is not in between."""
    reader.request("GET", path)
    answer = reader.getresponse()
    answer.read()
    return answer.status


def trial(readers: list[http.client.HTTPConnection], path: str, *, silent: bool) -> float:
    """Withdraw a text that every process has in memory; return the ms until none serves it."""
    from django.contrib.auth.models import User  # noqa: PLC0415

    from shop_content.models import Release  # noqa: PLC0415
    from shop_content.workflow.withdraw import withdraw  # noqa: PLC0415

    locale, slug = path.split("/")[3], path.split("/")[5]
    live = Release.objects.live().get(article__isnull=False, locale=locale, slug=slug)
    by = User.objects.get(username="writer")
    for reader in readers:
        for _first_and_kept in range(3):
            if status(reader, path) != 200:
                sys.exit(f"{path} is not served")
    stopped = listeners() if silent else []
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    withdraw(live, by=by, reason="Benchmark")
    start = time.perf_counter()
    waiting = list(readers)
    while waiting:
        waiting = [reader for reader in waiting if status(reader, path) == 200]
    taken = time.perf_counter() - start
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    if silent:
        time.sleep(0.4)  # until the channels are believed again
    return taken * 1000


def main() -> int:
    """Load, withdraw, print; 1 when a withdrawal took longer than promised."""
    paths = run("benchmarks.peers.ours", "shop_content.settings", told=json.dumps(articles()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "shop_content.settings"
    import django  # noqa: PLC0415 -- after the settings are named

    django.setup()
    environment = {
        "ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        "READS_PER_MINUTE": NO_LIMIT,
    }
    front = "shop_content.wsgi:application"
    met = True
    with ExitStack() as stack:
        readers = []
        for number in range(PROCESSES):
            name = f"process {number}"
            candidate = Candidate(name, front, environment, paths, workers=1)
            origin, _pid = stack.enter_context(served(candidate))
            place = urlsplit(origin)
            readers.append(http.client.HTTPConnection(place.hostname or "", place.port))
        series = {"pushed": paths[:TRIALS], "channel silent": paths[TRIALS : 2 * TRIALS]}
        for name, chosen in series.items():
            silent = name != "pushed"
            times = sorted(trial(readers, path, silent=silent) for path in chosen)
            met = met and times[-1] <= LIMIT_MS
            sys.stdout.write(
                f"{'met   ' if times[-1] <= LIMIT_MS else 'MISSED'} {name}: {len(times)} "
                f"withdrawals, median {statistics.median(times):.1f} ms, "
                f"p99 {times[int(len(times) * 0.99) - 1]:.1f} ms, longest {times[-1]:.1f} ms "
                f"(at most {LIMIT_MS})\n"
            )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

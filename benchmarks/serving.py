"""How fast released articles are served, beside Wagtail's API v2, DRF + parler and bare WSGI.

The same articles in the same PostgreSQL, each service under the same granian, one after the other
in turn (A B A B). Load comes from `wrk` (Debian) on this machine. Run by `make bench`.
"""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from shop_content.embedded import free_port

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = int(os.environ.get("BENCH_ARTICLES", "200"))
MANY = int(os.environ.get("BENCH_MANY", "20000"))
SIZE = 15_000
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))
# As many as keep every core busy, for the rate; one, which waits for no other, for p50 and p99.
CONNECTIONS, CALM = 16, 1
WORKERS, THREADS = 2, 2
# All of the load comes from one client.
NO_LIMIT = "1000000000"
LIST = "/api/v1/de/articles/"
SENTENCES = {
    "de": "Die Dose Nummer {} ist aus Glas. Der Deckel ist aus Blech und rund. "
    "Wir liefern in zwei Tagen, der Karton ist aus Papier. ",
    "en": "Tin number {} is made of glass. The lid is made of metal and round. "
    "We deliver within two days, the box is made of paper. ",
}
# Each connection asks for the addresses in turn.
SCRIPT = """
local n = 0
local requests = {{}}
init = function()
  for path in io.lines("{paths}") do
    requests[#requests + 1] = wrk.format("GET", path, {{{headers}}})
  end
  math.randomseed({seed})
  n = math.random(#requests)
end
request = function()
  n = n % #requests + 1
  return requests[n]
end
"""


@dataclass(frozen=True)
class Candidate:
    """A service and what is asked of it."""

    name: str
    target: str
    environment: dict[str, str]
    paths: Sequence[str]
    headers: str = '["Accept-Encoding"]="gzip, br"'
    threads: int = THREADS
    workers: int = WORKERS


@dataclass(frozen=True)
class Figure:
    """One run: requests a second, milliseconds, CPU milliseconds a request, MB of a worker.

    p50 and p99 are of a second run with one connection.
    """

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float


def articles() -> list[dict[str, Any]]:
    """Return the content: each article in both locales, about one of four products."""
    made = []
    for number in range(ARTICLES):
        for locale, sentence in SENTENCES.items():
            text = sentence.format(number)
            parts = [f"<p>{text}{place}.</p>" for place in range(SIZE // (len(text) + 10))]
            made.append(
                {
                    "locale": locale,
                    "slug": f"dose-{number}",
                    "title": f"Dose {number}",
                    "teaser": sentence.format(number)[:60],
                    "author": "Mia Muster",
                    "sku": f"MG-{number % 4}",
                    "body": "".join(parts),
                }
            )
    return made


def run(module: str, settings: str, *arguments: str, told: str = "", **more: str) -> list[str]:
    """Run a loader and return the lines it prints."""
    environment = os.environ | more | {"DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *arguments],
        input=told,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        check=False,
    )
    if made.returncode:
        sys.exit(made.stderr[-3000:])
    return [line for line in made.stdout.splitlines() if line.startswith("/")]


def database(name: str) -> str:
    """Make a database beside the one of the service; return its address."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@contextmanager
def served(candidate: Candidate) -> Iterator[tuple[str, int]]:
    """Run a service under granian; give its origin and process."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "granian", "--interface", "wsgi"]
    command += [
        "--port",
        str(port),
        "--workers",
        str(candidate.workers),
        "--no-ws",
        "--no-access-log",
    ]
    command += ["--blocking-threads", str(candidate.threads), "--log-level", "warning"]
    command += ["--workers-kill-timeout", "2"]  # its threads sometimes refuse to end
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | candidate.environment
    server = subprocess.Popen(
        [*command, candidate.target],
        cwd=ROOT,
        env=environment,
        start_new_session=True,
        stderr=subprocess.DEVNULL,  # every 410 is a line
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(200):
            time.sleep(0.1)
            try:
                with urllib.request.urlopen(origin + candidate.paths[0]) as answer:  # noqa: S310
                    answer.read()
                break
            except OSError:
                if server.poll() is not None:
                    sys.exit(f"{candidate.name} does not start")
        yield origin, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            sys.exit(f"{candidate.name} does not end")


def workers_of(pid: int) -> list[int]:
    """Return the worker processes of a server, those that hold a service."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in listed if b"resource_tracker" not in _said(int(one))]


def _said(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def cpu_of(pids: Sequence[int]) -> float:
    """Return the CPU seconds these processes have used."""
    ticks = 0
    for pid in pids:
        with suppress(OSError):  # it has ended meanwhile
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(pids: Sequence[int]) -> float:
    """Return the MB the largest of these processes holds."""
    found = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in pids]
    return max(int(one[1]) / 1024 for one in found if one)


def postgres_cpu() -> float:
    """Return the CPU seconds of every process of PostgreSQL on this machine."""
    pids = []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            if (one / "comm").read_text().strip() == "postgres":
                pids.append(int(one.name))
    return cpu_of(pids)


def load(origin: str, script: Path, seconds: int, connections: int = CONNECTIONS) -> str:
    """Send requests for some seconds; return what wrk says."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["-s", str(script), origin]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def measure(candidate: Candidate, folder: Path) -> Figure:
    """Serve, warm up, measure."""
    paths = folder / f"{candidate.name.replace(' ', '-')}.paths"
    paths.write_text("\n".join(candidate.paths) + "\n")
    script = folder / "script.lua"
    script.write_text(SCRIPT.format(paths=paths, headers=candidate.headers, seed=len(paths.name)))
    with served(candidate) as (origin, pid):
        load(origin, script, 2)
        workers = workers_of(pid)
        before = cpu_of(workers) + postgres_cpu()
        said = load(origin, script, SECONDS)
        used = cpu_of(workers) + postgres_cpu() - before
        calm = load(origin, script, SECONDS, CALM)
        memory = memory_of(workers)
    if "Non-2xx" in said + calm or "Socket errors" in said + calm:
        sys.exit(f"{candidate.name}: {said}{calm}")
    total = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]
    return Figure(rate, _part(calm, "50%"), _part(calm, "99%"), used / total * 1000, memory)


def _part(said: str, name: str) -> float:
    found = re.search(rf"{name}\s+([\d.]+)(us|ms|s)", said)
    if found is None:
        sys.exit(said)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def in_turn(candidates: Sequence[Candidate], folder: Path) -> dict[str, Figure]:
    """Measure all in turn, ROUNDS times; return the medians."""
    runs: dict[str, list[Figure]] = defaultdict(list)
    for _round in range(ROUNDS):
        for candidate in candidates:
            runs[candidate.name].append(measure(candidate, folder))
    fields = ("rate", "p50", "p99", "cpu", "memory")
    medians = {
        name: Figure(
            *(statistics.median(getattr(one, field) for one in figures) for field in fields)
        )
        for name, figures in runs.items()
    }
    for name, one in medians.items():
        sys.stdout.write(
            f"{name:22} {one.rate:10,.0f} req/s   p50 {one.p50:7.2f} ms   p99 {one.p99:8.2f} ms   "
            f"CPU {one.cpu:7.3f} ms/request   {one.memory:4.0f} MB a worker\n"
        )
    sys.stdout.flush()
    return medians


def fetched(candidate: Candidate, path: str, folder: Path) -> tuple[str, str]:
    """Return a file with the bytes of an answer, and its ETag."""
    with served(candidate) as (origin, _pid):
        headers = {"Accept-Encoding": "gzip, br"}
        request = urllib.request.Request(origin + path, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            file = folder / f"bytes{len(list(folder.iterdir()))}"
            file.write_bytes(answer.read())
            return str(file), answer.headers["ETag"]


def demand(name: str, value: float, least: float) -> bool:
    """Print a ratio and whether it is what was promised."""
    met = value >= least
    sys.stdout.write(f"{'met   ' if met else 'MISSED'} {name}: {value:.2f} (at least {least})\n")
    return met


def main() -> int:
    """Load everything, measure, print; 1 when a promise is missed."""
    if not shutil.which("wrk"):
        sys.stderr.write("wrk is missing: apt-get install wrk\n")
        return 1
    told = json.dumps(articles())
    ours = run("benchmarks.peers.ours", "shop_content.settings", told=told)
    wagtail = {"PEER_DATABASE_URL": database("peer_wagtail")}
    wagtail |= {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.wagtail_site.settings"}
    plain = {"PEER_DATABASE_URL": database("peer_plain")}
    plain |= {"DJANGO_SETTINGS_MODULE": "benchmarks.peers.plain.settings"}
    pages = {
        name: run(f"benchmarks.peers.{name}.load", settings, told=told, **more)
        for name, more in (("wagtail_site", wagtail), ("plain", plain))
        for settings in (more["DJANGO_SETTINGS_MODULE"],)
    }
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        peer, front = "benchmarks.peers.wsgi:application", "shop_content.wsgi:application"
        here = {"ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "ERROR", "READS_PER_MINUTE": NO_LIMIT}
        detail = Candidate("detail", front, here, ours)
        body, etag = fetched(detail, ours[0], folder)
        list_body, _etag = fetched(detail, LIST, folder)
        bare = "benchmarks.peers.bare:application"
        known = f'["Accept-Encoding"]="gzip, br", ["If-None-Match"]={json.dumps(etag)}'
        listed = "/api/v2/pages/?type=wagtail_site.ArticlePage&locale=de&limit=20"
        listed += "&fields=teaser,author,sku"
        figures = in_turn(
            [
                Candidate("bare detail", bare, {"BARE_BODY": body}, ours),
                detail,
                Candidate("bare list", bare, {"BARE_BODY": list_body}, [LIST]),
                Candidate("list", front, here, [LIST]),
                Candidate("304", front, here, [ours[0]], known),
                Candidate("200 of one", front, here, [ours[0]]),
                Candidate("strict detail", front, here | {"FRONT_PUSH": "false"}, ours),
                Candidate("cold detail", front, here | {"FRONT_MEMORY_MB": "0"}, ours),
                Candidate("wagtail detail", peer, wagtail, pages["wagtail_site"]),
                Candidate("wagtail list", peer, wagtail, [listed]),
                Candidate("plain detail", peer, plain, pages["plain"]),
                Candidate("plain list", peer, plain, ["/de/articles/?limit=20"]),
            ],
            folder,
        )
        started = time.monotonic()
        more = run("benchmarks.peers.ours", "shop_content.settings", "many", str(MANY))
        sys.stdout.write(f"{MANY} more rendered in {time.monotonic() - started:.0f} s\n")
        grown = in_turn(
            [
                Candidate("detail of many", front, here, ours),
                Candidate("list of many", front, here, [LIST]),
                Candidate("all of many", front, here, [*ours, *more]),
            ],
            folder,
        )
    return 0 if promises(figures | grown) else 1


def promises(figures: dict[str, Figure]) -> bool:
    """Print each promise with its figure; whether all are kept."""

    def rate(name: str, other: str) -> float:
        return figures[name].rate / figures[other].rate

    kept = [
        demand("detail / bare WSGI", rate("detail", "bare detail"), 0.5),
        demand("detail / Wagtail", rate("detail", "wagtail detail"), 200),
        demand("list / bare WSGI", rate("list", "bare list"), 0.4),
        demand("list / Wagtail", rate("list", "wagtail list"), 500),
        demand("304 / 200", rate("304", "200 of one"), 1),
        demand("channel cut / bare WSGI", rate("strict detail", "bare detail"), 0.2),
        demand("cold detail / DRF + parler", rate("cold detail", "plain detail"), 10),
        demand("detail of many / of few", rate("detail of many", "detail"), 0.9),
        demand("list of many / of few", rate("list of many", "list"), 0.9),
    ]
    for name in ("detail", "list", "304", "strict detail", "cold detail"):
        one = figures[name]
        kept.append(demand(f"{name}: p50 x 5 / p99", one.p50 * 5 / one.p99, 1))
    ours = [one for name, one in figures.items() if not re.match("bare|wagtail|plain", name)]
    kept.append(demand("150 MB / largest worker", 150 / max(one.memory for one in ours), 1))
    for name in ("bare detail", "wagtail detail", "plain detail"):
        ratio = figures[name].cpu / figures["detail"].cpu
        sys.stdout.write(f"       CPU of {name} / of detail: {ratio:.2f}\n")
    return all(kept)


if __name__ == "__main__":
    sys.exit(main())

"""Requests made up from the schema (schemathesis) against the running service, FUZZ_CASES of them
as nobody, as many with a key and as many with an unknown key. Run by `make bench`; 1 when an
answer was a server error, had another shape than the schema says, or an undocumented status.
"""

import os
import random
import sys
import time
from collections import Counter
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_content.settings")
django.setup()

import schemathesis  # noqa: E402 -- Django is set up above
from django.core.management import call_command  # noqa: E402
from hypothesis import HealthCheck, Phase, Verbosity, given, settings  # noqa: E402
from hypothesis.errors import Unsatisfiable  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.core.failures import Failure, FailureGroup  # noqa: E402
from schemathesis.generation import GenerationMode  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from benchmarks.serving import Candidate, served  # noqa: E402
from shop_content.access.keys import new_secret  # noqa: E402
from shop_content.workflow.api_key import make_key  # noqa: E402
from tests.factories import make_rulebook, make_user  # noqa: E402
from tests.invisible import make_shop  # noqa: E402

CASES = int(os.environ.get("FUZZ_CASES", "10000"))
BATCH = 20
# Seldom guessed: without them nearly every answer would be that there is nothing.
KNOWN = {
    "locale": ["de", "en"],
    "slug": ["offen-0", "open-1", "offenes-produkt", "MG-LIVE", "einst-withdrawn", "deutsch-0"],
}
FRONT = "shop_content.wsgi:application"
ENVIRONMENT = {
    "ALLOWED_HOSTS": "127.0.0.1",
    "LOG_LEVEL": "CRITICAL",
    "READS_PER_MINUTE": "1000000000",
    "WRITES_PER_MINUTE": "1000000000",
}
METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "GET", "HEAD", "OPTIONS")
SAFE = {"HEAD", "OPTIONS"}
CHECKS = {
    "server errors": [not_a_server_error],
    "schema mismatches": [
        content_type_conformance,
        response_schema_conformance,
        response_headers_conformance,
    ],
    "undocumented statuses": [status_code_conformance],
}


class Run:
    """The cases of one identity, and what was wrong with their answers."""

    def __init__(self, schema: Any, headers: dict[str, str], *, only: int | None) -> None:
        """`only`: the status that every answer of the API must have."""
        self.operations = [found.ok() for found in schema.get_all_operations()]
        self.headers = headers
        self.only = only
        self.cases = 0
        self.chance = random.Random(1)  # noqa: S311
        self.statuses: Counter[int] = Counter()
        self.wrong: Counter[str] = Counter()
        self.examples: dict[str, str] = {}

    def ask(self, case: Any) -> None:
        """Send a case and look at the answer in every way."""
        self.cases += 1
        for name, words in KNOWN.items():
            if self.cases % 4 and name in case.path_parameters:
                case.path_parameters[name] = self.chance.choice(words)
        if self.cases % 10 == 0 and case.operation.path.startswith("/api/"):
            self.ask_otherwise(case, METHODS[self.cases // 10 % len(METHODS)])
            return
        answer = case.call(headers=self.headers, timeout=30)
        self.statuses[answer.status_code] += 1
        for name, checks in CHECKS.items():
            try:
                case.validate_response(answer, checks=checks)
            except (Failure, FailureGroup) as failure:
                self.note(name, case, str(failure))
        is_api = case.operation.path.startswith("/api/")
        if self.only and is_api and answer.status_code != self.only:
            self.note("undocumented statuses", case, f"{answer.status_code}, not {self.only}")

    def ask_otherwise(self, case: Any, method: str) -> None:
        """Send a case by another method than the schema has for its address."""
        case.method = method
        answer = case.call(headers=self.headers, timeout=30)
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self.note("server errors", case, f"{method} {answer.status_code}")
        refused = (401, 404, 405) if self.only is None else (self.only,)
        if method not in self.methods(case) and answer.status_code not in refused:
            self.note("undocumented statuses", case, f"{method} {answer.status_code}")

    def methods(self, case: Any) -> set[str]:
        """Return the methods of an address; HEAD and OPTIONS come with GET."""
        path = case.operation.path
        return {one.method.upper() for one in self.operations if one.path == path} | SAFE

    def note(self, kind: str, case: Any, told: str) -> None:
        """Count what is wrong; keep the first example of each kind at each address."""
        self.wrong[kind] += 1
        command = case.as_curl_command(headers=self.headers)
        self.examples.setdefault(f"{kind} {case.operation.path}", f"{command}\n{told}")

    def go(self) -> None:
        """Ask until there are enough cases, in turn of each operation, sound and unsound."""
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        turn = 0
        while self.cases < CASES:
            operation = self.operations[turn % len(self.operations)]
            mode = modes[turn // len(self.operations) % 2]
            turn += 1

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=min(BATCH, CASES - self.cases),
                deadline=None,
                database=None,
                phases=[Phase.generate],
                verbosity=Verbosity.quiet,
                suppress_health_check=list(HealthCheck),
            )
            def ask(case: Any) -> None:
                if self.cases < CASES:
                    self.ask(case)

            try:
                ask()
            except Unsatisfiable:  # nothing unsound can be asked where there are no parameters
                continue


def main() -> int:
    """Fill the shop, serve it, ask; 1 when an answer was wrong."""
    call_command("migrate", verbosity=0)
    make_rulebook()
    writer, reviewer = make_user("writer", "Marketing"), make_user("reviewer", "Compliance")
    make_shop(writer=writer, reviewer=reviewer)
    root = make_user("root", is_superuser=True)
    _row, secret = make_key(by=root, name="Fuzz", per_minute=1_000_000)
    identities = {
        "anonymous": ({}, None),
        "with a key": ({"Authorization": f"Bearer {secret}"}, None),
        "unknown key": ({"X-Api-Key": new_secret()}, 401),
    }
    failed = False
    with served(Candidate("fuzzed", FRONT, ENVIRONMENT, ["/api/v1/locales/"])) as (origin, _pid):
        schema = schemathesis.openapi.from_url(f"{origin}/api/v1/schema/")
        for name, (headers, only) in identities.items():
            run, started = Run(schema, headers, only=only), time.monotonic()
            run.go()
            failed = failed or bool(run.wrong)
            told = ", ".join(f"{run.wrong[kind]} {kind}" for kind in CHECKS)
            sys.stdout.write(
                f"{'MISSED' if run.wrong else 'met   '} {name}: {run.cases} cases of "
                f"{len(run.operations)} operations, {told}; statuses "
                f"{dict(sorted(run.statuses.items()))}; {time.monotonic() - started:.0f} s\n"
            )
            for place, example in run.examples.items():
                sys.stdout.write(f"  {place}\n    {example}\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

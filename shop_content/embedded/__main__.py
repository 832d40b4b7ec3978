"""python -m shop_content.embedded run [--data DIR | --temporary] -- COMMAND ...

starts what DATABASE_URL and CELERY_BROKER_URL do not name, runs the command with both set,
forwards SIGINT and SIGTERM to it, stops the servers and exits with its code.

    python -m shop_content.embedded status

prints the addresses of the running servers as JSON, {} when none run.
"""

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from shop_content.embedded import data_folder, servers, state
from shop_content.embedded.foreground import end_by_exception, run_command
from shop_content.embedded.server import EmbeddedError


def main(arguments: list[str] | None = None) -> int:
    """Run the command line of this module; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m shop_content.embedded")
    verbs = parser.add_subparsers(dest="verb", required=True)
    run = verbs.add_parser("run", help="run a command with the servers")
    place = run.add_mutually_exclusive_group()
    place.add_argument("--data", type=Path, default=None, help="folder of the data")
    place.add_argument("--temporary", action="store_true", help="a folder that is deleted")
    run.add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("status", help="print the addresses of the running servers")
    options = parser.parse_args(arguments)
    if options.verb == "status":
        sys.stdout.write(json.dumps(state()) + "\n")
        return 0
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        parser.error("no command")
    end_by_exception()
    with ExitStack() as stack:
        folder: Path = options.data or data_folder()
        if options.temporary:
            made = stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-content-"))
            folder = Path(made)
        try:
            urls = stack.enter_context(servers(folder, durable=not options.temporary))
            environment = os.environ | urls | {"SHOP_CONTENT_DATA": str(folder)}
            return run_command(command, environment)
        except (EmbeddedError, FileNotFoundError) as error:
            sys.stderr.write(f"{error}\n")
            return 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

UNUSABLE = 2


def main() -> None:
    """Run a command; a database that is away or empty is told in one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop_content.settings")
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as error:
        if "--traceback" in sys.argv:
            raise
        reason = " ".join(str(error).split("\n", maxsplit=1)[0].split())
        missing = "does not exist" in reason and isinstance(error, ProgrammingError)
        hint = "it has no tables yet, run manage.py migrate" if missing else reason
        sys.stderr.write(f"The database cannot be used: {hint}\n")
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()

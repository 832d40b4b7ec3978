"""Reading from the database before Django's cycle of a request."""

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, connection


def reading(read: Callable[[], Any]) -> Any:
    """Return what `read` does; a connection that was cut meanwhile is made again once."""
    try:
        return read()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()  # kept since the last request, and cut meanwhile
        return read()
    finally:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()

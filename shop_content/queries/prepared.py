"""Statements of the hot path, prepared once a connection and run past the layers.

A cursor of Django costs more than such a statement itself. Where somebody counts statements
(`queries_logged`) the caller takes a cursor instead.
"""

import itertools
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection
from psycopg import pq

_NAMED = re.compile(r"%\((\w+)\)s")
_BINARY = 1
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_TRUTH: dict[str | bool, bytes] = {True: b"t", False: b"f"}


@lru_cache(maxsize=64)
def _statement(sql: str) -> tuple[bytes, bytes, tuple[str, ...]]:
    """Return a name for the statement, the statement with $1, $2 …, and the values it takes."""
    names = tuple(dict.fromkeys(_NAMED.findall(sql)))
    places = {name: f"${place}" for place, name in enumerate(names, 1)}
    numbered = _NAMED.sub(lambda found: places[found[1]], sql)
    return f"shop_content_{next(_numbers)}".encode(), numbered.encode(), names


_numbers = itertools.count()


def fetch(sql: str, **values: str | bool) -> list[tuple[bytes | None, ...]]:
    """Return the rows of a statement, every value as PostgreSQL's binary format has it.

    `sql` has its values as %(name)s; where they stand PostgreSQL must be able to tell their types.
    """
    name, numbered, names = _statement(sql)
    given = [_TRUTH.get(values[one]) or str(values[one]).encode() for one in names]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        held: Any = connection.connection
        known = held.__dict__.setdefault("shop_content_prepared", set())
        if name not in known:
            _done(held.pgconn.prepare(name, numbered))
            known.add(name)
        told = _done(held.pgconn.exec_prepared(name, given, result_format=_BINARY))
    width = range(told.nfields)
    return [tuple(told.get_value(row, at) for at in width) for row in range(told.ntuples)]


def number(value: bytes) -> int:
    """Return an integer of PostgreSQL's binary format."""
    return int.from_bytes(value, "big", signed=True)


def moment(value: bytes) -> datetime:
    """Return a timestamptz of PostgreSQL's binary format: microseconds since 2000 in UTC."""
    return _EPOCH + timedelta(microseconds=number(value))


def _done(result: Any) -> Any:
    """Return a result of libpq, or raise what it says."""
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        raise psycopg.OperationalError(result.error_message.decode("utf-8", "replace"))
    return result

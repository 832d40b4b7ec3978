"""Statements past the layers: what they return, and that they are prepared once a connection."""

from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection
from django.db.utils import OperationalError

from shop_content.queries import prepared

pytestmark = pytest.mark.django_db
SQL = "SELECT %(word)s::text, %(yes)s::boolean, 7::bigint, NULL::text WHERE %(word)s::text <> ''"


def test_values_come_in_binary_format():
    assert prepared.fetch(SQL, word="ä'; --", yes=True) == [
        ("ä'; --".encode(), b"\x01", (7).to_bytes(8, "big"), None)
    ]
    assert prepared.fetch(SQL, word="", yes=False) == []
    [(stamp,)] = prepared.fetch("SELECT '2026-03-29 01:59:59.5+00'::timestamptz")
    assert prepared.moment(stamp or b"") == datetime(2026, 3, 29, 1, 59, 59, 500_000, UTC)
    assert prepared.number((-7).to_bytes(8, "big", signed=True)) == -7


def test_a_statement_is_prepared_once_a_connection():
    for word in ("a", "b"):
        prepared.fetch(SQL, word=word, yes=False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%7::bigint, N%'"
        )
        assert cursor.fetchone() == (1,)


def test_what_the_database_refuses_is_an_error_of_django():
    with pytest.raises(OperationalError, match="division by zero") as caught:
        prepared.fetch("SELECT 1 / 0")
    assert isinstance(caught.value.__cause__, psycopg.OperationalError)

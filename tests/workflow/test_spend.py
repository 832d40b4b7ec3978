"""Writes are counted by all processes together."""

import threading

import pytest
from django.db import connection, connections

from shop_content.models import Allowance
from shop_content.workflow.spend import TooMany, forget_allowances, spend

pytestmark = pytest.mark.django_db


def test_allowance_is_spent_and_the_wait_is_told() -> None:
    for _write in range(10):
        spend("write", "192.0.2.7", per_minute=10)
    with pytest.raises(TooMany) as refused:
        spend("write", "192.0.2.7", per_minute=10)
    assert refused.value.per_minute == 10
    assert 0 < refused.value.wait <= 6
    spend("write", "192.0.2.8", per_minute=10)
    spend("check", "192.0.2.7", per_minute=10)


def test_allowance_comes_back() -> None:
    spend("write", "a", per_minute=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shop_content_allowance SET whole_at = now() - interval '1 second'")
    spend("write", "a", per_minute=1)


def test_no_address_is_kept_and_what_is_whole_is_forgotten() -> None:
    spend("write", "192.0.2.7", per_minute=10)
    assert "192.0.2.7" not in str(list(Allowance.objects.values()))
    assert forget_allowances() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shop_content_allowance SET whole_at = now() - interval '1 second'")
    assert forget_allowances() == 1


@pytest.mark.django_db(transaction=True)
def test_writes_at_the_same_moment_are_each_counted() -> None:
    refused: list[bool] = []

    def write() -> None:
        for _write in range(10):
            try:
                spend("write", "a", per_minute=20)
            except TooMany:
                refused.append(True)
        connections.close_all()

    threads = [threading.Thread(target=write) for _thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) in (19, 20)  # one comes back every three seconds

"""The limiter: a minute's allowance at once, then one by one, in bounded memory."""

import pytest

from shop_content.access.limiter import Limiter, refusal_headers


def test_allowance_of_a_minute_is_spent_at_once_and_comes_back_bit_by_bit() -> None:
    limiter = Limiter()
    assert [limiter.spend("a", 60, 100.0) for _request in range(60)] == [0.0] * 60
    assert limiter.spend("a", 60, 100.0) == pytest.approx(1.0)
    assert limiter.spend("a", 60, 100.5) == pytest.approx(0.5)
    assert limiter.spend("a", 60, 101.0) == 0.0
    assert limiter.spend("a", 60, 101.0) == pytest.approx(1.0)
    assert [limiter.spend("a", 60, 1000.0) for _request in range(60)] == [0.0] * 60
    assert limiter.spend("a", 60, 1000.0) > 0


def test_clients_do_not_share() -> None:
    limiter = Limiter()
    assert limiter.spend("a", 1, 5.0) == 0.0
    assert limiter.spend("b", 1, 5.0) == 0.0
    assert limiter.spend("a", 1, 5.0) > 0


def test_memory_is_bounded_and_who_has_spent_most_is_kept() -> None:
    limiter = Limiter(most=1000)
    assert limiter.spend("heavy", 60, 0.0) == 0.0
    for _request in range(59):
        limiter.spend("heavy", 60, 0.0)
    for number in range(50_000):
        limiter.spend(number, 60_000, number * 0.00001)
        assert len(limiter) <= 1000
    assert limiter.spend("heavy", 60, 0.5) > 0


def test_more_clients_than_memory_are_let_in() -> None:
    limiter = Limiter(most=100)
    assert {limiter.spend(number, 1, 0.0) for number in range(1000)} == {0.0}
    assert len(limiter) <= 100


def test_refusal_tells_when_to_come_again() -> None:
    assert refusal_headers("requests", 6000, 0.01) == [
        ("Retry-After", "1"),
        ("RateLimit-Policy", '"requests";q=6000;w=60'),
        ("RateLimit", '"requests";r=0;t=1'),
    ]
    assert dict(refusal_headers("writes", 10, 5.2))["Retry-After"] == "6"

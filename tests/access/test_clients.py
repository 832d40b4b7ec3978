"""What counts as one client, and whose word on its address is taken."""

import pytest

from shop_content.access.clients import client_of, prefix_of


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:5123", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", ""),
        ("192.0.2.700", ""),
        ("\x00", ""),
        ("1" * 10_000, ""),
    ],
)
def test_client_is_an_ipv4_address_or_an_ipv6_network(address: str, client: str) -> None:
    assert prefix_of(address) == client


def test_forwarded_address_of_a_stranger_is_not_believed() -> None:
    asked = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert client_of(asked, 0) == "192.0.2.7"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "client"),
    [
        ("198.51.100.1", 1, "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1", 1, "198.51.100.1"),
        ("203.0.113.9, 198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("10.0.0.2", 2, "192.0.2.7"),
        ("", 1, "192.0.2.7"),
        ("203.0.113.9, unknown", 1, "192.0.2.7"),
        ("203.0.113.9,", 1, "192.0.2.7"),
        ("," * 10_000, 3, "192.0.2.7"),
    ],
)
def test_only_the_entries_of_our_own_proxies_count(
    forwarded: str, proxies: int, client: str
) -> None:
    asked = {"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": forwarded}
    assert client_of(asked, proxies) == client

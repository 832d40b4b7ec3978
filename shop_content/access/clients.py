"""Which client a request comes from: the part of its address that stands for one of them."""

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

# One customer's smallest share of IPv6: a single machine may use any address in it.
IPV6_PREFIX = 64
LONGEST = 60
WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](?::[0-9]+)?|(?P<four>[0-9.]+):[0-9]+")


def client_of(environ: Mapping[str, Any], proxies: int) -> str:
    """Return the client of a WSGI or Django request behind so many proxies of our own.

    Each proxy appends the address it was asked from to X-Forwarded-For, so that only the last
    `proxies` entries are theirs; what stands before is whatever the client wrote. Where there are
    fewer entries, or no address, the request did not come that way: the peer itself counts.
    """
    peer = prefix_of(environ.get("REMOTE_ADDR", ""))
    if proxies < 1:
        return peer
    hops = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", proxies)[-proxies:]
    return (prefix_of(hops[0]) if len(hops) == proxies else "") or peer


@lru_cache(maxsize=4096)
def prefix_of(address: str) -> str:
    """Return an IPv4 address whole, the /64 of an IPv6 address, "" for anything else.

    An IPv4 address is what IPv6 gives a whole /64 for: a household, an office, often hundreds
    of people behind one network address translation. Its /24 would make strangers share.
    """
    plain = address.strip()
    if len(plain) > LONGEST:
        return ""
    if port := WITH_PORT.fullmatch(plain):
        plain = port["six"] or port["four"] or ""
    try:
        found = ipaddress.ip_address(plain.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(found), IPV6_PREFIX), strict=False))
        found = found.ipv4_mapped
    return str(found)

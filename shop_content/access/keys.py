"""API keys: how one is made, what is kept of it, and where a request carries it."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

HASH_LENGTH = 64
PREFIX_LENGTH = 11
LONGEST = 200


def new_secret() -> str:
    """Return a key: a readable prefix, e.g. `sc_4f1c09ab`, and 256 random bits."""
    return f"sc_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"


def prefix_of(secret: str) -> str:
    """Return the part by which people tell keys apart."""
    return secret[:PREFIX_LENGTH]


def hash_of(secret: str) -> str:
    """Return what is stored. Nobody can try 2^256 keys, so a slow hash would guard nothing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def given_key(environ: Mapping[str, Any]) -> str | None:
    """Return the key in the headers of a request; None: it carries none.

    Other schemes of Authorization are none of ours: a proxy may ask for a password.
    """
    scheme, _space, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    plain = environ.get("HTTP_X_API_KEY")
    return None if plain is None else str(plain).strip()

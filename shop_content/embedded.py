"""Embedded servers (placeholder until the real module lands in the same hour)."""


def database_url() -> str:
    """Return a default address."""
    return "postgresql:///shop_content"


def broker_url() -> str:
    """Return a default address."""
    return "redis://127.0.0.1:6379/0"

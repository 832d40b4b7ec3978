"""The desks: editors write, reviewers decide, compliance owns the rulebook."""

from shop_content.admin import (
    api_key,
    article,
    audit,
    comment,
    dashboard,
    history,
    image,
    label,
    product,
    release,
    review,
    rulebook,
    schedule,
)

__all__ = [
    "api_key",
    "article",
    "audit",
    "comment",
    "dashboard",
    "history",
    "image",
    "label",
    "product",
    "release",
    "review",
    "rulebook",
    "schedule",
]

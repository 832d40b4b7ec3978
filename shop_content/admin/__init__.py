"""The desks: editors write, reviewers decide, compliance owns the rulebook."""

from shop_content.admin import (
    article,
    audit,
    comment,
    dashboard,
    history,
    label,
    product,
    release,
    review,
    rulebook,
)

__all__ = [
    "article",
    "audit",
    "comment",
    "dashboard",
    "history",
    "label",
    "product",
    "release",
    "review",
    "rulebook",
]

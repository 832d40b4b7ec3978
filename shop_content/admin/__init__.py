"""The desks: editors write, reviewers decide, compliance owns the rulebook."""

from shop_content.admin import article, history, label, product, review, rulebook

__all__ = ["article", "history", "label", "product", "review", "rulebook"]

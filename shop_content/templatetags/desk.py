"""Filters of the desks' templates."""

from django import template
from django.utils.translation import get_language

from shop_content import claims

register = template.Library()


@register.filter
def in_language(message: dict[str, str]) -> str:
    """Return a message in the interface language, English when it has none."""
    language = (get_language() or "en").split("-", maxsplit=1)[0]
    return message.get(language) or message.get("en") or next(iter(message.values()), "")


@register.filter
def category_name(code: str) -> str:
    """Return a category's name in the interface language with its code."""
    category = claims.CATEGORIES.get(code)
    return f"{in_language(dict(category.name))} ({code})" if category else code

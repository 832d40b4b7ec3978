"""Filters of the compliance reviewer's pages."""

import re

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from shop_content.models.states import Severity, Why

register = template.Library()

FIELDS = {
    "title": _("title"),
    "slug": _("slug"),
    "subtitle": _("subtitle"),
    "teaser": _("teaser"),
    "body": _("body"),
    "seo_title": _("SEO title"),
    "seo_description": _("SEO description"),
    "image.alt": _("image: alternative text"),
    "image.caption": _("image: caption"),
    "author.name": _("author: name"),
    "author.role": _("author: role"),
    "topic.name": _("topic"),
    "topic.slug": _("topic: slug"),
    "facts.food_category": _("food category"),
    "facts.intake": _("recommended intake"),
    "facts.ingredients": _("ingredients"),
    "facts.storage": _("storage"),
    "facts.net_quantity": _("net quantity"),
    "facts.operator": _("food business operator"),
}
VERBS = {
    "submitted": _("submitted"),
    "checked": _("checked"),
    "check_failed": _("check failed"),
    "check_retried": _("check asked for again"),
    "approved": _("approved"),
    "changes_requested": _("changes requested"),
    "released": _("released"),
    "withdrawn": _("withdrawn"),
    "escalated": _("escalated"),
    "scheduled": _("change planned"),
    "schedule_cancelled": _("plan cancelled"),
    "schedule_done": _("planned change made"),
    "schedule_missed": _("planned change missed"),
    "image_added": _("image added"),
    "image_encoded_again": _("image to be encoded again"),
    "rulebook_stored": _("rulebook version stored"),
    "rulebook_activated": _("rulebook version activated"),
}
EVERYTHING = {
    "languages": _("the rules of this language are new or gone"),
    "categories": _("there are other categories than before"),
    "second_reader": _("the second reader fits one of the two versions only"),
    "size": _("too much has changed"),
}
NUMBERED = {
    "images": _("image"),
    "tags": _("tag"),
    "citations": _("source"),
    "facts.notices": _("mandatory notice"),
}
EUR_LEX = "https://eur-lex.europa.eu/eli"
GERMAN_LAWS = {"LFGB": "lfgb", "UWG": "uwg_2004", "NemV": "nemv", "AMG": "amg_1976"}
_REGULATION = re.compile(r"VO \((?:EU|EG)\) (?:Nr\. )?(\d{1,4})/(\d{4})")
_DIRECTIVE = re.compile(r"RL (\d{4})/(\d{1,4})/E[GU]")
_SECTION = re.compile(r"§§? ?(\d+[a-z]?)[^;§]*? (LFGB|UWG|NemV|AMG)\b")


@register.filter
def why_everything(code: str) -> str:
    """Return in words why no text could be left out of a re-check."""
    return str(EVERYTHING.get(code, code))


@register.filter
def severity_name(code: str) -> str:
    """Return a severity in the interface language."""
    return str(Severity(code).label) if code in Severity.values else code


@register.filter
def field_name(field: str) -> str:
    """Return the name of a checked field in the interface language, its code when unknown."""
    if field in FIELDS:
        return str(FIELDS[field])
    for prefix, name in NUMBERED.items():
        if field.startswith(prefix + "."):
            number = field.removeprefix(prefix + ".").split(".", maxsplit=1)[0]
            return f"{name} {int(number) + 1}" if number.isdecimal() else f"{name} {number}"
    return field


@register.filter
def verb_name(verb: str) -> str:
    """Return what happened in the interface language, its code when unknown."""
    return str(VERBS.get(verb, verb))


@register.filter
def why_name(code: str) -> str:
    """Return why a plan was missed in the interface language, its code when unknown."""
    return str(Why(code).label) if code in Why.values else str(code)


@register.filter
def law_links(text: str) -> SafeString:
    """Return a legal basis with its regulations, directives and sections linked."""
    shown = str(conditional_escape(text))
    shown = _REGULATION.sub(lambda m: _link(f"{EUR_LEX}/reg/{m[2]}/{m[1]}/oj", m[0]), shown)
    shown = _DIRECTIVE.sub(lambda m: _link(f"{EUR_LEX}/dir/{m[1]}/{m[2]}/oj", m[0]), shown)
    shown = _SECTION.sub(
        lambda m: _link(
            f"https://www.gesetze-im-internet.de/{GERMAN_LAWS[m[2]]}/__{m[1]}.html", m[0]
        ),
        shown,
    )
    return mark_safe(shown)  # noqa: S308 -- escaped above, addresses are of known parts


def _link(address: str, text: str) -> str:
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{text}</a>'

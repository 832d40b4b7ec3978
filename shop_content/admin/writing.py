"""What an editor is told while writing: the checker's word on text that nobody has stored yet."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from shop_content import claims, content
from shop_content.admin.reading import RANK, rows_of
from shop_content.models import Finding, RulebookVersion
from shop_content.models.states import Severity
from shop_content.queries.drafts import PLAIN
from shop_content.workflow.check import checker_of

# Form field -> name of the checked part.
TYPED = {
    "title": "title",
    "slug": "slug",
    "subtitle": "subtitle",
    "teaser": "teaser",
    "body": "body",
    "seo_title": "seo_title",
    "seo_description": "seo_description",
    "image_alt": "image.alt",
    "image_caption": "image.caption",
}
FIELD_OF = {part: field for field, part in TYPED.items()}
# Characters of all fields together; an article of 200,000 is a book.
LIMIT = 200_000
_REACH = 160
_BLOCK = re.compile(r"</?(?:p|h[1-6]|li|ul|ol|blockquote|td|th|tr|table|div|hr|br)\b[^>]*>")
_TAG = re.compile(r"<[^>]*>")
_STOP = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Shown:
    """A finding in its sentence. `form_field`: the field to mend it in, empty when elsewhere."""

    finding: Finding
    before: str
    quote: str
    after: str
    form_field: str


@dataclass(frozen=True)
class Group:
    """The findings of one severity."""

    severity: str
    label: str
    items: tuple[Shown, ...]


def grouped(findings: Sequence[Finding], parts: Iterable[claims.Part]) -> list[Group]:
    """Return the findings by severity, the worst first, each in its sentence."""
    texts = {part.field: part for part in parts}
    groups = []
    for severity in sorted({found.severity for found in findings}, key=RANK.__getitem__):
        items = tuple(
            _in_its_sentence(found, texts.get(found.field))
            for found in findings
            if found.severity == severity
        )
        groups.append(Group(severity, str(Severity(severity).label), items))
    return groups


def _in_its_sentence(finding: Finding, part: claims.Part | None) -> Shown:
    field = FIELD_OF.get(finding.field, "")
    if part is None or finding.start is None or finding.end is None:
        return Shown(finding, "", finding.quote, "", field)
    before, after = part.text[: finding.start], part.text[finding.end :]
    quote = finding.quote
    if part.format == "html":
        before, after = _BLOCK.split(before)[-1], _BLOCK.split(after)[0]
        before, quote, after = (_TAG.sub("", text) for text in (before, quote, after))
    before, after = _STOP.split(before)[-1][-_REACH:], _STOP.split(after)[0][:_REACH]
    return Shown(finding, before, quote, after, field)


def checked_as_typed(request: HttpRequest, locale: str) -> HttpResponse:
    """Return the findings in the posted fields as a piece of the page.

    Product data plays no part yet: conditions of use and mandatory statements are judged when the
    text is submitted. What cannot be checked is said in words, with status 200 or 413.
    """
    fields = {name: request.POST.get(name, "") for name in TYPED}
    if sum(map(len, fields.values())) > LIMIT:
        return _said(request, gettext("This text is too long to be checked while you write."), 413)
    version = RulebookVersion.objects.filter(is_active=True).first()
    if version is None:
        return _said(
            request, gettext("No rulebook version is active: nothing could check this text.")
        )
    try:
        parts = _parts(fields)
        report = checker_of(version.pk).check(parts, language=locale)
    except (content.ContentError, claims.ClaimsError) as error:
        return _said(request, str(error))
    found = grouped(rows_of(report), parts)
    context = {"groups": found, "checked_at": timezone.now(), "insert": True}
    answer = render(request, "admin/desk/typed.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """Say that somebody has had more checked than anybody types."""
    answer = _said(request, gettext("Too many checks at once. Please wait a moment."), 429)
    answer["Retry-After"] = str(math.ceil(wait))
    return answer


def _parts(fields: dict[str, str]) -> list[claims.Part]:
    parts = []
    for name, part in TYPED.items():
        text = fields[name]
        if not text.strip():
            continue
        if name == "body":
            parts.append(claims.Part(part, "body", "html", content.sanitise(text).html))
        else:
            content.refuse_hidden(text, references=False)
            parts.append(claims.Part(part, PLAIN[part], "text", text))
    return parts


def _said(request: HttpRequest, message: str, status: int = 200) -> HttpResponse:
    answer = render(request, "admin/desk/typed.html", {"message": message}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer

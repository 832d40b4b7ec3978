"""The text of a revision as a reviewer reads it: findings marked where they stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from shop_content import claims
from shop_content.models import Finding, Revision
from shop_content.queries.drafts import parts_of

TAG = re.compile(r"<[^>]*>")
RANK = {"block": 0, "warn": 1, "info": 2}


@dataclass(frozen=True)
class Passage:
    """One field: its name and its text as safe HTML with `mark` elements."""

    field: str
    html: SafeString
    count: int


def rows_of(report: claims.Report) -> list[Finding]:
    """Return findings as rows that are shown, never stored."""
    return [
        Finding(
            position=position,
            rule=found.rule,
            category=found.category,
            severity=found.severity,
            field=found.field,
            start=found.start,
            end=found.end,
            quote=found.quote,
            message=dict(found.message),
            legal_basis=found.legal_basis,
            suggestions=list(found.suggestions),
        )
        for position, found in enumerate(report.findings, 1)
    ]


def passages(revision: Revision, findings: Sequence[Finding]) -> list[Passage]:
    """Return every public text of the revision, each finding marked once more than it overlaps."""
    return marked_parts(parts_of(revision.data), findings)


def marked_parts(parts: Iterable[claims.Part], findings: Sequence[Finding]) -> list[Passage]:
    """Return the parts with the findings marked; HTML parts must be sanitised already."""
    result = []
    told: set[int] = set()  # findings whose number stands in the text already
    for part in parts:
        own = [f for f in findings if f.field == part.field and f.start is not None]
        result.append(Passage(part.field, mark_safe("".join(_marked(part, own, told))), len(own)))  # noqa: S308 -- sanitised or escaped below
    return result


def _marked(part: claims.Part, findings: Sequence[Finding], told: set[int]) -> Iterator[str]:
    """Yield the text with marks. Body HTML was sanitised at submission; other text is escaped."""
    is_html = part.format == "html"
    tags = [match.span() for match in TAG.finditer(part.text)] if is_html else []
    cuts = {0, len(part.text), *(edge for span in tags for edge in span)}
    cuts |= {edge for f in findings for edge in (f.start or 0, f.end or 0)}
    edges = sorted(cuts)
    starts = dict(tags)
    skip = 0
    for start, end in pairwise(edges):
        if start < skip:
            continue
        if start in starts:
            skip = starts[start]
            yield part.text[start:skip]
            continue
        text = part.text[start:end]
        shown = text if is_html else escape(text)
        over = [f for f in findings if (f.start or 0) < end and start < (f.end or 0)]
        yield _wrap(shown, over, told) if over and text.strip() else shown


def _wrap(shown: str, over: Sequence[Finding], told: set[int]) -> str:
    worst = min(over, key=lambda finding: RANK[finding.severity])
    numbers = ",".join(str(finding.position) for finding in over)
    new = [finding.position for finding in over if finding.position not in told]
    told.update(new)
    notes = " ".join(f'<sup id="mark-{number}" tabindex="-1">{number}</sup>' for number in new)
    return f'<mark class="sev-{worst.severity}" data-findings="{numbers}">{shown}</mark>{notes}'

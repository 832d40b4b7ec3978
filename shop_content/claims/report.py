"""What goes into a check and what comes out: frozen values, no behaviour beyond derivation."""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

SEVERITIES = ("info", "warn", "block")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of an article or product.

    `kind`: title, subtitle, teaser, body, meta_title, meta_description, slug, alt, caption, label,
    name, comment or fact. `format`: html, markdown or text.
    """

    field: str
    kind: str
    format: str
    text: str


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the shop knows about one product: magnesium in mg per daily portion, its notices."""

    sku: str
    elemental_magnesium_mg: Decimal | None
    portions_per_day: int | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """The products a text advertises. No product at all is a fact too (a category page)."""

    products: tuple[ProductFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One objection.

    `start` and `end` are half-open code-point offsets into the text of the part named `field`, and
    `part.text[start:end] == quote`. A rule about the whole document has neither, and an empty quote.
    """

    rule: str
    category: str
    severity: str
    field: str
    start: int | None
    end: int | None
    quote: str
    message: Mapping[str, str] = dataclasses.field(hash=False)
    legal_basis: str
    suggestions: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Use:
    """An authorised claim a text makes: the id of the claim, the part's field, the words."""

    claim: str
    field: str
    quote: str


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one check: verdict blocked, review or clean, and what led to it.

    `uses`: the authorised claims made. They are no findings, but ask for notices.
    """

    verdict: str
    findings: tuple[Finding, ...]
    language: str
    rulebook: str
    engine: str
    uses: tuple[Use, ...] = ()


def verdict_of(findings: tuple[Finding, ...]) -> str:
    """Return blocked, review or clean: the worst severity decides, `info` never holds a text."""
    severities = {finding.severity for finding in findings}
    if "block" in severities:
        return "blocked"
    return "review" if "warn" in severities else "clean"


def fingerprint(rule: str, sentence: str) -> str:
    """Return the id of a finding that survives moves of its sentence: rule and folded sentence."""
    words = " ".join(sentence.split()).casefold()
    return hashlib.sha256(f"{rule}\n{words}".encode("utf-8", "surrogatepass")).hexdigest()[:40]

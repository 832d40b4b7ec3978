"""The rulebook: term lists, rules, allowed text and authorised claims as frozen data.

A rulebook is its canonical JSON source; the digest names it. Nothing here knows how rules match.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeVar

from shop_content.claims.categories import Category, category_from
from shop_content.claims.errors import RulebookInvalid
from shop_content.claims.report import SEVERITIES
from shop_content.claims.vocabulary import LANGUAGES

CARRIERS = ("none", "near", "assumed", "stated", "named")
SHAPES = ("any", "fragment", "sentence", "question", "heading", "hook", "opening")
SCOPES = ("words", "sentence")
_AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,4})?")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class TermList:
    """Words that mean the same to a rule. Entries: dictionary words, phrases, or @other_list."""

    name: str
    scope: str
    words: tuple[str, ...]
    exact: bool = False
    compounds: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the rulebook.

    `apart`: "none", a number of words, "clause" or "sentence". `order`: "any" or "written".
    `carrier`: whether the sentence must speak of the food: "named", "stated" (named or referred
    to), "assumed" (not of anything else), "near" (the food was spoken of shortly before) or "none".
    `shape`: the kind of sentence. `negation`: "lifts" the finding to info or is "ignored".
    `within`: allowed text the rule still applies in. `leads`: what it says of a heading or a lead-in
    it says of the items of the list below, too ("Signs of a deficiency: cold hands").
    """

    id: str
    category: str
    phrases: tuple[str, ...]
    must_hit: tuple[str, ...]
    must_not_hit: tuple[str, ...]
    severity: str = ""
    apart: str = "clause"
    order: str = "any"
    carrier: str = "assumed"
    shape: str = "any"
    negation: str = "lifts"
    forms: str = "all"
    inside_compounds: bool = True
    unless: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    leads: bool = False
    legal_basis: str = ""
    message: Mapping[str, str] = field(default_factory=dict, hash=False)
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """Text that is no claim: legal notices, warnings, other senses of a word.

    `scope`: "words" clears the matched words, "sentence" the statement around them.
    """

    id: str
    kind: str
    phrases: tuple[str, ...]
    must_clear: tuple[str, ...]
    scope: str = "words"
    apart: str = "none"
    order: str = "written"
    carrier: str = "none"


@dataclass(frozen=True, slots=True)
class AuthorisedWording:
    """One authorised claim in one language."""

    official: str
    effects: tuple[str, ...]
    must_hit: tuple[str, ...]
    must_not_hit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthorisedClaim:
    """A claim of Reg. (EU) 432/2012; `minimum_mg` of the nutrient per daily portion is required.

    `topics`: the term lists whose words make this claim the one to offer instead.
    """

    id: str
    nutrient: str
    minimum_mg: str
    source: str
    wording: Mapping[str, AuthorisedWording] = field(hash=False)
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """Everything of one language."""

    lists: Mapping[str, TermList] = field(hash=False)
    rules: tuple[Rule, ...]
    allowed: tuple[Allowed, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The whole rulebook, all languages together. Build with from_source() or read_rulebook()."""

    source: str
    digest: str
    categories: Mapping[str, Category] = field(hash=False, compare=False)
    languages: Mapping[str, LanguageRules] = field(hash=False, compare=False)
    authorised: tuple[AuthorisedClaim, ...] = field(hash=False, compare=False)

    @classmethod
    def from_source(cls, source: str) -> "Rulebook":
        """Return the rulebook of a canonical JSON source. Raise RulebookInvalid otherwise."""
        try:
            data = json.loads(source)
        except ValueError as error:
            raise RulebookInvalid(f"rulebook source: {error}") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise RulebookInvalid(f"rulebook source: format {FORMAT} expected")
        return build(data, {})


def build(data: Mapping[str, Any], files: Mapping[str, str]) -> Rulebook:
    """Return the rulebook of parsed data; `files` maps a section to the file errors shall name."""
    source = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = "sha256:" + hashlib.sha256(source.encode()).hexdigest()
    where = files.get("taxonomy", "taxonomy")
    categories = {row["code"]: category_from(row, where) for row in data["categories"]}
    languages = {
        code: _language(section, files.get(code, code), categories)
        for code, section in data["languages"].items()
    }
    unknown = set(languages) - set(LANGUAGES)
    if unknown:
        raise RulebookInvalid(f"rulebook: no morphology for languages {sorted(unknown)}")
    claims = tuple(
        _authorised(row, files.get("authorised", "authorised")) for row in data["authorised"]
    )
    return Rulebook(
        source,
        digest,
        MappingProxyType(categories),
        MappingProxyType(languages),
        claims,
    )


_T = TypeVar("_T", TermList, Rule, Allowed, AuthorisedWording)


def _typed(cls: type[_T], row: Mapping[str, Any], where: str) -> _T:
    """Return cls(**row) with lists as tuples; every value must have the type of its default."""
    known = {item.name: item for item in dataclasses.fields(cls)}
    unknown = sorted(set(row) - set(known))
    if unknown:
        raise RulebookInvalid(f"{where}: unknown field {unknown[0]}")
    values: dict[str, Any] = {}
    for name, value in row.items():
        wanted = str(known[name].type)
        texts = isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)
        fits = {
            "str": isinstance(value, str),
            "bool": isinstance(value, bool),
            "tuple[str, ...]": texts,
        }.get(wanted.removeprefix("<class '").removesuffix("'>"), isinstance(value, dict))
        if not fits:
            raise RulebookInvalid(f"{where}: {name} has the wrong type")
        values[name] = tuple(value) if texts else value
    try:
        return cls(**values)
    except TypeError as error:
        raise RulebookInvalid(f"{where}: {error}") from error


def _language(
    section: Mapping[str, Any], where: str, categories: Mapping[str, Category]
) -> LanguageRules:
    lists = {
        name: _typed(TermList, {"name": name, **row}, f"{where}: list @{name}")
        for name, row in section.get("lists", {}).items()
    }
    rules = tuple(
        _typed(Rule, row, f"{where}: rule {row.get('id', '?')}") for row in section["rules"]
    )
    allowed = tuple(
        _typed(Allowed, row, f"{where}: allowed {row.get('id', '?')}")
        for row in section.get("allowed", [])
    )
    seen: set[str] = set()
    for name in (*(rule.id for rule in rules), *(entry.id for entry in allowed)):
        if name in seen:
            raise RulebookInvalid(f"{where}: id {name} is used twice")
        seen.add(name)
    for rule in rules:
        _validate(rule, f"{where}: rule {rule.id}", categories)
    for entry in allowed:
        _choice(entry.scope, SCOPES, f"{where}: allowed {entry.id}: scope")
        if not entry.phrases or not entry.must_clear:
            raise RulebookInvalid(f"{where}: allowed {entry.id}: phrases and must_clear needed")
    return LanguageRules(MappingProxyType(lists), rules, allowed)


def _validate(rule: Rule, where: str, categories: Mapping[str, Category]) -> None:
    _choice(rule.category, tuple(categories), f"{where}: category")
    _choice(rule.severity, ("", *SEVERITIES), f"{where}: severity")
    _choice(rule.carrier, CARRIERS, f"{where}: carrier")
    _choice(rule.shape, SHAPES, f"{where}: shape")
    _choice(rule.order, ("any", "written"), f"{where}: order")
    _choice(rule.negation, ("lifts", "ignored"), f"{where}: negation")
    _choice(rule.forms, ("all", "exact"), f"{where}: forms")
    if not (rule.apart in {"none", "clause", "sentence"} or rule.apart.isdigit()):
        raise RulebookInvalid(f"{where}: apart must be none, a number, clause or sentence")
    if rule.message and set(rule.message) != {"de", "en"}:
        raise RulebookInvalid(f"{where}: message needs de and en")
    if not rule.phrases or not rule.must_hit or not rule.must_not_hit:
        raise RulebookInvalid(f"{where}: phrases, must_hit and must_not_hit are needed")


def _choice(value: str, choices: tuple[str, ...], where: str) -> None:
    if value not in choices:
        raise RulebookInvalid(f"{where}: {value!r} is none of {', '.join(choices)}")


def _authorised(row: Mapping[str, Any], where: str) -> AuthorisedClaim:
    where = f"{where}: claim {row.get('id', '?')}"
    minimum = row.get("minimum_mg")
    if not (isinstance(minimum, str) and _AMOUNT.fullmatch(minimum)):
        raise RulebookInvalid(f'{where}: minimum_mg must be an amount in quotes, such as "56.25"')
    try:
        wording = {
            code: _typed(AuthorisedWording, text, f"{where}: {code}")
            for code, text in row["wording"].items()
        }
        return AuthorisedClaim(
            row["id"],
            row["nutrient"],
            row["minimum_mg"],
            row["source"],
            MappingProxyType(wording),
            tuple(row.get("topics", ())),
        )
    except KeyError as error:
        raise RulebookInvalid(f"{where}: {error} is missing") from error

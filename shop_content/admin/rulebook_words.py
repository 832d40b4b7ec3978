"""A rule in plain words: what its phrases look for, and under which conditions."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop_content import claims

CARRIER = {
    "none": _("counts whatever the sentence speaks of"),
    "near": _("counts when the food was spoken of shortly before"),
    "assumed": _("counts unless the sentence speaks of something else than the food"),
    "stated": _("counts when the sentence names the food or refers to it"),
    "named": _("counts only when the sentence names the food"),
}
SHAPE = {
    "any": "",
    "fragment": _("only in a fragment without a verb"),
    "sentence": _("only in a whole sentence"),
    "question": _("only in a question"),
    "heading": _("only in a heading"),
    "opening": _("only at the beginning of a fragment without a verb"),
    "hook": _("only in a short question to the reader"),
}
APART = {
    "none": _("the words stand side by side"),
    "clause": _("the words stand in one clause"),
    "sentence": _("the words stand in one sentence"),
}


@dataclass(frozen=True)
class Piece:
    """One word of a phrase: its text, what kind it is and what that means."""

    text: str
    kind: str
    meaning: str


def pieces(phrase: str) -> list[Piece]:
    """Return the words of a phrase. Kinds: list, exact, end, beginning, gap, number, word."""
    return [_piece(word) for word in phrase.split()]


def _piece(word: str) -> Piece:
    if word.startswith("@"):
        return Piece(word[1:].rstrip(","), "list", gettext("any word of this term list"))
    if word.startswith("="):
        return Piece(word[1:], "exact", gettext("exactly as written"))
    if word == "…":
        return Piece(word, "gap", gettext("up to five words between"))
    if word == "#":
        return Piece(gettext("a number"), "number", gettext("any number"))
    if word.startswith("-"):
        return Piece("…" + word[1:], "end", gettext("only at the end of a compound"))
    if word.endswith("-"):
        return Piece(word[:-1] + "…", "beginning", gettext("only at the beginning of a compound"))
    return Piece(word, "word", gettext("this word in all its forms"))


def conditions(rule: claims.Rule) -> list[str]:
    """Return the conditions of a rule as short sentences."""
    said = [str(CARRIER.get(rule.carrier, rule.carrier))]
    if shape := SHAPE.get(rule.shape, rule.shape):
        said.append(str(shape))
    if any(len(phrase.split()) > 1 for phrase in rule.phrases):
        said.append(_apart(rule.apart))
        if rule.order == "written":
            said.append(gettext("in the order written"))
    if rule.negation == "ignored":
        said.append(gettext("a negation does not lift it"))
    else:
        said.append(gettext("a negated statement is only noted"))
    if rule.forms == "exact":
        said.append(gettext("words exactly as written"))
    if not rule.inside_compounds:
        said.append(gettext("not inside compounds"))
    if rule.unless:
        said.append(gettext("unless there is: %(words)s") % {"words": ", ".join(rule.unless)})
    if rule.within:
        said.append(gettext("also inside: %(names)s") % {"names": ", ".join(rule.within)})
    if rule.fields:
        said.append(gettext("only in: %(fields)s") % {"fields": ", ".join(rule.fields)})
    return said


def _apart(apart: str) -> str:
    if apart in APART:
        return str(APART[apart])
    return gettext("at most %(number)s words between") % {"number": apart}

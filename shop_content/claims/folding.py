"""Folding inside a token: one spelling for clean and evasive text.

Only a token is ever folded, never a whole text: folding changes lengths, and a span must quote the
source. Confusable letters follow the idea of Unicode TR 39; the table holds what copies Latin letters.
"""

import unicodedata
from functools import lru_cache

# Characters that are drawn as nothing, or ride on a letter; word() drops them.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_UMLAUTS = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "ẞ": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "oe",
}
_PLAIN = str.maketrans(_UMLAUTS | {"'": "", "’": ""})
_LATIN = set("abcdefghijklmnopqrstuvwxyzäöüß'’")
_CONFUSABLE = str.maketrans(
    dict(
        # Cyrillic, Greek, then Latin extensions. The micro sign stays a u: "µg" is not "mg".
        pair.split("=")  # type: ignore[misc]
        for pair in (
            "а=a б=b в=b г=r д=d е=e з=e и=i й=i к=k м=m н=h о=o р=p с=c т=t у=y х=x ў=y ё=e і=i ї=i "
            "ј=j ѕ=s ԁ=d һ=h ԛ=q ԝ=w ӏ=l п=n ь=b А=a В=b Е=e З=e И=i К=k М=m Н=h О=o Р=p С=c Т=t "
            "У=y Х=x І=i Ј=j Ѕ=s "
            "α=a β=ss γ=y ε=e ζ=z η=n ι=i κ=k μ=u ν=v ο=o ρ=p ς=s σ=o τ=t υ=u χ=x ω=w ϲ=c ϳ=j Α=a "
            "Β=b Ε=e Ζ=z Η=h Ι=i Κ=k Μ=m Ν=n Ο=o Ρ=p Τ=t Υ=y Χ=x "
            "ı=i ɑ=a ɡ=g ɩ=i ʟ=l ɪ=i ʀ=r ɴ=n ʜ=h օ=o ս=u ո=n ℓ=l ł=l đ=d ŀ=l"
        ).split()
    )
)
_LEET = str.maketrans("013457@$€!|", "oieastaseil")


def plain(word: str) -> str:
    """Return the folded form of an ordinary word: lower case, ä as ae, ß as ss."""
    return word.lower().translate(_PLAIN)


@lru_cache(maxsize=65536)
def fold(token: str) -> str:
    """Return the folded form of any token: lower case ASCII letters and digits wherever possible."""
    lowered = token.lower()
    if _LATIN.issuperset(lowered):
        return lowered.translate(_PLAIN)
    return _fold_hard(token)


def _fold_hard(token: str) -> str:
    composed = unicodedata.normalize("NFC", token)
    kept = "".join(c for c in composed if unicodedata.category(c) not in {"Cf", "So", "Cc"})
    # Taken apart first: "ӓ" is a Cyrillic letter with the dots of a German one.
    parted = unicodedata.normalize("NFKD", kept).translate(_CONFUSABLE)
    text = unicodedata.normalize("NFKC", parted).lower()
    out: list[str] = []
    for char in text.translate(_PLAIN):
        if (char.isascii() and char.isalnum()) or char in "@$€!|*":
            out.append(char)
        elif char.isalpha():
            base = unicodedata.normalize("NFKD", char)[0]
            out.append(base if base.isalpha() else char)
        elif char.isdigit():
            out.append(str(unicodedata.digit(char, 0)))
    return _undo_leet("".join(out))


def _undo_leet(text: str) -> str:
    """Read digits and signs between letters as letters, unless the token is a code such as b12."""
    letters = sum(char.isalpha() for char in text)
    if letters == len(text) or not letters:
        return text
    stripped = text.rstrip("0123456789*!")
    if stripped.isalpha() and len(stripped) < len(text) and "*" not in text:
        return text if text[-1].isdigit() else stripped
    head = text.lstrip("0123456789")
    if head.isalpha() and (len(text) - len(head) > 1 or letters < 4):
        return text
    if letters < 2:
        return text
    return text.translate(_LEET)

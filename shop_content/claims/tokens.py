"""The one tokeniser: sentences of tokens from the untouched text of a block.

Tokens are found in the text as it is; only their folded word is normalised, so positions stay exact.
It takes in what evasion puts into a word: invisible characters, signs, emoji, spaced letters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from shop_content.claims.blocks import BREAK, Block
from shop_content.claims.folding import IGNORABLE, fold

_LETTER = r"[^\W\d_]"
_CHAR = r"[^\W_]"
_EMOJI = r"[\u2600-\u26ff\u2764\U0001f300-\U0001faff]"
_SPACE = "[ \u00a0\u2009\u202f.\\-_*·•]"
_TOKEN = re.compile(
    rf"(?P<spaced>(?<!{_CHAR})(?:{_LETTER}{_SPACE}){{3,40}}{_LETTER}(?!{_CHAR}))"
    rf"|[@$]?{_CHAR}(?:{_CHAR}|[{IGNORABLE}]|['’](?={_LETTER})|[*@$€](?={_CHAR})|!(?=[a-zäöü])"
    rf"|{_EMOJI}{{1,3}}(?={_LETTER}))*"
)
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_PICTURE = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]\ufe0f? ")
_STOP = re.compile(r"[.!?…]")
_HARD = frozenset(BREAK + "|•→✓✔➤‣▪●·\t✅★☆")
_CLAUSE = frozenset(",;:()–—[]/")
_CLOSERS = " \n\u00a0\"'“”»«)]*_"
_ABBREVIATIONS = frozenset(
    "z b d h u a o ä bzw ca dr prof med inkl zzgl usw etc ggf vgl nr st mio mrd evtl max min tgl "
    "sog abb bspw evt s v e i allg bes inh hr fr str tel mr mrs ms vs approx no fig al dept inc "
    "jr sr mind bd hrsg jh dipl rer nat".split()
)
_ALWAYS_ABBREVIATED = frozenset(
    "z d u dr med prof bzw ca inkl ggf vgl nr evtl tgl sog mr mrs ms vs".split()
)
_MAX_SENTENCE = 400


@dataclass(slots=True)
class Token:
    """A word: its place in the block's text, its folded form, its clause in the sentence."""

    start: int
    end: int
    word: str
    capital: bool
    joined: bool
    clause: int = 0
    ends_clause: bool = False


@dataclass(slots=True)
class Sentence:
    """Tokens of one sentence; [start, end) covers them in the block's text."""

    block: Block
    tokens: list[Token]
    ending: str = ""
    first_in_block: bool = False
    clauses: int = field(default=1)

    @property
    def start(self) -> int:
        """Return where the sentence begins in its block."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Return where its last token ends in its block."""
        return self.tokens[-1].end

    @property
    def is_question(self) -> bool:
        """Return whether it ends with a question mark."""
        return "?" in self.ending


def sentences(
    block: Block, subordinators: frozenset[str], *, ordinals: bool = True
) -> Iterator[Sentence]:
    """Yield the sentences of a block. A comma ends a clause only before one of `subordinators`.

    `ordinals`: whether a number with a full stop may be an ordinal ("am 3. Tag"), as in German.
    """
    text = block.text
    tokens: list[Token] = []
    first, clause, last_end = True, 0, 0
    for token in _tokens(text, slug=block.kind == "slug"):
        gap = text[last_end : token.start]
        if tokens:
            if len(tokens) >= _MAX_SENTENCE or (
                gap not in (" ", "-")
                and _ends_sentence(text, tokens, token, gap, ordinals=ordinals)
            ):
                yield Sentence(block, tokens, gap, first, clause + 1)
                tokens, first, clause = [], False, 0
            elif gap != " ":
                kind = _clause_mark(gap, token.word, subordinators)
                if kind:
                    tokens[-1].ends_clause = True
                    clause += kind == "clause"
        token.clause = clause
        tokens.append(token)
        last_end = token.end
    if tokens:
        yield Sentence(block, tokens, text[last_end : last_end + 40], first, clause + 1)


def _clause_mark(gap: str, word: str, subordinators: frozenset[str]) -> str:
    """Return 'clause' when the gap parts clauses, 'pause' when it only parts phrases, or ''."""
    if any(char in _CLAUSE for char in gap) or " -" in gap:
        if gap.strip() in {",", "/"} and word not in subordinators:
            return "pause"
        return "clause"
    return ""


def _ends_sentence(
    text: str, tokens: list[Token], following: Token, gap: str, *, ordinals: bool
) -> bool:
    if not _HARD.isdisjoint(gap):
        return True
    if following.capital and _PICTURE.search(gap):
        return True  # posts part their lines with pictures
    stop = _STOP.search(gap)
    if stop is None:
        return False
    rest = gap[stop.start() :].lstrip(".!?…")
    if not rest:
        return False
    if not rest[:1].isspace() and rest[:1] not in _CLOSERS:
        return False
    if stop.group() in "!?":
        return True
    return _period_ends(text, tokens, following, ordinals=ordinals)


def _period_ends(text: str, tokens: list[Token], following: Token, *, ordinals: bool) -> bool:
    before = tokens[-1]
    raw = text[before.start : before.end].lower()
    measured = len(tokens) > 1 and tokens[-2].word[-1].isdigit()
    starts_upper = following.capital or text[following.start].isdigit()
    if raw in _ALWAYS_ABBREVIATED or (len(raw) == 1 and raw.isalpha()):
        vitamin = len(tokens) > 1 and tokens[-2].word.startswith("vitamin")
        return (measured or vitamin) and starts_upper
    if ordinals and raw.isdigit() and len(raw) <= 2:
        return False
    return starts_upper or raw not in _ABBREVIATIONS


def _tokens(text: str, *, slug: bool) -> Iterator[Token]:
    last_end, number = -2, False
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        joined = start - last_end == 1 and text[last_end] in "-‐‑‒_" and not found["spaced"]
        raw = found.group()
        if start and text[start - 1] == "#" and _CAMEL.search(raw):
            yield from _hashtag(raw, start)
        else:
            word = fold(re.sub(_SPACE, "", raw) if found["spaced"] else raw)
            if (raw in {"Mg", "MG"} and not number) or (slug and word == "mg"):
                word = "magnesium"
            if word:
                yield Token(start, end, word, raw[0].isupper(), joined)
        number = raw[-1].isdigit()
        last_end = end


def _hashtag(raw: str, start: int) -> Iterator[Token]:
    """Words run together in a hashtag, told apart by their capitals."""
    position = 0
    for piece in _CAMEL.split(raw):
        at = start + position
        yield Token(at, at + len(piece), fold(piece), piece[0].isupper(), position > 0)
        position += len(piece)

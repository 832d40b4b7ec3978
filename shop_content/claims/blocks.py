"""Blocks of visible text with an exact map back to the source they were projected from."""

import dataclasses
from bisect import bisect_right
from dataclasses import dataclass

# Ends a sentence inside a block (a line break, an image between words).
BREAK = "\u2028"

# Blocks of these kinds are read as fragments: they may lack verb and subject.
FRAGMENT_KINDS = frozenset(
    {"heading", "title", "item", "cell", "attribute", "label", "slug", "caption", "cta"}
)


@dataclass(frozen=True, slots=True)
class Block:
    """Visible text of one block. `runs` are (text position, source start, source end) triples.

    A run as long in the text as in the source is verbatim; in any other run every character stands
    for the whole source range (an entity).
    """

    field: str
    kind: str
    source: str
    text: str
    runs: tuple[tuple[int, int, int], ...]

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the source range, in code points, of the text range [start, end), end > start."""
        return self._map(start)[0], self._map(end - 1)[1]

    def _map(self, position: int) -> tuple[int, int]:
        index = bisect_right(self.runs, (position, 1 << 62, 0)) - 1
        at, start, end = self.runs[index]
        until = self.runs[index + 1][0] if index + 1 < len(self.runs) else len(self.text)
        if end - start == until - at:
            return start + position - at, start + position - at + 1
        return start, end


@dataclass(slots=True)
class BlockWriter:
    """Collects runs and cuts them into blocks."""

    field: str
    source: str
    blocks: list[Block] = dataclasses.field(default_factory=list)
    _pieces: list[str] = dataclasses.field(default_factory=list)
    _runs: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    _length: int = 0

    @property
    def has_text(self) -> bool:
        """Return whether anything was written since the last block."""
        return bool(self._pieces)

    def verbatim(self, start: int, end: int) -> None:
        """Append source[start:end] as it stands."""
        if end > start:
            self.replaced(self.source[start:end], start, end)

    def replaced(self, text: str, start: int, end: int) -> None:
        """Append `text`, which the reader sees instead of source[start:end]."""
        if text:
            self._runs.append((self._length, start, end))
            self._pieces.append(text)
            self._length += len(text)

    def sentence_break(self, start: int, end: int) -> None:
        """Append a break that stands for source[start:end]."""
        if self._length:
            self.replaced(BREAK, start, end)

    def close(self, kind: str) -> None:
        """End the block; blank ones leave no trace."""
        text = "".join(self._pieces)
        if text and not text.isspace():
            self.blocks.append(Block(self.field, kind, self.source, text, tuple(self._runs)))
        self._pieces, self._runs, self._length = [], [], 0

    def aside(self, text: str, start: int, end: int, kind: str) -> None:
        """Add a block beside the running one (an attribute), replaced or verbatim."""
        if text and not text.isspace():
            self.blocks.append(Block(self.field, kind, self.source, text, ((0, start, end),)))

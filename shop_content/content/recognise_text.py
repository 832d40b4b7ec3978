"""Plain text -> rows: paragraphs of one or more lines, list items, rules."""

import html
import re
from dataclasses import dataclass

from shop_content.content.rows import Form, Row, SourceLine

_BULLET = re.compile(r"(?P<mark>[•‣◦▪●·*+\u2013\u2014-])\s+(?P<text>\S.*)")
_NUMBER = re.compile(r"(?P<mark>\d{1,3})[.)]\s+(?P<text>\S.*)")
_RULE = re.compile(r"(?:[-_*=~]\s*){3,}")
_DASHES = "\u2013\u2014"
# Text wrapped by an editor or a mail program; longer lines are whole paragraphs.
_WRAP_WIDTHS = range(40, 121)


@dataclass(frozen=True)
class _Source:
    """A line that is not blank: its `number` (from 1), `indent` in characters, bare `text`.

    `joined`: no blank line stands before it.
    """

    number: int
    indent: int
    text: str
    joined: bool


def read_text(source: str) -> list[Row]:
    """Return the rows of plain text. Lines wrapped at one width are put together again."""
    lines = _lines(source)
    width = max((len(line.text) for line in lines), default=0)
    rows: list[Row] = []
    more: list[list[_Source]] = []
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else None
        after = lines[index + 1] if index + 1 < len(lines) else None
        row = _rule(line) or _item(line, rows, before, after)
        joined = row is None and before is not None and line.joined
        if joined and _continues(line, lines[index - 1], rows[-1], width, is_second=not more[-1]):
            more[-1].append(line)
        else:
            rows.append(row or _row(line, Form.LINE, line.text))
            more.append([])
    for row, further in zip(rows, more, strict=True):
        _extend(row, further)
    return rows


def _lines(source: str) -> list[_Source]:
    lines: list[_Source] = []
    joined = False
    unified = source.replace("\r\n", "\n").replace("\r", "\n")
    for number, line in enumerate(unified.split("\n"), start=1):
        text = " ".join(line.split())
        if text:
            indent = len(line) - len(line.lstrip())
            lines.append(_Source(number, indent, text, joined))
        joined = bool(text)
    return lines


def _row(line: _Source, form: Form, text: str, style: str = "", start: int = 1) -> Row:
    source = SourceLine(line.number, line.number, text)
    escaped = html.escape(text, quote=False)
    return Row((source,), form, text, escaped, style=style, start=start)


def _rule(line: _Source) -> Row | None:
    if not _RULE.fullmatch(line.text):
        return None
    source = SourceLine(line.number, line.number, "")
    return Row((source,), Form.BLOCK, "", "<hr>", used_as="divider")


def _item(
    line: _Source, rows: list[Row], before: _Source | None, after: _Source | None
) -> Row | None:
    bullet = _BULLET.fullmatch(line.text)
    if bullet:
        # One line after a dash may be the author of a quotation; several are a list.
        alone = not any(n is not None and n.text[0] == line.text[0] for n in (before, after))
        if bullet["mark"] in _DASHES and alone:
            return None
        return _row(line, Form.ITEM, bullet["text"], "bullet")
    number = _NUMBER.fullmatch(line.text)
    if number is None:
        return None
    value = int(number["mark"])
    last = rows[-1] if rows else None
    counting = last is not None and last.style == "number" and last.start == value - 1
    # "3. Mai …" is no item: a list begins with 1 and goes on by one. "1. Title" with a blank
    # line on both sides and no "2." next is a heading.
    follows = after is not None and _NUMBER.fullmatch(after.text) is not None
    if counting or (value == 1 and (follows or line.joined)):
        return _row(line, Form.ITEM, number["text"], "number", value)
    return None


def _continues(line: _Source, before: _Source, row: Row, width: int, *, is_second: bool) -> bool:
    """Whether a sentence goes on here, or the line before was full: the next word did not fit."""
    if row.form is Form.ITEM:
        return line.indent > before.indent or (not is_second and line.indent == before.indent)
    if row.form is not Form.LINE or width not in _WRAP_WIDTHS:
        return False
    if line.text[0].islower() and before.text[-1] not in ".!?:;":
        return True
    return len(before.text) + 1 + len(line.text.split(" ", 1)[0]) > width


def _extend(row: Row, further: list[_Source]) -> None:
    texts = [line.text for line in further]
    row.lines += tuple(SourceLine(line.number, line.number, line.text) for line in further)
    row.text = " ".join([row.text, *texts])
    row.html = html.escape(row.text, quote=False) if further else row.html

"""Short texts cut from long ones."""

import re

from shop_content.content.tree import SPACE

_ELLIPSIS = "…"
# Not after a number or a single letter: "am 3. Mai", "e. V." go on.
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s|(?<=[^\W\d_]{2}[.!?][\"“”»«)])\s")


def teaser(text: str, limit: int = 200) -> str:
    """Return the beginning of plain `text`, at most `limit` characters (code points).

    Whole sentences when they fill at least half of the limit, else whole words and "…"; a single
    word longer than the limit is cut. Raises `ValueError` for a limit below 1.
    """
    if limit < 1:
        raise ValueError(limit)
    text = SPACE.sub(" ", text).strip()
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _SENTENCE_END.finditer(text[: limit + 1])]
    if ends and ends[-1] * 2 >= limit:
        return text[: ends[-1]]
    room = limit - len(_ELLIPSIS)
    space = text.rfind(" ", 0, room + 1)
    return text[: space if space > 0 else room].rstrip(" ,;:\u2013-") + _ELLIPSIS

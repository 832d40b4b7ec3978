"""What editors and shop systems write around and between the paragraphs of an article.

German and English together: a text is recognised the same in every locale.
"""

import re

_SPACE_OR_SIGN = re.compile(r"[\W_]+")
_TOC = frozenset({"inhaltsverzeichnis", "inhalt", "table of contents", "contents"})
_RELATED = frozenset(
    {
        *("weiterlesen", "mehr lesen", "ähnliche artikel", "ähnliche beiträge"),
        *("das könnte dich auch interessieren", "das könnte sie auch interessieren"),
        *("read on", "read more", "keep reading", "related articles", "related posts"),
        *("you may also like", "you might also like"),
    }
)
_COMMENTS = frozenset(
    {
        *("hinterlasse einen kommentar", "hinterlassen sie einen kommentar"),
        *("schreibe einen kommentar", "schreiben sie einen kommentar", "kommentar schreiben"),
        *("kommentar hinterlassen", "kommentar verfassen", "kommentare"),
        *("leave a comment", "leave a reply", "post a comment", "write a comment", "comments"),
    }
)
_CONCLUSION = re.compile(
    r"(?:fazit|zusammenfassung|schlusswort|faq|häufige fragen|conclusion|summary|takeaway)\b",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(r"\b(?:re|h)?captcha\b", re.IGNORECASE)
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
_SITE = re.compile(r"\b(?:web)?(?:site|seite|shop)\b|\bbrowser\b|\bconsent\b", re.IGNORECASE)
_BYLINE = re.compile(
    r"(?:(?:von|by)\s+(?:\S+\s+){0,3}\S+|"
    r"(?:(?:am|on|posted on|veröffentlicht am)\s+)?(?:\d{1,2}\.?\s+\w+\s+\d{4}|"
    r"\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]+ \d{1,2}, \d{4}))\.?",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"\d{1,2}(?:\.\d{1,2})*[.)]?\s+")
_SENTENCE_BREAK = re.compile(r"[.!?…][\"“”»«)]*\s+[\"„“»«(]*[A-ZÄÖÜ0-9]")
_SENTENCE_END = re.compile(r"[.!?][\"“”»«)]*\Z")
_AUTHORITY = re.compile(
    r"\b(?:Robert[ -]Koch-Institut|RKI|Deutschen? Gesellschaft für Ernährung|DGE|"
    r"Bundesinstituts? für Risikobewertung|BfR|Bundesamt(?:e?s)? für [A-ZÄÖÜ]\w+|BVL|"
    r"Gesellschaft für [A-ZÄÖÜ]\w+|Stiftung Warentest|Verbraucherzentrale|"
    r"European Food Safety Authority|EFSA|World Health Organi[sz]ation|"
    r"Weltgesundheitsorganisation|WHO|National Institutes of Health|NIH|"
    r"Food and Drug Administration|FDA|NHS|Cochrane)"
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_CLAUSES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ])")

MAX_HEADING_LENGTH = 90
MAX_HEADING_WORDS = 12
MAX_STATEMENT_LENGTH = 80
MAX_STATEMENT_WORDS = 10


def normal(text: str) -> str:
    """`text` for comparing: case folded, words only."""
    return _SPACE_OR_SIGN.sub(" ", text.casefold()).strip()


def is_toc(text: str) -> bool:
    """The title of a table of contents."""
    return normal(text) in _TOC


def is_related(text: str) -> bool:
    """The title of a list of further articles."""
    return normal(text) in _RELATED


def is_comments(text: str) -> bool:
    """The title of a comment form."""
    return normal(text) in _COMMENTS


def boilerplate(text: str) -> str:
    """ "captcha" or "cookies" for a notice a shop system adds to its pages, else ""."""
    if len(text) > MAX_HEADING_LENGTH * 4:
        return ""
    if _CAPTCHA.search(text):
        return "captcha"
    return "cookies" if _COOKIES.search(text) and _SITE.search(text) else ""


def is_byline(text: str) -> bool:
    """A line that says who wrote an article or when."""
    return len(text) <= MAX_HEADING_LENGTH and _BYLINE.fullmatch(text) is not None


def is_conclusion(text: str) -> bool:
    """A heading that opens the end of an article, whatever came before."""
    return _CONCLUSION.match(text) is not None


def is_question(text: str) -> bool:
    """Whether `text` ends by asking."""
    return text.endswith("?")


def is_heading_form(text: str) -> bool:
    """Whether a line standing alone looks like a heading: short, and no statement.

    At most 90 characters and 12 words, begins like a sentence, ends in a word or "?"; a number
    may stand before it.
    """
    text = _NUMBERING.sub("", text, count=1) if _NUMBERING.match(text) else text
    return (
        0 < len(text) <= MAX_HEADING_LENGTH
        and len(text.split()) <= MAX_HEADING_WORDS
        and (text[-1].isalnum() or text[-1] in "?)\"“”»«%'")
        and not _SENTENCE_BREAK.search(text)
        and not (is_sentence(text) and not is_question(text))
        and not text.lstrip('"„“»«(')[:1].islower()
        and any(character.isalpha() for character in text)
    )


def is_sentence(text: str) -> bool:
    """Whether `text` is one whole sentence."""
    return _SENTENCE_END.search(text) is not None and not _SENTENCE_BREAK.search(text)


def is_statement_form(text: str) -> bool:
    """Whether a line standing alone looks pulled out of the text to be remembered.

    One sentence of at most 80 characters and 10 words, without figures: a sentence with figures
    reports something, and needs its neighbours to be understood.
    """
    return (
        len(text) <= MAX_STATEMENT_LENGTH
        and 2 < len(text.split()) <= MAX_STATEMENT_WORDS
        and is_sentence(text)
        and not any(character.isdigit() for character in text)
    )


def shares_subject(heading: str, title: str) -> bool:
    """Whether a heading names what the title names: a word of 5 letters or more, or its stem."""
    words = [word for word in normal(heading).split() if len(word) >= 5]
    subjects = [word for word in normal(title).split() if len(word) >= 5]
    return any(word[:6] == subject[:6] for word in words for subject in subjects)


def citation_candidates(text: str) -> list[str]:
    """Authorities `text` names, with the year of the same sentence when there is one."""
    found: dict[str, None] = {}
    for sentence in _CLAUSES.split(text):
        year = _YEAR.search(sentence)
        for match in _AUTHORITY.finditer(sentence):
            found[f"{match.group()} {year.group()}" if year else match.group()] = None
    return list(found)

"""What each row of a source is: title, heading, statement, call to action, or not part of it.

The rules run in the order of `assign`; the first that decides about a row wins. Rules about
`Form.LINE` infer from the form of a line what its source cannot say; the others hold for text,
Markdown and HTML alike.
"""

from collections.abc import Sequence

from shop_content.content import wording
from shop_content.content.product_names import ProductNames, is_shouted
from shop_content.content.recognised import Remark
from shop_content.content.rows import Form, Row

MAX_TITLE_LENGTH = 120
_LEVELS = range(2, 5)
_MAX_STATEMENTS_IN_A_ROW = 2


def assign(rows: Sequence[Row], products: ProductNames) -> str:
    """Decide about every row, in place; return the title ("" when the source shows none)."""
    _leave_out_furniture(rows)
    title = _take_titles(rows)
    _leave_out_bylines(rows)
    _take_repeated_title(rows, title)
    _take_calls_to_action(rows, products)
    _take_headings(rows)
    _infer_levels(rows, title)
    _take_statements(rows)
    for row in _open(rows):
        row.used_as = "list" if row.form is Form.ITEM else "paragraph"
    for row in rows:
        if row.used_as:
            row.remarks += [
                Remark("citation_candidate", found)
                for found in wording.citation_candidates(row.text)
            ]
    return title


def _open(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.is_open]


def _leave_out_furniture(rows: Sequence[Row]) -> None:
    """What the shop system makes around an article: it makes it again, in every locale."""
    for row in rows:
        if row.is_open and row.form is not Form.PAGE_TITLE:
            row.left_out = wording.boilerplate(row.text)
    _leave_out_comments(rows)
    _leave_out_related(rows)
    _leave_out_toc(rows)


def _leave_out_comments(rows: Sequence[Row]) -> None:
    """The comment form, and whatever follows it when it stands in the second half."""
    for index, row in enumerate(rows):
        if row.is_open and wording.is_comments(row.text):
            following = rows[index:] if index * 2 >= len(rows) else [row]
            for each in following:
                if not each.left_out:
                    each.used_as, each.left_out = "", "comments"
            if len(following) > 1:
                return


def _leave_out_related(rows: Sequence[Row]) -> None:
    """ "Read on", and the titles under it when nothing else follows to the end."""
    tail: list[Row] = []
    for row in reversed(_open(rows)):
        if wording.is_related(row.text):
            for each in [row, *tail]:
                each.left_out = "related"
            return
        if not wording.is_heading_form(row.text):
            break
        tail.append(row)
    for row in _open(rows):
        if wording.is_related(row.text):
            row.left_out = "related"


def _leave_out_toc(rows: Sequence[Row]) -> None:
    """The title of a table of contents, and the entries under it that come again as headings."""
    last_seen = {wording.normal(row.text): index for index, row in enumerate(rows)}
    last_seen.pop("", None)
    in_toc = False
    for index, row in enumerate(rows):
        if not row.is_open:
            continue
        if wording.is_toc(row.text) and row.form is not Form.PAGE_TITLE:
            row.left_out, in_toc = "table_of_contents", True
        elif in_toc and last_seen.get(wording.normal(row.text), 0) > index:
            row.left_out = "table_of_contents"
        else:
            in_toc = False


def _take_titles(rows: Sequence[Row]) -> str:
    """The page title and the title; they may be the same row."""
    page = next((row for row in _open(rows) if row.form is Form.PAGE_TITLE), None)
    if page is not None:
        page.used_as = "seo_title"
    waiting = _open(rows)
    title = next((row for row in waiting if row.form is Form.HEADING and row.level == 1), None)
    if title is None and page is None and waiting:
        title = waiting[0] if _looks_like_title(waiting[0]) else None
        if title is not None and len(waiting) > 1 and _same_title(title, waiting[1]):
            title.used_as = "seo_title"
            title = waiting[1]
    if title is not None:
        title.used_as = "title"
        return title.text
    return page.text if page is not None else ""


def _looks_like_title(row: Row) -> bool:
    if row.form is Form.HEADING:
        return True
    text = row.text
    plain = row.form is Form.LINE and len(text) <= MAX_TITLE_LENGTH
    return plain and (text[-1] in "?!" or not wording.is_sentence(text)) and text[-1] not in ":,;"


def _same_title(first: Row, second: Row) -> bool:
    """The page title is the title again, or the title and the name of the shop after a sign."""
    page, title = wording.normal(first.text), wording.normal(second.text)
    if second.form not in {Form.LINE, Form.HEADING} or not title:
        return False
    rest = first.text[len(second.text) :].lstrip()
    return page == title or (
        first.text.startswith(second.text) and rest[:1] in set("|-\u2013\u2014·")
    )


def _leave_out_bylines(rows: Sequence[Row]) -> None:
    """Author and date under the title: the article has fields for them."""
    for row in _open(rows):
        if row.form not in {Form.LINE, Form.PARAGRAPH} or not wording.is_byline(row.text):
            return
        row.left_out = "byline"


def _take_repeated_title(rows: Sequence[Row], title: str) -> None:
    """One repeat of the title that text follows is a heading; the others are left out.

    Copied pages show the title again where images had it as their alternative text.
    """
    waiting = _open(rows)
    wanted = wording.normal(title)
    repeats = {i for i, row in enumerate(waiting) if wanted and _is_repeat(row, wanted)}
    chosen = min((i for i in repeats if _opens_section(waiting, i, repeats)), default=-1)
    for index in repeats:
        row = waiting[index]
        if index == chosen:
            row.used_as = f"h{_level(row)}"
            row.remarks.append(Remark("repeats_title"))
        else:
            row.left_out = "title_repeat"


def _is_repeat(row: Row, wanted: str) -> bool:
    forms = {Form.LINE, Form.HEADING, Form.PARAGRAPH}
    return row.form in forms and wording.normal(row.text) == wanted


def _opens_section(rows: Sequence[Row], index: int, repeats: set[int]) -> bool:
    if rows[index].form is Form.PARAGRAPH or index + 1 in repeats or index + 1 == len(rows):
        return False
    return not _looks_like_heading(rows[index + 1])


def _level(row: Row) -> int:
    return min(max(row.level, _LEVELS[0]), _LEVELS[-1])


def _take_calls_to_action(rows: Sequence[Row], products: ProductNames) -> None:
    for row in _open(rows):
        if row.form not in {Form.LINE, Form.PARAGRAPH}:
            continue
        sku = row.sku or _named(row, products)
        if sku:
            row.sku, row.used_as = sku, "product_cta"
            row.remarks.append(Remark("product", sku))
        elif is_shouted(row.text) and _is_short(row) and not wording.is_conclusion(row.text):
            row.used_as = "paragraph"
            row.remarks.append(Remark("possible_product_cta"))


def _named(row: Row, products: ProductNames) -> str:
    """A sentence or a question about a product is no call to action."""
    if not _is_short(row) or wording.is_question(row.text) or row.text[-1] in ".:":
        return ""
    return products.in_line(row.text)


def _is_short(row: Row) -> bool:
    return len(row.text) <= wording.MAX_HEADING_LENGTH


def _take_headings(rows: Sequence[Row]) -> None:
    """Explicit headings, and lines that have the form of one and text after them.

    A question is a heading only when no heading follows: else it leads over to that.
    """
    waiting = [
        row for row in rows if not row.left_out and row.used_as not in {"title", "seo_title"}
    ]
    for index, row in enumerate(waiting):
        if row.is_open and row.form is Form.HEADING:
            row.used_as = f"h{_level(row)}"
        elif row.is_open and index + 1 < len(waiting) and _opens_text(row, waiting[index + 1]):
            row.used_as = "h2"


def _opens_text(row: Row, following: Row) -> bool:
    alone = row.form is Form.LINE and len(row.lines) == 1
    if not alone or not wording.is_heading_form(row.text):
        return False
    before_heading = following.used_as.startswith("h") or (
        following.is_open and _looks_like_heading(following)
    )
    return not (wording.is_question(row.text) and before_heading)


def _looks_like_heading(row: Row) -> bool:
    is_line = row.form is Form.LINE and wording.is_heading_form(row.text)
    return is_line or row.form is Form.HEADING


def _infer_levels(rows: Sequence[Row], title: str) -> None:
    """Levels of headings of plain text, which shows none.

    All are h2, with one exception. A section under a repeat of the title is the article's core;
    the headings after it that do not name the article's subject ("Relaxing the dough" in an
    article on sourdough) are its aspects, h3, until one names the subject again or concludes.
    """
    in_core = False
    for row in rows:
        if row.form is not Form.LINE or row.used_as != "h2":
            continue
        if any(remark.code == "repeats_title" for remark in row.remarks):
            in_core = True
        elif in_core and not (
            wording.shares_subject(row.text, title) or wording.is_conclusion(row.text)
        ):
            row.used_as = "h3"
            row.remarks.append(Remark("level_inferred"))
        else:
            in_core = False


def _take_statements(rows: Sequence[Row]) -> None:
    """Single short sentences between paragraphs; three and more in a row are just short ones."""
    run: list[Row] = []
    for row in [*(row for row in rows if not row.left_out), None]:
        if row is not None and _is_statement(row):
            run.append(row)
            continue
        if len(run) <= _MAX_STATEMENTS_IN_A_ROW:
            for each in run:
                each.used_as = "statement"
        run = []


def _is_statement(row: Row) -> bool:
    alone = row.is_open and row.form is Form.LINE and len(row.lines) == 1
    return alone and wording.is_statement_form(row.text)

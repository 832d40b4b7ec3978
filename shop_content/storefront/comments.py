"""The comment form of an article page: no cookie, no script, no foreign host.

The page is the same for everybody and may be cached, so it carries no CSRF token: there is no
session a forged request could use. What keeps programs out is a field people do not see and a
signed time: a form is good for a day, and not in the first seconds.
"""

from dataclasses import dataclass, field

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from shop_content.models import Article, Comment
from shop_content.models.comment import NAME_LENGTH, TEXT_LENGTH
from shop_content.workflow.comment import comment
from shop_content.workflow.errors import Invalid

SALT = "comment"
FASTEST_SECONDS = 3
LONGEST_SECONDS = 24 * 3600
TRAP = "website"


@dataclass
class CommentForm:
    """What the page shows: typed text, what is wrong with it, and the token."""

    token: str
    name: str = ""
    text: str = ""
    consent: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    name_length: int = NAME_LENGTH
    text_length: int = TEXT_LENGTH


def fresh_form(article: Article, locale: str) -> CommentForm:
    """Return the empty form of a text."""
    return CommentForm(signing.dumps([str(article.uuid), locale], salt=SALT))


def typed_form(request: HttpRequest, article: Article, locale: str) -> CommentForm:
    """Return the form as it was sent."""
    form = fresh_form(article, locale)
    form.name = request.POST.get("name", "")
    form.text = request.POST.get("text", "")
    form.consent = request.POST.get("consent") == "yes"
    return form


def refused(request: HttpRequest, article: Article, locale: str) -> CommentForm:
    """Return the form of somebody who has written too much lately."""
    form = typed_form(request, article, locale)
    form.errors["form"] = _("Too many comments from here. Please try again in a minute.")
    return form


def take(request: HttpRequest, article: Article, locale: str) -> CommentForm | Comment:
    """Return the stored comment, or the form with what is wrong."""
    form = typed_form(request, article, locale)
    if not form.consent:
        form.errors["consent"] = _("Please agree, or we may not keep your comment.")
    if request.POST.get(TRAP) or not _in_time(request.POST.get("token", ""), article, locale):
        form.errors["form"] = _("Please send the form once more.")
    if form.errors:
        return form
    try:
        return comment(article, locale=locale, name=form.name, text=form.text)
    except Invalid as error:
        form.errors[error.field or "form"] = str(error)
        return form


def _in_time(token: str, article: Article, locale: str) -> bool:
    try:
        told = signing.loads(token, salt=SALT, max_age=LONGEST_SECONDS)
    except signing.BadSignature:
        return False
    return told == [str(article.uuid), locale] and not _is_fresh(token)


def _is_fresh(token: str) -> bool:
    try:
        signing.loads(token, salt=SALT, max_age=FASTEST_SECONDS)
    except signing.SignatureExpired:
        return False
    return True

"""Why a step of the flow is refused. Each error has a machine-readable `code` and a text.

WorkflowError
├── Invalid         the text cannot be submitted as it is (a field is missing or malformed)
│   └── Full        there is no room for it now
├── NotAllowed      the person lacks the right, or is an author of the text
├── StaleDraft      somebody else saved meanwhile
├── NoRulebook      no rulebook version is active, or it does not know the locale
├── NotChecked      the check is not finished, has failed, or is not of the active rulebook
├── NeedsDecision   there are findings and nobody has approved them
├── ImagesNotReady  an image the text shows is not encoded yet
├── Superseded      the revision, rulebook or decision shown is no longer the current one
└── AddressTaken    another article or product has, or had, this slug
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shop_content import content

REASON_LENGTH = 5_000


class WorkflowError(Exception):
    """A refused step. `code` names the reason; `str()` explains it to a person."""

    code = "refused"

    def __init__(self, message: str | Promise, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field

    def __str__(self) -> str:
        return str(self.args[0])


class Invalid(WorkflowError):
    """The text cannot be submitted as it is; `field` names the place."""

    code = "invalid"


class Full(Invalid):
    """There is no room now; later there may be."""

    code = "full"


def given_reason(text: str, missing: str) -> str:
    """Return a typed reason without its margins.

    Raises Invalid with the text `missing` when there is none, when it is too long, and for what
    cannot be stored (NUL) or would make the audit trail read otherwise than it is (bidi controls).
    """
    if not text.strip():
        raise Invalid(missing, field="reason")
    if len(text) > REASON_LENGTH:
        raise Invalid(
            _("The reason is too long: %(length)s characters, %(limit)s are possible.")
            % {"length": len(text), "limit": REASON_LENGTH},
            field="reason",
        )
    try:
        content.refuse_hidden(text, references=False)
    except content.HiddenCharacters as error:
        raise Invalid(
            _("The reason holds a character nobody would see: %(what)s") % {"what": error},
            field="reason",
        ) from error
    return text.strip()


class NotAllowed(WorkflowError):
    """The person may not do this."""

    code = "not_allowed"


class StaleDraft(WorkflowError):
    """The save was based on an older draft."""

    code = "stale_draft"


class NoRulebook(WorkflowError):
    """There is nothing to check against."""

    code = "no_rulebook"


class NotChecked(WorkflowError):
    """There is no finished check of this text under the active rulebook."""

    code = "not_checked"


class NeedsDecision(WorkflowError):
    """The findings of this text were not accepted by a reviewer."""

    code = "needs_decision"


class ImagesNotReady(WorkflowError):
    """An image of this text has no files yet."""

    code = "images_not_ready"


class Superseded(WorkflowError):
    """What the person saw is no longer the newest."""

    code = "superseded"


class AddressTaken(WorkflowError):
    """The slug belongs to something else."""

    code = "address_taken"

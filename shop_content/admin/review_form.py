"""What a reviewer typed: a reason for the decision and one for each finding that is accepted."""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext

from shop_content.models import CheckRun
from shop_content.models.states import Outcome, Severity
from shop_content.workflow.errors import Invalid


@dataclass
class DecisionForm:
    """Typed texts, kept over every refusal. `reasons`: by position of the finding."""

    run: CheckRun
    reason: str = ""
    outcome: str = ""
    reasons: dict[int, str] = field(default_factory=dict)
    for_all: bool = False
    seen: int | None = None
    error: str = ""

    @classmethod
    def empty(cls, run: CheckRun) -> "DecisionForm":
        """Return a form nobody has typed into."""
        return cls(run)

    @classmethod
    def of(cls, post: QueryDict, run: CheckRun) -> "DecisionForm":
        """Read what was sent."""
        positions = run.findings.exclude(severity=Severity.INFO).values_list("position", flat=True)
        seen = post.get("seen", "")
        return cls(
            run,
            reason=post.get("reason", ""),
            outcome=post.get("outcome", ""),
            reasons={number: post.get(f"reason-{number}", "") for number in positions},
            for_all=bool(post.get("for_all")),
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else None,
        )

    def chosen(self) -> Outcome:
        """Return the decision. Raise Invalid when it is none."""
        if self.outcome not in Outcome.values:
            raise Invalid(gettext("Choose a decision."))
        return Outcome(self.outcome)

    def whole_reason(self) -> str:
        """Return the reason with those of the findings.

        An approval accepts every finding to decide on: each needs a reason of its own, or the
        reviewer's word that the reason of the decision holds for it. Raise Invalid otherwise.
        """
        given = {number: text.strip() for number, text in self.reasons.items() if text.strip()}
        missing = [str(number) for number in sorted(self.reasons) if number not in given]
        if self.outcome == Outcome.APPROVED and missing and not self.for_all:
            raise Invalid(
                gettext(
                    "No reason is given for accepting finding %(numbers)s. Give one, or tick that "
                    "the reason of the decision holds for the others."
                )
                % {"numbers": ", ".join(missing)}
            )
        if not self.reason.strip():
            return ""  # refused by the workflow
        rules = dict(self.run.findings.values_list("position", "rule"))
        lines = [f"[{number} {rules[number]}] {text}" for number, text in sorted(given.items())]
        return "\n".join([self.reason, *lines])

"""What a change of the rulebook cannot touch: the checks whose result counts under both versions.

Everything is a candidate that is not proven untouched: a text that the retiring version has not
finished, whose ids are not those of the check that counts, or that is live with a block.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from shop_content import claims
from shop_content.models import (
    CheckRun,
    Finding,
    Release,
    Revision,
    Roots,
    RulebookVersion,
    Schedule,
    Word,
)
from shop_content.models.states import CheckState, Severity, Verdict

# The check that was made: the row itself, or the one it was carried from.
JUDGED = Coalesce("carried_from", F("pk"))


def missing(rulebook: RulebookVersion) -> QuerySet[Revision]:
    """Return the revisions that matter (live, planned, or newest of their text) and lack a run."""
    newer = Revision.objects.filter(
        article=OuterRef("article"), locale=OuterRef("locale"), number__gt=OuterRef("number")
    )
    newer_of_product = Revision.objects.filter(
        product=OuterRef("product"), locale=OuterRef("locale"), number__gt=OuterRef("number")
    )
    live = Release.objects.live().filter(revision=OuterRef("pk"))
    planned = Schedule.objects.waiting().filter(revision=OuterRef("pk"))
    run = CheckRun.objects.filter(
        revision=OuterRef("pk"), rulebook=rulebook, engine=claims.ENGINE_VERSION
    )
    return Revision.objects.filter(
        ~Exists(run),
        Exists(live) | Exists(planned) | (~Exists(newer) & ~Exists(newer_of_product)),
    )


@dataclass(frozen=True)
class Untouched:
    """The finished checks to carry over: ids of check and revision. And how many texts are left.

    `everything`: by language, why no text of it could be left out.
    """

    runs: Mapping[int, int]
    candidates: int
    everything: dict[str, str] = field(default_factory=dict)


def untouched(
    before: RulebookVersion,
    after: RulebookVersion,
    checker_of: Callable[[int], claims.Checker],
) -> Untouched:
    """Return what `after`, following `before`, cannot judge otherwise.

    `checker_of`: the checker of a version by its id, asked only when anything might be left out.
    """
    runs: dict[int, int] = {}
    everything = {}
    locales = Revision.objects.order_by("locale").values_list("locale", flat=True).distinct()
    for code in sorted({locale.split("-")[0] for locale in locales}):
        # Who may be left out is settled before the words are looked up: what is checked meanwhile
        # may bring words that were not among them.
        settled = list(_settled(before, after, code).values_list("pk", flat=True))
        if not settled:
            continue
        change = claims.Change(checker_of(before.pk), checker_of(after.pk), code)
        found = change.candidates(words_with(code.lower(), change.stems))
        if found.everything:
            everything[code] = found.everything
            continue
        touched = set(touching(found).values_list("check_run", flat=True))
        # A late result of an older version may have written other ids since.
        rows = CheckRun.objects.filter(pk__in=settled, revision__roots__check_run=JUDGED)
        judged = rows.annotate(judged=JUDGED).values_list("pk", "revision", "judged")
        runs |= {pk: revision for pk, revision, made in list(judged) if made not in touched}
    return Untouched(runs, missing(after).count() - len(runs), everything)


def _settled(before: RulebookVersion, after: RulebookVersion, language: str) -> QuerySet[CheckRun]:
    """Return the finished checks under `before` whose ids are known, of texts `after` lacks."""
    live = Release.objects.live().filter(revision=OuterRef("revision"))
    return CheckRun.objects.filter(
        Q(revision__locale=language) | Q(revision__locale__startswith=f"{language}-"),
        # A live text with a block is for the new version's policy.
        ~(Q(verdict=Verdict.BLOCKED) & Exists(live)),
        rulebook=before,
        engine=claims.ENGINE_VERSION,
        state=CheckState.DONE,
        revision__in=missing(after),
        revision__roots__check_run=JUDGED,
    )


def words_with(language: str, stems: Iterable[str]) -> list[str]:
    """Return the words of all texts of a language that contain one of the stems."""
    pattern = "|".join(re.escape(stem) for stem in sorted(stems))
    if not pattern:
        return []
    words = Word.objects.filter(language=language, text__regex=pattern)
    return list(words.values_list("text", flat=True))


def touching(candidates: claims.Candidates) -> QuerySet[Roots]:
    """Return the roots of the texts that meet a clause or had one of the findings."""
    found: Q = reduce(or_, (_clause(clause) for clause in candidates.clauses), Q(pk__in=[]))
    if candidates.rules or candidates.categories or candidates.lowered:
        of_check = Finding.objects.filter(check_run=OuterRef("check_run"))
        said = Q(rule__in=candidates.rules) | Q(category__in=candidates.categories)
        said |= Q(rule__in=candidates.lowered, severity=Severity.INFO)
        found |= Q(Exists(of_check.filter(said)))
    return Roots.objects.filter(found)


def _clause(clause: claims.Clause) -> Q:
    return Q(*(Q(ids__overlap=sorted(needed)) for needed in clause.needs))

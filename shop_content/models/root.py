"""What changed rules find their candidates by: the words of all texts, and the ids in each text.

`Word` is append-only: a word that is missing would hide the texts that have it. `Roots` is what a
check wrote down of its revision; it counts only as long as that check is the one that counts.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from shop_content.models.check_run import CheckRun
from shop_content.models.revision import Revision

# Longer words mean nothing to any rulebook: `claims.LONGEST_WORD`.
WORD_LENGTH = 48


class Word(models.Model):
    """A folded word that stands in some text of a language."""

    language = models.CharField(max_length=8)
    text = models.CharField(max_length=WORD_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "text"], name="word_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.text}"


class Roots(models.Model):
    """The ids (`claims.roots`) in one revision, as read by one check of it."""

    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, primary_key=True, related_name="roots"
    )
    # Not indexed: a row is found by its revision, and rewriting this alone costs no index entry.
    check_run = models.ForeignKey(
        CheckRun, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    ids = ArrayField(models.IntegerField())

    class Meta:
        indexes = [GinIndex(fields=["ids"], name="roots_ids")]

    def __str__(self) -> str:
        return f"{self.revision_id}: {len(self.ids)}"

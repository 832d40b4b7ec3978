"""What released texts are searched by. A row lives exactly as long as its release is live."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from shop_content.models.release import Release


class SearchEntry(models.Model):
    """The words of a live release, in its language's configuration (migration: triggers)."""

    release = models.OneToOneField(Release, on_delete=models.PROTECT, primary_key=True)
    words = SearchVectorField()

    class Meta:
        default_permissions = ()
        indexes = [GinIndex(fields=["words"], name="search_words")]

    def __str__(self) -> str:
        return str(self.pk)

"""How much each client may still write: shared by all processes, forgotten when it is whole."""

from django.db import models


class Allowance(models.Model):
    """`client`: a keyed hash, never an address. `whole_at`: when nothing is spent any more."""

    client = models.CharField(max_length=64, primary_key=True)
    whole_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client[:8]} {self.whole_at:%H:%M:%S}"

"""The tables of records; rows are added, never changed."""

from django.db import models


class Batch(models.Model):
    """One immutable file of facts or allocations; its id is the commit sequence that `as_of` speaks of."""

    kind = models.CharField(max_length=16)
    simulated = models.BooleanField()
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    author = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        """Oldest first: the order of knowing."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

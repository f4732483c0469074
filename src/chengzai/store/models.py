"""The tables of records; rows are added, never changed."""

from django.db import models


class Batch(models.Model):
    """One immutable file; `entry` is its place in the journal, which `as_of` speaks of.

    `kind` is `facts`, `allocation`, or `city`: the facts of a whole simulated city, which replaces those before it.
    """

    kind = models.CharField(max_length=16)
    simulated = models.BooleanField()
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    author = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    entry = models.BigIntegerField(default=0)

    class Meta:
        """Oldest first: the order of knowing."""

        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Entry(models.Model):
    """One act in the journal, chained to the one before by its hash; the database refuses to change or delete it."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    act = models.CharField(max_length=16)
    topic = models.CharField(max_length=80)
    unit = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=16, blank=True)
    simulated = models.BooleanField()
    payload = models.TextField()
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Oldest first, found by sheet."""

        ordering = ("sequence",)
        indexes = (
            models.Index(fields=["topic", "unit", "period"], name="entry_sheet"),
            models.Index(fields=["period", "unit"], name="entry_period"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.act} {self.topic}"


class Draft(models.Model):
    """One line being typed, before it is handed in: a workspace, no record; `version` finds conflicting edits."""

    topic = models.CharField(max_length=80)
    unit = models.CharField(max_length=40)
    period = models.CharField(max_length=16, blank=True)
    line = models.CharField(max_length=80)
    simulated = models.BooleanField()
    content = models.TextField()
    version = models.PositiveIntegerField()
    author = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    at = models.CharField(max_length=40)

    class Meta:
        """One working copy of each line."""

        constraints = (
            models.UniqueConstraint(
                fields=["topic", "unit", "period", "line", "simulated"], name="one_draft_of_each_line"
            ),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.line} v{self.version}"


class Evidence(models.Model):
    """One file handed in beside a line; the bytes lie in the data folder under their hash."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    topic = models.CharField(max_length=80)
    unit = models.CharField(max_length=40)
    period = models.CharField(max_length=16, blank=True)
    author = models.CharField(max_length=80)
    at = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name

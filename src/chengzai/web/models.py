"""The door's own tables: who may sign in, and what was granted to them."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from chengzai.kernel import ROLES, Actor
from chengzai.kernel import Grant as GrantRecord


class Account(AbstractUser):
    """One person who signs in; `seen` is the place in the journal up to which they have looked.

    An account of a `rehearsal` signs in among simulated data alone.
    """

    person = models.CharField(max_length=80)
    phone = models.CharField(max_length=40, blank=True)
    must_change = models.BooleanField(default=False)
    seen = models.BigIntegerField(default=0)
    rehearsal = models.BooleanField(default=False)
    first_name = None  # type: ignore[assignment]  # a Chinese name is one name
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = ()  # type: ignore[assignment]

    class Meta:
        """By sign-in name."""

        ordering = ("username",)

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """Return the person's name."""
        return self.person

    @property
    def actor(self) -> Actor:
        """The person as the records know them."""
        grants = tuple(
            GrantRecord(grant.role, grant.unit, tuple(filter(None, grant.elements.split(","))))
            for grant in self.grants.all()
        )
        return Actor(self.username, self.person or self.username, grants)


class Grant(models.Model):
    """One role over one unit; `elements` narrows it to patterns of codes, parted by commas."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    unit = models.CharField(max_length=40)
    elements = models.CharField(max_length=400, blank=True)

    class Meta:
        """Each grant once."""

        constraints = (models.UniqueConstraint(fields=["account", "role", "unit", "elements"], name="each_grant_once"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.account} {self.role} {self.unit}"

"""The rehearsal's accounts, one or more for each role, known to everybody: they open nothing but simulated data."""

from django.db import transaction

from chengzai.cycle import Office, rehearsal_people
from chengzai.kernel import Actor
from chengzai.web._people import make_account
from chengzai.web.models import Account

PASSWORD = "yanlian-chengzai"  # noqa: S105 -- public by intention, and refused where real figures are kept


def make_rehearsal_accounts(office: Office) -> int:
    """Make the rehearsal's accounts where they do not exist yet, and return how many were made."""
    made = 0
    by = Actor("rehearsal", "演练")
    for username, person, grants in rehearsal_people(office):
        if not Account.objects.filter(username=username).exists():
            with transaction.atomic():
                make_account(office, by, username, person, grants, password=PASSWORD)
                Account.objects.filter(username=username).update(rehearsal=True)
            made += 1
    return made


def rehearsal_accounts() -> list[tuple[str, str]]:
    """Return the names of the rehearsal's accounts with what they stand for."""
    return [(a.username, a.person) for a in Account.objects.filter(rehearsal=True, is_active=True).order_by("id")]

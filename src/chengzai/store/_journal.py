"""The journal: every act of every person, only ever added to, each chained to the one before by its hash."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chengzai.collect import Act, Sheet

GENESIS = "0" * 64
_FIELDS = ("sequence", "at", "actor", "name", "act", "topic", "unit", "period", "simulated", "payload", "previous")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of the chain found: how many entries hold, the hash of the last, and the first that does not."""

    entries: int
    head: str
    broken_at: int = 0
    why: str = ""


@contextmanager
def one_writer() -> Iterator[None]:
    """Hold the journal: what is read inside is still true when an entry is added; all of it happens or nothing."""
    from django.db import connection, transaction  # noqa: PLC0415 -- needs an open store

    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE store_entry IN EXCLUSIVE MODE")
        yield


def append_entry(  # noqa: PLR0913 -- each argument is a fact of one act
    act: str,
    sheet: Sheet,
    *,
    actor: str,
    name: str,
    at: str,
    simulated: bool,
    lines: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Act:
    """Add one act and return it with its place in the journal."""
    from chengzai.store.models import Entry  # noqa: PLC0415

    kept: dict[str, Any] = dict(lines or {})
    payload = {"lines": kept, **({"reason": reason} if reason else {})}
    with one_writer():
        last = Entry.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, GENESIS)
        row = {
            "sequence": last[0] + 1,
            "at": at,
            "actor": actor,
            "name": name,
            "act": act,
            "topic": sheet.topic,
            "unit": sheet.unit,
            "period": sheet.period,
            "simulated": simulated,
            "payload": json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False),
            "previous": last[1],
        }
        Entry.objects.create(**row, hash=hash_of(row))
    return Act(last[0] + 1, at, actor, name, act, sheet, kept, reason)


def acts_of(  # noqa: PLR0913 -- each argument is a fact of one act
    *,
    simulated: bool,
    topic: str = "",
    topics: str = "",
    unit: str | None = None,
    period: str | None = None,
    after: int = 0,
    as_of: int | None = None,
) -> list[Act]:
    """Return the acts on one topic, or on all that begin with `topics`, narrowed to a unit and period; in order."""
    from chengzai.store.models import Entry  # noqa: PLC0415

    rows = Entry.objects.filter(simulated=simulated, sequence__gt=after)
    if topic:
        rows = rows.filter(topic=topic)
    if topics:
        rows = rows.filter(topic__startswith=topics)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if period is not None:
        rows = rows.filter(period=period)
    if as_of is not None:
        rows = rows.filter(sequence__lte=as_of)
    return [_act(row) for row in rows.values_list(*_READ)]


_READ = ("sequence", "at", "actor", "name", "act", "topic", "unit", "period", "payload")


def _act(row: tuple[Any, ...]) -> Act:
    sequence, at, actor, name, act, topic, unit, period, payload = row
    told = json.loads(payload)
    return Act(sequence, at, actor, name, act, Sheet(topic, unit, period), told["lines"], told.get("reason", ""))


def journal_page(*, before: int | None = None, search: str = "", count: int = 100) -> list[dict[str, Any]]:
    """Return entries as plain rows, the latest first, with their hashes; `search` looks in person, topic and unit."""
    from django.db.models import Q  # noqa: PLC0415

    from chengzai.store.models import Entry  # noqa: PLC0415

    rows = Entry.objects.order_by("-sequence")
    if before is not None:
        rows = rows.filter(sequence__lt=before)
    if search:
        words = ("actor", "name", "topic", "unit", "period", "act")
        found = Q()
        for word in words:
            found |= Q(**{f"{word}__icontains": search})
        rows = rows.filter(found)
    return list(rows.values(*_FIELDS, "hash")[:count])


def journal_head() -> tuple[int, str]:
    """Return the number and hash of the last entry."""
    from chengzai.store.models import Entry  # noqa: PLC0415

    return Entry.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, GENESIS)


def last_entry(kinds: Sequence[str], *, simulated: bool) -> int:
    """Return the number of the last entry of some kinds of act, 0 if there is none."""
    from chengzai.store.models import Entry  # noqa: PLC0415

    rows = Entry.objects.filter(act__in=kinds, simulated=simulated).order_by("-sequence")
    return rows.values_list("sequence", flat=True).first() or 0


def day_known(sequence: int) -> str:
    """Return the time of the last entry up to a place in the journal, or nothing."""
    from chengzai.store.models import Entry  # noqa: PLC0415

    row = Entry.objects.filter(sequence__lte=sequence).order_by("-sequence").values_list("at", flat=True).first()
    return str(row or "")


def journal_rows() -> Iterator[dict[str, Any]]:
    """Yield every entry with its hash, oldest first: what an export holds."""
    from chengzai.store.models import Entry  # noqa: PLC0415

    yield from Entry.objects.order_by("sequence").values(*_FIELDS, "hash").iterator(chunk_size=2000)


def verify_rows(rows: Iterable[Mapping[str, Any]], *, earlier: Mapping[int, str] | None = None) -> Verified:
    """Return how far a chain holds; `earlier` are hashes by number from an export kept elsewhere.

    A chain that was cut at its end holds in itself: only an earlier export, or a head written down, shows that.
    """
    previous, count = GENESIS, 0
    waiting = dict(earlier or {})
    for row in rows:
        count += 1
        number = int(row["sequence"])
        if number != count:
            return Verified(count - 1, previous, count, f"缺第{count}条")
        if row["previous"] != previous:
            return Verified(count - 1, previous, number, "与上一条不相接")
        if hash_of(row) != row["hash"]:
            return Verified(count - 1, previous, number, "内容被改动")
        if waiting.pop(number, row["hash"]) != row["hash"]:
            return Verified(count - 1, previous, number, "与此前导出的不一致")
        previous = str(row["hash"])
    if waiting:
        return Verified(count, previous, min(waiting), "此前导出中有、现在没有")
    return Verified(count, previous)


def hash_of(row: Mapping[str, Any]) -> str:
    """Return the hash of an entry: SHA-256 over its fields, in order, as canonical JSON."""
    fields = [row[name] for name in _FIELDS]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()

"""Two versions of a plan side by side: which promises were kept, changed, added or dropped, with both sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.optimize import linear_sum_assignment

from chengzai.plan._align import likeness
from chengzai.plan._records import Plan, Promise, Target

_ALIKE = 0.6
_FIELDS = (
    "indicator", "comparator", "value", "upper", "unit", "scope", "place", "each", "deadline", "kind", "strength",
    "every_year",
)  # fmt: skip
_OF_A_PROMISE = ("kind", "verb", "object", "rhythm", "deadline", "units", "support")


@dataclass(frozen=True, slots=True)
class Change:
    """One promise in two versions; `old` or `new` is None where it was added or dropped.

    `what` is `kept`, `changed`, `added` or `dropped`; `fields` names what changed, `words` where it was only reworded.
    """

    what: str
    old: Target | Promise | None
    new: Target | Promise | None
    fields: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The promise's id: in the new version, or the old one where it was dropped."""
        return next(record.id for record in (self.new, self.old) if record is not None)

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data with both sentences and the values that differ."""
        return {
            "what": self.what,
            "id": self.id,
            "indicator": next(_name(record) for record in (self.new, self.old) if record is not None),
            "old": _sentence(self.old),
            "new": _sentence(self.new),
            "fields": {name: [_shown(self.old, name), _shown(self.new, name)] for name in self.fields},
        }


def compare_plans(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Return every target of two documents once: in the new plan's order, the dropped ones last.

    Targets are matched by the assignment of greatest likeness over words (numbers left out), indicator, scope and
    place in the text; a changed number alone never makes a target a different one.
    """
    score = 0.6 * likeness([_sentence(t) for t in old.targets], [_sentence(t) for t in new.targets])
    count = max(len(old.targets), len(new.targets), 1)
    for row, a in enumerate(old.targets):
        for column, b in enumerate(new.targets):
            score[row, column] += 0.2 * (a.indicator == b.indicator) + 0.1 * (a.scope == b.scope)
            score[row, column] += 0.05 * (a.value == b.value) + 0.05 * (1 - abs(row - column) / count)
    pairs: dict[str, Target | Promise] = {}
    if score.size:
        for row, column in zip(*linear_sum_assignment(-score), strict=True):
            if score[row, column] >= _ALIKE:
                pairs[new.targets[column].id] = old.targets[row]
    return _changes(old.targets, new.targets, pairs, _FIELDS)


def compare_versions(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Return every target and every other promise of two versions of one plan once, matched by id.

    One whose own words and fields are as before is kept, though the sentence that it shares with others was changed.
    """
    targets = _changes(old.targets, new.targets, {t.id: t for t in old.targets}, _FIELDS)
    moved = {c.new.quotes[0].span for c in targets if isinstance(c.new, Target) and c.what == "changed"}
    targets = tuple(_reworded(c, shared=isinstance(c.new, Target) and c.new.quotes[0].span in moved) for c in targets)
    promises = _changes(old.promises, new.promises, {p.id: p for p in old.promises}, _OF_A_PROMISE)
    return (*targets, *(_reworded(c, shared=False) for c in promises))


def _changes(
    old: Sequence[Target | Promise],
    new: Sequence[Target | Promise],
    pairs: Mapping[str, Target | Promise],
    fields: Sequence[str],
) -> tuple[Change, ...]:
    changes: list[Change] = []
    matched = set()
    for record in new:
        before = pairs.get(record.id)
        if before is None:
            changes.append(Change("added", None, record))
            continue
        matched.add(before.id)
        differ = tuple(name for name in fields if getattr(before, name) != getattr(record, name))
        changes.append(Change("changed" if differ else "kept", before, record, differ))
    return (*changes, *(Change("dropped", record, None) for record in old if record.id not in matched))


def _reworded(change: Change, *, shared: bool) -> Change:
    """Return a kept promise as changed in its words, unless they changed for another promise that shares them."""
    if change.what != "kept" or shared or _sentence(change.old) == _sentence(change.new):
        return change
    return Change("changed", change.old, change.new, ("words",))


def _name(record: Target | Promise) -> str:
    return record.indicator if isinstance(record, Target) else record.quote.words[:30]


def _sentence(record: Target | Promise | None) -> str:
    if record is None:
        return ""
    return record.quotes[0].words if isinstance(record, Target) else record.quote.words


def _shown(record: Target | Promise | None, name: str) -> str:
    if name == "words":
        return _sentence(record)
    value = getattr(record, name) if record else None
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return "" if value is None else str(value)

"""Two versions of a plan side by side: which promises were kept, changed, added or dropped, with both sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from chengzai.plan._records import Plan, Target

_ALIKE = 0.72
_FIELDS = ("comparator", "value", "unit", "scope", "deadline", "kind", "strength", "every_year")


@dataclass(frozen=True, slots=True)
class Change:
    """One promise in two versions; `old` or `new` is None where it was added or dropped.

    `what` is `kept`, `changed`, `added` or `dropped`; `fields` names what changed.
    """

    what: str
    old: Target | None
    new: Target | None
    fields: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the change as plain data with both sentences and the values that differ."""
        return {
            "what": self.what,
            "indicator": next(t.indicator for t in (self.new, self.old) if t is not None),
            "old": _sentence(self.old),
            "new": _sentence(self.new),
            "fields": {name: [_shown(self.old, name), _shown(self.new, name)] for name in self.fields},
        }


def compare_plans(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Return every promise of both versions once: in the new plan's order, the dropped ones last.

    Promises are matched by id and name, then by name and scope, then by likeness of their words;
    a changed number alone never makes a promise a different one.
    """
    left = list(old.targets)
    changes: list[Change] = []
    pairs: dict[str, Target] = {}
    for same in (_by_id, _by_name, _by_likeness):
        for target in new.targets:
            if target.id in pairs:
                continue
            match = same(target, left)
            if match is not None:
                pairs[target.id] = match
                left.remove(match)
    for target in new.targets:
        before = pairs.get(target.id)
        if before is None:
            changes.append(Change("added", None, target))
            continue
        fields = tuple(name for name in _FIELDS if getattr(before, name) != getattr(target, name))
        changes.append(Change("changed" if fields else "kept", before, target, fields))
    return (*changes, *(Change("dropped", target, None) for target in left))


def _by_id(target: Target, others: Iterable[Target]) -> Target | None:
    return next((o for o in others if o.id == target.id and o.indicator == target.indicator), None)


def _by_name(target: Target, others: Iterable[Target]) -> Target | None:
    return next((o for o in others if (o.indicator, o.scope) == (target.indicator, target.scope)), None)


def _by_likeness(target: Target, others: Iterable[Target]) -> Target | None:
    scored = [(_likeness(target, other), other.id, other) for other in others]
    best = max(scored, default=None, key=lambda row: row[:2])
    return best[2] if best and best[0] >= _ALIKE else None


def _likeness(one: Target, other: Target) -> float:
    """Return how alike two promises read, their numbers left out."""
    return SequenceMatcher(None, _words(one), _words(other), autojunk=False).ratio()


def _words(target: Target) -> str:
    quote = target.quotes[0]
    return quote.words.replace(quote.number, "") if quote.number else quote.words


def _sentence(target: Target | None) -> str:
    return target.quotes[0].words if target else ""


def _shown(target: Target | None, name: str) -> str:
    value = getattr(target, name) if target else None
    return "" if value is None else str(value)

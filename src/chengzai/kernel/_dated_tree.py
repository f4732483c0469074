"""A tree of places that changes: lives of places, each with one parent, and who goes on from whom.

A place that moves, or whose parent changes, or that takes part in a merger or a split under the code it had, ends one
life and begins another. A life has one parent and stands from a first to a last day, so that a tree of lives is a
plain tree; each life knows the lives that it goes on from, and the share of what they had that is its own.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chengzai.kernel._place import Place

CHANGES = ("rename", "move", "merge", "split")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """One decision on places, in force from `day` on.

    `rename`: the `codes` were called `was` before. `move`: the `codes` lay in `was` before. `merge`: the `codes` go on
    in the one of `into`. `split`: the one of `codes` goes on in those of `into`, each with its share of what it had
    (`shares` by code, summing to 1), by the `key` that was agreed, such as 2025年末户籍人口. `why` names the document.
    """

    day: dt.date
    kind: str
    codes: tuple[str, ...]
    was: str = ""
    into: tuple[str, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)
    key: str = ""
    why: str = ""

    @property
    def ends(self) -> frozenset[str]:
        """The codes that are no more from the day on."""
        return frozenset(self.codes if self.into else ()) - frozenset(self.into)

    @property
    def begins(self) -> frozenset[str]:
        """The codes that there are from the day on, and were not before."""
        return frozenset(self.into) - frozenset(self.codes)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a life goes on from: earlier lives by code, each with the share of what it had, and by which key."""

    life: str
    before: tuple[tuple[str, float], ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class _Life:
    code: str
    since: dt.date | None
    until: dt.date | None
    parent: tuple[str, dt.date | None]  # the life of the parent, by its code and last day; none for a root


def dated(places: Sequence[Place], changes: Sequence[PlaceChange]) -> list[Place]:
    """Return the places with the first and last days that mergers and splits give them."""
    if not changes:
        return list(places)
    since = {code: change.day for change in changes for code in change.begins}
    until = {code: change.day - _DAY for change in changes for code in change.ends}
    return [
        replace(place, since=place.since or since.get(place.code), until=place.until or until.get(place.code))
        for place in places
    ]


def named(place: Place, changes: Sequence[PlaceChange], day: dt.date) -> str:
    """Return what a place was called on a day."""
    later = [c for c in changes if c.kind == "rename" and place.own in c.codes and day < c.day]
    return min(later, key=lambda c: c.day).was if later else place.name


def lives_of(
    places: Sequence[Place], changes: Sequence[PlaceChange], until: dt.date
) -> tuple[list[Place], list[Origin]]:
    """Return the lives that have begun by a day, and what they go on from, in the order in which they began.

    The last life of a place has the code of the place, earlier ones that code, `@` and their last day.
    """
    tree = PlaceHistory(places, changes)
    lives_by_code = _lives(tree)
    begun = {
        code: [life for life in lives if life.since is None or life.since <= until]
        for code, lives in lives_by_code.items()
    }
    code_of = {
        (code, life.until): code if life is lives[-1] else f"{code}@{life.until}"
        for code, lives in begun.items()
        for life in lives
    }
    rows = [
        replace(
            tree.places[life.code],
            code=code_of[life.code, life.until],
            parent=code_of.get(life.parent, ""),
            since=life.since,
            until=life.until,
        )
        for lives in begun.values()
        for life in lives
    ]
    origins = [
        (life.since, Origin(code_of[life.code, life.until], before, key))
        for lives in begun.values()
        for life in lives
        if life.since is not None
        for before, key in (_before(life, begun, code_of, changes),)
        if before
    ]
    return rows, [origin for _, origin in sorted(origins, key=lambda pair: pair[0])]


def _before(
    life: _Life,
    begun: Mapping[str, Sequence[_Life]],
    code_of: Mapping[tuple[str, dt.date | None], str],
    changes: Sequence[PlaceChange],
) -> tuple[tuple[tuple[str, float], ...], str]:
    """Return the lives that one goes on from, with their shares, and the key of the shares."""
    assert life.since is not None  # noqa: S101 -- only these are asked
    eve = life.since - _DAY
    change = next((c for c in changes if c.day == life.since and life.code in c.into), None)
    codes = change.codes if change else (life.code,)
    share = change.shares.get(life.code, 1.0) if change else 1.0
    ended = [other for code in codes for other in begun.get(code, ()) if other.until == eve]
    return tuple((code_of[o.code, o.until], share) for o in ended), change.key if change else ""


class PlaceHistory:
    """Who stood on a day, and under whom: the changes of places played through, one day after the other."""

    def __init__(self, places: Sequence[Place], changes: Sequence[PlaceChange]) -> None:
        self.places = {place.code: place for place in dated(places, changes)}
        self.changes = tuple(sorted(changes, key=lambda c: c.day))
        self._moves: dict[str, list[PlaceChange]] = {}
        self._from: dict[str, tuple[str, ...]] = {}
        self._into: dict[str, tuple[str, ...]] = {}
        self.cuts: dict[str, set[dt.date]] = {}
        for change in self.changes:
            for code in change.codes:
                if change.kind == "move":
                    self._moves.setdefault(code, []).append(change)
                if change.kind == "move" or code in change.into:
                    self.cuts.setdefault(code, set()).add(change.day)
            self._into |= dict.fromkeys(change.ends, change.into)
            self._from |= dict.fromkeys(change.begins, change.codes)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """The days on which anything may have become another; between two of them nothing did. The first day opens."""
        begun = {place.since for place in self.places.values() if place.since}
        after = {place.until + _DAY for place in self.places.values() if place.until and place.until < dt.date.max}
        return tuple(sorted({dt.date.min, *begun, *after, *(change.day for change in self.changes)}))

    def stands(self, code: str, day: dt.date) -> bool:
        """Return whether there is such a unit on a day."""
        return code in self.places and self.places[code].stands(day)

    def named_parent(self, code: str, day: dt.date) -> str:
        """Return the parent that the next move names, or else the last one; it need not stand on the day."""
        return next((c.was for c in self._moves.get(code, ()) if day < c.day), self.places[code].parent)

    def parent(self, code: str, day: dt.date) -> str:
        """Return the unit that a unit lies in on a day, or nothing: for a parent that is no more, its one heir."""
        above, seen = self.named_parent(code, day), set()
        while above in self.places and not self.stands(above, day) and above not in seen:
            seen.add(above)
            since = self.places[above].since
            follow = self._from if since is not None and day < since else self._into
            above = follow[above][0] if len(follow.get(above, ())) == 1 else ""
        return above if self.stands(above, day) else ""


def _lives(history: PlaceHistory) -> dict[str, list[_Life]]:
    """Return the lives of each place in their order: a life goes on while its parent's life does."""
    found: dict[str, list[_Life]] = {code: [] for code in history.places}
    spans: dict[str, list[tuple[dt.date | None, str, int]]] = {code: [] for code in history.places}
    ended: dict[tuple[str, int], dt.date | None] = {}
    before: set[str] = set()
    for day in history.days:
        standing = [code for code in history.places if history.stands(code, day)]
        above = {code: history.parent(code, day) for code in standing}
        for code in _parents_first(above):
            parent = above[code]
            at = parent, len(spans[parent]) - 1 if parent else -1
            if code in before and day not in history.cuts.get(code, ()) and spans[code][-1][1:] == at:
                continue
            if code in before:
                ended[code, len(spans[code]) - 1] = day - _DAY
            first = None if day == dt.date.min else day
            spans[code].append((first, *at))
        before = set(standing)
    for code, lives in spans.items():
        last = history.places[code].until
        for number, (since, parent, of) in enumerate(lives):
            until = ended.get((code, number), last)
            above_until = ended.get((parent, of), history.places[parent].until) if parent else None
            found[code].append(_Life(code, since, until, (parent, above_until)))
    return found


def _parents_first(above: Mapping[str, str]) -> Iterator[str]:
    below: dict[str, list[str]] = {}
    for code, parent in above.items():
        below.setdefault(parent, []).append(code)
    waiting = list(below.get("", ()))
    while waiting:
        code = waiting.pop()
        yield code
        waiting.extend(below.get(code, ()))

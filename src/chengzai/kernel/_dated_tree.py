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
    tree = _Tree({place.code: place for place in dated(places, changes)}, tuple(changes))
    begun = {
        code: [life for life in tree.lives(code) if life.since is None or life.since <= until] for code in tree.places
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


class _Tree:
    """Works out lives from the top down; a child's life ends where its parent's does."""

    def __init__(self, places: Mapping[str, Place], changes: tuple[PlaceChange, ...]) -> None:
        self.places = places
        self.moves: dict[str, list[PlaceChange]] = {}
        self.cuts: dict[str, set[dt.date]] = {}
        self.from_: dict[str, tuple[str, ...]] = {}
        self.into: dict[str, tuple[str, ...]] = {}
        for change in sorted(changes, key=lambda c: c.day):
            for code in change.codes:
                if change.kind == "move":
                    self.moves.setdefault(code, []).append(change)
                if change.kind == "move" or code in change.into:
                    self.cuts.setdefault(code, set()).add(change.day)
            self.into |= {code: change.into for code in change.ends if set(change.into) <= set(places)}
            self.from_ |= {code: change.codes for code in change.begins if set(change.codes) <= set(places)}
        self._made: dict[str, list[_Life]] = {}

    def lives(self, code: str) -> list[_Life]:
        """Return the lives of a place in their order."""
        if code not in self._made:
            self._made[code] = [
                life for since, until in self._stretches(code) for life in self._under(code, since, until)
            ]
        return self._made[code]

    def _stretches(self, code: str) -> Iterator[tuple[dt.date | None, dt.date | None]]:
        place = self.places[code]
        inside = sorted(
            day
            for day in self.cuts.get(code, ())
            if (place.since is None or place.since < day) and (place.until is None or day <= place.until)
        )
        yield from zip([place.since, *inside], [*(day - _DAY for day in inside), place.until], strict=True)

    def _under(self, code: str, since: dt.date | None, until: dt.date | None) -> Iterator[_Life]:
        """Yield the lives of one stretch, cut where the parent's lives end."""
        parent = self._parent(code, until)
        start = since
        for above in self._above(parent, until):
            begins = _later(start, above.since)
            ends = _earlier(until, above.until)
            if begins and ends and begins > ends:
                continue
            if begins != start and begins is not None:  # the parent was not there yet
                yield _Life(code, start, begins - _DAY, ("", None))
            yield _Life(code, begins, ends, (above.code, above.until))
            if ends is None or ends == until:
                return
            start = ends + _DAY
        yield _Life(code, start, until, ("", None))

    def _parent(self, code: str, day: dt.date | None) -> str:
        later = [c for c in self.moves.get(code, ()) if day is not None and day < c.day]
        return later[0].was if later else self.places[code].parent

    def _above(self, parent: str, until: dt.date | None) -> list[_Life]:
        """Return the lives a parent has, those of the one it came from before them, and of its one heir after them."""
        if parent not in self.places:
            return []
        found = list(self.lives(parent))
        while len(before := self.from_.get(found[0].code, ())) == 1:
            found = [*self.lives(before[0]), *found]
        while found[-1].until not in {None, until} and len(heirs := self.into.get(found[-1].code, ())) == 1:
            found += [life for life in self.lives(heirs[0]) if life.since and life.since > found[-1].until]
        return found


def _later(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return max(filter(None, (one, other)), default=None)


def _earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return min(filter(None, (one, other)), default=None)

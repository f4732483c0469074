"""Places: a forest of dated administrative units in depth-first order."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from chengzai.kernel._dated_tree import Origin, PlaceChange, dated, lives_of, named
from chengzai.kernel._place import Place


class Places:
    """All places of a pack, depth first, so that each subtree is one slice.

    With `changes` the tree is a dated one: it holds every place there ever was, under its last name and parent;
    `at` gives the tree of a day and `lives` the lives that a cube is built over.

    >>> tree = Places([Place("1", "city", "prefecture"), Place("11", "county", "county", "1")])
    >>> [place.code for place in tree.under("1")]
    ['1', '11']
    """

    def __init__(self, places: Iterable[Place], changes: Sequence[PlaceChange] = ()) -> None:
        children: dict[str, list[Place]] = {}
        known = {place.code: place for place in dated(tuple(places), changes)}
        for place in known.values():
            children.setdefault(place.parent if place.parent in known else "", []).append(place)
        self.ordered: tuple[Place, ...] = tuple(_depth_first(children))
        self.index = {place.code: i for i, place in enumerate(self.ordered)}
        self.changes = tuple(changes)
        self._of_day: dict[dt.date, Places] = {}
        self._whole: Places = self

    def __len__(self) -> int:
        return len(self.ordered)

    def __contains__(self, code: object) -> bool:
        return code in self.index or (self._whole is not self and code in self._whole)

    def __getitem__(self, code: str) -> Place:
        """Return a place; one that does not stand on the day of this tree as it was last or will be."""
        return self.ordered[self.index[code]] if code in self.index else self._whole.ordered[self._whole.index[code]]

    @cached_property
    def dated(self) -> bool:
        """Whether any place has a first or last day, or anything changed."""
        return bool(self.changes) or any(place.since or place.until for place in self.ordered)

    def at(self, day: dt.date) -> "Places":
        """Return the tree of a day: the places that stood, under the names and parents that they had."""
        if self._whole is not self:
            return self._whole.at(day)
        if not self.dated:
            return self
        if day not in self._of_day:
            stood = [
                replace(life, code=life.own, parent=life.parent.partition("@")[0], name=named(life, self.changes, day))
                for life in self._lives[0]
                if life.stands(day)
            ]
            tree = Places(stood)
            tree._whole = self
            self._of_day[day] = tree
        return self._of_day[day]

    @cached_property
    def _lives(self) -> tuple[list[Place], list[Origin]]:
        return lives_of(self.ordered, self.changes, dt.date.max)

    def lives(self, until: dt.date) -> tuple["Places", tuple[Origin, ...]]:
        """Return the tree of the lives that have begun by a day, and what those go on from that began after others."""
        if self._whole is not self:
            return self._whole.lives(until)
        if not self.dated:
            return self, ()
        rows, origins = lives_of(self.ordered, self.changes, until)
        return Places(rows), tuple(origins)

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """The position of each place's parent, -1 for a root."""
        return tuple(self.index.get(place.parent, -1) for place in self.ordered)

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """For each place the position just past its subtree."""
        ends = [i + 1 for i in range(len(self.ordered))]
        for i in reversed(range(len(self.ordered))):
            if self.parents[i] >= 0:
                ends[self.parents[i]] = max(ends[self.parents[i]], ends[i])
        return tuple(ends)

    def under(self, code: str) -> tuple[Place, ...]:
        """Return the place and everything below it, depth first."""
        start = self.index[code]
        return self.ordered[start : self.ends[start]]

    def is_under(self, code: str, above: str) -> bool:
        """Return whether a place is another or lies below it; False for places that are not here."""
        start = self.index.get(above)
        return start is not None and start <= self.index.get(code, -1) < self.ends[start]

    def children(self, code: str) -> tuple[Place, ...]:
        """Return the direct children of a place in order of code."""
        return tuple(place for place in self.under(code) if place.parent == code)

    def above(self, code: str, level: str) -> Place:
        """Return the place of a level that a place lies in or is, or its root where there is none of that level."""
        place = self[code]
        while place.level != level and place.parent in self.index:
            place = self[place.parent]
        return place

    def without(self, levels: Collection[str]) -> "Places":
        """Return the places that are at none of these levels."""
        return Places((place for place in self.ordered if place.level not in levels), self.changes)

    def at_level(self, level: str) -> tuple[Place, ...]:
        """Return all places of one level, in order."""
        return tuple(place for place in self.ordered if place.level == level)


def _depth_first(children: dict[str, list[Place]]) -> list[Place]:
    ordered: list[Place] = []
    waiting = sorted(children.get("", []), key=lambda place: place.code, reverse=True)
    while waiting:
        place = waiting.pop()
        ordered.append(place)
        waiting.extend(sorted(children.get(place.code, []), key=lambda child: child.code, reverse=True))
    return ordered

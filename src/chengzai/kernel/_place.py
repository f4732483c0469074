"""Places: a forest of dated administrative units in depth-first order."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Place:
    """One unit: its code, name, level and parent; `lon` and `lat` are WGS84 degrees or None.

    `parent` is empty for a root: the city itself, or a place outside the tree such as a county town.
    `since` and `until` are the first and last day of its existence, None where open.
    """

    code: str
    name: str
    level: str
    parent: str = ""
    lon: float | None = None
    lat: float | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    within: str = ""

    def stands(self, day: dt.date) -> bool:
        """Return whether it exists on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Places:
    """All places of a pack, depth first, so that each subtree is one slice.

    >>> tree = Places([Place("1", "city", "prefecture"), Place("11", "county", "county", "1")])
    >>> [place.code for place in tree.under("1")]
    ['1', '11']
    """

    def __init__(self, places: Iterable[Place]) -> None:
        children: dict[str, list[Place]] = {}
        known = {place.code: place for place in places}
        for place in known.values():
            children.setdefault(place.parent if place.parent in known else "", []).append(place)
        self.ordered: tuple[Place, ...] = tuple(_depth_first(children))
        self.index = {place.code: i for i, place in enumerate(self.ordered)}

    def __len__(self) -> int:
        return len(self.ordered)

    def __contains__(self, code: object) -> bool:
        return code in self.index

    def __getitem__(self, code: str) -> Place:
        return self.ordered[self.index[code]]

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
        return Places(place for place in self.ordered if place.level not in levels)

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

"""Streets and facilities of an OpenStreetMap extract: tags of access, one-way streets, barriers, turn restrictions.

Source: the OpenStreetMap wiki, Key:access, Key:barrier, Key:oneway, Key:oneway:bicycle,
Key:cycleway and Relation:restriction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chengzai.space import Line, Network, Relief, Travel, Turn, build
from chengzai.store._maps import not_a_map, some

# Which keys say whether a street is open to a way of going, the most specific first: the first that is there decides.
_KEYS = {
    "walk": ("foot", "access"),
    "cycle": ("bicycle", "vehicle", "access"),
    "car": ("motorcar", "motor_vehicle", "vehicle", "access"),
}
# Open to some alone: not to whoever passes. (`destination` is open to whoever goes there and stays in.)
_CLOSED = frozenset(
    {
        "no", "private", "permit", "customers", "delivery", "agricultural", "forestry", "military", "emergency",
        "employees", "residents", "psv", "bus", "use_sidepath",
    }
)  # fmt: skip
_STOP_CARS = frozenset(
    {
        "bollard", "block", "cycle_barrier", "stile", "turnstile", "full-height_turnstile", "kissing_gate", "chain",
        "jersey_barrier", "log", "motorcycle_barrier", "wall", "fence",
    }
)  # fmt: skip
_APART = frozenset({"motorway", "motorway_link"})  # joined at their ends alone, like bridges and tunnels
_STOP_ALL = frozenset({"wall", "fence"})


@dataclass(frozen=True, slots=True)
class FacilityRule:
    """What counts as a facility: any of the tags, a name with one of some words and none of others; content."""

    kind: str
    tags: tuple[tuple[str, str], ...]
    not_named: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def holds(self, tags: Mapping[str, str]) -> bool:
        """Return whether a thing with these tags is one."""
        name = tags.get("name", "")
        if not any(tags.get(k) == v for k, v in self.tags) or any(word in name for word in self.not_named):
            return False
        return not self.named or any(word in name for word in self.named)


@dataclass(frozen=True, slots=True)
class Facility:
    """One facility: its kind, name and point; `capacity` is NaN where nobody says."""

    kind: str
    name: str
    lon: float
    lat: float
    capacity: float = float("nan")


def read_osm(path: Path, travel: Travel, *, relief: Relief | None = None) -> Network:
    """Return the network of an OpenStreetMap extract (PBF, XML) for one way of travelling; raises NotAMap.

    Access, one-way streets, barriers and turn restrictions over a node follow the tags. Restrictions over a way, and
    those of some hours alone, are not read; streets open to residents' traffic (`destination`) count as open.
    """
    import osmium  # noqa: PLC0415 -- only who reads a map needs it

    lines: list[Line] = []
    where: dict[int, tuple[float, float]] = {}
    try:
        gates = osmium.FileProcessor(str(path), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("barrier"))
        barriers = {n.id for n in gates if _shut(dict(n.tags), travel.mode)}
        turns = [
            t for relation in osmium.FileProcessor(str(path), osmium.osm.RELATION) for t in _turns(relation, travel)
        ]
        ways: Any = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
        for way in ways:
            if not way.is_way():
                continue
            tags = dict(way.tags)
            if tags.get("area") == "yes" or not _open(tags, travel.mode):
                continue
            points = [n.ref for n in way.nodes if n.location.valid()]
            where.update({n.ref: (n.location.lon, n.location.lat) for n in way.nodes if n.location.valid()})
            direction = _direction(tags, travel.mode)
            apart = tags["highway"] in _APART or any(tags.get(key, "no") != "no" for key in ("bridge", "tunnel"))
            lines.append(Line(points, tags["highway"], tags.get("surface", ""), direction, way.id, apart))
    except RuntimeError as problem:
        raise not_a_map(path) from problem
    return some(path, build(lines, where, travel, barriers=frozenset(barriers), turns=turns, relief=relief))


def _open(tags: Mapping[str, str], mode: str) -> bool:
    """Return whether a mode may pass; of several values (`agricultural;forestry`) one that opens is enough."""
    value = next((tags[key] for key in _KEYS.get(mode, ("access",)) if key in tags), "yes")
    return any(one.strip() not in _CLOSED for one in value.split(";"))


def _shut(tags: Mapping[str, str], mode: str) -> bool:
    """Return whether a barrier stops a mode: as it says of the mode, else as its kind does."""
    if any(key in tags for key in _KEYS.get(mode, ("access",))):
        return not _open(tags, mode)
    return tags["barrier"] in (_STOP_CARS if mode == "car" else _STOP_ALL)


# What a restriction calls the traffic it binds, or does not; one without a kind binds everybody who drives or cycles.
_TRAFFIC = {"walk": ("foot",), "cycle": ("bicycle",), "car": ("motorcar", "motor_vehicle")}


def _turns(relation: Any, travel: Travel) -> list[Turn]:
    """Return the turns that a relation restricts for a way of going; none for any other relation."""
    tags = dict(relation.tags)
    kind, _, only_for = tags.get("type", "").partition(":")
    mine = _TRAFFIC.get(travel.mode, ())
    if kind != "restriction" or (only_for and only_for not in mine):
        return []
    value = next((tags[k] for one in mine if (k := f"restriction:{one}") in tags), "")
    if not value and (only_for or travel.mode in {"cycle", "car"}):
        excepted = {one.strip() for one in tags.get("except", "").split(";")}
        value = "" if excepted & set(mine) else tags.get("restriction", "")
    if not value.startswith(("no_", "only_")):
        return []
    members: dict[tuple[str, str], list[int]] = {}
    for member in relation.members:
        members.setdefault((member.role, member.type), []).append(member.ref)
    via = members.get(("via", "n"), [])
    return [
        Turn(begin, via[0], end, value.startswith("only_"))
        for begin in members.get(("from", "w"), [])
        for end in members.get(("to", "w"), [])
        if len(via) == 1
    ]


_WAYS = {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0, "-1": -1, "reverse": -1}
_SIDES = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")


def _direction(tags: Mapping[str, str], mode: str) -> int:
    """Return 1 for a street that a mode may go along alone, −1 against alone, 0 both ways; what names the mode decides.

    A roundabout and a motorway are one-way without a tag. A cycleway that runs against the traffic lets bicycles do so.
    """
    if mode == "walk":
        return _WAYS.get(tags.get("oneway:foot", "no"), 0)
    keys = [f"oneway:{key}" for key in _KEYS.get(mode, ()) if key != "access"]
    if mode == "cycle" and "oneway:bicycle" not in tags and _contraflow(tags):
        return 0
    written = next((tags[key] for key in (*keys, "oneway") if tags.get(key) in _WAYS), "")
    if not written and (tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway"):
        written = "yes"
    return _WAYS.get(written, 0)


def _contraflow(tags: Mapping[str, str]) -> bool:
    """Return whether bicycles have a lane or a track of their own against the traffic of a one-way street."""
    if any(tags.get(side, "").startswith("opposite") for side in _SIDES):
        return True
    against = {"no", "1"} if tags.get("oneway") in {"-1", "reverse"} else {"no", "-1"}
    return any(tags.get(f"{side}:oneway") in against for side in _SIDES[1:])


def read_facilities(path: Path, rules: Sequence[FacilityRule]) -> tuple[Facility, ...]:
    """Return the facilities of an OpenStreetMap extract: points, and buildings by the middle of their corners."""
    import osmium  # noqa: PLC0415

    keys = sorted({key for rule in rules for key, _ in rule.tags})
    found = []
    try:
        for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*keys)):
            at = _place_of(thing)
            tags = dict(thing.tags)
            if at is not None:
                found += [Facility(rule.kind, tags.get("name", ""), *at) for rule in rules if rule.holds(tags)]
    except RuntimeError as problem:
        raise not_a_map(path) from problem
    return tuple(found)


def _place_of(thing: Any) -> tuple[float, float] | None:
    """Return the point of a node, the middle of a way's corners, and nothing for what has neither."""
    if thing.is_node():
        return (thing.location.lon, thing.location.lat) if thing.location.valid() else None
    if not thing.is_way():
        return None
    corners = [(n.location.lon, n.location.lat) for n in thing.nodes if n.location.valid()]
    return tuple(np.mean(corners, axis=0).tolist()) if corners else None

"""A region as it stands: where people live, what serves them, what its towns can bear, and who could move.

Every scenario starts from one region and is compared with it. Distances are those of its streets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chengzai.decide._doubt import Doubt
from chengzai.decide._relief import Project
from chengzai.decide._relocation import Relocation
from chengzai.kernel import Finding
from chengzai.people import Rates
from chengzai.space import Hierarchy, Joined, Need, Network, prepare

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Block:
    """Where some people live: its county, the core town it belongs to (nothing outside one), whether it is urban."""

    id: str
    name: str
    county: str
    town: str
    urban: bool
    lon: float
    lat: float
    persons: float


@dataclass(frozen=True, slots=True)
class Amenity:
    """One facility: its kind, name and point; `seats` NaN where nobody says; `town` is whose boards they lengthen."""

    kind: str
    name: str
    lon: float
    lat: float
    seats: float = float("nan")
    town: str = ""


@dataclass(frozen=True, slots=True)
class TownBoard:
    """One thing that bounds a town: either `bears` (万人), or `places` for a school `stage`, from which it follows.

    `cost` (亿元) lengthens it by one more 万人; `spread` is the standard deviation of what it bears, as a share;
    `housing` boards grow with the sites that open in the town. NaN is unknown.
    """

    name: str
    bears: float = float("nan")
    places: float = float("nan")
    stage: str = ""
    cost: float = float("nan")
    spread: float = 0.0
    housing: bool = False


@dataclass(frozen=True, slots=True)
class CoreTown:
    """One town of the plan: who lives there now and shall live there (万人), and its boards."""

    id: str
    county: str
    now: float
    target: float
    boards: tuple[TownBoard, ...]


@dataclass(frozen=True, slots=True)
class CircleRule:
    """One circle: what must be within reach of whom, and how they go. `among` is `town`, `urban`, `rural` or `all`.

    `wanted` is the share of people that makes it `kept`; NaN where nothing says.
    """

    id: str
    among: str
    mode: str
    needs: tuple[Need, ...]
    wanted: float = float("nan")

    def limit_of(self, kind: str) -> int | None:
        """Return the time (ms) within which it asks for a kind of facility, or nothing where it does not."""
        return next((need.limit for need in self.needs if need.kind == kind), None)


@dataclass(frozen=True)
class Ages:
    """The people of each county by age: `people` `[county × (urban, rural), sex, age]`, in the order of `counties`.

    `stages` are school stages by first and last age at the cut-off, `enrolled` the share that goes to school in town.
    `uncertain` are standard deviations, as shares, of `births`, `deaths`, `moves` and each county's own `county_moves`.
    """

    counties: tuple[str, ...]
    people: Floats
    rates: Rates
    stages: Mapping[str, tuple[int, int]]
    enrolled: Mapping[str, float]
    cut_off_months: int
    uncertain: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Roads:
    """The streets for one way of going, and how fast one gets to them, in metres a second."""

    network: Network
    to_street: float

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The streets prepared for sweeps."""
        return prepare(self.network)

    def join(self, lon: Sequence[float], lat: Sequence[float]) -> Joined:
        """Return where points join the streets: at the nearest point of any of them."""
        return self.network.join(np.asarray(lon, float), np.asarray(lat, float), metres_per_second=self.to_street)

    def away(self, lon: Sequence[float], lat: Sequence[float]) -> Floats:
        """Return how far each point lies from the streets, in metres."""
        return self.join(lon, lat).metres


@dataclass(frozen=True)
class Region:
    """A region as it stands. `relocation` holds the villages that could move and where to, with the full budget.

    `from_block` is the block each village lives in, `site_town` the core town a site belongs to (nothing outside
    one), `site_at` its point, `urban_kinds` the kinds of site whose people become urban. `projects` lengthen boards by
    whole steps (万人, or seats of a school board), paid from `project_money` (亿元 a year, carried over). `doubt` is
    how far moves may come dearer, or fuller, than said. Of the kinds `unlisted` nobody knows where they are.
    `findings` doubt what the region is made of.
    """

    blocks: tuple[Block, ...]
    amenities: tuple[Amenity, ...]
    towns: tuple[CoreTown, ...]
    circles: tuple[CircleRule, ...]
    roads: Mapping[str, Roads]
    relocation: Relocation
    from_block: Mapping[str, str]
    site_town: Mapping[str, str]
    site_at: Mapping[str, tuple[float, float]]
    urban_kinds: frozenset[str]
    first_year: int
    ages: Ages | None = None
    county_names: Mapping[str, str] = field(default_factory=dict)
    projects: tuple[Project, ...] = ()
    project_money: tuple[float, ...] = ()
    doubt: Doubt = field(default_factory=Doubt)
    unlisted: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    @property
    def years(self) -> int:
        """How many years are looked ahead."""
        return self.relocation.years

    @cached_property
    def points(self) -> dict[str, int]:
        """The places where people are or could be, by block and site, in order."""
        return {name: n for n, name in enumerate([*(b.id for b in self.blocks), *self.site_at])}

    @cached_property
    def _points_at(self) -> tuple[list[float], list[float]]:
        at = [*((b.lon, b.lat) for b in self.blocks), *self.site_at.values()]
        return [lon for lon, _ in at], [lat for _, lat in at]

    @cached_property
    def _homes(self) -> dict[str, Joined]:
        return {mode: roads.join(*self._points_at) for mode, roads in self.roads.items()}

    def circle_asking(self, kind: str) -> CircleRule | None:
        """Return the first circle that asks for a kind of facility, or nothing."""
        return next((rule for rule in self.circles if rule.limit_of(kind) is not None), None)

    def times(self, mode: str, amenities: Sequence[Amenity]) -> dict[str, Ints]:
        """Return by kind the time from every point to its nearest amenity in ms `[point]`; NEVER where none is."""
        roads, by_kind = self.roads[mode], dict[str, list[Amenity]]()
        for amenity in amenities:
            by_kind.setdefault(amenity.kind, []).append(amenity)
        kinds = [roads.join([a.lon for a in mine], [a.lat for a in mine]) for mine in by_kind.values()]
        found = roads.hierarchy.nearest_from(self._homes[mode], kinds)
        return {kind: found[:, n] for n, kind in enumerate(by_kind)}

    def between(self, mode: str, amenities: Sequence[Amenity]) -> Ints:
        """Return the time from every point to each amenity in ms `[point, amenity]`."""
        roads = self.roads[mode]
        places = roads.join([a.lon for a in amenities], [a.lat for a in amenities])
        return roads.hierarchy.between(self._homes[mode], places)

    def among(self, rule: CircleRule) -> NDArray[np.bool_]:
        """Return which points a circle speaks of `[point]`; people who move count where they move to."""
        in_town = np.array([*(bool(b.town) for b in self.blocks), *(bool(self.site_town.get(s)) for s in self.site_at)])
        everybody = np.ones(len(in_town), dtype=np.bool_)
        return {"town": in_town, "urban": self.urban, "rural": ~self.urban, "all": everybody}[rule.among]

    @cached_property
    def urban(self) -> NDArray[np.bool_]:
        """Whether the people at every point are urban."""
        kind = {s.id: s.kind for s in self.relocation.sites}
        return np.array([*(b.urban for b in self.blocks), *(kind[s] in self.urban_kinds for s in self.site_at)])

    @cached_property
    def county_of(self) -> tuple[str, ...]:
        """The county of every point."""
        site = {s.id: s.county for s in self.relocation.sites}
        return (*(b.county for b in self.blocks), *(site[s] for s in self.site_at))

"""A network out of lines: split where they meet, timed by a rule of travel, cut where a barrier stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from chengzai.space._network import Floats, Network, metres_per_degree


@dataclass(frozen=True)
class Travel:
    """How one travels: content, with its source.

    `speeds` gives km/h by road class; a class that is not named cannot be used. `surfaces` are factors by surface.
    `oneway` says whether one-way streets bind. `climb` corrects for slope: `tobler` (walking) or nothing.
    """

    mode: str
    speeds: Mapping[str, float]
    surfaces: Mapping[str, float] = field(default_factory=dict)
    oneway: bool = False
    climb: str = ""

    def speed(self, road: str, surface: str = "") -> float:
        """Return metres a second on a road, 0 where one may not go."""
        return self.speeds.get(road, 0.0) * self.surfaces.get(surface, 1.0) / 3.6


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of street between junctions or through them.

    `points` are keys of places (equal keys are one place), `direction` is 1 forward only, −1 backward only, 0 both.
    """

    points: Sequence[int]
    road: str
    surface: str = ""
    direction: int = 0


@dataclass(frozen=True)
class Relief:
    """Heights on a grid, in metres: row 0 is the north; NaN where nothing is known."""

    west: float
    north: float
    step: float
    heights: Floats

    def at(self, lon: Floats, lat: Floats) -> Floats:
        """Return heights at places, between the four nearest of the grid; NaN outside."""
        rows, columns = self.heights.shape
        x, y = (np.asarray(lon) - self.west) / self.step, (self.north - np.asarray(lat)) / self.step
        inside = (x >= 0) & (y >= 0) & (x <= columns - 1) & (y <= rows - 1)
        i = np.clip(np.floor(x).astype(int), 0, columns - 2)
        j = np.clip(np.floor(y).astype(int), 0, rows - 2)
        u, v = np.clip(x - i, 0, 1), np.clip(y - j, 0, 1)
        corners = ((0, 0, (1 - u) * (1 - v)), (0, 1, u * (1 - v)), (1, 0, (1 - u) * v), (1, 1, u * v))
        # A corner without weight is not asked: an unknown neighbour says nothing of a place that is known.
        told = sum(np.where(weight > 0, self.heights[j + y, i + x] * weight, 0.0) for y, x, weight in corners)
        return np.asarray(np.where(inside, told, np.nan))


def tobler(slope: Floats) -> Floats:
    """Return walking speed on a slope as a share of that on the flat (Tobler 1993): fastest on a slight descent.

    >>> [round(float(v), 3) for v in 6 * np.exp(-0.175) * tobler(np.array([0.0, 0.1, -0.1]))]
    [5.037, 3.549, 5.037]
    """
    return np.asarray(np.exp(-3.5 * np.abs(np.asarray(slope) + 0.05)) / np.exp(-3.5 * 0.05))


def build(
    lines: Iterable[Line],
    where: Mapping[int, tuple[float, float]],
    travel: Travel,
    *,
    barriers: frozenset[int] = frozenset(),
    relief: Relief | None = None,
) -> Network:
    """Return the network of lines for one way of travelling; places between junctions are measured and dropped.

    At a barrier the way is cut: it ends there from either side. Without any usable line the network is empty.
    """
    usable = [line for line in lines if travel.speed(line.road, line.surface) > 0 and len(line.points) > 1]
    junctions = _junctions(usable) | barriers
    nodes: dict[tuple[int, int], int] = {}
    rows: list[tuple[int, int, float, float, float]] = []
    cuts = 0

    def node(point: int) -> int:
        nonlocal cuts
        cuts += point in barriers
        return nodes.setdefault((point, cuts if point in barriers else 0), len(nodes))

    for line in usable:
        rows += _stretches(line, where, travel, junctions, node, relief)
    places = np.array([where[point] for point, _ in nodes]).reshape(-1, 2)
    columns = zip(*rows, strict=True) if rows else ([],) * 5
    tail, head, time, back, metres = (np.array(column, dtype=np.float64) for column in columns)
    ahead, behind = np.isfinite(time), np.isfinite(back)
    return Network(
        travel.mode,
        places[:, 0],
        places[:, 1],
        np.concatenate((tail[ahead], head[behind])).astype(np.int32),
        np.concatenate((head[ahead], tail[behind])).astype(np.int32),
        np.rint(np.concatenate((time[ahead], back[behind])) * 1000).astype(np.int32),
        np.concatenate((metres[ahead], metres[behind])).astype(np.float64),
        len({point for point, _ in nodes if point in barriers}),
    )


def _junctions(lines: Iterable[Line]) -> frozenset[int]:
    """Return the places where lines end or meet; a line that is drawn once in each direction meets nobody."""
    beside: dict[int, set[int]] = {}
    ends: set[int] = set()
    for line in lines:
        ends |= {line.points[0], line.points[-1]}
        for a, b in pairwise(line.points):
            beside.setdefault(a, set()).add(b)
            beside.setdefault(b, set()).add(a)
    return frozenset(ends | {point for point, others in beside.items() if len(others) > 2})


def _stretches(
    line: Line,
    where: Mapping[int, tuple[float, float]],
    travel: Travel,
    junctions: frozenset[int],
    node: Callable[[int], int],
    relief: Relief | None,
) -> Iterator[tuple[int, int, float, float, float]]:
    """Yield a line's stretches between junctions: both nodes, seconds ahead and back, metres."""
    speed = travel.speed(line.road, line.surface)
    one_way = line.direction if travel.oneway else 0
    begin, run = 0, line.points
    for at in range(1, len(run)):
        if at < len(run) - 1 and run[at] not in junctions:
            continue
        lon, lat = np.array([where[p] for p in run[begin : at + 1]]).T
        metres, ahead, back = _seconds(lon, lat, speed, travel.climb, relief)
        yield (
            node(run[begin]),
            node(run[at]),
            ahead if one_way >= 0 else np.inf,
            back if one_way <= 0 else np.inf,
            metres,
        )
        begin = at


def _seconds(lon: Floats, lat: Floats, speed: float, climb: str, relief: Relief | None) -> tuple[float, float, float]:
    """Return the length of a stretch and the seconds along and against it."""
    east, north = metres_per_degree(float(lat.mean()))
    steps = np.hypot(np.diff(lon) * east, np.diff(lat) * north)
    if climb != "tobler" or relief is None:
        flat = float(steps.sum() / speed)
        return float(steps.sum()), flat, flat
    rise = np.nan_to_num(np.diff(relief.at(lon, lat)))
    slope = np.divide(rise, steps, out=np.zeros_like(steps), where=steps > 0)
    return (
        float(steps.sum()),
        float((steps / (speed * tobler(slope))).sum()),
        float((steps / (speed * tobler(-slope))).sum()),
    )

"""A network out of lines: split where they meet, timed by a rule of travel, cut where a barrier stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chengzai.space._course import Course
from chengzai.space._ground import Floats, Ints, metres_per_degree
from chengzai.space._network import Network


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

    `points` are keys of places (equal keys are one place), `direction` is 1 forward only, −1 backward only, 0 both;
    `id` is what turns name it by; nobody joins a `closed` one between its ends (a bridge, a tunnel, a motorway).
    """

    points: Sequence[int]
    road: str
    surface: str = ""
    direction: int = 0
    id: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that is forbidden, or with `only` the only one that is allowed: from one line over a place to another."""

    begin: int
    via: int
    end: int
    only: bool = False


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


@dataclass(slots=True)
class _Stretch:
    """A street between two junctions: its places, both ends as nodes, and the seconds along and against each piece.

    `open` says whether one may go ahead and back, `lines` which lines it is part of.
    """

    points: tuple[int, ...]
    ends: tuple[int, int]
    metres: float
    times: tuple[Floats, Floats]
    open: tuple[bool, bool]
    lines: frozenset[int]
    closed: bool

    def turned(self) -> "_Stretch":
        """Return the same street as one who comes from its end sees it."""
        (ahead, back), points = self.times, self.points[::-1]
        return replace(self, points=points, ends=self.ends[::-1], times=(back[::-1], ahead[::-1]), open=self.open[::-1])

    def with_again(self, other: "_Stretch") -> "_Stretch":
        """Return it with what the same street drawn again allows; where both allow a direction the faster holds."""
        (ahead, back), (may, may_back) = self.times, self.open
        if other.open[0] and not (may and ahead.sum() <= other.times[0].sum()):
            ahead = other.times[0]
        if other.open[1] and not (may_back and back.sum() <= other.times[1].sum()):
            back = other.times[1]
        open_ = may or other.open[0], may_back or other.open[1]
        closed = self.closed and other.closed
        return replace(self, times=(ahead, back), open=open_, lines=self.lines | other.lines, closed=closed)


def build(
    lines: Iterable[Line],
    where: Mapping[int, tuple[float, float]],
    travel: Travel,
    *,
    barriers: frozenset[int] = frozenset(),
    turns: Sequence[Turn] = (),
    relief: Relief | None = None,
) -> Network:
    """Return the network of lines for one way of travelling; places between junctions give its streets their course.

    At a barrier the way is cut: it ends there from either side. Where turns are restricted a junction has one more
    node for each street from which not every turn is allowed. Without any usable line the network is empty.
    """
    usable = [line for line in lines if travel.speed(line.road, line.surface) > 0 and len(line.points) > 1]
    junctions = _junctions(usable) | barriers
    nodes: dict[tuple[int, int], int] = {}
    cuts = 0

    def node(point: int) -> int:
        nonlocal cuts
        cuts += point in barriers
        return nodes.setdefault((point, cuts if point in barriers else 0), len(nodes))

    stretches: dict[tuple[int, ...], _Stretch] = {}
    for line in usable:
        for one in _stretches(line, where, travel, junctions, node, relief):
            _put(stretches, one)
    streets = list(stretches.values())
    restricted = [(turn, nodes[turn.via, 0]) for turn in turns if (turn.via, 0) in nodes]
    tail, head, street, against, stands = _edges(streets, len(nodes), restricted)
    places = np.array([where[point] for point, _ in nodes]).reshape(-1, 2)[stands]
    seconds = np.array([[float(t.sum()) for t in s.times] for s in streets]).reshape(-1, 2)
    return Network(
        travel.mode,
        places[:, 0],
        places[:, 1],
        tail,
        head,
        np.rint(seconds[street, against.astype(np.int8)] * 1000).astype(np.int32),
        np.array([s.metres for s in streets], dtype=np.float64)[street],
        len({point for point, _ in nodes if point in barriers}),
        _course(streets, where, (street, against, stands)),
    )


def _put(stretches: dict[tuple[int, ...], _Stretch], one: _Stretch) -> None:
    """Add a stretch; where the same street is drawn again, or once in each direction, it stays one street."""
    if one.points not in stretches and one.points[::-1] in stretches:
        one = one.turned()
    same = stretches.get(one.points)
    stretches[one.points] = one if same is None else same.with_again(one)


Movement = tuple[int, int]  # a street, and whether one goes ahead (0) or back (1)


def _edges(
    streets: Sequence[_Stretch], nodes: int, turns: Sequence[tuple[Turn, int]]
) -> tuple[Ints, Ints, Ints, NDArray[np.bool_], Ints]:
    """Return the edges (tail, head, street, against) and for each node the junction it stands on.

    Who comes by a street from which a turn is restricted comes to a node of his own, from which the turns that are
    allowed go on; all others come to the junction.
    """
    moves = [(n, way) for way in (0, 1) for n, street in enumerate(streets) if street.open[way]]
    heads = {(n, way): streets[n].ends[1 - way] for n, way in moves}
    out: dict[int, list[Movement]] = {}
    for n, way in moves:
        out.setdefault(streets[n].ends[way], []).append((n, way))
    tails, stands = [(streets[n].ends[way], (n, way)) for n, way in moves], list(range(nodes))
    for move, allowed in _restricted(streets, heads, out, turns).items():
        tails += [(len(stands), onward) for onward in allowed]
        stands.append(heads[move])
        heads[move] = len(stands) - 1
    return (
        np.array([tail for tail, _ in tails], dtype=np.int32),
        np.array([heads[move] for _, move in tails], dtype=np.int32),
        np.array([n for _, (n, _) in tails], dtype=np.int32),
        np.array([way for _, (_, way) in tails], dtype=bool),
        np.array(stands, dtype=np.int32),
    )


def _restricted(
    streets: Sequence[_Stretch],
    heads: Mapping[Movement, int],
    out: Mapping[int, list[Movement]],
    turns: Sequence[tuple[Turn, int]],
) -> dict[Movement, list[Movement]]:
    """Return for each movement that turns restrict the movements that may follow.

    Where a line runs on beyond the junction it says not by which of its streets one comes: such a turn is passed over.
    """
    by_line: dict[int, list[int]] = {}
    for n, street in enumerate(streets):
        for line in street.lines:
            by_line.setdefault(line, []).append(n)
    bound: dict[Movement, dict[bool, set[Movement]]] = {}
    for turn, via in turns:
        coming = [(n, way) for n in by_line.get(turn.begin, ()) for way in (0, 1) if heads.get((n, way)) == via]
        onward = [move for move in out.get(via, ()) if turn.end in streets[move[0]].lines]
        if len(coming) == len(onward) == 1:
            bound.setdefault(coming[0], {True: set(), False: set()})[turn.only] |= {onward[0]}
    return {
        move: [m for m in out[heads[move]] if m not in told[False] and (m in told[True] or not told[True])]
        for move, told in bound.items()
    }


def _course(
    streets: Sequence[_Stretch],
    where: Mapping[int, tuple[float, float]],
    edges: tuple[Ints, NDArray[np.bool_], Ints],
) -> Course:
    """Return how streets run; `edges` are the street and direction of each edge and the junction of each node."""
    pieces = np.array([len(s.points) - 1 for s in streets], dtype=np.int64)
    ends = np.array([(where[a], where[b]) for s in streets for a, b in pairwise(s.points)]).reshape(-1, 2, 2)
    ahead, back = (_since_begin([s.times[way] for s in streets], pieces) for way in (0, 1))
    return Course(
        np.repeat(np.arange(len(streets), dtype=np.int32), pieces),
        ends[:, :, 0],
        ends[:, :, 1],
        ahead,
        back,
        np.array([s.ends for s in streets], dtype=np.int32).reshape(-1, 2),
        *edges,
        np.array([not s.closed for s in streets], dtype=bool),
    )


def _since_begin(seconds: Sequence[Floats], pieces: NDArray[np.int64]) -> Floats:
    """Return the ms between the begin of a street and both ends of each of its pieces `[piece, 2]`."""
    took = np.concatenate(seconds) * 1000 if seconds else np.empty(0)
    begins = np.cumsum(took) - took
    begins -= np.repeat(begins[np.cumsum(pieces) - pieces], pieces)
    return np.stack((begins, begins + took), axis=1)


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
) -> Iterator[_Stretch]:
    """Yield a line's stretches between junctions."""
    speed = travel.speed(line.road, line.surface)
    one_way = line.direction if travel.oneway else 0
    begin, run = 0, line.points
    for at in range(1, len(run)):
        if at < len(run) - 1 and run[at] not in junctions:
            continue
        points = tuple(run[begin : at + 1])
        lon, lat = np.array([where[p] for p in points]).T
        metres, times = _seconds(lon, lat, speed, travel.climb, relief)
        ends = node(points[0]), node(points[-1])
        yield _Stretch(points, ends, metres, times, (one_way >= 0, one_way <= 0), frozenset({line.id}), line.closed)
        begin = at


def _seconds(
    lon: Floats, lat: Floats, speed: float, climb: str, relief: Relief | None
) -> tuple[float, tuple[Floats, Floats]]:
    """Return the length of a stretch and the seconds along and against each of its pieces."""
    east, north = metres_per_degree(float(lat.mean()))
    steps = np.hypot(np.diff(lon) * east, np.diff(lat) * north)
    if climb != "tobler" or relief is None:
        return float(steps.sum()), (steps / speed, steps / speed)
    rise = np.nan_to_num(np.diff(relief.at(lon, lat)))
    slope = np.divide(rise, steps, out=np.zeros_like(steps), where=steps > 0)
    return float(steps.sum()), (steps / (speed * tobler(slope)), steps / (speed * tobler(-slope)))

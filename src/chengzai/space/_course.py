"""How streets run between their junctions, and where a point joins them: at the nearest point of any street.

A street between two junctions is a stretch of straight pieces. Each piece knows how long one takes from where its
stretch begins to both its ends, and back from them, so that a point on it is as far from either junction as the
street is long, with or against its direction as that is allowed.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from chengzai.space._ground import NEVER, Floats, Ints, metres_of

Bools = NDArray[np.bool_]
_HALF = 40.0  # metres: streets are searched in parts of twice this length
_AT_JUNCTION = 0.01  # metres: so near a junction one stands on it


@dataclass(frozen=True)
class Course:
    """How streets run: their straight pieces `[piece]`, with degrees and ms at both ends `[piece, 2]`.

    `ahead` is the time from where the stretch begins, `back` the time back to it; `ends` are the junctions at both
    ends `[stretch, 2]`. `of_edge` and `against` say of each edge of the network which stretch it is and whether it goes
    against its direction, `junction` which node each node stands on: its own number, or for a node that remembers how
    one came (a restricted turn) the one it is a twin of. Only `joinable` stretches are joined between their ends.
    """

    stretch: Ints
    lon: Floats
    lat: Floats
    ahead: Floats
    back: Floats
    ends: Ints
    of_edge: Ints
    against: Bools
    junction: Ints
    joinable: Bools


@dataclass(frozen=True)
class Joined:
    """Where points join a network: metres to the street, ms to its door `[point]`, and the ways on from there.

    `leave` are the nodes at the ends of the street, ahead and back, and `leaving` the ms to them `[point, 2]`, NEVER
    against a one-way street. One comes to point `whose` over node `enter` in `entering` ms `[way]`. These contain the
    door's time. `street`, `ahead` and `back` (ms) place a point on its street, `open` `[point, 2]` says which way one
    may go along it.
    """

    metres: Floats
    door: Ints
    leave: Ints
    leaving: Ints
    whose: Ints
    enter: Ints
    entering: Ints
    street: Ints
    ahead: Floats
    back: Floats
    open: Bools

    def __len__(self) -> int:
        return len(self.door)


def straight(lon: Floats, lat: Floats, tail: Ints, head: Ints, time: Ints) -> Course:
    """Return the course of edges that run straight: both directions of a pair of nodes are one street."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    pairs, street = np.unique(low.astype(np.int64) * len(lon) + high, return_inverse=True)
    against = tail > head
    both = np.full((2, len(pairs)), float(NEVER))
    for way, mine in enumerate((~against, against)):
        np.minimum.at(both[way], street[mine], time[mine].astype(np.float64))
    ends = np.stack((pairs // max(len(lon), 1), pairs % max(len(lon), 1)), axis=1).astype(np.int32)
    none = np.zeros(len(pairs))
    return Course(
        np.arange(len(pairs), dtype=np.int32), lon[ends], lat[ends], np.stack((none, both[0]), 1),
        np.stack((none, both[1]), 1), ends, street.astype(np.int32), against, np.arange(len(lon), dtype=np.int32),
        np.ones(len(pairs), dtype=bool),
    )  # fmt: skip


class StreetIndex:
    """The pieces of usable streets, found by where they lie; `usable` `[edge]` says which edges one may come to."""

    def __init__(self, course: Course, usable: Bools) -> None:
        """Cut the pieces of usable streets into parts of equal length, known by their middles."""
        self.course = course
        streets = len(course.ends)
        self.middle = float(np.mean(course.lat)) if len(course.lat) else 0.0
        self.x, self.y = metres_of(course.lon, course.lat, self.middle)
        open_ = np.zeros(streets, dtype=bool)
        open_[course.of_edge[usable]] = True
        if (open_ & course.joinable).any():
            open_ &= course.joinable
        pieces = np.flatnonzero(open_[course.stretch])
        parts = np.maximum(np.ceil(self.length(pieces) / (2 * _HALF)), 1).astype(np.int64)
        self.piece, nth = _spread(parts, pieces)
        share = (nth + 0.5) / np.repeat(parts, parts)
        x, y = (v[self.piece, 0] + share * (v[self.piece, 1] - v[self.piece, 0]) for v in (self.x, self.y))
        self.tree = cKDTree(np.column_stack((x, y)))
        # Usable edges by street and direction: those of street s ahead begin at 2s, those against at 2s + 1.
        key = np.where(usable, 2 * course.of_edge.astype(np.int64) + course.against, 2 * streets)
        self.edges = np.argsort(key, kind="stable")
        self.first = np.searchsorted(key[self.edges], np.arange(2 * streets + 1))
        self.total = np.zeros((streets, 2))
        np.maximum.at(self.total, course.stretch, np.stack((course.ahead[:, 1], course.back[:, 1]), 1))
        # Which nodes stand on a junction: most often itself alone.
        self.standing = np.argsort(course.junction, kind="stable")
        self.stands = np.searchsorted(course.junction[self.standing], np.arange(len(course.junction) + 1))

    def length(self, pieces: NDArray[np.int64]) -> Floats:
        """Return how long pieces are, in metres."""
        return np.asarray(np.hypot(*(np.diff(v[pieces], axis=1)[:, 0] for v in (self.x, self.y))))

    def nearest(self, lon: Floats, lat: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
        """Return for each point the nearest piece, how far along it (0 to 1), and the metres to there.

        A part whose middle is nearest bounds how far the nearest can be; all parts within that are looked at.
        """
        at = np.column_stack(metres_of(lon, lat, self.middle))
        _, first = self.tree.query(at)
        _, bound = self._project(at, self.piece[first])
        found = self.tree.query_ball_point(at, bound + _HALF + 1e-6)
        counts = np.array([len(one) for one in found], dtype=np.int64)
        point = np.repeat(np.arange(len(at)), counts)
        piece = self.piece[np.fromiter(chain.from_iterable(found), np.int64, int(counts.sum()))]
        share, metres = self._project(at[point], piece)
        order = np.lexsort((piece, metres, point))
        best = order[np.cumsum(counts) - counts]
        return piece[best], share[best], metres[best]

    def _project(self, at: Floats, piece: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Return where on a piece the nearest point lies, as a share, and how many metres away it is."""
        begin = np.column_stack((self.x[piece, 0], self.y[piece, 0]))
        along = np.column_stack((self.x[piece, 1], self.y[piece, 1])) - begin
        square = (along**2).sum(axis=1)
        share = np.divide(((at - begin) * along).sum(axis=1), square, out=np.zeros(len(at)), where=square > 0)
        share = np.clip(share, 0.0, 1.0)
        return share, np.hypot(*(begin + share[:, None] * along - at).T)


def joined(index: StreetIndex, tail: Ints, head: Ints, at: tuple[Floats, Floats], metres_per_second: float) -> Joined:
    """Return where points join the streets of an index, whose edges go from `tail` to `head`."""
    course = index.course
    piece, share, metres = index.nearest(*at)
    street = course.stretch[piece].astype(np.int64)
    door = np.minimum(np.rint(metres / metres_per_second * 1000), float(NEVER)).astype(np.int64)
    ahead, back = (v[piece, 0] + share * (v[piece, 1] - v[piece, 0]) for v in (course.ahead, course.back))
    first = np.stack((index.first[2 * street], index.first[2 * street + 1]), axis=1)
    ways = np.stack((first[:, 1], index.first[2 * street + 2]), axis=1) - first
    leave = head[index.edges[np.minimum(first, len(index.edges) - 1)]].astype(np.int64)
    leaving = np.where(ways > 0, np.stack((index.total[street, 0] - ahead, back), 1), np.inf)
    whose, nth = _spread(ways.ravel())
    entering = np.repeat(np.stack((ahead, index.total[street, 1] - back), 1).ravel(), ways.ravel())
    enter = tail[index.edges[first.ravel()[whose] + nth]]
    whose //= 2
    node = _standing_on(index, piece, share)
    here = node >= 0
    if here.any():  # on a junction one may leave by every street, and has come by any
        leave[here], leaving[here] = node[here, None], 0.0
        stands = np.where(here, index.stands[node + 1] - index.stands[node], 0)
        mine, nth = _spread(stands)
        keep = ~here[whose]
        whose, enter = (
            np.concatenate((whose[keep], mine)),
            np.concatenate((enter[keep], index.standing[index.stands[node[mine]] + nth])),
        )
        entering = np.concatenate((entering[keep], np.zeros(len(mine))))
    return Joined(
        metres, door.astype(np.int32), leave.astype(np.int32), _whole(leaving + door[:, None]),
        whose.astype(np.int32), enter.astype(np.int32), _whole(entering + door[whose]),
        street.astype(np.int32), ahead, back, ways > 0,
    )  # fmt: skip


def _standing_on(index: StreetIndex, piece: NDArray[np.int64], share: Floats) -> NDArray[np.int64]:
    """Return the junction that a point on a piece stands on, −1 for none."""
    course, length = index.course, index.length(piece)
    street = course.stretch[piece]
    begins = (course.ahead[piece, 0] == 0) & (share * length < _AT_JUNCTION)
    ends = (course.ahead[piece, 1] >= index.total[street, 0]) & ((1 - share) * length < _AT_JUNCTION)
    return np.where(begins, course.ends[street, 0], np.where(ends, course.ends[street, 1], -1)).astype(np.int64)


def _spread(
    counts: NDArray[np.int64], of: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each thing as often as it counts, and which time of its own that is."""
    things = np.arange(len(counts)) if of is None else of
    return np.repeat(things, counts), np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def _whole(time: Floats) -> Ints:
    return np.minimum(np.rint(time), float(NEVER)).astype(np.int32)


def along_street(homes: Joined, places: Joined) -> tuple[Ints, Ints, Ints]:
    """Return which homes and places share a street, and the ms from door to door along it, NEVER against a one-way.

    Each pair is one home, one place and its time.
    """
    order = np.argsort(places.street, kind="stable")
    first = np.searchsorted(places.street[order], homes.street)
    home, nth = _spread(np.searchsorted(places.street[order], homes.street, side="right") - first)
    place = order[first[home] + nth]
    onward, home_back = places.ahead[place] - homes.ahead[home], homes.back[home] - places.back[place]
    time = np.where(homes.open[home, 0] & (onward >= 0), onward, np.inf)
    time = np.minimum(time, np.where(homes.open[home, 1] & (home_back >= 0), home_back, np.inf))
    told = _whole(time + homes.door[home] + places.door[place])
    return home.astype(np.int32), place.astype(np.int32), told

"""A street network with travel times: nodes, directed edges, what hangs together, and where a point joins it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from chengzai.space._course import Course, Joined, StreetIndex, joined, straight
from chengzai.space._ground import Floats, Ints


@dataclass(frozen=True)
class Rows:
    """Edges grouped by their first node: those of node i stand at `start[i]:start[i + 1]`."""

    start: Ints
    to: Ints
    time: Ints


@dataclass(frozen=True)
class Network:
    """A directed network for one way of travelling; times are whole milliseconds, so that sums are exact.

    `lon` and `lat` are WGS 84 degrees `[node]`; `tail`, `head`, `time` and `metres` describe edges `[edge]`.
    `barriers` counts places where the way was cut, `course` is how the streets run; without it they are straight.
    """

    mode: str
    lon: Floats
    lat: Floats
    tail: Ints
    head: Ints
    time: Ints
    metres: Floats
    barriers: int = 0
    course: Course | None = None

    def __len__(self) -> int:
        return len(self.lon)

    @cached_property
    def forward(self) -> Rows:
        """The edges by their tail."""
        return rows_of(len(self), self.tail, self.head, self.time)

    @cached_property
    def backward(self) -> Rows:
        """The edges by their head: to ask what can reach a place."""
        return rows_of(len(self), self.head, self.tail, self.time)

    @cached_property
    def component(self) -> Ints:
        """The number of each node's piece of the network, 0 for the largest: between pieces there is no way."""
        ones = np.ones(len(self.tail), dtype=np.int8)
        matrix = coo_matrix((ones, (self.tail, self.head)), shape=(len(self), len(self)))
        _, found = connected_components(matrix, directed=True, connection="strong")
        sizes = np.bincount(found)
        place = np.empty(len(sizes), dtype=np.int32)
        place[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes), dtype=np.int32)
        return np.asarray(place[found])

    @cached_property
    def courses(self) -> Course:
        """How the streets run between their junctions."""
        return self.course or straight(self.lon, self.lat, self.tail, self.head, self.time)

    @cached_property
    def _streets(self) -> StreetIndex:
        inside = self.component == 0
        return StreetIndex(self.courses, inside[self.tail] & inside[self.head])

    def join(self, lon: Floats, lat: Floats, *, metres_per_second: float) -> Joined:
        """Return where points join the streets: at the nearest point of any, reached straight at a walking speed.

        Only streets of the largest piece are joined, so that nobody is put on an island of the map.
        """
        return joined(self._streets, self.tail, self.head, (np.asarray(lon), np.asarray(lat)), metres_per_second)


def rows_of(nodes: int, tail: Ints, head: Ints, time: Ints) -> Rows:
    """Return edges grouped by tail, each group in order of head, the shortest of parallel edges alone."""
    order = np.lexsort((time, head, tail))
    tail, head, time = tail[order], head[order], time[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    first &= tail != head
    tail, head, time = tail[first], head[first], time[first]
    start = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=nodes), out=start[1:])
    return Rows(start, head.astype(np.int32), time.astype(np.int32))

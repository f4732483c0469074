"""A street network with travel times: nodes, directed edges, what hangs together, and where a point joins it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
NEVER = np.int32(1 << 30)  # milliseconds: twelve days; two of it still fit an int32

_A, _E2 = 6_378_137.0, 0.00669437999014  # WGS 84


@dataclass(frozen=True)
class Rows:
    """Edges grouped by their first node: those of node i stand at `start[i]:start[i + 1]`."""

    start: Ints
    to: Ints
    time: Ints


@dataclass(frozen=True)
class Snapped:
    """Where points join a network: the node, how far away it is in metres, and the time to walk there in ms."""

    node: Ints
    metres: Floats
    time: Ints


@dataclass(frozen=True)
class Network:
    """A directed network for one way of travelling; times are whole milliseconds, so that sums are exact.

    `lon` and `lat` are WGS 84 degrees `[node]`; `tail`, `head`, `time` and `metres` describe edges `[edge]`.
    `barriers` counts places where the way was cut.
    """

    mode: str
    lon: Floats
    lat: Floats
    tail: Ints
    head: Ints
    time: Ints
    metres: Floats
    barriers: int = 0

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
    def _tree(self) -> cKDTree:
        self_x, self_y = metres_of(self.lon, self.lat, self._middle)
        return cKDTree(np.column_stack((self_x, self_y)))

    @property
    def _middle(self) -> float:
        return float(np.mean(self.lat)) if len(self) else 0.0

    def snap(self, lon: Floats, lat: Floats, *, metres_per_second: float, largest: bool = True) -> Snapped:
        """Return the nearest node of each point, its distance and the time to get there.

        With `largest` only the largest piece is joined, so that nobody is put on an island of the map.
        """
        x, y = metres_of(np.asarray(lon), np.asarray(lat), self._middle)
        usable = np.flatnonzero(self.component == 0) if largest else np.arange(len(self))
        tree = self._tree if len(usable) == len(self) else cKDTree(self._tree.data[usable])
        away, at = tree.query(np.column_stack((x, y)))
        time = np.minimum(np.rint(away / metres_per_second * 1000), float(NEVER))
        return Snapped(usable[at].astype(np.int32), np.asarray(away), time.astype(np.int32))


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


def metres_of(lon: Floats, lat: Floats, middle: float) -> tuple[Floats, Floats]:
    """Return degrees as metres on the plane that touches WGS 84 at a latitude; good over the size of a city."""
    east, north = metres_per_degree(middle)
    return np.asarray(lon) * east, np.asarray(lat) * north


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Return how long a degree is to the east and to the north at a latitude, on the WGS 84 ellipsoid.

    >>> east, north = metres_per_degree(0.0)
    >>> round(east), round(north)
    (111319, 110574)
    """
    phi = np.radians(lat)
    w = np.sqrt(1 - _E2 * np.sin(phi) ** 2)
    return float(np.radians(1) * _A / w * np.cos(phi)), float(np.radians(1) * _A * (1 - _E2) / w**3)


def length_of(lon: Floats, lat: Floats) -> float:
    """Return the length of a line in metres."""
    if len(lon) < 2:
        return 0.0
    east, north = metres_per_degree(float(np.mean(lat)))
    return float(np.hypot(np.diff(lon) * east, np.diff(lat) * north).sum())

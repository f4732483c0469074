"""Shortest paths, compiled: what is nearest, what is within reach, and tables of times.

All times are whole milliseconds; NEVER where there is no way.
"""

import numpy as np
from numpy.typing import NDArray

from chengzai.space._ground import NEVER, Ints
from chengzai.space._kernels import from_many, sums_within
from chengzai.space._network import Network, Rows

_NEVER = int(NEVER)


def nearest_times(network: Network, nodes: Ints, extra: Ints | None = None) -> tuple[Ints, Ints]:
    """Return for every node the time to the nearest of some places, and which of them it is (−1 for none).

    `extra` is added at each place: the way from the street to its door. Multi-source Dijkstra on reversed edges.
    """
    start = np.zeros(len(nodes), dtype=np.int32) if extra is None else np.asarray(extra, dtype=np.int32)
    rows = network.backward
    time, which = from_many(rows.start, rows.to, rows.time, np.asarray(nodes), start)
    return np.asarray(time), np.asarray(which)


def times_from(network: Network, node: int, limit: int = _NEVER) -> Ints:
    """Return the time from one node to every other, NEVER beyond the limit: an isochrone."""
    rows = network.forward
    found, _ = from_many(rows.start, rows.to, rows.time, np.array([node], dtype=np.int32), np.zeros(1, dtype=np.int32))
    return np.where(found <= limit, found, NEVER).astype(np.int32)


def table(network: Network, sources: Ints, targets: Ints) -> Ints:
    """Return the time from each source to each target `[source, target]`, by Dijkstra from the smaller side."""
    if len(sources) <= len(targets):
        rows = [times_from(network, int(s))[targets] for s in sources]
        return np.array(rows, dtype=np.int32).reshape(-1, len(targets))
    columns = [nearest_times(network, np.array([target], dtype=np.int32))[0] for target in targets]
    return np.array(columns, dtype=np.int32).reshape(len(targets), -1).T[sources]


def within_reach(
    network: Network, weight: NDArray[np.float64], limits: Ints, extra: Ints | None = None
) -> NDArray[np.float64]:
    """Return for every node the sum of weights within each limit `[node, limit]`, the node's own included.

    `weight` is per node; a weight at several minutes from its node is reached when `extra[node]` fits too.
    """
    more = np.zeros(len(network), dtype=np.int32) if extra is None else np.asarray(extra, dtype=np.int32)
    rows: Rows = network.forward
    order = np.asarray(np.sort(limits), dtype=np.int32)
    return np.asarray(sums_within(rows.start, rows.to, rows.time, weight.astype(np.float64), order, more))

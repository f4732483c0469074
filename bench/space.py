"""Travel times side by side: our hierarchy, our Dijkstra, SciPy, and routingkit-cch and pandana where installed.

usage: python bench/space.py [NODES]
On a seeded network of towns joined by roads (300,000 nodes by default), and on the streets of Jinan if ../shared/data
is there. Answers are compared before any time is printed; times are the best of three, preparation apart.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from chengzai.space import NEVER, Network, Travel, metres_per_degree, nearest_times, prepare, within_reach
from chengzai.store import read_roads

ROADS = Path(__file__).parents[1].parent / "shared" / "data" / "roads"


def towns(nodes, seed=7):
    """Towns of thinned, bent street grids over a plain, each joined to its nearest by long roads of few bends."""
    rng = np.random.default_rng(seed)
    sizes = np.clip(rng.lognormal(4.2, 0.9, nodes), 16, 6000).astype(int)
    sizes = sizes[: np.searchsorted(np.cumsum(sizes), nodes) + 1]
    centre = rng.uniform(0, 150_000, (len(sizes), 2))
    x, y, a, b = [], [], [], []
    gates = []
    for size, (cx, cy) in zip(sizes, centre, strict=True):
        side = int(np.sqrt(size))
        base = sum(map(len, x))
        ix, iy = np.meshgrid(np.arange(side), np.arange(side))
        x.append((cx + (ix + rng.uniform(-0.3, 0.3, ix.shape)) * 90).ravel())
        y.append((cy + (iy + rng.uniform(-0.3, 0.3, iy.shape)) * 90).ravel())
        number = base + np.arange(side * side).reshape(side, side)
        along, down = np.stack([number[:, :-1], number[:, 1:]], -1), np.stack([number[:-1], number[1:]], -1)
        pairs = np.concatenate((along.reshape(-1, 2), down.reshape(-1, 2)))
        pairs = pairs[rng.random(len(pairs)) < 0.7]
        a.append(pairs[:, 0])
        b.append(pairs[:, 1])
        gates.append(base + rng.integers(0, side * side, 4))
    from scipy.spatial import cKDTree

    _, near = cKDTree(centre).query(centre, k=4)
    count = sum(map(len, x))
    for n, others in enumerate(near):
        for other in others[1:]:
            bends = int(rng.integers(2, 7))
            ends = gates[n][rng.integers(4)], gates[other][rng.integers(4)]
            line = np.linspace(centre[n], centre[other], bends + 2)[1:-1] + rng.normal(0, 80, (bends, 2))
            x.append(line[:, 0])
            y.append(line[:, 1])
            chain = np.concatenate(([ends[0]], count + np.arange(bends), [ends[1]]))
            count += bends
            a.append(chain[:-1])
            b.append(chain[1:])
    x, y, a, b = (np.concatenate(v) for v in (x, y, a, b))
    length = np.hypot(x[a] - x[b], y[a] - y[b]) * rng.uniform(1, 1.25, len(a)) + 1
    time_ = np.rint(length / np.where(rng.random(len(a)) < 0.2, 16, 8) * 1000).astype(np.int32)
    east, north = metres_per_degree(29.0)
    both = [np.concatenate(v).astype(np.int32) for v in ((a, b), (b, a), (time_, time_))]
    return Network("car", 118 + x / east, 28 + y / north, *both, np.concatenate((length, length)))


def best(function, times=3):
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        told = function()
        took.append(time.perf_counter() - begin)
    return told, min(took)


def compare(name, network):
    rng = np.random.default_rng(3)
    begin = time.perf_counter()
    hierarchy = prepare(network)
    took, arcs = time.perf_counter() - begin, len(hierarchy.to) / len(network)
    print(
        f"\n{name}: {len(network)} nodes, {len(network.tail)} edges; prepared in {took:.1f} s, {arcs:.1f} arcs a node"
    )
    none = np.zeros(50, dtype=np.int32)
    kinds = [(rng.choice(len(network), 50).astype(np.int32), none) for _ in range(10)]
    rows = network.backward
    tail = np.repeat(np.arange(len(network)), np.diff(rows.start))
    graph = coo_matrix((rows.time.astype(float), (tail, rows.to)), shape=(len(network),) * 2).tocsr()
    swept, sweep = best(lambda: hierarchy.nearest(kinds))
    walked, walk = best(lambda: np.stack([nearest_times(network, k)[0] for k, _ in kinds], 1))
    peer, scipy_ = best(lambda: np.stack([dijkstra(graph, indices=k, min_only=True) for k, _ in kinds], 1), 1)
    assert (swept == walked).all()
    assert (swept == np.where(np.isinf(peer), NEVER, peer)).all()
    ratios = f"our Dijkstra {walk / sweep:.0f}×, SciPy {scipy_ / sweep:.0f}×"
    print(f"nearest of 10 × 50 for every node: sweep {sweep:.4f} s; {ratios}")
    sources, targets = (rng.choice(len(network), n).astype(np.int32) for n in (2000, 100))
    told, took = best(lambda: hierarchy.table(sources, targets))
    peer, scipy_ = best(lambda: dijkstra(graph, indices=targets).T[sources], 1)
    assert (told == np.where(np.isinf(peer), NEVER, peer)).all()
    print(f"table of 2,000 × 100: sweep {took:.3f} s, SciPy {scipy_ / took:.0f}×")
    routingkit_beside(network, sources, targets, told, took)
    people, limits = rng.integers(0, 50, len(network)).astype(float), np.array([300_000, 600_000, 900_000])
    _, reach = best(lambda: within_reach(network, people, limits), 1)
    print(f"people within 5, 10, 15 minutes of every node: {reach:.1f} s")
    pandana_beside(network, people, kinds, reach, sweep, (sources, targets, took))


def routingkit_beside(network, sources, targets, told, took):
    try:
        import routingkit_cch as routingkit
    except ImportError:
        print("routingkit-cch: not installed (make bench installs it)")
        return
    tail, head = network.tail.tolist(), network.head.tolist()
    begin = time.perf_counter()
    order = routingkit.compute_order_inertial(len(network), tail, head, network.lat.tolist(), network.lon.tolist())
    hierarchy = routingkit.CCH(order, tail, head, filter_always_inf_arcs=False)
    metric = routingkit.CCHMetric(hierarchy, network.time.tolist())
    prepared = time.perf_counter() - begin
    query = routingkit.CCHManyToOne(metric, sources.tolist())
    begin = time.perf_counter()
    found = [query.distances_to(int(target)) for target in targets]
    peer = time.perf_counter() - begin
    found = np.array([[NEVER if d is None else d for d in row] for row in found]).T
    assert (found == told).all()
    print(f"routingkit-cch: prepared in {prepared:.1f} s; table {peer / took:.1f}× ours")


def pandana_beside(network, people, kinds, reach, sweep, asked):
    sources, targets, took = asked
    try:
        import pandana
        import pandas as pd
    except ImportError:
        print("pandana: not installed (AGPL; pip install pandana to compare)")
        return
    edges = pd.DataFrame({"w": network.time / 1000.0})
    ends = pd.Series(network.tail), pd.Series(network.head)
    begin = time.perf_counter()
    net = pandana.Network(pd.Series(network.lon), pd.Series(network.lat), *ends, edges, twoway=False)
    prepared = time.perf_counter() - begin
    begin = time.perf_counter()
    for n, (places, _) in enumerate(kinds):
        net.set_pois(str(n), 1e6, 1, pd.Series(network.lon[places]), pd.Series(network.lat[places]))
        net.nearest_pois(1e6, str(n), num_pois=1)
    print(f"pandana: prepared in {prepared:.1f} s; nearest {(time.perf_counter() - begin) / sweep:.0f}× ours", end="")
    begin = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it lists every pair without a way
        net.shortest_path_lengths(np.repeat(sources, len(targets)), np.tile(targets, len(sources)))
    print(f", table {(time.perf_counter() - begin) / took:.0f}×", end="")
    begin = time.perf_counter()
    net.set(pd.Series(np.arange(len(network))), variable=pd.Series(people), name="p")
    for limit in (300, 600, 900):
        net.aggregate(limit, type="sum", decay="flat", name="p")
    peer = time.perf_counter() - begin
    whole = (peer + prepared) / reach
    print(f", within reach {peer / reach:.1f}×, {whole:.1f}× with its preparation (ours has none)")


if __name__ == "__main__":
    compare("towns and roads", towns(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000))
    if ROADS.is_dir():
        drive = Travel("car", {"road": 36.0}, oneway=True)
        compare("Jinan", read_roads(ROADS / "jinan" / "edges.shp", drive, road="none", directed=True))
    else:
        print("Jinan: skipped, ../shared/data/roads is not there")

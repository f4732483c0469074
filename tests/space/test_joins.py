"""A home joins the nearest point of a street: times along streets against an oracle that splits every street there."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapefile
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from chengzai.space import Line, Network, Travel, Turn, build, metres_per_degree, prepare
from chengzai.store import read_roads

SHARED = Path(__file__).parents[3] / "shared" / "data" / "roads"
EAST, NORTH = metres_per_degree(0.0)
DRIVE = Travel("car", {"fast": 36.0, "slow": 18.0}, oneway=True)
WALK = Travel("walk", {"path": 3.6})


def at(*metres):
    x, y = np.array(metres, dtype=float).T
    return x / EAST, y / NORTH


def times(network, homes, places, speed=1.0):
    """Return nearest and all times of places from homes, both given in metres east and north."""
    here, there = (network.join(*at(*points), metres_per_second=speed) for points in (homes, places))
    hierarchy = prepare(network)
    table = hierarchy.between(here, there)
    assert (hierarchy.nearest_from(here, [there])[:, 0] == table.min(axis=1)).all()
    return table / 1000


def street(direction=0):
    where = {0: (0.0, 0.0), 1: (1000 / EAST, 0.0)}
    return build([Line([0, 1], "path", direction=direction)], where, Travel("walk", {"path": 3.6}, oneway=True))


def test_one_walks_straight_to_the_street_and_along_it():
    told = times(street(), [(400, 30)], [(450, -20), (380, 0), (1000, 0)])
    assert told.tolist() == [[30 + 50 + 20, 30 + 20, 30 + 600]]


def test_along_a_one_way_street_one_goes_one_way_only():
    where = {0: (0.0, 0.0), 1: (1000 / EAST, 0.0), 2: (500 / EAST, 300 / NORTH)}
    lines = [Line([0, 1], "path", direction=1), Line([1, 2, 0], "path")]
    loop = build(lines, where, Travel("car", {"path": 3.6}, oneway=True))
    round_about = 2 * np.hypot(500, 300)
    told = times(loop, [(400, 0)], [(450, 0), (350, 0), (0, 0)])
    assert told[0] == pytest.approx([50, 600 + round_about + 350, 600 + round_about], abs=0.01)


def test_who_stands_on_a_junction_may_leave_by_every_street():
    where = {0: (0.0, 0.0), 1: (100 / EAST, 0.0), 2: (100 / EAST, 100 / NORTH), 3: (0.0, 100 / NORTH)}
    ring = [Line([n, (n + 1) % 4], "path", direction=1) for n in range(4)]
    told = times(build(ring, where, Travel("car", {"path": 3.6}, oneway=True)), [(0, 0)], [(0, 0), (100, 0), (0, 100)])
    assert told[0] == pytest.approx([0, 100, 300], abs=0.01)


def test_a_street_that_is_drawn_once_in_each_direction_is_one_street():
    where = {n: (x / EAST, y / NORTH) for n, (x, y) in enumerate([(0, 0), (500, 40), (1000, 0)])}
    lines = [Line([0, 1, 2], "fast", direction=1), Line([2, 1, 0], "slow", direction=1)]
    network = build(lines, where, DRIVE)
    told = times(network, [(250, 20)], [(750, 20), (0, 0)])
    quarter = np.hypot(500, 40) / 2
    assert told[0] == pytest.approx([2 * quarter / 10, quarter / 5], abs=0.01)


def test_a_bridge_is_joined_at_its_ends_alone():
    where = {n: (x / EAST, y / NORTH) for n, (x, y) in enumerate([(0, 0), (1000, 0), (1000, 100), (0, 100)])}
    lines = [Line([0, 1], "path", closed=True), Line([1, 2, 3, 0], "path")]
    told = times(build(lines, where, WALK), [(500, 10)], [(0, 0)])
    assert told[0] == pytest.approx([90 + 500 + 100], abs=0.01)


def test_a_network_of_edges_alone_has_straight_streets():
    where = {n: tuple(float(v[0]) for v in at(p)) for n, p in enumerate([(0, 0), (300, 0), (300, 200)])}
    lines = [Line([0, 1], "fast"), Line([1, 2], "slow", direction=1), Line([2, 0], "fast")]
    drawn = build(lines, where, DRIVE)
    edges = Network("car", drawn.lon, drawn.lat, drawn.tail, drawn.head, drawn.time, drawn.metres)
    homes, places = [(50, 5), (300, 90), (120, 100)], [(250, 0), (290, 20), (300, 150)]
    assert times(edges, homes, places) == pytest.approx(times(drawn, homes, places), abs=0.01)


CROSS = {0: (0, 0), 1: (-100, 0), 2: (100, 0), 3: (0, 100), 4: (0, -100), 5: (300, 0)}
ARMS = [Line([n, 0], "path", id=n) for n in (1, 2, 3, 4)] + [Line([2, 5], "path", id=5)]


@pytest.mark.parametrize(
    ("turns", "north", "south"),
    [
        ([], 150, 150),
        ([Turn(1, 0, 3)], 350, 150),  # straight on, turned round at the next junction, and right
        ([Turn(1, 0, 2, only=True)], 350, 350),
        ([Turn(1, 0, 3), Turn(1, 0, 4)], 350, 350),
        ([Turn(2, 0, 3)], 150, 150),  # binds those who come from the east alone
        ([Turn(9, 0, 3), Turn(1, 5, 3)], 150, 150),  # names no street of this junction
    ],
    ids=["free", "no-left", "only-straight", "neither", "others", "strangers"],
)
def test_a_turn_that_is_forbidden_costs_the_way_round(turns, north, south):
    where = {n: (x / EAST, y / NORTH) for n, (x, y) in CROSS.items()}
    network = build(ARMS, where, WALK, turns=turns)
    told = times(network, [(-60, 0)], [(0, 90), (0, -90)])
    assert told[0] == pytest.approx([north, south], abs=0.01)


@st.composite
def maps(draw):
    """A ring of streets with chords, bent at places of their own, some one-way; turns; homes and places."""
    number = st.integers(-400, 400)
    corners = draw(st.lists(st.tuples(number, number), min_size=4, max_size=6, unique=True))
    where, lines = dict(enumerate(corners)), []
    chords = draw(st.lists(st.tuples(*[st.integers(0, len(corners) - 1)] * 2), max_size=4))
    ends = [(n, (n + 1) % len(corners)) for n in range(len(corners))] + [(a, b) for a, b in chords if a != b]
    for n, (a, b) in enumerate(ends):
        bends = draw(st.lists(st.tuples(number, number), min_size=n >= len(corners), max_size=2))
        inside = [len(where) + k for k in range(len(bends))]
        where |= dict(zip(inside, bends, strict=True))
        direction = draw(st.sampled_from([0, 0, 1, -1])) if n >= len(corners) else 0
        lines.append(Line([a, *inside, b], draw(st.sampled_from(["fast", "slow"])), direction=direction, id=n + 1))
    turns = []
    for via, only in draw(st.lists(st.tuples(st.integers(0, len(corners) - 1), st.booleans()), max_size=3)):
        meeting = [line for line in lines if via in {line.points[0], line.points[-1]}]
        begin, end = draw(st.sampled_from(meeting)), draw(st.sampled_from(meeting))
        turns.append(Turn(begin.id, via, end.id, only))
    points = st.lists(st.tuples(number, number), min_size=1, max_size=4)
    return where, lines, turns, draw(points), draw(points)


class Oracle:
    """Dijkstra over directed pieces of street: slow, and without junctions, hierarchies or nodes that remember."""

    def __init__(self, where, lines, turns, travel):
        self.where = {n: np.array(p, dtype=float) for n, p in where.items()}
        self.ends = {p for line in lines for p in (line.points[0], line.points[-1])}
        self.turns, self.ways = turns, []
        for line in lines:
            speed = travel.speed(line.road)
            for a, b in pairwise(line.points):
                for begin, end, against in ((a, b, 1), (b, a, -1)):
                    if line.direction != -against:
                        took = np.linalg.norm(self.where[a] - self.where[b]) / speed
                        self.ways.append((begin, end, line.id, frozenset((a, b)), took))
        self.next = [[m for m, onward in enumerate(self.ways) if self.follows(way, onward)] for way in self.ways]
        edges = [(n, m, self.ways[n][4] + 1e-9) for n, after in enumerate(self.next) for m in after]
        tail, head, took = zip(*edges, strict=True)
        self.time = dijkstra(coo_matrix((took, (tail, head)), shape=(len(self.ways),) * 2).tocsr())

    def follows(self, way, onward):
        if way[1] != onward[0]:
            return False
        if way[1] not in self.ends:
            return way[2] == onward[2] and way[3] != onward[3]  # nobody turns round between junctions
        mine = [t for t in self.turns if (t.via, t.begin) == (way[1], way[2])]
        named = [t for t in mine if t.end == onward[2] and self.may_leave(t)]
        forbidden = any(not t.only for t in named)
        bound = [t for t in mine if t.only and self.may_leave(t)]
        return not forbidden and (not bound or any(t.end == onward[2] for t in bound))

    def may_leave(self, turn):
        return any(way[0] == turn.via and way[2] == turn.end for way in self.ways)

    def join(self, point):
        """Return the metres to the nearest street, where on which directed pieces that is, at which junction, if any.

        Last, whether there is but one such place.
        """
        found = []
        for n, (begin, end, *_) in enumerate(self.ways):
            a, b = self.where[begin], self.where[end]
            along = b - a
            share = float(np.clip((point - a) @ along / (along @ along), 0, 1)) if along.any() else 0.0
            found.append((float(np.linalg.norm(a + share * along - point)), n, share))
        least = min(found)[0]
        near = [(n, share) for away, n, share in found if away - least < 1e-6]
        first = frozenset(self.ways[near[0][0]][3])
        here = [
            (n, share) for n, share in near if self.ways[n][3] == first and self.ways[n][2] == self.ways[near[0][0]][2]
        ]
        ends = [[self.ways[n][side] for side in (0, 1) if abs(share - side) < 1e-9] for n, share in near]
        shared = set.intersection(*map(set, ends))
        clear = bool(shared) or len({self.ways[n][2:4] for n, _ in near}) == 1
        return least, here, next(iter(shared & self.ends), None), clear

    def between(self, home, place):
        off, here, stands, _ = home
        off_too, there, stands_too, _ = place
        starts = [(m, (1 - share) * self.ways[n][4]) for n, share in here for m in self.next[n]]
        if stands is not None:
            starts = [(m, 0.0) for m, way in enumerate(self.ways) if way[0] == stands]
        goals = [(n, share * self.ways[n][4]) for n, share in there]
        if stands_too is not None:
            goals = [(n, way[4]) for n, way in enumerate(self.ways) if way[1] == stands_too]
        told = [a + self.time[m, n] + b for m, a in starts for n, b in goals]
        told += [(f - t) * self.ways[n][4] for n, t in here for k, f in there if n == k and f >= t]
        told += [(1 - t) * self.ways[n][4] for n, t in here if self.ways[n][1] == stands_too]
        if stands is not None and stands == stands_too:
            told.append(0.0)
        return off + off_too + min(told, default=np.inf)


@given(maps())
def test_times_along_streets_are_those_of_an_independent_search_to_a_second(drawn):
    where, lines, turns, homes, places = drawn
    oracle = Oracle(where, lines, turns, DRIVE)
    joined = [[oracle.join(np.array(p, dtype=float)) for p in points] for points in (homes, places)]
    # Two streets that are equally near are a toss-up; one of them may be as right as the other.
    assume(all(clear for points in joined for *_, clear in points))
    network = build(lines, {n: (x / EAST, y / NORTH) for n, (x, y) in where.items()}, DRIVE, turns=turns)
    inside = network.component == 0
    assume((inside[network.tail] & inside[network.head]).all())  # nothing lies on an island
    told = times(network, homes, places)
    wanted = np.array([[oracle.between(a, b) for b in joined[1]] for a in joined[0]])
    assert told == pytest.approx(wanted, abs=1.0)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/roads")
def test_on_a_real_network_times_are_those_of_streets_split_at_every_home():
    """The streets of Jinan, each line one direction of a street; every home and place becomes a node of its own."""
    path, rng = SHARED / "jinan" / "edges.shp", np.random.default_rng(5)
    network = read_roads(path, Travel("car", {"road": 36.0}, oneway=True), road="none", directed=True)
    pick = rng.choice(len(network), 36, replace=False)
    lon, lat = (v[pick] + rng.normal(0, 0.002, 36) for v in (network.lon, network.lat))
    homes, places = (
        network.join(lon[part], lat[part], metres_per_second=10.0) for part in (slice(24), slice(24, None))
    )
    told = prepare(network).between(homes, places) / 1000

    wanted = split_and_searched(path, lon, lat)[:24, 24:]
    off = np.concatenate((homes.metres, places.metres))
    assert (off[:24] / 10)[:, None] + (off[24:] / 10)[None, :] + wanted == pytest.approx(told, abs=1.0)


def split_and_searched(path, lon, lat):
    """Return the seconds at 36 km/h between the points of streets that lie nearest, all pieces split there."""
    east, north = metres_per_degree(float(np.mean(lat)))
    with shapefile.Reader(str(path)) as reader:
        shapes = [np.round(np.array(s.points), 7) for s in reader.shapes()]
    ends = [pair for shape in shapes for pair in pairwise(map(tuple, shape.tolist()))]
    node = {p: n for n, p in enumerate(dict.fromkeys(p for pair in ends for p in pair))}
    tail, head = (np.array([node[pair[side]] for pair in ends]) for side in (0, 1))
    a, b = (np.array([pair[side] for pair in ends]) * (east, north) for side in (0, 1))
    ones = coo_matrix((np.ones(len(tail)), (tail, head)), shape=(len(node),) * 2)
    _, piece = connected_components(ones, directed=True, connection="strong")
    large = np.argmax(np.bincount(piece))
    usable = (piece[tail] == large) & (piece[head] == large)
    parallels = np.linspace((a[:, 1] / north).min(), (a[:, 1] / north).max(), 50)
    wide, high = zip(*map(metres_per_degree, parallels), strict=True)  # a degree is as long as it is where it lies
    scale = [np.interp(a[:, 1] / north, parallels, v) for v in (wide, high)]
    lengths = np.hypot((b - a)[:, 0] / east * scale[0], (b - a)[:, 1] / north * scale[1])
    edges = {n: [] for n in range(len(ends))}
    for n, at in enumerate(np.column_stack((lon * east, lat * north))):
        along = b - a
        square = (along**2).sum(axis=1)
        share = np.clip(((at - a) * along).sum(axis=1) / np.where(square > 0, square, 1), 0, 1)
        away = np.where(usable, np.hypot(*(a + share[:, None] * along - at).T), np.inf)
        for edge in np.flatnonzero(away < away.min() + 1e-4):  # both directions of a street lie on each other
            edges[edge].append((float(share[edge]), len(node) + n))
    rows = []
    for n, stops in edges.items():
        run = [(0.0, tail[n]), *sorted(stops), (1.0, head[n])]
        rows += [(p, q, (u - t) * lengths[n] / 10 + 1e-9) for (t, p), (u, q) in pairwise(run)]
    begin, end, took = map(np.array, zip(*rows, strict=True))
    points = len(node) + np.arange(len(lon))
    graph = coo_matrix((took, (begin.astype(int), end.astype(int))), shape=(len(node) + len(lon),) * 2)
    return dijkstra(least(graph), indices=points)[:, points]


def least(graph):
    """Return a matrix with the least of equal entries, where SciPy would add them up."""
    order = np.lexsort((graph.data, graph.col, graph.row))
    row, col, data = graph.row[order], graph.col[order], graph.data[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = (row[1:] != row[:-1]) | (col[1:] != col[:-1])
    return coo_matrix((data[first], (row[first], col[first])), shape=graph.shape).tocsr()

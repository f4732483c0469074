"""Maps of OpenStreetMap read as its wiki documents them: who may pass, where one may turn, what a barrier stops."""

import json

import numpy as np
import pytest

from chengzai.space import Travel, metres_per_degree, prepare
from chengzai.store import read_osm, read_roads

EAST, NORTH = metres_per_degree(0.0)
CAR = Travel("car", {"residential": 3.6, "service": 3.6}, oneway=True)
CYCLE = Travel("cycle", {"residential": 3.6, "service": 3.6}, oneway=True)
WALK = Travel("walk", {"residential": 3.6, "service": 3.6})
NODES = {1: (-100, 0), 2: (0, 0), 3: (100, 0), 4: (0, 100), 5: (0, -100), 6: (100, 100)}


def tags_of(tags):
    return "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())


def osm(path, ways, relations=(), nodes=None):
    """Write an extract: `ways` are id, places and tags, `relations` members by role and tags."""
    at = "".join(
        f'<node id="{n}" version="1" lon="{x / EAST}" lat="{y / NORTH}">{tags_of((nodes or {}).get(n, {}))}</node>'
        for n, (x, y) in NODES.items()
    )
    lines = "".join(
        f'<way id="{n}" version="1">'
        + "".join(f'<nd ref="{p}"/>' for p in points)
        + tags_of({"highway": "residential", **tags})
        + "</way>"
        for n, points, tags in ways
    )
    rules = "".join(
        f'<relation id="{n}" version="1">'
        + "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for role, kind, ref in members)
        + tags_of(tags)
        + "</relation>"
        for n, (members, tags) in enumerate(relations, start=1)
    )
    path.write_text(f'<osm version="0.6">{at}{lines}{rules}</osm>')
    return path


def seconds(network, begin, end):
    here, there = (
        network.join(np.array([x / EAST]), np.array([y / NORTH]), metres_per_second=1.0) for x, y in (begin, end)
    )
    return prepare(network).between(here, there)[0, 0] / 1000


SQUARE = [(1, [1, 2], {}), (2, [2, 3], {}), (3, [2, 4], {}), (4, [2, 5], {}), (5, [3, 6], {}), (6, [6, 4], {})]
VIA = [("from", "way", 1), ("via", "node", 2)]
LEFT = [*VIA, ("to", "way", 3)]


@pytest.mark.parametrize(
    ("members", "tags", "travel", "north"),
    [
        (LEFT, {"restriction": "no_left_turn"}, CAR, 310),  # straight on, turned round, and right
        (LEFT, {"restriction": "no_left_turn"}, CYCLE, 310),
        (LEFT, {"restriction": "no_left_turn"}, WALK, 110),
        (LEFT, {"restriction": "no_left_turn", "except": "psv;bicycle"}, CYCLE, 110),
        (LEFT, {"restriction": "no_left_turn", "except": "bicycle"}, CAR, 310),
        (LEFT, {"restriction:hgv": "no_left_turn"}, CAR, 110),
        (LEFT, {"restriction:motorcar": "no_left_turn"}, CAR, 310),
        (LEFT, {"type": "restriction:foot", "restriction": "no_left_turn"}, WALK, 310),
        (LEFT, {"type": "restriction:foot", "restriction": "no_left_turn"}, CAR, 110),
        ([*VIA, ("to", "way", 2)], {"restriction": "only_straight_on"}, CAR, 310),
        ([*VIA, ("to", "way", 3), ("to", "way", 4)], {"restriction": "no_exit"}, CAR, 310),
        ([*VIA, ("to", "way", 3)], {"type": "route", "restriction": "no_left_turn"}, CAR, 110),
        ([("from", "way", 1), ("via", "way", 2), ("to", "way", 5)], {"restriction": "no_left_turn"}, CAR, 110),
    ],
)  # fmt: skip
def test_a_turn_restriction_binds_whom_it_names(tmp_path, members, tags, travel, north):
    path = osm(tmp_path / "a.osm", SQUARE, [(members, {"type": "restriction", **tags})])
    assert seconds(read_osm(path, travel), (-60, 0), (0, 50)) == pytest.approx(north, abs=0.1)


def test_two_turns_that_alone_are_allowed_are_both_allowed(tmp_path):
    only = [([*VIA, ("to", "way", to)], {"type": "restriction", "restriction": "only_straight_on"}) for to in (2, 4)]
    network = read_osm(osm(tmp_path / "a.osm", SQUARE, only), CAR)
    assert seconds(network, (-60, 0), (0, -50)) == pytest.approx(110, abs=0.1)
    assert seconds(network, (-60, 0), (0, 50)) == pytest.approx(310, abs=0.1)


@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({"access": "customers"}, ""),
        ({"access": "delivery"}, ""),
        ({"access": "permit"}, ""),
        ({"access": "private", "foot": "yes"}, "walk"),
        ({"access": "no", "bicycle": "designated"}, "cycle"),
        ({"vehicle": "delivery"}, "walk"),
        ({"motor_vehicle": "agricultural;forestry"}, "walk cycle"),
        ({"motor_vehicle": "no", "motorcar": "yes"}, "walk cycle car"),
        ({"access": "destination"}, "walk cycle car"),
        ({"access": "permissive"}, "walk cycle car"),
        ({"access": "delivery;destination"}, "walk cycle car"),
        ({"foot": "use_sidepath"}, "cycle car"),
    ],
)  # fmt: skip
def test_a_street_for_some_alone_is_closed_to_whoever_passes(tmp_path, tags, open_to):
    path = osm(
        tmp_path / "a.osm", [(1, [1, 2], {}), (2, [2, 3], tags), (3, [2, 4], {}), (4, [4, 6], {}), (5, [6, 3], {})]
    )
    found = {t.mode for t in (WALK, CYCLE, CAR) if seconds(read_osm(path, t), (0, 0), (100, 0)) == pytest.approx(100)}
    assert found == set(open_to.split())


@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({"barrier": "bollard"}, "walk cycle"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, "walk cycle car"),
        ({"barrier": "lift_gate", "access": "customers"}, ""),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, "walk"),
        ({"barrier": "gate"}, "walk cycle car"),
    ],
)
def test_a_barrier_stops_whom_it_says_and_else_whom_its_kind_stops(tmp_path, tags, open_to):
    path = osm(tmp_path / "a.osm", [(1, [1, 2, 3], {}), (2, [1, 4, 6, 3], {})], nodes={2: tags})
    found = {
        t.mode
        for t in (WALK, CYCLE, CAR)
        if seconds(read_osm(path, t), (-50, 0), (50, 0)) == pytest.approx(100, abs=0.1)
    }
    assert found == set(open_to.split())


@pytest.mark.parametrize("tags", [{"bridge": "yes"}, {"tunnel": "yes"}])
def test_nobody_joins_a_bridge_or_a_tunnel_on_the_way(tmp_path, tags):
    ways = [(1, [1, 2, 3], tags), (2, [1, 5], {}), (3, [5, 3], {})]
    network = read_osm(osm(tmp_path / "a.osm", ways), WALK)
    beside = network.join(np.array([0.0]), np.array([-5 / NORTH]), metres_per_second=1.0)
    assert beside.metres[0] == pytest.approx(95 / np.sqrt(2), abs=0.1)


def ways_gone(network, begin, end):
    """Return whether one gets there, and back, with what the walk round takes left out."""
    return "".join(
        mark
        for mark, (a, b) in {">": (begin, end), "<": (end, begin)}.items()
        if seconds(network, a, b) == pytest.approx(100, abs=0.1)
    )


ROUND = [(2, [2, 4], {}), (3, [4, 6], {}), (4, [6, 3], {}), (5, [1, 2], {}), (6, [3, 5], {})]


@pytest.mark.parametrize(
    ("tags", "by_car", "by_bicycle"),
    [
        ({}, "><", "><"),
        ({"oneway": "yes"}, ">", ">"),
        ({"oneway": "-1"}, "<", "<"),
        ({"junction": "roundabout"}, ">", ">"),
        ({"junction": "roundabout", "oneway": "no"}, "><", "><"),
        ({"oneway:bicycle": "yes"}, "><", ">"),
        ({"oneway:motor_vehicle": "yes"}, ">", "><"),
        ({"oneway:vehicle": "yes"}, ">", ">"),
        ({"oneway": "yes", "oneway:bicycle": "no"}, ">", "><"),
        ({"oneway": "yes", "oneway:bicycle": "-1"}, ">", "<"),
        ({"oneway": "yes", "cycleway": "opposite"}, ">", "><"),
        ({"oneway": "yes", "cycleway:left": "opposite_lane"}, ">", "><"),
        ({"oneway": "yes", "cycleway:left": "lane", "cycleway:left:oneway": "-1"}, ">", "><"),
        ({"oneway": "yes", "cycleway:left": "lane"}, ">", ">"),
    ],
)
def test_a_street_is_one_way_for_whom_it_says(tmp_path, tags, by_car, by_bicycle):
    path = osm(tmp_path / "a.osm", [(1, [2, 3], tags), *ROUND])
    found = [ways_gone(read_osm(path, travel), (0, 0), (100, 0)) for travel in (CAR, CYCLE, WALK)]
    assert found == [by_car, by_bicycle, "><"]


@pytest.mark.parametrize(
    ("written", "ways"),
    [("F", ">"), ("T", "<"), ("B", "><"), ("FT", ">"), ("TF", "<"), (-1, "<"), ("-1", "<"), ("yes", ">"), ("Y", ">"),
     ("是", ">"), (1, ">"), (1.0, ">"), ("1.0", ">"), (True, ">"), (False, "><"),
     ("N", "><"), (None, "><"), (0.0, "><")],
)  # fmt: skip
def test_the_one_way_attribute_of_a_file_is_read_as_its_makers_write_it(tmp_path, written, ways):
    at = {n: (x / EAST, y / NORTH) for n, (x, y) in NODES.items()}
    features = [
        {"type": "Feature", "properties": {"road": "residential", "oneway": value},
         "geometry": {"type": "LineString", "coordinates": [at[n] for n in points]}}
        for value, points in [(written, [2, 3]), *((None, points) for _, points, _ in ROUND)]
    ]  # fmt: skip
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    assert ways_gone(read_roads(path, CAR), (0, 0), (100, 0)) == ways

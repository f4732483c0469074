"""Travel times from first principles on a grid, against an independent library, and from real files."""

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapefile
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from chengzai.space import (
    NEVER,
    Line,
    Network,
    Relief,
    Travel,
    build,
    metres_per_degree,
    nearest_times,
    prepare,
    table,
    times_from,
    tobler,
    within_reach,
)
from chengzai.store import FacilityRule, NotAMap, read_areas, read_facilities, read_osm, read_relief, read_roads

SHARED = Path(__file__).parents[3] / "shared" / "data" / "roads"
WALK = Travel("walk", {"path": 3.6})  # one metre a second
EAST, NORTH = metres_per_degree(0.0)


def grid(side=6, gap=60.0):
    """Return a square of streets around 0° N 0° E, 60 m and so 60 s apart; node row * side + column."""
    where = {r * side + c: (c * gap / EAST, r * gap / NORTH) for r in range(side) for c in range(side)}
    rows = [Line([r * side + c for c in range(side)], "path") for r in range(side)]
    columns = [Line([r * side + c for r in range(side)], "path") for c in range(side)]
    return build([*rows, *columns], where, WALK), where


def node_at(network, where, key):
    lon, lat = where[key]
    return int(np.argmin(np.hypot(network.lon - lon, network.lat - lat)))


def test_on_a_grid_everything_is_a_block_a_minute():
    network, where = grid()
    corner, far = node_at(network, where, 0), node_at(network, where, 35)
    time = times_from(network, corner)

    assert len(network) == 36
    assert time[far] == pytest.approx(10 * 60_000, abs=10)
    assert sorted(np.rint(time / 60_000).astype(int)) == sorted(r + c for r in range(6) for c in range(6))


def test_power_of_two_weights_name_exactly_who_was_reached():
    network, where = grid()
    weight = np.zeros(36)
    for bit in range(36):
        weight[node_at(network, where, bit)] = float(1 << bit)
    sums = within_reach(network, weight, np.array([65_000, 125_000]))
    middle = node_at(network, where, 14)  # row 2, column 2

    def reached(steps):
        return {r * 6 + c for r in range(6) for c in range(6) if abs(r - 2) + abs(c - 2) <= steps}

    for column, steps in ((0, 1), (1, 2)):
        told = int(sums[middle, column])
        assert {bit for bit in range(36) if told >> bit & 1} == reached(steps)


def test_a_one_way_street_binds_a_car_and_not_a_walker():
    where = {0: (0.0, 0.0), 1: (60 / EAST, 0.0)}
    lines = [Line([0, 1], "path", direction=1)]
    car = build(lines, where, Travel("car", {"path": 3.6}, oneway=True))
    walker = build(lines, where, WALK)

    assert times_from(car, 0)[1] == 60_000
    assert times_from(car, 1)[0] == NEVER
    assert times_from(walker, 1)[0] == 60_000
    assert sorted(car.component) == [0, 1], "two places that cannot reach each other both ways are two pieces"


def test_at_a_barrier_the_way_is_cut_and_counted():
    where = {n: (n * 60 / EAST, 0.0) for n in range(3)}
    cut = build([Line([0, 1, 2], "path")], where, WALK, barriers=frozenset({1}))

    assert cut.barriers == 1
    assert len(cut) == 4, "the barrier is an end for either side"
    assert len(set(cut.component)) == 2


def test_heights_are_read_from_a_grid_and_no_other_file(tmp_path):
    grid = tmp_path / "relief.asc"
    grid.write_text(
        "ncols 3\nnrows 2\nxllcorner 10.0\nyllcorner 50.0\ncellsize 0.5\nNODATA_value -9999\n100 200 300\n0 10 -9999\n"
    )
    told = read_relief(grid)
    lon, lat = np.array([10.25, 10.75, 10.5, 11.25]), np.array([50.75, 50.25, 50.5, 50.25])
    found = told.at(lon, lat)
    assert found[:3].tolist() == [100, 10, 77.5]  # the last between four
    assert np.isnan(found[3])
    grid.write_text("ncols 2\nnrows 2\nxllcorner 680000\nyllcorner 3200000\ncellsize 30\n1 2\n3 4\n")
    with pytest.raises(NotAMap, match="经纬度"):
        read_relief(grid)  # metres
    grid.write_text("ncols 2\nnrows 2\nxllcorner 10\nyllcorner 50\ncellsize 0.5\n1 2\n3 4O\n")
    with pytest.raises(NotAMap, match="第7行的“4O”不是数"):
        read_relief(grid)
    grid.write_bytes(b"P6 \xff no grid")
    with pytest.raises(NotAMap, match="高程网格"):
        read_relief(grid)


def test_heights_are_read_from_a_geotiff_in_degrees_and_refused_in_metres(tmp_path):
    path, heights = tmp_path / "relief.tif", np.array([[100, 200, 300], [0, 10, -32768]], dtype=np.int16)

    def written(crs, across=0.5, down=0.5):
        with rasterio.open(
            path, "w", driver="GTiff", width=3, height=2, count=1, dtype="int16", nodata=-32768, compress="deflate",
            crs=crs, transform=rasterio.Affine(across, 0, 10.0, 0, -down, 51.0),
        ) as out:  # fmt: skip
            out.write(heights, 1)
        return path

    told = read_relief(written("EPSG:4326"))
    found = told.at(np.array([10.25, 10.5, 11.25]), np.array([50.75, 50.5, 50.25]))
    assert found[:2].tolist() == [100, 77.5]
    assert np.isnan(found[2])
    for crs, down in (("EPSG:32650", 0.5), ("EPSG:4326", 0.4)):
        with pytest.raises(NotAMap, match="正方形网格"):
            read_relief(written(crs, down=down))


def test_walking_uphill_takes_longer_as_tobler_measured():
    heights = np.array([[0.0, 12.0], [0.0, 12.0]])
    relief = Relief(0.0, 0.001, 120 / EAST, heights)
    where = {0: (0.0, 0.0005), 1: (120 / EAST, 0.0005)}
    hill = build([Line([0, 1], "path")], where, Travel("walk", {"path": 5.037}, climb="tobler"), relief=relief)
    up, down = times_from(hill, 0)[1] / 1000, times_from(hill, 1)[0] / 1000

    assert up == pytest.approx(120 / (3.549 / 3.6), rel=1e-3)  # 10 % up: 3.549 km/h
    assert down == pytest.approx(120 / (5.037 / 3.6), rel=1e-3)  # 10 % down: as on the flat
    assert tobler(np.array([-0.05]))[0] > 1


def test_a_point_is_joined_to_the_largest_piece_and_its_way_there_counts():
    where = {0: (0.0, 0.0), 1: (60 / EAST, 0.0), 2: (120 / EAST, 0.0), 8: (0.0, 30 / NORTH), 9: (60 / EAST, 30 / NORTH)}
    network = build([Line([0, 1, 2], "path"), Line([8, 9], "path")], where, WALK)
    joined = network.join(np.array([0.0]), np.array([30 / NORTH]), metres_per_second=1.0)

    assert joined.metres[0] == pytest.approx(30, abs=0.01)
    assert joined.door[0] == 30_000


def random_network(seed, nodes=60):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(0, 0.01, (2, nodes))
    tail, head = rng.integers(0, nodes, (2, 3 * nodes)).astype(np.int32)
    time = rng.integers(1, 100_000, 3 * nodes).astype(np.int32)
    return Network("car", lon, lat, tail, head, time, time / 1000)


def all_pairs(network):
    rows = network.forward
    tail = np.repeat(np.arange(len(network)), np.diff(rows.start))
    told = dijkstra(coo_matrix((rows.time.astype(float), (tail, rows.to)), shape=(len(network),) * 2).tocsr())
    return np.where(np.isinf(told), NEVER, told).astype(np.int32)


@given(st.integers(0, 10**6))
def test_every_way_of_asking_agrees_with_an_independent_library(seed):
    network = random_network(seed)
    rng = np.random.default_rng(seed)
    truth, hierarchy = all_pairs(network), prepare(network)
    places, extra = rng.choice(60, 5), rng.integers(0, 5000, 5).astype(np.int32)
    nearest = (truth[:, places].astype(np.int64) + extra).min(axis=1)
    wanted = np.where(nearest >= NEVER, NEVER, nearest)

    assert (np.minimum(nearest_times(network, places, extra)[0], NEVER) == wanted).all()
    assert (np.minimum(hierarchy.nearest([(places, extra)])[:, 0], NEVER) == wanted).all()
    sources, targets = rng.choice(60, 9), rng.choice(60, 7)
    assert (hierarchy.table(sources, targets) == truth[np.ix_(sources, targets)]).all()
    assert (table(network, sources, targets) == truth[np.ix_(sources, targets)]).all()
    weight, limits = rng.integers(0, 9, 60).astype(float), np.array([50_000, 150_000])
    by_hand = np.stack([(truth <= limit) @ weight for limit in limits], axis=1)
    assert np.allclose(within_reach(network, weight, limits), by_hand)


@given(st.integers(0, 10**6))
def test_one_more_place_never_makes_anybody_s_way_longer(seed):
    network, rng = random_network(seed), np.random.default_rng(seed)
    places = rng.choice(60, 6)
    hierarchy, none = prepare(network), np.zeros(6, dtype=np.int32)

    few, more = (hierarchy.nearest([(places[:n], none[:n])])[:, 0] for n in (5, 6))
    assert (more <= few).all()


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/roads")
def test_on_a_real_network_the_hierarchy_equals_an_independent_library():
    """The streets of Jinan: 12,766 junctions, 28,597 directed stretches (OpenStreetMap, ODbL)."""
    drive = Travel("car", {"road": 36.0}, oneway=True)
    network = read_roads(SHARED / "jinan" / "edges.shp", drive, road="none", directed=True)
    hierarchy, rng = prepare(network), np.random.default_rng(1)
    sources = rng.choice(len(network), 40).astype(np.int32)
    rows = network.forward
    tail = np.repeat(np.arange(len(network)), np.diff(rows.start))
    graph = coo_matrix((rows.time.astype(float), (tail, rows.to)), shape=(len(network),) * 2).tocsr()
    truth = dijkstra(graph, indices=sources)
    told = hierarchy.table(sources, np.arange(len(network), dtype=np.int32))

    assert len(network) == 12_766
    assert network.metres.sum() / 1000 == pytest.approx(5115, rel=0.005)
    assert (told == np.where(np.isinf(truth), NEVER, truth)).all()


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data/roads")
def test_an_openstreetmap_extract_is_read_for_each_way_of_travelling():
    path = SHARED / "liechtenstein.osm.pbf"
    on_foot = read_osm(path, Travel("walk", dict.fromkeys(("path", "footway", "residential", "track", "service"), 3.6)))
    by_car = read_osm(path, Travel("car", dict.fromkeys(("primary", "secondary", "residential"), 36.0), oneway=True))
    schools = read_facilities(path, [FacilityRule("school", (("amenity", "school"),), ("Privatschule",))])

    assert on_foot.metres.sum() > by_car.metres.sum() > 0
    assert on_foot.barriers > 0
    assert len(schools) > 5
    assert all("Privatschule" not in s.name and 9.4 < s.lon < 9.7 and 47 < s.lat < 47.3 for s in schools)


def test_geojson_is_read_and_what_is_no_map_says_so(tmp_path):
    line = {
        "type": "Feature",
        "properties": {"class": "path"},
        "geometry": {"type": "LineString", "coordinates": [[0, 0], [60 / EAST, 0]]},
    }
    (tmp_path / "r.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line]}))
    assert read_roads(tmp_path / "r.geojson", WALK, road="class").time.tolist() == [60_000, 60_000]
    (tmp_path / "x.geojson").write_text("hello")
    (tmp_path / "y.shp").write_bytes(b"hello")
    (tmp_path / "y.dbf").write_bytes(b"hello")
    (tmp_path / "z.osm.pbf").write_bytes(b"hello")
    for read in (
        lambda: read_roads(tmp_path / "x.geojson", WALK),
        lambda: read_roads(tmp_path / "y.shp", WALK),
        lambda: read_osm(tmp_path / "z.osm.pbf", WALK),
    ):
        with pytest.raises(NotAMap, match="不是可读的地图"):
            read()
    with pytest.raises(NotAMap, match="没有这种出行方式"):
        read_roads(tmp_path / "r.geojson", Travel("car", {}), road="class")


def test_an_area_is_told_by_a_point_inside_it(tmp_path):
    square = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
    hole = [[1, 1], [1, 3], [3, 3], [3, 1], [1, 1]]
    bay = [[0, 0], [6, 0], [6, 4], [5, 4], [5, 1], [1, 1], [1, 4], [0, 4], [0, 0]]
    shapes = [("Polygon", [square]), ("Polygon", [square, hole]), ("MultiPolygon", [[bay]])]
    features = [
        {"type": "Feature", "properties": {"人口": n}, "geometry": {"type": kind, "coordinates": at}}
        for n, (kind, at) in enumerate(shapes)
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    plain, holed, bent = read_areas(path)

    assert (plain.lon, plain.lat, plain.attributes["人口"]) == (2, 2, "0")
    assert holed.lat == 2
    assert holed.lon in {0.5, 3.5}  # not in the hole, where its middle lies
    assert 0 < bent.lat < 4
    assert any(a <= bent.lon <= b for a, b in ((0, 1), (5, 6))) or bent.lat <= 1
    south, north = (
        [[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]],
        [[0, 8], [0, 9], [1, 9], [1, 8], [0, 8]],
    )  # turned otherwise
    apart = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": [[south], [north]]}}
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": apart}), "utf-8")
    assert (read_areas(path)[0].lon, read_areas(path)[0].lat) == (1, 0.5)
    for wrong in ([], {"features": ["x"]}, {"features": [{"geometry": {"type": "Polygon", "coordinates": [[1, 2]]}}]}):
        path.write_text(json.dumps(wrong), "utf-8")
        with pytest.raises(NotAMap):
            read_areas(path)
    parts = [{"type": "Polygon", "coordinates": [square]}, {"type": "Point", "coordinates": [9, 9]}]
    together = {"type": "Feature", "properties": None, "geometry": {"type": "GeometryCollection", "geometries": parts}}
    path.write_text(json.dumps({"features": [together]}), "utf-8-sig")  # as some programs write it
    assert (read_areas(path)[0].lon, read_areas(path)[0].lat) == (2, 2)


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        ('{"type": "Point", "coordinates": [1, 1]}', "第2个要素没有面"),
        ("null", "第2个要素没有面"),
        ('{"type": "Polygon", "coordinates": []}', "第2个要素没有面"),
        ('{"type": "Polygon", "coordinates": [[[500500, 3100500], [1, 0], [1, 1], [500500, 3100500]]]}', "WGS 84"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 0], [1, 0], [1, 1], [NaN, 0]]]}', "WGS 84"),
        ('{"type": "Polygon", "coordinates": [[[1e400, 0], [1, 0], [1, 1], [1e400, 0]]]}', "WGS 84"),
    ],
)
def test_no_area_is_left_out_and_no_metres_are_taken_for_degrees(tmp_path, geometry, says):
    good = '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}'
    path = tmp_path / "areas.geojson"
    features = ", ".join(f'{{"properties": {{}}, "geometry": {told}}}' for told in (good, geometry))
    path.write_text(f'{{"features": [{features}]}}', "utf-8")
    with pytest.raises(NotAMap, match=says):
        read_areas(path)
    if says == "WGS 84":
        path.write_text(
            path.read_text("utf-8").replace("[[[", "[[").replace("]]]", "]]").replace("Polygon", "LineString")
        )
        with pytest.raises(NotAMap, match=says):
            read_roads(path, WALK)


def test_a_shapefile_is_read_in_the_writing_of_its_country_and_needs_its_table(tmp_path):
    with shapefile.Writer(str(tmp_path / "a"), encoding="gbk") as out:
        out.field("名称", "C")
        out.poly([[[118, 28], [118.1, 28], [118.1, 28.1], [118, 28]]])
        out.record("柯城区")
    (tmp_path / "a.cpg").unlink(missing_ok=True)
    assert read_areas(tmp_path / "a.shp")[0].attributes["名称"] == "柯城区"
    for nothing in ("OEM", "ANSI 936 (?)"):  # says no writing that anybody knows
        (tmp_path / "a.cpg").write_text(nothing)
        assert read_areas(tmp_path / "a.shp")[0].attributes["名称"] == "柯城区"
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(NotAMap, match=r"\.dbf"):
        read_areas(tmp_path / "a.shp")


def test_a_facility_is_told_by_its_name_where_the_rule_asks():
    rule = FacilityRule("小学", (("amenity", "school"),), ("家长学校",), ("小学",))
    assert rule.holds({"amenity": "school", "name": "新桥街小学"})
    assert not rule.holds({"amenity": "school", "name": "新桥街小学家长学校"})
    assert not rule.holds({"amenity": "school", "name": "第一中学"})
    assert not rule.holds({"amenity": "school"})


def test_streets_of_a_shifted_map_are_brought_back(tmp_path):
    line = {"type": "LineString", "coordinates": [[116.38404722455657, 39.91334545536069], [116.39, 39.91334]]}
    path = tmp_path / "roads.geojson"
    path.write_text(json.dumps({"features": [{"properties": {"road": "path"}, "geometry": line}]}), "utf-8")
    network = read_roads(path, WALK, system="gcj02")
    assert (network.lon[0], network.lat[0]) == (pytest.approx(116.377817, abs=1e-6), pytest.approx(39.911954, abs=1e-6))

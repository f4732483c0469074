"""A simulated region for decisions: blocks of people, streets, facilities, boards, villages that could move and sites.

Real are the codes, names and the points that the pack knows; everything else is drawn from a seed and marked so.
The sheets are those a planner would bring, so that real ones can take their place one by one.
"""

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import Delaunay

from chengzai.kernel import Place, Places
from chengzai_twin._paths import Floats, generator
from chengzai_twin._settings import region_settings

_DEGREE = 111.2  # km to the north
_RURAL = 640  # persons in a village, in the mean
_PLACES = {"幼儿园": 34, "小学": 68, "初中": 36}
_STREET = 0.35  # km between the streets of a town
_AGES = 91


@dataclass(frozen=True, slots=True)
class SimulatedTown:
    """A core town of the plan: its code and name, the counties it is the town of, its people now and by the goal.

    Its middle is the seat of the first county; people are in 万人.
    """

    code: str
    name: str
    counties: tuple[str, ...]
    now: float
    target: float

    @property
    def county(self) -> str:
        """The county its middle lies in."""
        return self.counties[0]


@dataclass
class _Made:
    """What is made so far: the sheets, row by row."""

    squeeze: float
    sheets: dict[str, list[list[object]]] = field(default_factory=dict)

    def near(self, lon: float, lat: float, east: float, north: float) -> tuple[float, float]:
        """Return the point so many km to the east and north."""
        return lon + east / (_DEGREE * self.squeeze), lat + north / _DEGREE

    def row(self, sheet: str, *cells: object) -> None:
        self.sheets.setdefault(sheet, []).append([round(c, 6) if isinstance(c, float) else c for c in cells])


def simulate_region(places: Places, towns: Sequence[SimulatedTown], *, seed: int, first_year: int) -> dict[str, bytes]:
    """Return the sheets of a simulated region by file name; see docs/howto/decide.md for what each holds."""
    seats = {p.code: p for p in places.at_level("county") if p.lon is not None and p.lat is not None}
    made = _Made(math.cos(math.radians(float(np.mean([p.lat for p in seats.values()])))))
    rng = generator(seed, "region")
    world = _World(places, seats, [t for t in towns if t.county in seats], {}, made, rng, seed)
    world.homes = _points_of(world)
    edges = _Edges(made)
    for town in world.towns:
        edges.town(seats[town.county], town, rng)
    edges.between(list(world.homes.values()), [(s.lon or 0.0, s.lat or 0.0) for s in seats.values()])
    for write in (_blocks, _amenities, _boards, _moving, _ages):
        write(world)
    _projects(world, generator(seed, "projects"))
    files = {f"{name}.csv": _csv(name, rows) for name, rows in made.sheets.items()}
    settings = region_settings(first_year, seed, len(made.sheets["villages"]), made.sheets.get("projects", []))
    return files | {"settings.toml": settings.encode(), "roads.geojson": edges.geojson()}


@dataclass
class _World:
    """What the sheets are made from."""

    places: Places
    seats: Mapping[str, Place]
    towns: Sequence[SimulatedTown]
    homes: Mapping[str, tuple[float, float]]
    made: _Made
    rng: np.random.Generator
    seed: int

    def county(self, village: str) -> str:
        """Return the county of a village unit."""
        return self.places[self.places[village].parent].parent


_HEADS = {
    "blocks": ["地块", "名称", "县", "城镇", "城区", "经度", "纬度", "人口"],
    "amenities": ["类别", "名称", "经度", "纬度", "座位", "城镇"],
    "boards": ["城镇", "县", "要素", "可承载", "学位", "学段", "补一万人", "不确定", "住房", "目标", "现有"],
    "projects": ["项目", "城镇", "要素", "增加", "造价", "工期"],
    "villages": ["村", "县", "人数", "户数", "风险", "同意", "最晚年", "必须", "同族", "相邻", "小学生", "劳力", "种地",
                 "愿选公寓", "愿选房票", "愿选联建", "地块", "经度", "纬度"],
    "sites": ["点", "类别", "县", "期", "容量", "开工费", "最早年", "小学学位", "岗位", "可供房票", "现住", "城镇",
              "经度", "纬度"],
    "ages": ["县", "城乡", "性别", "年龄", "人数"],
    "rates": ["年龄", "女存活", "男存活", "生育率", "进城"],
}  # fmt: skip


def _csv(name: str, rows: list[list[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADS[name])
    writer.writerows(rows)
    return out.getvalue().encode()


def _points_of(w: _World) -> dict[str, tuple[float, float]]:
    """Return a point for every village unit: the pack's own, else one drawn around its township's."""
    found: dict[str, tuple[float, float]] = {}
    middle: dict[str, tuple[float, float]] = {}
    for township in w.places.at_level("township"):
        seat = w.seats.get(township.parent)
        if township.lon is not None and township.lat is not None:
            middle[township.code] = (township.lon, township.lat)
        elif seat:
            angle, away = w.rng.uniform(0, 2 * math.pi), w.rng.uniform(6, 16)
            middle[township.code] = w.made.near(
                seat.lon or 0.0, seat.lat or 0.0, away * math.cos(angle), away * math.sin(angle)
            )
    for village in w.places.at_level("village"):
        if village.lon is not None and village.lat is not None:
            found[village.code] = (village.lon, village.lat)
        elif village.parent in middle:
            east, north = w.rng.normal(0, 2.0, 2)
            found[village.code] = w.made.near(*middle[village.parent], float(east), float(north))
    return found


def _town_side(town: SimulatedTown) -> int:
    """Return how many streets a town has to each side, at some 9,000 persons a square km."""
    return 2 * max(2, round(math.sqrt(town.now * 1e4 / 9000) / _STREET / 2))


def _blocks(w: _World) -> None:
    """Write the blocks: a square of streets for each core town, and every village unit."""
    for town in w.towns:
        seat, side = w.seats[town.county], _town_side(town)
        weight = w.rng.uniform(0.5, 1.5, (side // 2, side // 2))
        weight *= town.now * 1e4 / weight.sum()
        for (i, j), persons in np.ndenumerate(weight):
            at = w.made.near(
                seat.lon or 0.0, seat.lat or 0.0, (2 * i + 1 - side / 2) * _STREET, (2 * j + 1 - side / 2) * _STREET
            )
            name = f"{town.name}{i * (side // 2) + j + 1}号地块"
            w.made.row("blocks", f"{town.code}-{i}-{j}", name, town.county, town.name, "是", *at, round(float(persons)))
    for code, (lon, lat) in w.homes.items():
        place, county = w.places[code], w.county(code)
        people = int(np.clip(w.rng.lognormal(math.log(_RURAL), 0.45), 60, 3000))
        w.made.row("blocks", code, place.name, county, "", "否", lon, lat, people)


@dataclass
class _Edges:
    """Streets: town squares and roads between places."""

    made: _Made
    lines: list[tuple[str, list[tuple[float, float]]]] = field(default_factory=list)

    def town(self, seat: Place, town: SimulatedTown, rng: np.random.Generator) -> None:
        """Lay a square of streets around a seat, some of them missing; the seat is its middle."""
        side = _town_side(town)
        at = [
            [self.made.near(seat.lon or 0.0, seat.lat or 0.0, (i - side / 2) * _STREET, (j - side / 2) * _STREET)
             for j in range(side + 1)]
            for i in range(side + 1)
        ]  # fmt: skip
        for i in range(side + 1):
            for j in range(side + 1):
                for a, b in ((i + 1, j), (i, j + 1)):
                    if a <= side and b <= side and (rng.random() > 0.08 or i in {0, side} or j in {0, side}):
                        self.lines.append(("residential", [at[i][j], at[a][b]]))

    def between(self, homes: Sequence[tuple[float, float]], seats: Sequence[tuple[float, float]]) -> None:
        """Join all places as roads are laid: the Gabriel graph, better roads near the seats; always in one piece."""
        corners = [line[1][0] for line in self.lines[:: max(1, len(self.lines) // 400)]]
        points = np.array([*homes, *corners, *seats])
        flat = points * [self.made.squeeze * _DEGREE, _DEGREE]
        for a, b in sorted(_gabriel(flat)):
            length = float(np.hypot(*(flat[a] - flat[b])))
            road = "secondary" if length > 4 else "tertiary" if length > 1.2 else "unclassified"
            middle = (points[a] + points[b]) / 2 + (points[b] - points[a])[::-1] * [0.18, -0.18]
            self.lines.append((road, [tuple(points[a]), tuple(middle), tuple(points[b])]))
        hubs = points[-len(seats) :]
        for a, b in sorted(_gabriel(hubs * [self.made.squeeze * _DEGREE, _DEGREE])):
            self.lines.append(("trunk", [tuple(hubs[a]), tuple(hubs[b])]))

    def geojson(self) -> bytes:
        """Return the streets as GeoJSON lines with their class."""
        features = [
            {
                "type": "Feature",
                # Trunk roads pass over the towns between which they are laid: nobody joins them on the way.
                "properties": {"road": road, "bridge": "yes"} if road == "trunk" else {"road": road},
                "geometry": {
                    "type": "LineString",
                    "coordinates": [[round(float(x), 6), round(float(y), 6)] for x, y in line],
                },
            }
            for road, line in self.lines
        ]
        told = {"type": "FeatureCollection", "simulated": True, "features": features}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _gabriel(flat: Floats) -> set[tuple[int, int]]:
    """Return the pairs of points whose circle holds no other: a road goes there without passing anybody nearer."""
    flat = np.asarray(flat) + np.random.default_rng(0).normal(0, 1e-6, np.shape(flat))
    empty: dict[tuple[int, int], bool] = {}
    for corners in Delaunay(flat).simplices.tolist():
        for n in range(3):
            a, b, c = corners[n], corners[(n + 1) % 3], corners[(n + 2) % 3]
            pair = (min(a, b), max(a, b))
            outside = float((flat[a] - flat[c]) @ (flat[b] - flat[c])) >= 0  # Thales: the angle at c is not obtuse
            empty[pair] = empty.get(pair, True) and outside
    return {pair for pair, alone in empty.items() if alone}


def _amenities(w: _World) -> None:
    """Write what serves people: in towns by their people, outside at townships, villages and seats."""
    for town in w.towns:
        seat, side = w.seats[town.county], _town_side(town)
        for kind, each in _IN_TOWN.items():
            across = max(1, round(math.sqrt(town.now * 1e4 / each)))
            for n in range(across * across):  # one in each square of the town, somewhere in it
                square = np.array(divmod(n, across)) + w.rng.uniform(0.2, 0.8, 2)
                east, north = (square / across - 0.5) * side * _STREET
                at = w.made.near(seat.lon or 0.0, seat.lat or 0.0, float(east), float(north))
                w.made.row("amenities", kind, f"{town.name}{kind}{n + 1}", *at, _SEATS.get(kind, ""), town.name)
    for seat in w.seats.values():
        for kind in ("县城", "县级商业", "县级物流"):
            w.made.row("amenities", kind, f"{seat.name}{kind}", seat.lon, seat.lat, "", "")
    last = ""
    for code, (lon, lat) in w.homes.items():
        first_of_township, last = w.places[code].parent != last, w.places[code].parent
        kinds = [*_IN_VILLAGE] + ([*_IN_TOWNSHIP] if first_of_township else [])
        for kind in kinds:
            if w.rng.random() < (_IN_TOWNSHIP | _IN_VILLAGE)[kind]:
                w.made.row("amenities", kind, f"{w.places[code].name}{kind}", lon, lat, _SEATS.get(kind, ""), "")


# Persons for each in a town; the chance of one at a township's first village, and at any village.
_IN_TOWN = {
    "幼儿园": 1900, "小学": 5000, "初中": 12000, "社区卫生服务站": 1900, "卫生服务中心": 12000, "菜市场": 5000,
    "文化活动中心": 9000, "健身场地": 4200, "便利店": 1000, "快递点": 1500,
}  # fmt: skip
_IN_TOWNSHIP = {
    "幼儿园": 0.95, "小学": 0.95, "初中": 0.6, "卫生服务中心": 0.97, "菜市场": 0.8, "文化活动中心": 0.9,
    "镇级商业": 0.9, "镇级物流": 0.9,
}  # fmt: skip
_IN_VILLAGE = {"社区卫生服务站": 0.7, "健身场地": 0.75, "便利店": 0.8, "快递点": 0.7}
_SEATS = {"幼儿园": 270, "小学": 1080, "初中": 1200}


def _boards(w: _World) -> None:
    """Write what bounds each town: some boards short of the goal, some of today, one unknown somewhere."""
    drawn = {"供水": (0.6, 1.4), "备用水源": (0.7, 1.6), "建设用地": (2.2, 2.0), "污水处理": (0.6, 1.3),
             "医院床位": (1.4, 1.2), "托位": (0.2, 0.9), "养老床位": (0.5, 1.0), "就业岗位": (1.8, 1.0)}  # fmt: skip
    for number, town in enumerate(w.towns):
        last = [town.target, town.now]
        for name, (cost, wide) in drawn.items():
            way = float(w.rng.uniform(0.45, wide))
            bears = "" if name == "养老床位" and number == 2 else round(town.now + (town.target - town.now) * way, 2)
            price = round(cost * float(w.rng.uniform(0.8, 1.2)), 2)
            spread = round(float(w.rng.uniform(0.03, 0.1)), 2)
            w.made.row("boards", town.name, town.county, name, bears, "", "", price, spread, "否", *last)
        housing = round(town.now * float(w.rng.uniform(1.0, 1.06)), 2)
        w.made.row("boards", town.name, town.county, "住房", housing, "", "", 5.5, 0.04, "是", *last)
        for stage, per_thousand in _PLACES.items():
            seats = round(town.now * 1e4 * per_thousand / 1000 * float(w.rng.uniform(0.95, 1.25)))
            w.made.row("boards", town.name, town.county, stage, "", seats, stage, 1.1, 0.05, "否", *last)


def _projects(w: _World, rng: np.random.Generator) -> None:
    """Write projects that lengthen boards: each town's own, water for two, beds for all; a school takes land."""
    for town in w.towns:
        rise = max(town.target - town.now, 0.2)
        for name, (board, unit) in _PROJECTS.items():
            adds = round(rise * float(rng.uniform(0.3, 0.9)), 2)
            cost = round(adds * unit * float(rng.uniform(0.8, 1.2)) + 0.1, 2)
            w.made.row("projects", f"{town.name}{name}", town.name, board, adds, cost, int(rng.integers(1, 4)))
        w.made.row("projects", f"{town.name}新建小学", town.name, "小学", 1080, 0.9, 2)
        w.made.row("projects", f"{town.name}新建小学", town.name, "建设用地", -0.05, "", "")
    for name, boards, some in (
        ("区域供水联通", ("供水", "备用水源"), 2),
        ("市域医疗床位扩建", ("医院床位",), len(w.towns)),
    ):
        cost, lead = round(float(rng.uniform(2.0, 4.0)), 2), int(rng.integers(2, 4))
        for town in w.towns[:some]:
            for board in boards:
                adds = round(max(town.target - town.now, 0.2) * float(rng.uniform(0.4, 0.8)), 2)
                w.made.row("projects", name, town.name, board, adds, cost, lead)


_PROJECTS = {
    "水厂扩建": ("供水", 0.6), "备用水源": ("备用水源", 0.7), "用地整理": ("建设用地", 2.0),
    "污水厂扩建": ("污水处理", 0.6), "托育园": ("托位", 0.2), "养老院": ("养老床位", 0.5), "产业园": ("就业岗位", 1.6),
}  # fmt: skip


def _moving(w: _World) -> None:
    """Write the villages that could move, the smaller and farther the likelier, and the sites they could move to."""
    flat = {code: np.array([lon * w.made.squeeze, lat]) * _DEGREE for code, (lon, lat) in w.homes.items()}
    named: dict[str, str] = {}
    for code in w.homes:
        seat = w.seats[w.county(code)]
        away = float(np.hypot(*(flat[code] - np.array([(seat.lon or 0) * w.made.squeeze, seat.lat or 0]) * _DEGREE)))
        if w.rng.random() < min(0.9, (away / 30) ** 2 * _MOVING):
            named[code] = f"{w.places[code].name}{'上坞下坑里源外岭'[len(named) % 8]}自然村{len(named) + 1}号"
    asked, stock = generator(w.seed, "wishes"), generator(w.seed, "homes")
    for code, name in named.items():
        persons = int(np.clip(w.rng.lognormal(3.9, 0.5), 12, 180))
        beside = [named[c] for c in sorted(named, key=lambda c: float(np.hypot(*(flat[c] - flat[code]))))[1:3]]
        hazard = w.rng.random() < 0.25
        w.made.row(
            "villages", name, w.county(code), persons, max(1, persons // 3),
            float(w.rng.choice([3, 5]) if hazard else w.rng.choice([1, 2])),
            float(w.rng.choice([1.0, 0.97, 0.9], p=[0.7, 0.2, 0.1])),
            int(w.rng.integers(1, 4)) if w.rng.random() < 0.05 else "",
            "是" if hazard and w.rng.random() < 0.1 else "否", "", "、".join(beside) if w.rng.random() < 0.3 else "",
            int(persons * 0.05), int(persons * 0.45), "是" if w.rng.random() < 0.15 else "否",
            *_wishes(max(1, persons // 3), asked), code, *w.homes[code],
        )  # fmt: skip
    for county, seat in w.seats.items():
        town = next((t.name for t in w.towns if county in t.counties), "")
        homes = [h for c, h in w.homes.items() if w.county(c) == county]
        for kind, count in (("city", 3), ("town", 3), ("village", 2)):
            for n in range(count):
                lon, lat = homes[int(w.rng.integers(len(homes)))]
                if kind == "city":
                    east, north = w.rng.uniform(-1.5, 1.5, 2)
                    lon, lat = w.made.near(seat.lon or 0.0, seat.lat or 0.0, float(east), float(north))
                name = f"{seat.name}{_SITES[kind]}{n + 1}"
                for phase in (1, 2, 3) if kind == "city" else (1, 2):
                    first = [int(w.rng.integers(40, 120)), int(w.rng.integers(400, 900))] if phase == 1 else ["", ""]
                    room = int(w.rng.integers(250, 500)) if kind == "city" else int(w.rng.integers(120, 260))
                    price, mine = (0.35, town) if kind == "city" else (0.2, "")
                    free = int(stock.integers(60, 200)) if kind == "city" and phase == 1 else ""
                    here = int(stock.integers(100, 900)) if phase == 1 else ""
                    w.made.row(
                        "sites", name, kind, county, phase, room, price, phase, *first, free, here, mine, lon, lat
                    )


def _wishes(households: int, rng: np.random.Generator) -> list[object]:
    """Return how many households want flats, vouchers and plots, or nothing where nobody has asked yet."""
    shares = rng.dirichlet([6, 4, 3])
    if rng.random() < 0.6:
        return ["", "", ""]
    flats, vouchers = (int(households * share) for share in shares[:2])
    return [flats, vouchers, households - flats - vouchers]


_MOVING = 0.85
_SITES = {"city": "城区安置点", "town": "集镇安置点", "village": "中心村安置点"}


def _ages(w: _World) -> None:
    """Write the people of each county by age, town and country, and what happens to them in a year."""
    age = np.arange(_AGES)
    for county in w.seats:
        people = {"城": 0.0, "乡": 0.0}
        for row in w.made.sheets["blocks"]:
            if row[2] == county:
                people["城" if row[4] == "是" else "乡"] += float(str(row[7]))
        for part, total in people.items():
            old = 38 if part == "城" else 52
            shape = np.exp(-(((age - old) / 30) ** 2)) + 0.25 * np.exp(-(((age - 8) / 8) ** 2))
            for n, count in enumerate(np.rint(total * shape / shape.sum())):
                half = int(count) // 2
                w.made.row("ages", county, part, "女", n, half)
                w.made.row("ages", county, part, "男", n, int(count) - half)
    dying = np.clip(0.0004 + 0.00002 * np.exp(age / 10.2), 0, 0.5)
    births = 0.10 * np.exp(-(((age - 29) / 5.5) ** 2)) * ((age >= 15) & (age < 50))
    moving = 0.006 * np.exp(-(((age - 24) / 8) ** 2))
    for n in range(_AGES):
        w.made.row(
            "rates", n, float(1 - dying[n]), float(1 - min(0.5, 1.25 * dying[n])), float(births[n]), float(moving[n])
        )

"""Streets and areas from what a city has: Shapefile, GeoJSON, grids of heights."""

import json
import math
import struct
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.kernel import Text, UserError
from chengzai.space import Line, Network, Relief, Travel, build, to_wgs84

_GRID = 1e-7  # degrees: ends closer than a centimetre are one place
_ROUND = 180.0


class NotAMap(UserError):
    """The file is not one of the map formats, or holds no line that can be used."""


_YES = frozenset({"1", "1.0", "true", "yes", "y", "t", "是"})
# Which way a line may be gone, as the attribute `oneway` says it: along, or against. Geofabrik's files write F for
# forward, T for against and B for both, others FT (from its first point to its last) and TF; a logical field is true.
# Source: Geofabrik, OpenStreetMap Data in Layered GIS Format, roads; the OpenStreetMap wiki, Key:oneway.
_ALONG = frozenset({"1", "1.0", "true", "yes", "y", "是", "f", "ft"})
_AGAINST = frozenset({"-1", "-1.0", "reverse", "t", "tf"})


def read_roads(
    path: Path,
    travel: Travel,
    *,
    road: str = "road",
    directed: bool = False,
    system: str = "wgs84",
    relief: Relief | None = None,
) -> Network:
    """Return the network of a Shapefile or GeoJSON of lines; raises NotAMap.

    `road` names the attribute with the road class; a line without it is of class `road`. One-way streets are read
    from an attribute `oneway` (yes, true, 1, F or FT: along the line; -1, T or TF: against it; anything else: both
    ways); with `directed` every line is one direction of a street. Bridges and tunnels (attributes `bridge`, `tunnel`)
    are joined at their ends alone. Coordinates are of the
    `system`, one of SYSTEMS.
    """
    features = _geojson(path) if path.suffix.lower() in {".json", ".geojson"} else _shapefile(path)
    where: dict[int, tuple[float, float]] = {}
    keys: dict[tuple[int, int], int] = {}
    lines = []
    for attributes, parts in features:
        apart = any(_written(attributes, key) in _YES for key in ("bridge", "tunnel"))
        for part in parts:
            _require_degrees(path, part)
            points = []
            for lon, lat in _in_wgs84(part, system):
                key = keys.setdefault((round(lon / _GRID), round(lat / _GRID)), len(keys))
                where[key] = (lon, lat)
                points.append(key)
            kind, direction = str(attributes.get(road) or "road"), 1 if directed else _direction(attributes)
            lines.append(Line(points, kind, direction=direction, closed=apart))
    return some(path, build(lines, where, travel, relief=relief))


def _written(attributes: Mapping[str, Any], key: str) -> str:
    return str(attributes.get(key, "")).strip().lower()


def _direction(attributes: Mapping[str, Any]) -> int:
    """Return 1 for a line that may be gone along alone, −1 against alone, 0 both ways."""
    value = _written(attributes, "oneway")
    return 1 if value in _ALONG else -1 if value in _AGAINST else 0


def _in_wgs84(part: list[tuple[float, float]], system: str) -> list[tuple[float, float]]:
    if system in {"wgs84", "cgcs2000"}:
        return part
    lon, lat = np.array(part, dtype=np.float64).reshape(-1, 2).T
    lon, lat = to_wgs84(lon, lat, system)
    return list(zip(lon.tolist(), lat.tolist(), strict=True))


def read_relief(path: Path) -> Relief:
    """Return heights from a grid in degrees (WGS 84), GeoTIFF or ESRI ASCII; raises NotAMap for a file that is none.

    A grid in metres, or one whose cells are not square, is refused: it has to be brought to degrees first.
    """
    import rasterio  # noqa: PLC0415 -- only who has heights needs it
    from rasterio.errors import NotGeoreferencedWarning, RasterioError  # noqa: PLC0415

    if path.suffix.lower() == ".asc":
        _require_numbers(path)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", NotGeoreferencedWarning)
            with rasterio.open(path) as grid:
                heights = grid.read(1, masked=True).astype(np.float64).filled(np.nan)
                place, metric = grid.transform, grid.crs is not None and not grid.crs.is_geographic
    except (RasterioError, NotGeoreferencedWarning, OSError) as problem:
        raise _no_grid(path) from problem
    beyond = place.a > 1 or abs(place.c) > _ROUND or abs(place.f) > _ROUND / 2  # an ASCII grid names no units
    if metric or beyond or place.b or place.d or not math.isclose(place.a, -place.e, rel_tol=1e-6):
        told = f"{path.name} 不是经纬度的正方形网格；请先转成 WGS 84 经纬度。"
        raise NotAMap(Text(told, f"{path.name} is no grid of square cells in degrees; bring it to WGS 84 first."))
    return Relief(place.c + place.a / 2, place.f + place.e / 2, place.a, heights)


_HEAD_LINES = 6


def _require_numbers(path: Path) -> None:
    """Refuse an ASCII grid with a cell that is no number: the library would read it as nought."""
    try:
        lines = path.read_text("ascii").splitlines()
    except (UnicodeDecodeError, OSError) as problem:
        raise _no_grid(path) from problem
    for n, line in enumerate(lines):
        if n < _HEAD_LINES and line[:1].isalpha() and len(line.split()) == 2:
            continue
        strange = next((cell for cell in line.split() if not _is_number(cell)), None)
        if strange is not None:
            told = f"{path.name} 第{n + 1}行的“{strange}”不是数；没有高程的格子写 NODATA 值。"
            raise NotAMap(Text(told, f"{path.name} line {n + 1}: {strange} is no number; mark gaps by NODATA."))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _no_grid(path: Path) -> NotAMap:
    told = f"{path.name} 不是可读的高程网格（GeoTIFF 或 ESRI ASCII，经纬度）。"
    return NotAMap(Text(told, f"{path.name} is no GeoTIFF or ESRI ASCII grid."))


Features = list[tuple[Mapping[str, Any], list[list[tuple[float, float]]]]]


def _shapefile(path: Path) -> Features:
    import shapefile  # noqa: PLC0415 -- pyshp

    missing = [s for s in (".shp", ".dbf") if not path.with_suffix(s).is_file()]
    if missing:
        told = f"{path.name} 缺少同名的 {'、'.join(missing)} 文件；Shapefile 要几个文件放在一起。"
        raise NotAMap(Text(told, f"{path.name} lacks {missing} beside it."))
    # Without a .cpg nobody says which writing the names are in; what is no UTF-8 is GB 18030 hereabouts.
    for written in ({}, {"encoding": "gb18030"}):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that the .cpg is overruled
                with shapefile.Reader(str(path), **written) as reader:
                    return [(record.record.as_dict(), _parts(record.shape)) for record in reader.iterShapeRecords()]
        except (shapefile.dbfFileException, LookupError, UnicodeDecodeError):  # a .cpg that says OEM names no writing
            continue
        except (shapefile.ShapefileException, OSError, struct.error) as problem:
            raise not_a_map(path) from problem
    told = f"{path.name} 的属性表读不出来；请附上写明编码的 .cpg，或另存为 UTF-8。"
    raise NotAMap(Text(told, f"The table of {path.name} cannot be read; add a .cpg or save it as UTF-8."))


def _parts(shape: Any) -> list[list[tuple[float, float]]]:
    ends = [*shape.parts, len(shape.points)]
    return [[(p[0], p[1]) for p in shape.points[a:b]] for a, b in pairwise(ends)]


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a map: its attributes, and a point inside it, in the middle where the middle lies inside."""

    attributes: Mapping[str, str]
    lon: float
    lat: float


def read_areas(path: Path) -> tuple[Area, ...]:
    """Return the polygons of a Shapefile or GeoJSON in WGS 84; raises NotAMap for a file without any."""
    features = _geojson(path, _AREAS) if path.suffix.lower() in {".json", ".geojson"} else _shapefile(path)
    areas = []
    for n, (attributes, rings) in enumerate(features, start=1):
        kept = [np.array(ring) for ring in rings if len(ring) > 3]
        if not kept:  # left out, its people would be lost
            told = f"{path.name} 第{n}个要素没有面；请补上面，或删去这一条。"
            raise NotAMap(Text(told, f"{path.name}, feature {n}, has no area; give it one or take it out."))
        _require_degrees(path, [point for ring in rings for point in ring])
        lon, lat = _inside_of(kept)
        areas.append(Area({str(k): "" if v is None else str(v) for k, v in attributes.items()}, lon, lat))
    if not areas:
        raise not_a_map(path)
    return tuple(areas)


def _inside_of(rings: Sequence[NDArray[np.float64]]) -> tuple[float, float]:
    """Return the middle of an area's largest ring, or where that lies outside the area, a point beside it inside.

    Which way rings turn is not relied on: maps differ. What lies in an odd number of rings is inside.
    """
    largest = max(rings, key=lambda ring: abs(float(_turns(ring - ring[0]).sum())))
    corner = largest[0]  # from a corner: products of degrees would drown a small area
    turns, own = _turns(largest - corner), largest - corner
    whole = float(turns.sum())
    if whole:
        middle, lat = (float(((own[:-1, k] + own[1:, k]) * turns).sum() / (3 * whole)) for k in (0, 1))
    else:
        middle, lat = own.mean(axis=0).tolist()
    ends = [ring - corner for ring in rings]
    x, y = (np.concatenate([ring[:-1, k] for ring in ends]) for k in (0, 1))
    x2, y2 = (np.concatenate([ring[1:, k] for ring in ends]) for k in (0, 1))
    crosses = (y > lat) != (y2 > lat)
    edges = np.sort(x[crosses] + (lat - y[crosses]) * (x2[crosses] - x[crosses]) / (y2[crosses] - y[crosses]))
    stretches = [(float(a), float(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if stretches and not any(a <= middle <= b for a, b in stretches):
        west, east = max(stretches, key=lambda s: s[1] - s[0])
        middle = (west + east) / 2
    return float(corner[0]) + middle, float(corner[1]) + lat


def _turns(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(ring[:-1, 0] * ring[1:, 1] - ring[1:, 0] * ring[:-1, 1])


def _require_degrees(path: Path, points: Sequence[tuple[float, float]]) -> None:
    """Refuse coordinates that are no degrees: a map in metres, or a number without end."""
    for lon, lat in points:
        if not (abs(lon) <= _ROUND and abs(lat) <= _ROUND / 2):
            told = f"{path.name} 的坐标（{lon:g}，{lat:g}）不是经纬度；请先转成 WGS 84 经纬度。"
            raise NotAMap(Text(told, f"{path.name}: ({lon:g}, {lat:g}) is not in degrees; bring it to WGS 84 first."))


_LINES: Mapping[str, Callable[[Any], Any]] = {"LineString": lambda g: [g], "MultiLineString": lambda g: g}
_AREAS: Mapping[str, Callable[[Any], Any]] = {
    "Polygon": lambda g: g,
    "MultiPolygon": lambda g: [ring for part in g for ring in part],
}


def _geojson(path: Path, shapes: Mapping[str, Callable[[Any], Any]] = _LINES) -> Features:
    """Return every feature with the lines or rings of the shapes that are taken; none where it has no such shape."""
    try:
        told = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as problem:
        told = f"{path.name} 不是 UTF-8；请另存为 UTF-8 再试。"
        raise NotAMap(Text(told, f"{path.name} is not in UTF-8.")) from problem
    except (OSError, ValueError) as problem:
        raise not_a_map(path) from problem
    try:
        return [
            (dict(feature.get("properties") or {}), _shapes(feature.get("geometry") or {}, shapes))
            for feature in told.get("features", ())
        ]
    except (AttributeError, TypeError, LookupError, ValueError) as problem:
        raise not_a_map(path) from problem


def _shapes(geometry: Mapping[str, Any], shapes: Mapping[str, Callable[[Any], Any]]) -> list[list[tuple[float, float]]]:
    kind = geometry.get("type", "")
    if kind == "GeometryCollection":
        return [part for one in geometry["geometries"] for part in _shapes(one, shapes)]
    if kind not in shapes:
        return []
    return [[(float(p[0]), float(p[1])) for p in part] for part in shapes[kind](geometry["coordinates"])]


def some(path: Path, network: Network) -> Network:
    """Return the network of a map; raises NotAMap for one without any street."""
    if not len(network):
        raise NotAMap(Text(f"{path.name} 里没有这种出行方式可走的路。", f"{path.name} holds no way for this mode."))
    return network


def not_a_map(path: Path) -> NotAMap:
    """Return the refusal of a file that is no map."""
    return NotAMap(
        Text(
            f"{path.name} 不是可读的地图文件（OSM PBF、Shapefile、GeoJSON）。",
            f"{path.name} is no map that can be read.",
        )
    )

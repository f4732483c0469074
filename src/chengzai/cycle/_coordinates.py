"""Coordinates of a planner's sheets: brought to WGS 84 as the settings say, and doubted where all lie shifted alike."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chengzai.cycle._sheets_in import NotASheet, PlainSheet, number_of
from chengzai.decide import Roads
from chengzai.kernel import Citation, Finding, Severity, Text
from chengzai.space import SYSTEMS, metres_per_degree, to_wgs84

Floats = NDArray[np.float64]
_FILES = ("blocks", "amenities", "villages", "sites", "roads")
_AT = ("经度", "纬度")
_NAMES = {"wgs84": "WGS 84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02（高德、腾讯）", "bd09": "BD-09（百度）"}
_LEAST, _SURE, _NEARER, _CAPPED = 10, 4.0, 0.75, 400.0  # points, standard errors, share of the metres, metres


def coordinate_systems(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the system of coordinates of each file: one for all, or by file; WGS 84 where nobody says.

    Raises NotASheet for a system or a file that is none.
    """
    written = settings.get("coordinates", {})
    by_file = dict(written) if isinstance(written, Mapping) else dict.fromkeys(_FILES, written)
    if strange := sorted(str(v) for v in {*by_file} - {*_FILES} | {v for v in by_file.values() if v not in SYSTEMS}):
        some, systems = "、".join(strange), "、".join(SYSTEMS)
        words = f"settings.toml 的 coordinates 里的“{some}”不认识；坐标系写 {systems} 之一，或按文件分别写。"
        raise NotASheet(Text(words, f"settings.toml: coordinates is one of {SYSTEMS}, or one for each file."))
    return {file: str(by_file.get(file, "wgs84")) for file in _FILES}


def in_wgs84(sheet: PlainSheet, system: str) -> PlainSheet:
    """Return a sheet whose coordinates are of a system with those of WGS 84; cells that are no number stay."""
    if system in {"wgs84", "cgcs2000"} or not set(_AT) <= set(sheet.rows[0]):
        return sheet
    at = [tuple(number_of(row[head]) for head in _AT) for row in sheet.rows]
    rows = []
    for row, (lon, lat) in zip(sheet.rows, at, strict=True):
        if lon is None or lat is None:
            rows.append(row)
            continue
        x, y = to_wgs84(np.array([lon]), np.array([lat]), system)
        rows.append({**row, **dict(zip(_AT, (f"{x[0]:.7f}", f"{y[0]:.7f}"), strict=True))})
    return PlainSheet(sheet.name, rows, rows[0], ())


def shifted_alike(written: PlainSheet, system: str, streets: Roads) -> Finding | None:
    """Return the doubt whether a sheet, as it was written, is of another system of coordinates than the settings say.

    Doubted where read as another system its points lie much nearer to the streets, by more than chance moves them.
    """
    points = [(written.number(n, _AT[0]), written.number(n, _AT[1])) for n in range(len(written.rows))]
    lon, lat = np.array(sorted(set(points))).T
    if len(lon) < _LEAST:
        return None
    away = {name: _away(lon, lat, name, streets) for name in ("wgs84", "gcj02", "bd09")}
    now = away["wgs84" if system == "cgcs2000" else system]
    best = min(away, key=lambda name: float(away[name].mean()))
    gain = now - away[best]
    error = float(gain.std(ddof=1)) / math.sqrt(len(gain))
    if away[best].mean() > _NEARER * now.mean() or gain.mean() <= _SURE * error:
        return None
    (x, y), (u, v) = to_wgs84(lon, lat, best), to_wgs84(lon, lat, system)
    east, north = metres_per_degree(float(lat.mean()))
    metres = float(np.median(np.hypot((x - u) * east, (y - v) * north)))
    name, before, then = _NAMES[best], f"{now.mean():.0f}", f"{away[best].mean():.0f}"
    return Finding(
        "decide.coordinates-shifted",
        Severity.WARNING,
        Text(
            f"{written.name} 的{len(lon)}个点整体偏移约{metres:.0f}米：按{name}读离路网平均{then}米，现在{before}米。",
            f"All {len(lon)} points of {written.name} lie about {metres:.0f} m off: read as {best} they are on average "
            f"{then} m from the streets, not {before} m.",
        ),
        Text(
            f"核对这张表（或路网）的坐标系；确是{name}的，在 settings.toml 写 coordinates。",
            f"Check the system of coordinates of this sheet, or of the streets; if it is {best}, the settings say so.",
        ),
        Citation(written.name, "、".join(_AT)),
    )


def _away(lon: Floats, lat: Floats, system: str, streets: Roads) -> Floats:
    """Return how far points of a system lie from the streets, in metres; what lies far off says nothing more."""
    x, y = to_wgs84(lon, lat, system)
    return np.minimum(streets.away(x.tolist(), y.tolist()), _CAPPED)

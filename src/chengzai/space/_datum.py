"""Coordinates as Chinese maps write them, brought to WGS 84.

Published maps of China carry a systematic shift (GCJ-02), some a second one over it (BD-09); national surveys use
CGCS2000, which differs from WGS 84 by centimetres.
"""

import numpy as np

from chengzai.space._ground import Floats

SYSTEMS = ("wgs84", "cgcs2000", "gcj02", "bd09")

_A, _E2 = 6_378_245.0, 0.00669342162296594323  # Krasovsky 1940
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_TURN = np.pi * 3000.0 / 180.0
_ROUNDS = 6  # each leaves about a thousandth of the error before


def to_wgs84(lon: Floats, lat: Floats, system: str) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of a system as WGS 84; raises ValueError for a system that is none of SYSTEMS.

    Outside the rectangle of China GCJ-02 is WGS 84. Right to a millimetre as the inverse of the shift, which itself is
    known from its published formulas alone.

    Source: the formulas of GCJ-02 and BD-09 as published with eviltransform and coordtransform.

    >>> lon, lat = to_wgs84(np.array([116.38404722455657]), np.array([39.91334545536069]), "gcj02")
    >>> f"{lon[0]:.6f} {lat[0]:.6f}"
    '116.377817 39.911954'
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if system in {"wgs84", "cgcs2000"}:
        return lon, lat
    if system not in SYSTEMS:
        raise ValueError(system)
    if system == "bd09":
        lon, lat = _from_bd09(lon, lat)
    found_lon, found_lat = lon, lat
    for _ in range(_ROUNDS):
        east, north = _shift(found_lon, found_lat)
        found_lon, found_lat = lon - east, lat - north
    return found_lon, found_lat


def _from_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    x, y = lon - 0.0065, lat - 0.006
    away = np.hypot(x, y) - 0.00002 * np.sin(y * _TURN)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _TURN)
    return away * np.cos(angle), away * np.sin(angle)


def _shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return by how many degrees GCJ-02 moves places of WGS 84 to the east and to the north."""
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    phi = np.radians(lat)
    w2 = 1 - _E2 * np.sin(phi) ** 2
    east_degrees = np.degrees(east / (_A / np.sqrt(w2) * np.cos(phi)))
    north_degrees = np.degrees(north / (_A * (1 - _E2) / w2**1.5))
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return np.where(inside, east_degrees, 0.0), np.where(inside, north_degrees, 0.0)

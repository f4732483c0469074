"""The ground that streets lie on: kinds of arrays, the time that never comes, and degrees as metres."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
NEVER = np.int32(1 << 30)  # milliseconds: twelve days; two of it still fit an int32

_A, _E2 = 6_378_137.0, 0.00669437999014  # WGS 84


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

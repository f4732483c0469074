"""Coordinates of Chinese maps against published pairs, and back again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengzai.space import SYSTEMS, metres_per_degree, to_wgs84
from chengzai.space._datum import _shift


@pytest.mark.parametrize(
    ("gcj", "wgs"),
    [
        ((121.531541859215, 31.17530398364597), (121.5272106, 31.1774276)),
        ((113.9171764808363, 22.540796131694766), (113.912316, 22.543847)),
        ((116.38404722455657, 39.91334545536069), (116.377817, 39.911954)),
        ((-104.990300, 39.739200), (-104.990300, 39.739200)),  # not in China
    ],
)
def test_gcj02_is_turned_back_as_published(gcj, wgs):
    assert np.ravel(to_wgs84(*np.array(gcj)[:, None], "gcj02")) == pytest.approx(wgs, abs=1e-6)


def test_bd09_is_gcj02_shifted_once_more():
    """116.404, 39.915 of GCJ-02 is written 116.410369, 39.921337 in BD-09."""
    once = to_wgs84(np.array([116.404]), np.array([39.915]), "gcj02")
    twice = to_wgs84(np.array([116.41036949371029]), np.array([39.92133699351021]), "bd09")
    assert np.ravel(twice) == pytest.approx(np.ravel(once), abs=2e-6)


def test_national_coordinates_stay_and_strange_ones_are_refused():
    assert to_wgs84(np.array([118.9]), np.array([28.9]), "cgcs2000") == (118.9, 28.9)
    with pytest.raises(ValueError, match="beijing54"):
        to_wgs84(np.array([118.9]), np.array([28.9]), "beijing54")
    assert SYSTEMS == ("wgs84", "cgcs2000", "gcj02", "bd09")


@given(st.floats(75, 135), st.floats(5, 53))
def test_shifted_and_turned_back_is_where_it_was(lon, lat):
    at = np.array([lon]), np.array([lat])
    east, north = _shift(*at)
    back = to_wgs84(at[0] + east, at[1] + north, "gcj02")
    wide, high = metres_per_degree(lat)
    assert np.hypot((back[0] - lon) * wide, (back[1] - lat) * high)[0] < 0.001


def test_around_quzhou_the_shift_is_about_half_a_kilometre():
    east, north = _shift(np.array([118.87]), np.array([28.97]))
    assert (east[0], north[0]) == (pytest.approx(0.0050, abs=5e-4), pytest.approx(-0.0029, abs=5e-4))

"""Observations to the cube, the cube to indicator values, each value with its working.

Arrays are dense, `[element, place, period]`, with places depth first, so that a subtree is a slice.
The same compiled function combines a cell in a full pass and in an update, so both agree to the last bit.
"""

from chengzai.measure._coverage import Completeness, complete_shares, completeness_of, window_of
from chengzai.measure._cube import Cube, build_cube, differing, over_time
from chengzai.measure._definitions import check_elements, check_units
from chengzai.measure._indicator import Indicator, read_indicators
from chengzai.measure._working import Working, explain

__all__ = [
    "Completeness",
    "Cube",
    "Indicator",
    "Working",
    "build_cube",
    "check_elements",
    "check_units",
    "complete_shares",
    "completeness_of",
    "differing",
    "explain",
    "over_time",
    "read_indicators",
    "window_of",
]

"""People: how many there will be, of which age and where, and what they will need."""

from chengzai.people._cohort import Projected, Rates, bands, by_ratio, exposed, project, rake, step
from chengzai.people._demand import (
    at_cut_off,
    in_need,
    months_counted,
    older_than,
    seats,
    urban_change,
)

__all__ = [
    "Projected",
    "Rates",
    "at_cut_off",
    "bands",
    "by_ratio",
    "exposed",
    "in_need",
    "months_counted",
    "older_than",
    "project",
    "rake",
    "seats",
    "step",
    "urban_change",
]

"""Is each target on course? Progress against trajectory, colour by rule, and counties side by side.

A state always names the rule that decided it, and “no report”, “not yet due” and “cannot tell” are states.
"""

from chengzai.assess._allocation import Allocation, check_allocations
from chengzai.assess._assess import Assessment, Case, Rules, assess, share_due
from chengzai.assess._board import Measured, assess_plan
from chengzai.assess._compare import Ranking, compare_counties
from chengzai.assess._lights import STATES, Band, band_of, check_bands
from chengzai.assess._progress import (
    attained_share,
    expected_share,
    required_run_rate,
    rounded_gap,
    schedule_gap,
)
from chengzai.assess._split import SPLIT_RULES, CannotSplit, is_additive, propose_split

__all__ = [
    "SPLIT_RULES",
    "STATES",
    "Allocation",
    "Assessment",
    "Band",
    "CannotSplit",
    "Case",
    "Measured",
    "Ranking",
    "Rules",
    "assess",
    "assess_plan",
    "attained_share",
    "band_of",
    "check_allocations",
    "check_bands",
    "compare_counties",
    "expected_share",
    "is_additive",
    "propose_split",
    "required_run_rate",
    "rounded_gap",
    "schedule_gap",
    "share_due",
]

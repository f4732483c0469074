"""Space: street networks, travel times, life circles and access. It knows no plan and no city."""

from chengzai.space._build import Line, Relief, Travel, build, tobler
from chengzai.space._circles import (
    Circle,
    Equity,
    Need,
    circle,
    covered_with_capacity,
    equity,
    gaussian,
    traffic_circle,
    two_step,
    zoned,
)
from chengzai.space._hierarchy import Hierarchy, prepare
from chengzai.space._network import NEVER, Network, Snapped, metres_per_degree
from chengzai.space._paths import nearest_times, table, times_from, within_reach

__all__ = [
    "NEVER",
    "Circle",
    "Equity",
    "Hierarchy",
    "Line",
    "Need",
    "Network",
    "Relief",
    "Snapped",
    "Travel",
    "build",
    "circle",
    "covered_with_capacity",
    "equity",
    "gaussian",
    "metres_per_degree",
    "nearest_times",
    "prepare",
    "table",
    "times_from",
    "tobler",
    "traffic_circle",
    "two_step",
    "within_reach",
    "zoned",
]

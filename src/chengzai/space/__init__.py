"""Space: street networks, travel times, life circles and access. It knows no plan and no city."""

from chengzai.space._build import Line, Relief, Travel, Turn, build, tobler
from chengzai.space._circles import (
    Circle,
    Equity,
    Need,
    circle,
    covered_with_capacity,
    equity,
    two_step,
)
from chengzai.space._course import Course, Joined
from chengzai.space._datum import SYSTEMS, to_wgs84
from chengzai.space._ground import NEVER, metres_per_degree
from chengzai.space._hierarchy import Hierarchy, prepare
from chengzai.space._network import Network
from chengzai.space._paths import nearest_times, table, times_from, within_reach

__all__ = [
    "NEVER",
    "SYSTEMS",
    "Circle",
    "Course",
    "Equity",
    "Hierarchy",
    "Joined",
    "Line",
    "Need",
    "Network",
    "Relief",
    "Travel",
    "Turn",
    "build",
    "circle",
    "covered_with_capacity",
    "equity",
    "metres_per_degree",
    "nearest_times",
    "prepare",
    "table",
    "times_from",
    "to_wgs84",
    "tobler",
    "two_step",
    "within_reach",
]

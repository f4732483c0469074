"""The words that every stage speaks: where a statement stands, what is wrong with it, when and where it holds.

The kernel knows no plan, no city and no file.
Every record is immutable; absence is a state, never a silent zero.
"""

from chengzai.kernel._actor import ROLES, Actor, Grant
from chengzai.kernel._dated import Dated, NoRuleInForce, Step
from chengzai.kernel._dated_tree import CHANGES, Origin, PlaceChange, PlaceHistory
from chengzai.kernel._finding import ChengzaiError, Citation, Finding, Severity, Text, UserError
from chengzai.kernel._formula import (
    Binary,
    Call,
    Formula,
    FormulaError,
    Name,
    Negate,
    Node,
    Number,
    parse_formula,
)
from chengzai.kernel._observation import Element, Observation
from chengzai.kernel._period import PER_YEAR, Period, PeriodError
from chengzai.kernel._place import Place
from chengzai.kernel._places import Places
from chengzai.kernel._quantity import Quantity, QuantityError, read_number, unit_scale, whole_parts
from chengzai.kernel._written import in_unit, plain_number, read_written

__all__ = [
    "CHANGES",
    "PER_YEAR",
    "ROLES",
    "Actor",
    "Binary",
    "Call",
    "ChengzaiError",
    "Citation",
    "Dated",
    "Element",
    "Finding",
    "Formula",
    "FormulaError",
    "Grant",
    "Name",
    "Negate",
    "NoRuleInForce",
    "Node",
    "Number",
    "Observation",
    "Origin",
    "Period",
    "PeriodError",
    "Place",
    "PlaceChange",
    "PlaceHistory",
    "Places",
    "Quantity",
    "QuantityError",
    "Severity",
    "Step",
    "Text",
    "UserError",
    "in_unit",
    "parse_formula",
    "plain_number",
    "read_number",
    "read_written",
    "unit_scale",
    "whole_parts",
]

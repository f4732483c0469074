"""The records of a plan: targets and other commitments with their words, repairs, and what is no commitment."""

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from chengzai.kernel import Quantity
from chengzai.plan._document import Clause, Section

KINDS = ("stock", "flow", "cumulative", "ratio", "maintain", "milestone", "completion", "coverage")
COMPARATORS = (">=", ">", "==", "~=", "<=", "<")
DIRECTIONS = ("up", "down")
_THINGS = frozenset(
    (*"个家户人名位条块套间所座处件项台辆宗起次场批期栋幢株头只艘村门支对", "人次", "套(间)", "套（间）")
)
_TAIL = 1e-12
_CLASSES = frozenset({"类", "级", "等"})
_PLACES_IN_ORDER = frozenset({"名", "位"})
STRENGTHS = ("firm", "basic", "aspirational", "guidance")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of the document: from `start` up to, not including, `end`; -1 where the words were not found."""

    start: int
    end: int

    def covers(self, other: "Span") -> bool:
        """Return whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a clause, where they stand, and where the number stands inside them."""

    clause: str
    words: str
    span: Span
    number: str = ""
    number_span: Span = Span(-1, -1)


@dataclass(frozen=True)
class Target:
    """One measurable promise of the plan, with the words that make it.

    `value` and `unit` are as written; the canonical pair is derived. `value` is None where the words
    give no numeral (全覆盖, 动态清零 apart). `comparator` records the wording, `direction` which way is better.
    A range has its lower end as `value` and its `upper` end. `growth` says that the number is a change, `base` what
    it is measured from as written, `baseline` the value it starts from. `units` answer for it, `support` help.
    `place` is the code where it is judged; `each` lists places that must each reach it.
    """

    id: str
    quotes: tuple[Quote, ...]
    indicator: str
    name_en: str
    scope: str
    place: str
    each: tuple[str, ...]
    comparator: str
    value: Decimal | None
    unit: str
    deadline: dt.date
    deadline_explicit: bool
    kind: str
    direction: str
    strength: str
    every_year: bool = False
    yearly_of: str = ""
    part_of: str = ""
    reading: str = ""
    upper: Decimal | None = None
    growth: bool = False
    base: str = ""
    baseline: Decimal | None = None
    units: str = ""
    support: str = ""

    @property
    def section(self) -> str:
        """The section of its first citation."""
        return self.quotes[0].clause.split(".")[0]

    @cached_property
    def canonical(self) -> Quantity | None:
        """The value in its base unit; full coverage is 100 %, and a completion without numeral has none."""
        if self.value is not None:
            return Quantity(self.value, self.unit).canonical()
        return Quantity(Decimal(100), "%") if self.kind == "coverage" else None

    @property
    def base_unit(self) -> str:
        """The unit of canonical values; empty where the words give no numeral."""
        return self.canonical.unit if self.canonical else ""

    @property
    def whole(self) -> bool:
        """Whether it counts things that come whole, such as 家 and 户, and not an amount such as 元, 亩 or %."""
        return self.kind in {"cumulative", "stock", "flow", "maintain"} and self.base_unit in _THINGS

    @property
    def of_class(self) -> bool:
        """Whether its value is a class of quality of which a smaller one is better: Ⅱ类 of surface water.

        Source: GB 3838-2002, 3: classes Ⅰ to Ⅴ in the order of use, Ⅰ the best.
        """
        return self.direction == "down" and self.base_unit in _CLASSES

    @property
    def of_rank(self) -> bool:
        """Whether its value is a place in an order, of which a smaller one is better: 前20名."""
        return self.direction == "down" and self.base_unit in _PLACES_IN_ORDER

    @property
    def strict(self) -> bool:
        """Whether its words exclude the number they name: 超过, 突破, 低于."""
        return self.comparator in {">", "<"} and not self.around

    @property
    def around(self) -> bool:
        """Whether its number is a mark to come near to from either side: 左右, or a guiding share."""
        return self.comparator == "~=" or self.strength == "guidance"

    def met_by(self, value: float, *, goal: float | None = None, tolerance: float = 0.0) -> bool:
        """Return whether a measured value, in the canonical unit, satisfies the wording.

        `goal` replaces the plan's number where a part of it was allocated.

        Strict words (超, 突破, 低于) exclude the limit; inclusive ones and a bare value include it;
        左右 and a guiding share allow `tolerance` as a share of the value on either side.
        Which side is better is `direction`, so that Ⅱ类以上 is met by Ⅰ类 and not by Ⅲ类.
        A target without numeral is met by 1. Values are compared unrounded, but for the tail that binary sums leave.
        """
        if goal is None:
            goal = float(self.canonical.value) if self.canonical else 1.0
        if self.around:
            return abs(value - goal) <= abs(goal) * tolerance * (1 + _TAIL)
        if math.isclose(value, goal, rel_tol=_TAIL):
            return not self.strict
        return value > goal if self.direction == "up" else value < goal


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment that is no target: a task, mechanism, reform or named system, by its `kind`.

    A task or reform has a verb and an object, a mechanism its `rhythm` (`week`, `month`, `quarter`, …).
    `units` answer for it, `support` help.
    """

    id: str
    kind: str
    quote: Quote
    verb: str = ""
    object: str = ""
    rhythm: str = ""
    deadline: dt.date | None = None
    units: str = ""
    support: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Words whose numbers promise nothing, and why.

    `clause` empty means everywhere; `occurrence` 0 means each time the words stand there.
    """

    words: str
    reason: str
    note: str = ""
    clause: str = ""
    occurrence: int = 0


@dataclass(frozen=True, slots=True)
class Repair:
    """One repair of the received text: what stood there, what it should say, and why.

    `applied` tells that the document already says `now`; else it still says `was`.
    """

    kind: str
    clause: str
    was: str
    now: str
    why: str
    span: Span
    applied: bool = False


@dataclass(frozen=True)
class Plan:
    """A compiled plan: the document, its clauses and everything read from it."""

    title: str
    short_title: str
    name_en: str
    city: str
    root: str
    start: dt.date
    end: dt.date
    document: str
    document_name: str
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    targets: tuple[Target, ...]
    promises: tuple[Promise, ...]
    exclusions: tuple[Exclusion, ...]
    label_reason: str
    repairs: tuple[Repair, ...]
    lost_headings: tuple[tuple[str, str], ...] = field(default=())
    silent_clauses: tuple[tuple[str, str], ...] = field(default=())

    @cached_property
    def target(self) -> dict[str, Target]:
        """The targets by id."""
        return {target.id: target for target in self.targets}

    @cached_property
    def clause(self) -> dict[str, Clause]:
        """The clauses by id."""
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def clause_starting(self) -> dict[int, Clause]:
        """The clauses by where they start."""
        return {clause.start: clause for clause in self.clauses}

    def clause_at(self, offset: int) -> int:
        """Return where the clause over an offset starts, or -1 between clauses."""
        place = bisect_right(self._starts, offset) - 1
        return self._starts[place] if place >= 0 and offset < self.clauses[place].end else -1

    @cached_property
    def _starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    @cached_property
    def section_title(self) -> dict[str, str]:
        """The title of each section by id."""
        return {section.id: section.title for section in self.sections}

    def months(self) -> int:
        """The length of the plan in whole months."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def promises_of(self, kind: str) -> Iterable[Promise]:
        """Return the promises of one kind in order."""
        return (promise for promise in self.promises if promise.kind == kind)

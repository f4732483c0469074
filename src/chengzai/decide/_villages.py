"""The types of villages: ordered rules from content, a trace for each village, and proof that the rules decide.

Facts may be unknown. A condition on an unknown fact is neither true nor false, and a village whose type hangs on it is
undecided: that is an answer, and it says what to find out.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Facts = Mapping[str, float | bool | None]
UNDECIDED = "待定"


@dataclass(frozen=True, slots=True)
class VillageTest:
    """One condition: a fact against a limit, by `<`, `<=`, `>`, `>=`, or `is` for a yes-or-no fact."""

    fact: str
    relation: str
    limit: float

    def holds(self, facts: Facts) -> bool | None:
        """Return whether it holds; None where the fact is unknown."""
        value = facts.get(self.fact)
        if value is None:
            return None
        return {
            "<": value < self.limit,
            "<=": value <= self.limit,
            ">": value > self.limit,
            ">=": value >= self.limit,
            "is": bool(value) == bool(self.limit),
        }[self.relation]

    @property
    def words(self) -> str:
        """The condition as it is printed."""
        if self.relation == "is":
            return self.fact if self.limit else f"不{self.fact}"
        return f"{self.fact}{ {'<': '＜', '<=': '≤', '>': '＞', '>=': '≥'}[self.relation] }{self.limit:g}"


@dataclass(frozen=True, slots=True)
class TypeRule:
    """One type in its turn: it applies if all tests of any of its cases hold; a rule without cases takes the rest."""

    name: str
    cases: tuple[tuple[VillageTest, ...], ...]
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A village's type with its trace: each rule in turn and what it said, and what would have to be known.

    `margin` is how near the nearest limit that was used lies, as a share of the limit.
    """

    name: str
    trace: tuple[tuple[str, bool | None], ...]
    missing: tuple[str, ...]
    margin: float


def any_all(cases: Sequence[Sequence[VillageTest]], facts: Facts) -> bool | None:
    """Return Kleene's or of ands; a rule without cases holds."""
    if not cases:
        return True
    told = [_all(case, facts) for case in cases]
    return True if True in told else None if None in told else False


def _all(case: Sequence[VillageTest], facts: Facts) -> bool | None:
    told = [test.holds(facts) for test in case]
    return False if False in told else None if None in told else True


def type_of(rules: Sequence[TypeRule], facts: Facts) -> Typed:
    """Return a village's type by the first rule that holds; undecided where an earlier rule cannot be told."""
    trace: list[tuple[str, bool | None]] = []
    for rule in rules:
        told = any_all(rule.cases, facts)
        trace.append((rule.name, told))
        if told is None:
            missing = [
                t.fact for case in rule.cases if _all(case, facts) is None for t in case if t.holds(facts) is None
            ]
            return Typed(UNDECIDED, tuple(trace), tuple(dict.fromkeys(missing)), _margin(rules, trace, facts))
        if told:
            return Typed(rule.name, tuple(trace), (), _margin(rules, trace, facts))
    return Typed(UNDECIDED, tuple(trace), (), 0.0)


def _margin(rules: Sequence[TypeRule], trace: Sequence[tuple[str, bool | None]], facts: Facts) -> float:
    found = [
        abs(float(value) - test.limit) / max(abs(test.limit), 1e-9)
        for rule in rules[: len(trace)]
        for case in rule.cases
        for test in case
        if test.relation != "is" and (value := facts.get(test.fact)) is not None
    ]
    return min(found, default=float("inf"))


@dataclass(frozen=True, slots=True)
class Proof:
    """What the rules do over everything that can be: how many different situations were tried, and what was found.

    `never` are rules that no situation reaches, `open` situations that no rule takes, `both` pairs of rules that hold
    at once: there the order decides, and a reader should know.
    """

    situations: int
    never: tuple[str, ...]
    open: tuple[str, ...]
    both: tuple[tuple[str, str], ...]


def prove(rules: Sequence[TypeRule]) -> Proof:
    """Return what the rules do in every situation: each fact in each of the ranges that its limits part.

    The ranges are complete (below, at, between and above the limits), so what holds in all of them holds always.
    """
    tests = [test for rule in rules for case in rule.cases for test in case]
    facts = sorted({t.fact for t in tests})
    ranges = [np.array(list(_ranges([t for t in tests if t.fact == fact]))) for fact in facts]
    axes = dict(zip(facts, np.meshgrid(*ranges, indexing="ij", sparse=True), strict=True))
    shape = tuple(len(r) for r in ranges)
    holds = {rule.name: np.broadcast_to(_everywhere(rule, axes), shape) for rule in rules}
    taken, never = np.zeros(shape, dtype=np.bool_), []
    for rule in rules:
        if not (holds[rule.name] & ~taken).any():
            never.append(rule.name)
        taken |= holds[rule.name]
    open_ = [
        "，".join(f"{fact}={ranges[n][at]:g}" for n, (fact, at) in enumerate(zip(facts, place, strict=True)))
        for place in np.argwhere(~taken)[:20]
    ]
    named = [rule.name for rule in rules if rule.cases]
    both = [(a, b) for a, b in itertools.combinations(named, 2) if (holds[a] & holds[b]).any()]
    return Proof(math.prod(shape), tuple(never), tuple(open_), tuple(both))


def _everywhere(rule: TypeRule, axes: Mapping[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Return where a rule holds over all situations at once."""
    relation = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "is": np.equal}
    found: NDArray[np.bool_] = np.array(not rule.cases)
    for case in rule.cases:
        inside: NDArray[np.bool_] = np.array(True)  # noqa: FBT003 -- the empty conjunction
        for test in case:
            inside = inside & relation[test.relation](axes[test.fact], test.limit)
        found = found | inside
    return found


def _ranges(tests: Iterable[VillageTest]) -> Iterator[float]:
    """Yield one value below, at, between and above the limits of a fact."""
    limits = sorted({float(t.limit) for t in tests})
    if all(t.relation == "is" for t in tests):
        yield from (0.0, 1.0)
        return
    yield limits[0] - 1
    for n, limit in enumerate(limits):
        yield limit
        yield (limit + limits[n + 1]) / 2 if n + 1 < len(limits) else limit + 1


def would_change(rules: Sequence[TypeRule], facts: Facts) -> list[tuple[VillageTest, str]]:
    """Return each single condition that, turned round, gives another type, with that type: what an appeal must show."""
    now = type_of(rules, facts).name
    found = []
    for test in dict.fromkeys(t for rule in rules for case in rule.cases for t in case):
        if test.holds(facts) is None:
            continue
        then = type_of(rules, {**facts, test.fact: _across(test, facts)}).name
        if then != now:
            found.append((test, then))
    return found


def _across(test: VillageTest, facts: Facts) -> float | bool:
    """Return the nearest value on the other side of a condition."""
    if test.relation == "is":
        return not facts[test.fact]
    step = max(abs(test.limit) * 1e-6, 1e-9)
    below = {"<": True, "<=": True, ">": False, ">=": False}[test.relation]  # on which side it holds
    touches = test.relation in {"<=", ">="}
    if test.holds(facts):
        return test.limit + (step if below else -step) if touches else test.limit
    return test.limit if touches else test.limit + (-step if below else step)


def flips(rules: Sequence[TypeRule], villages: Mapping[str, Facts], share: float = 0.1) -> dict[str, tuple[int, int]]:
    """Return for each limit how many villages change their type when it moves down and up by a share of itself."""
    now = {v: type_of(rules, facts).name for v, facts in villages.items()}
    found = {}
    for test in dict.fromkeys(t for rule in rules for case in rule.cases for t in case if t.relation != "is"):
        counts = []
        for factor in (1 - share, 1 + share):
            moved = tuple(_with(rule, test, replace(test, limit=test.limit * factor)) for rule in rules)
            counts.append(sum(type_of(moved, facts).name != now[v] for v, facts in villages.items()))
        found[test.words] = (counts[0], counts[1])
    return found


def _with(rule: TypeRule, old: VillageTest, new: VillageTest) -> TypeRule:
    return replace(rule, cases=tuple(tuple(new if t == old else t for t in case) for case in rule.cases))

"""A kept month brought up to date: changed cells are patched into its cubes, and only what they touch is judged anew.

The result is the full run's to the last bit; `differences` compares the two, in tests on each step and nightly in
service.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from chengzai.assess import Allocation, Carried
from chengzai.collect import Facts, changed_cells
from chengzai.measure import Cube, Indicator, differing
from chengzai.plan import Plan
from chengzai.publish import Edition

_MANY = 5000  # more changed cells than this are a new batch, which a full pass takes in faster


@dataclass(frozen=True)
class Brought:
    """The cubes of a month with what changed since, and what is carried over of its two judgements."""

    cubes: Mapping[str, Cube] = field(default_factory=dict)
    now: Carried | None = None
    before: Carried | None = None


Allocations = Mapping[str, Allocation]


def bring_up(
    earlier: Edition | None, pack_sha256: str, plan: Plan, facts: Facts, allocations: tuple[Allocations, Allocations]
) -> Brought:
    """Return a kept month's cubes with the changed cells, or none where only a full pass will do.

    `allocations` are those in force in the month and in the one before it.
    A full pass is needed for another pack or plan, for very many changes, and for rows at odd levels.
    """
    if earlier is None or earlier.pack_sha256 != pack_sha256 or earlier.plan != plan:
        return Brought()
    changes = changed_cells(earlier.measured.facts, facts)
    if len(changes) > _MANY:
        return Brought()
    cubes: dict[str, Cube] = {}
    changed: set[str] = set()
    for frequency, cube in earlier.measured.cubes.items():
        patched = cube.patched(changes)
        if patched is None:
            return Brought()
        cubes[frequency] = patched
        changed |= differing(cube, patched)
    changed |= _published(earlier.measured.indicators)
    now = changed | _reallocated(earlier.allocations, allocations[0])
    before = changed | _reallocated(earlier.allocations_before, allocations[1])
    return Brought(cubes, Carried(earlier.judged, frozenset(now)), Carried(earlier.before, frozenset(before)))


def _reallocated(then: Allocations, now: Allocations) -> set[str]:
    return {t for t in {*then, *now} if then.get(t) != now.get(t)}


def _published(indicators: Mapping[str, Indicator]) -> set[str]:
    """Return the targets for which a published statistic may stand in: its rows lie outside the cubes."""
    return {name for name, indicator in indicators.items() if indicator.published}


def differences(kept: Edition, whole: Edition) -> list[str]:
    """Return what is not the same in a kept month and in its full run: cells, judgements, ranking, findings."""
    return [*_in_cubes(kept, whole), *_in_judgements(kept, whole), *_in_the_rest(kept, whole)]


def _in_cubes(kept: Edition, whole: Edition) -> Iterator[str]:
    for frequency, cube in whole.measured.cubes.items():
        mine = kept.measured.cubes[frequency]
        for name in ("values", "reported", "results"):
            if getattr(mine, name).tobytes() != getattr(cube, name).tobytes():
                yield f"cube/{frequency}/{name}"


def _in_judgements(kept: Edition, whole: Edition) -> Iterator[str]:
    for when, one, other in (("now", kept.judged, whole.judged), ("before", kept.before, whole.before)):
        if [*one] != [*other]:
            yield f"{when}/places"
        for place in {**one, **other}:
            own, full = one.get(place, {}), other.get(place, {})
            if [*own] != [*full]:
                yield f"{when}/{place}/targets"
            yield from (f"{when}/{place}/{t}" for t in full if repr(own.get(t)) != repr(full[t]))  # NaN is itself


def _in_the_rest(kept: Edition, whole: Edition) -> Iterator[str]:
    for name in (
        "ranking",
        "adjustments",
        "blocked",
        "findings",
        "allocations",
        "allocations_before",
        "checks",
        "rules",
        "pack_sha256",
    ):
        if repr(getattr(kept, name)) != repr(getattr(whole, name)):
            yield name

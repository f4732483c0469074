"""The best relocation, aim after aim, with how far it may be from the best; and why a village stays."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from chengzai.decide._anneal import anneal
from chengzai.decide._apart import Prices, prove_apart, split
from chengzai.decide._asking import Asking
from chengzai.decide._doubt import Doubt, hedge_prices, hedged, holds
from chengzai.decide._milp import Solved
from chengzai.decide._relocation import (
    AIMS,
    Going,
    Moves,
    Opening,
    Relocation,
    aims_of,
    check_moves,
    openings_for,
)

Found = tuple[Going, Opening]
_SAME = 1e-9
_LARGE = 1500  # moves allowed; above, annealing comes first
_MOSTLY = 0.6
_SEEDS = (1, 2)
_SHORT, _LONGEST = 15.0, 10.0  # from so many seconds on, annealing takes its share of them, up to so many times as long


def relocate(
    question: Relocation,
    *,
    gap: float = 0.0,
    seconds: float | None = None,
    force: str = "",
    aims: Sequence[str] = AIMS,
    starts: Sequence[Going] = (),
) -> Moves:
    """Return the best answer, aim after aim; `gap` is how far the first may stay from its best.

    `seconds` bounds the solver: for each aim of a small question, for the first aim of a large one. A large one is
    annealed, then proven and bettered by the solver; later aims are annealed alone. `force` names a village that has
    to move, to see what that would take. `starts` are answers to like questions: where one holds here, the answer is
    no worse.
    """
    built = Asking(question, force)
    known = [found for start in starts if (found := built.holds(start))]
    best = min(known, key=lambda found: _value(built.asked, found, aims[0]), default=None)
    if len(built.move) > _LARGE:
        return _large(built, aims, gap, seconds, best)
    return _small(built, aims, gap, seconds, best)


def relocate_hedged(
    question: Relocation,
    doubt: Doubt,
    villages: int,
    *,
    gap: float = 0.0,
    seconds: float | None = None,
    starts: Sequence[Going] = (),
) -> Moves:
    """Return the best answer that holds though any so many villages come dear at once and some change their minds.

    Its aims are those it has if all turns out as said; its gap is that among answers that keep back as much. Of
    `starts` those that truly hold count, however they were found, so that more budget is never worse.
    """
    first, *others = _by_promise(question, doubt, villages)
    asked, safe = first, relocate(first, gap=gap, seconds=seconds, starts=starts)
    while others and safe.conflict:  # what clashes at one price may hold at another
        asked = others.pop(0)
        safe = relocate(asked, gap=gap, seconds=seconds, starts=starts)
    best = _plainly(question, safe) if safe.moves else safe
    for start in starts:
        opened = openings_for(asked, start)
        if not check_moves(question, start, opened) and holds(question, doubt, villages, start, opened):
            aims = aims_of(question, start, opened)
            if aims["benefit"] > best.aims.get("benefit", 0.0) + _SAME:  # found at another price: no bound of this one
                best = Moves(start, opened, aims, max(0.0, -_promise(question) / aims["benefit"] - 1.0))
    return best


def _plainly(question: Relocation, safe: Moves) -> Moves:
    """Return an answer to a hedged question as one to the question itself."""
    aims, broken = aims_of(question, safe.moves, safe.opened), check_moves(question, safe.moves, safe.opened)
    return replace(safe, aims=aims, broken=tuple(dict.fromkeys((*safe.broken, *broken))))


def best_hedge(question: Relocation, doubt: Doubt, villages: int) -> Relocation:
    """Return the hedged question at the price whose relaxed program promises most."""
    return _by_promise(question, doubt, villages)[0]


def _by_promise(question: Relocation, doubt: Doubt, villages: int) -> list[Relocation]:
    """Return the hedged questions at every price worth trying, the most promising first, hopeless ones left out."""
    found = [hedged(question, doubt, villages, price) for price in hedge_prices(question, doubt)]
    promise = [_promise(asked) for asked in found]
    order = [n for n in np.argsort(promise, kind="stable") if np.isfinite(promise[n])]
    return [found[n] for n in order] or found[:1]


def _promise(question: Relocation) -> float:
    built = Asking(question)
    built.wish(AIMS[0])
    return built.program.solve(relaxed=True).value


def _small(built: Asking, aims: Sequence[str], gap: float, seconds: float | None, known: Found | None) -> Moves:
    program, first, start = built.program, None, built.state(*known) if known else np.empty(0)
    for aim in aims:
        terms = built.wish(aim)
        solved = program.solve(gap=gap, seconds=seconds, start=start if len(start) else None)
        if not len(solved.x):
            if first is None:
                return built.nothing(solved)
            break  # out of time for a later aim: the earlier ones stand
        first = first or solved
        start = np.where(np.array(program.whole), np.rint(solved.x), solved.x)
        program.row(terms, high=solved.value + max(abs(solved.value) * 1e-9, 1e-7))
    return built.answer(start, (first or solved).bound)


def _large(built: Asking, aims: Sequence[str], gap: float, seconds: float | None, known: Found | None) -> Moves:
    """Anneal from the relaxed program, let the solver prove and better the first aim, and anneal the later ones."""
    question = built.asked
    built.wish(aims[0])
    relaxed = built.program.solve(relaxed=True)
    if not len(relaxed.x):
        return built.nothing(relaxed)
    found = _annealed(built, relaxed, aims[0], seconds, known)
    if found is None:
        solved = built.program.solve(seconds=seconds, cost=())  # anything that holds, to begin with
        if not len(solved.x):
            return built.nothing(solved)
        some = built.told(solved.x)
        found = _annealed(built, relaxed, aims[0], seconds, some) or some
    found, bound = _proven(built, relaxed, aims[0], gap, seconds, found)
    later = anneal(question, aims, start=found[0], prices=np.zeros(question.years), cold=True)
    better = later and _value(question, later, aims[0]) <= _value(question, found, aims[0]) + 1e-6
    return built.answer(built.state(*(later if later and better else found)), bound)


def _annealed(built: Asking, relaxed: Solved, aim: str, seconds: float | None, known: Found | None) -> Found | None:
    """Return the best of some searches from the relaxed program and from what is known."""
    question, prices = built.asked, _prices(built, relaxed).money
    begin = _mostly(built, relaxed)
    begins = [(begin, seed) for seed in _SEEDS] + ([(known[0], 1)] if known else [])
    longer = min(max((seconds or 0.0) / _SHORT, 1.0), _LONGEST)
    with ThreadPoolExecutor(2) as threads:  # the search holds no lock, and each seed gives the same answer always
        waiting = [
            threads.submit(anneal, question, (aim,), start=start, prices=prices, seed=seed, longer=longer)
            for start, seed in begins
        ]
    tried = [*(one.result() for one in waiting), known]
    return min((t for t in tried if t), key=lambda t: _value(question, t, aim), default=None)


def _mostly(built: Asking, relaxed: Solved) -> Going:
    """Return the moves that the relaxed program is mostly sure of, and its likeliest for villages that must."""
    likeliest: dict[str, tuple[float, str, int]] = {}
    for (v, s, t), n in built.move.items():
        likeliest[v] = max(likeliest.get(v, (0.0, "", 0)), (float(relaxed.x[n]), s, t))
    must = {v.id for v in built.asked.villages if v.must}
    return {v: (s, t) for v, (x, s, t) in likeliest.items() if x > (0.0 if v in must else _MOSTLY)}


def _prices(built: Asking, relaxed: Solved) -> Prices:
    return Prices(
        np.array([-relaxed.duals[row] for row in built.money]),
        float(relaxed.duals[built.least]),
        {kind: float(relaxed.duals[row]) for kind, row in built.shares.items()},
    )


def _proven(
    built: Asking, relaxed: Solved, aim: str, gap: float, seconds: float | None, found: Found
) -> tuple[Found, float]:
    """Return an answer no worse than `found` with a bound on the best; part by part where only money is shared."""
    question, value = built.asked, _value(built.asked, found, aim)
    if value - relaxed.value <= gap * abs(value):
        return found, relaxed.value
    parts = split(question) if seconds is not None and aim != "guidance" else []
    if len(parts) > 1 and seconds is not None:
        prices = _prices(built, relaxed)
        better, bound = prove_apart(question, parts, prices, found, aim, gap=gap, seconds=seconds)
        return better, max(bound, relaxed.value)
    solved = built.program.solve(gap=gap, seconds=seconds, start=built.state(*found))
    return (built.told(solved.x) if len(solved.x) else found), solved.bound


def _value(question: Relocation, found: Found, aim: str) -> float:
    told = aims_of(question, *found)[aim]
    return -told if aim == "benefit" else told


@dataclass(frozen=True)
class WhyNot:
    """Why a village does not move: one word of `reason`, and what forcing it would take.

    `reason` is `moves` (it does), `consent`, `no_site`, `conflict` (with the demands), `unsettled` (no
    answer in time), or `others_first`: then `loses`
    is the benefit lost, `adds` the public cost more, and `instead` the villages that would have to stay.
    """

    reason: str
    loses: float = 0.0
    adds: float = 0.0
    instead: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()


def why_not(
    question: Relocation,
    answer: Moves,
    village: str,
    *,
    gap: float = 0.0,
    seconds: float | None = None,
    plain: Relocation | None = None,
) -> WhyNot:
    """Return why a village is not among those that move, by forcing it in and looking at what gives way.

    Where `question` keeps something back, `plain` is the one without, in whose money the difference is told.
    """
    if village in answer.moves:
        return WhyNot("moves")
    mine = next(v for v in question.villages if v.id == village)
    if mine.consent < question.consent:
        return WhyNot("consent")
    if not any(v == village for v, _, _ in question.allowed()):
        return WhyNot("no_site")
    forced = relocate(question, gap=gap, seconds=seconds, force=village, aims=("benefit", "cost"))
    if forced.unsettled:
        return WhyNot("unsettled")
    if forced.conflict or not forced.moves:
        return WhyNot("conflict", conflict=forced.conflict)
    before, after = (aims_of(plain or question, m.moves, m.opened) for m in (answer, forced))
    return WhyNot(
        "others_first",
        before["benefit"] - after["benefit"],
        after["cost"] - before["cost"],
        tuple(sorted(set(answer.moves) - set(forced.moves))),
    )

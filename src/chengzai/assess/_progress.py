"""Progress as arithmetic: how much is attained, how much should be, and what pace is needed."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from chengzai.kernel import Text, UserError

_ROUNDING = {"half_up": ROUND_HALF_UP, "truncate": ROUND_DOWN}


class NoDistance(UserError):
    """Baseline and goal are the same, so that no share of the way can be told."""


def attained_share(value: float, *, baseline: float, goal: float) -> float:
    """Return the share of the way from baseline to goal: (x − b) / (t − b); raises NoDistance if they are equal.

    Right in both directions, at zero and across sign; it may exceed 1 or fall below 0.

    >>> attained_share(63, baseline=60, goal=70)
    0.3
    """
    if goal == baseline:
        raise NoDistance(
            Text(
                "基数与目标相同，无法计算完成进度。",
                "Baseline and goal are equal; no share of the way exists.",
            )
        )
    return (value - baseline) / (goal - baseline)


def expected_share(elapsed: float, total: float, season: Sequence[float] = ()) -> float:
    """Return the share that should be attained by now, 序时进度, between 0 and 1; 1 where no time was given.

    Without `season` it is elapsed / total. With it, `elapsed` counts whole periods and `season` gives
    each period's weight, so that a harvest month is not judged by a straight line.

    >>> expected_share(9, 12)
    0.75
    """
    if not season:
        if total <= 0:
            return 1.0
        return min(max(elapsed / total, 0.0), 1.0)
    return min(sum(season[: int(elapsed)]) / sum(season), 1.0)


def schedule_gap(done: float, planned: float, month: int, *, months: int = 12) -> float:
    """Return 完成进度 − 序时进度 in percentage points, unrounded.

    >>> schedule_gap(97, 120, 9)
    5.833333333333329
    """
    return done / planned * 100 - month / months * 100


def rounded_gap(points: float, mode: str, decimals: int = 1) -> Decimal:
    """Return percentage points as printed; `mode` is `half_up` or `truncate`, and both are in official use.

    >>> rounded_gap(13.87, "truncate"), rounded_gap(13.87, "half_up")
    (Decimal('13.8'), Decimal('13.9'))
    >>> rounded_gap(-0.04, "half_up")
    Decimal('0.0')
    """
    step = Decimal(1).scaleb(-decimals)
    # A float that stands for 13.9 must not be cut to 13.8: ten decimals hide the binary tail.
    # What rounds to nought has no sign: adding 0 takes it away.
    return Decimal(f"{points:.10f}").quantize(step, rounding=_ROUNDING[mode]) + 0


def required_run_rate(value: float, goal: float, elapsed: float, total: float) -> float:
    """Return the pace still needed as a multiple of the pace so far: ((g − x)/(T − t)) / (x/t).

    >>> round(required_run_rate(42, 100, 7, 12), 3)
    1.933
    """
    if not value or not elapsed or elapsed >= total:
        return float("nan")
    return ((goal - value) / (total - elapsed)) / (value / elapsed)

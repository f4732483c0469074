"""One line of a forecast as it is printed: numbers that stay on their side of the goal, and what binds, in words.

Each function is pure: from values to words, so that a test can read the words back and hold them against each other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chengzai.kernel import Text
from chengzai.publish._rows import chance_word

_MORE = 4  # as many decimals more than usual are printed where fewer would put a number on the wrong side


@dataclass(frozen=True, slots=True)
class Registered:
    """A register beside a forecast: entries open and done, what the series has reached, and what all would make."""

    open: int
    counted: int
    reached: float
    reach: float
    title: Text

    @property
    def whole(self) -> bool:
        """Whether it holds all that has been reported; otherwise it says nothing of what is to come."""
        return self.counted >= self.reached


def telling_decimals(values: Sequence[float], meets: tuple[float, float], goal: float, decimals: int) -> int:
    """Return with how many decimals each value is printed on that side of the printed goal on which it lies.

    `meets` are the ends between which the goal is met, in the unit as printed; `decimals` is the usual number. What
    needs more than four further decimals is printed with those.

    >>> telling_decimals([99.98, 100.0], (100.0, math.inf), 100.0, 1)
    2
    >>> telling_decimals([100.0, 100.0], (100.0, math.inf), 100.0, 1)
    1
    """
    known = [v for v in values if not math.isnan(v)]
    low, high = meets
    for more in range(decimals, decimals + _MORE):
        if all(_side(round(v, more), round(goal, more), low, high, goal) == (low <= v <= high) for v in known):
            return more
    return decimals + _MORE


def _side(value: float, printed: float, low: float, high: float, goal: float) -> bool:
    """Return whether a printed value looks as if it met the printed goal."""
    if high == math.inf:
        return value > printed if low > goal else value >= printed
    if low == -math.inf:
        return value < printed if high < goal else value <= printed
    return low <= value <= high


def binding_words(binds: str, place: str, chance: float, register: Registered | None) -> Text:
    """Return what decides a forecast, nothing where nothing else does: a county, or a register."""
    if binds == "county":
        word = chance_word(chance)
        return Text(
            f"各县（市、区）都要做到；最难的是{place}（完不成的概率{word}）",
            f"every county must reach it; the hardest is {place} (chance of a miss {word})",
        )
    if binds == "register" and register:
        return Text(
            f"受“{register.title.zh}”限制：在册未完成{register.open}项，全部完成也只到{register.reach:,.10g}",
            f"bound by “{register.title.en}”: {register.open} open entries, all finished, make {register.reach:,.10g}",
        )
    return Text("", "")


def register_words(register: Registered, goal: float) -> Text:
    """Return what a register that does not bind adds to a forecast: what is still open, and how much is to be added.

    A register that holds less than was reported is not complete, and is no evidence of what is to come.
    """
    title = register.title
    if not register.whole:
        return Text(
            f"“{title.zh}”只登记到{register.counted:,}，少于已报的{register.reached:,.10g}，补齐前不作依据",
            f"“{title.en}” holds {register.counted:,} of {register.reached:,.10g} reported; no evidence until complete",
        )
    more = math.ceil(goal - register.reach - 1e-9)
    if more > 0:
        return Text(
            f"“{title.zh}”在册未完成{register.open}项，还要再登记{more}项才够目标",
            f"“{title.en}” has {register.open} open entries; {more} more must be registered for the goal",
        )
    return Text(
        f"“{title.zh}”在册未完成{register.open}项，全部完成可到{register.reach:,.10g}",
        f"“{title.en}” has {register.open} open entries; finished, they make {register.reach:,.10g}",
    )


def past_words(low: float, high: float, cases: int, came: int) -> Text:
    """Return how such statements did before: how many were made, and after how many the goal was missed."""
    return Text(
        f"以往说“{low:.0%}—{high:.0%}”的{cases}次中，{came}次没有完成",
        f"of {cases} such statements ({low:.0%}–{high:.0%}) in the past {came} came true",
    )

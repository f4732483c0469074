"""How one indicator earns points: each method one function, named in content, checked before it is used.

A score is on 0–100 unless the method says otherwise; the scheme weighs it. NaN in, NaN out: no value is no score.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chengzai.kernel import Citation, Finding, Severity, Text

Parameters = Mapping[str, float]


def completion(value: float, p: Parameters) -> float:
    """Return 完成率: 100 · min(x/t, cap), from nought up; `target` t ≠ 0, `cap` as a share.

    >>> completion(97.0, {"target": 120.0, "cap": 1.0})
    80.83333333333333
    """
    return 100.0 * min(max(value / p["target"], 0.0), p.get("cap", 1.0))


def base_and_steps(value: float, p: Parameters) -> float:
    """Return 基本分±增减: `base` where the target is met, and `per` points for each unit beyond or short of it.

    The bonus ends at `most`, the loss at nought. `direction` −1 turns it round.

    >>> base_and_steps(12.0, {"target": 10.0, "base": 80.0, "per": 5.0, "most": 8.0})
    88.0
    """
    beyond = (value - p["target"]) * p.get("direction", 1.0)
    return min(max(p["base"] + p["per"] * beyond, 0.0), p["base"] + p.get("most", 0.0))


def proportion(value: float, p: Parameters) -> float:
    """Return 比例法: 100 · x/best (or best/x where less is better), from 0 to 100.

    >>> proportion(45.0, {"best": 60.0})
    75.0
    """
    share = value / p["best"] if p.get("direction", 1.0) > 0 else p["best"] / value if value else 1.0
    return 100.0 * min(max(share, 0.0), 1.0)


def goalposts(value: float, p: Parameters) -> float:
    """Return 目标值法: 100 · (x − low)/(high − low), clipped; fixed ends make months comparable.

    `low` may stand above `high` where less is better.

    >>> goalposts(63.0, {"low": 60.0, "high": 70.0})
    30.0
    """
    return 100.0 * min(max((value - p["low"]) / (p["high"] - p["low"]), 0.0), 1.0)


def efficacy(value: float, p: Parameters) -> float:
    """Return 功效系数: 60 + 40 · (x − s)/(h − s); s is the floor, h what satisfies; clipped to `least`–100.

    >>> efficacy(62.0, {"floor": 50.0, "satisfying": 70.0}), efficacy(26.0, {"floor": 30.0, "satisfying": 22.0})
    (84.0, 80.0)
    """
    points = 60.0 + 40.0 * (value - p["floor"]) / (p["satisfying"] - p["floor"])
    return min(max(points, p.get("least", 0.0)), 100.0)


def interval(value: float, p: Parameters) -> float:
    """Return 区间型: 100 within [a, b], falling in a line to nought over `width` on either side.

    >>> interval(48.0, {"a": 50.0, "b": 60.0, "width": 10.0})
    80.0
    """
    outside = max(p["a"] - value, value - p["b"], 0.0)
    return 100.0 * max(1.0 - outside / p["width"], 0.0)


def closing(value: float, p: Parameters) -> float:
    """Return 进位 (delta): 100 · (x − before)/(goal − before), the part of what was left that was closed, clipped.

    Where nothing was left, keeping it earns 100.

    >>> closing(65.0, {"before": 60.0, "goal": 70.0})
    50.0
    """
    left = p["goal"] - p["before"]
    if left == 0:
        return 100.0 if value == p["goal"] else 0.0
    return 100.0 * min(max((value - p["before"]) / left, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to score: its function, the parameters it needs and may have, and the least and most it can give."""

    of: Callable[[float, Parameters], float]
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    span: Callable[[Parameters], tuple[float, float]] = lambda _: (0.0, 100.0)


METHODS: Mapping[str, Method] = {
    "completion": Method(completion, ("target",), ("cap",), lambda p: (0.0, 100.0 * p.get("cap", 1.0))),
    "base": Method(
        base_and_steps,
        ("target", "base", "per"),
        ("most", "direction"),
        lambda p: (0.0, p["base"] + p.get("most", 0.0)),
    ),
    "proportion": Method(proportion, ("best",), ("direction",)),
    "goalposts": Method(goalposts, ("low", "high")),
    "efficacy": Method(efficacy, ("floor", "satisfying"), ("least",), lambda p: (p.get("least", 0.0), 100.0)),
    "interval": Method(interval, ("a", "b", "width")),
    "closing": Method(closing, ("before", "goal")),
}
# Two ends that must differ, by method: a division stands on their difference.
_APART = {"goalposts": ("low", "high"), "efficacy": ("floor", "satisfying")}
_NOT_ZERO = {"completion": "target", "proportion": "best", "interval": "width"}


def score(method: str, value: float, parameters: Parameters) -> float:
    """Return the points of one value by a method's name; NaN where there is no value."""
    return math.nan if math.isnan(value) else METHODS[method].of(value, parameters)


def check_method(where: str, method: str, parameters: Parameters) -> list[Finding]:
    """Return what keeps a method from being used: unknown, a parameter missing or unknown, or ends that coincide."""
    known = METHODS.get(method)
    if known is None:
        return [_wrong(where, f"没有计分方法“{method}”；可用 {'、'.join(METHODS)}", f"no method '{method}'")]
    missing = [name for name in known.needs if name not in parameters]
    strange = [name for name in parameters if name not in {*known.needs, *known.may}]
    found = []
    if missing:
        found.append(
            _wrong(where, f"缺少参数 {'、'.join(missing)}", f"the parameters {', '.join(missing)} are missing")
        )
    if strange:
        found.append(_wrong(where, f"不认识参数 {'、'.join(strange)}", f"unknown parameters {', '.join(strange)}"))
    if not missing:
        one, other = _APART.get(method, ("", ""))
        if one and parameters[one] == parameters[other]:
            found.append(_wrong(where, f"{one} 与 {other} 相同，不能相除", f"{one} and {other} are the same"))
        zero = _NOT_ZERO.get(method, "")
        if zero and parameters[zero] == 0:
            found.append(_wrong(where, f"{zero} 为0，不能相除", f"{zero} is nought"))
    return found


def _wrong(where: str, zh: str, en: str) -> Finding:
    return Finding(
        "assess.method-unusable",
        Severity.ERROR,
        Text(f"“{where}”的计分办法：{zh}。", f"The scoring of '{where}': {en}."),
        Text("请改正评价办法中的这一项。", "Correct this item of the scheme."),
        Citation("evaluation", where),
    )

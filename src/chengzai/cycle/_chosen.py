"""What a planner chose, in words: one list for the page, its twin and the workbook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chengzai.cycle._printed import percent
from chengzai.kernel import Text

SITE_KINDS = {
    "city": Text("进城", "city"),
    "town": Text("进镇", "town"),
    "village": Text("进中心村", "central village"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One choice: its words, how much as it is shown, and the names it holds, if any."""

    words: Text
    value: str
    names: tuple[str, ...] = ()


def chosen(told: Mapping[str, Any]) -> tuple[Chosen, ...]:
    """Return everything that was chosen in a scenario worked out before, in the order of the form."""
    return tuple(_chosen(told["choice"], int(told["years"][1])))


def _chosen(choice: Mapping[str, Any], first_year: int) -> Iterator[Chosen]:
    for field, words in _SHARES.items():
        if choice.get(field):
            yield Chosen(words, percent(choice[field]))
    for kind, share in (choice.get("least") or {}).items():
        to = SITE_KINDS.get(kind, Text(kind, kind))
        if share:
            yield Chosen(Text(f"{to.zh}不少于", f"to the {to.en} at least"), percent(share))
    for field, words in _COUNTS.items():
        if choice.get(field):
            yield Chosen(words, f"{float(choice[field]):g}")
    for persons, count in (choice.get("centres") or {}).items():
        yield Chosen(Text(f"达到{persons}人的点至少", f"sites of {persons} people at least"), str(count))
    yield from _relief(choice, first_year)
    for field, words in _NAMED.items():
        if choice.get(field):
            yield Chosen(words, str(len(choice[field])), _names(choice[field], first_year))
    if choice.get("within_boards") is False:
        yield Chosen(Text("城镇可以超过短板", "towns may pass their short boards"), "")


def _relief(choice: Mapping[str, Any], first_year: int) -> Iterator[Chosen]:
    each, towns = choice.get("relief_each"), choice.get("relief") or {}
    if each:
        yield Chosen(_EACH, f"{float(each):g}")
    for town, money in towns.items():
        yield Chosen(Text(f"{town}补短板（亿元）", f"for the short boards of {town} (100m yuan)"), f"{float(money):g}")
    if each or towns:
        yield Chosen(_FROM, str(first_year + int(float(choice.get("relief_year") or 0))))


def _names(many: Sequence[Any] | Mapping[str, int], first_year: int) -> tuple[str, ...]:
    if isinstance(many, Mapping):  # projects by the year they start in
        return tuple(f"{name}（{first_year + year}）" for name, year in many.items())
    return tuple(str(one.get("name") or one["kind"]) if isinstance(one, Mapping) else str(one) for one in many)


_SHARES = {
    "budget": Text("搬迁预算", "relocation budget"),
    "floor": Text("每县至少", "of each county at least"),
    "project_share": Text("补短板项目资金", "money for projects"),
}
_COUNTS = {
    "count": Text("至少搬迁几个村", "at least so many villages"),
    "hedge": Text("同时超支也够的村数", "villages that may come dear at once"),
}
_EACH = Text("每个城镇补短板（亿元）", "for each town's short boards (100m yuan)")
_FROM = Text("短板补上的年份", "short boards are longer from")
_NAMED = {
    "must": Text("必须搬的村", "villages that must move"),
    "stay": Text("不搬的村", "villages that stay"),
    "build": Text("新建设施", "facilities to build"),
    "projects": Text("补短板项目", "projects"),
}

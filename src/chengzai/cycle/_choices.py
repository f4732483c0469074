"""A planner's choice from plain fields, as a form or a file gives them; what cannot be read is named."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chengzai.cycle._planning_table import Table
from chengzai.cycle._projects import projects_named
from chengzai.cycle._region import FARTHEST
from chengzai.cycle._sheets_in import NotASheet, is_count
from chengzai.decide import Amenity, Build, Choice, Doubt, Package, best_projects
from chengzai.kernel import Text

FIELDS = ("budget", "count", "must", "stay", "relief", "relief_each", "relief_year", "build", "within_boards",
           "project_share", "least", "projects", "floor", "hedge", "centres")  # fmt: skip


def choice_of(table: Table, told: Mapping[str, Any]) -> Choice:
    """Return a choice from plain fields, projects as they are named; raises NotASheet for what cannot be read."""
    _number(told, "project_share")
    return _plain_choice(table, told)


def choice_and_package(table: Table, told: Mapping[str, Any]) -> tuple[Choice, Package | None]:
    """Return a choice, its projects chosen by a share of their money where the planner names none."""
    choice, share = _plain_choice(table, told), _number(told, "project_share")
    if choice.projects or share <= 0 or not table.region.projects:
        return choice, None
    package = best_projects(table.region, choice, share)
    return replace(choice, projects=package.starts), package


def _plain_choice(table: Table, told: Mapping[str, Any]) -> Choice:
    _shapes(told)
    towns = {t.id for t in table.region.towns}
    villages = {v.id for v in table.region.relocation.villages}
    named = {n for field in ("must", "stay") for n in told.get(field, ())}
    relief = {t: _number(told, "relief_each") for t in towns} | {
        str(t): _number(told["relief"], t) for t in told.get("relief", {})
    }
    for strange in (named - villages, set(relief) - towns):
        if strange:
            some = "、".join(sorted(map(str, strange)))
            raise NotASheet(Text(f"决策底数里没有“{some}”。", f"The region has no {some}."))
    years = table.region.years
    late = max([0, int(_number(told, "relief_year")), *(int(_number(b, "year")) for b in told.get("build", ()))])
    if late >= years:
        last = table.region.first_year + years - 1
        raise NotASheet(Text(f"最晚只能推演到{last}年。", f"Nothing is looked at after {last}."))
    lost = {str(b.get("town")) for b in told.get("build", ()) if b.get("town")} - towns
    if lost:
        raise NotASheet(Text(f"决策底数里没有“{'、'.join(sorted(lost))}”。", f"The region has no {sorted(lost)}."))
    return Choice(
        budget=_number(told, "budget"),
        count=int(_number(told, "count")),
        must=frozenset(told.get("must", ())),
        stay=frozenset(told.get("stay", ())),
        relief={t: money for t, money in relief.items() if money > 0},
        relief_year=int(_number(told, "relief_year")),
        build=tuple(build_of(table, b) for b in told.get("build", ())),
        within_boards=bool(told.get("within_boards", True)),
        projects=projects_named(table.region, told),
        least=_least(table, told),
        floor=_share(told, "floor"),
        hedge=_hedge(table, told),
        centres=_centres(told),
    )


def _shapes(told: Mapping[str, Any]) -> None:
    """Refuse fields that are no list or no table where one is asked; what is inside is looked at in its turn."""
    kinds = {"must": list, "stay": list, "build": list, "relief": Mapping}
    for field, kind in kinds.items():
        if field in told and not isinstance(told[field], kind):
            words = f"“{field}”写成{'一列' if kind is list else '表'}。"
            raise NotASheet(Text(words, f"'{field}' is a {'list' if kind is list else 'table'}."))


def _least(table: Table, told: Mapping[str, Any]) -> dict[str, float]:
    """Return the least shares by kind of site that a planner asks; none where nothing is asked.

    A share is kept where it rounds to the per cent asked: whole villages seldom come out to the person.
    """
    given, kinds = told.get("least") or {}, {s.kind for s in table.region.relocation.sites}
    shares = {str(kind): _number(given, kind) for kind in given} if isinstance(given, Mapping) else None
    if shares is None or set(shares) - kinds or math.fsum(shares.values()) > 1 + 1e-9:
        some = "、".join(sorted(kinds))
        words = f"各类去向（{some}）的最低比例合计不能超过100%。"
        raise NotASheet(Text(words, f"least: shares by kind ({some}), at most 1 in all."))
    return {kind: share - _ROUNDS for kind, share in shares.items() if share > _ROUNDS}


_ROUNDS = 0.005


def _centres(told: Mapping[str, Any]) -> dict[int, int]:
    """Return how many sites shall hold so many people, by people; raises NotASheet."""
    given = told.get("centres") or {}
    whole = isinstance(given, Mapping) and all(map(is_count, [*map(str, given), *given.values()]))
    if not whole:
        words = "“centres”写“人数 → 几个点”，都是整数。"
        raise NotASheet(Text(words, "'centres' is how many sites by how many people, both whole numbers."))
    return {int(n): count for n, count in given.items() if count}


def _hedge(table: Table, told: Mapping[str, Any]) -> int:
    """Return how many villages may come dear at once; raises NotASheet where nobody says by how much."""
    villages = _number(told, "hedge")
    if villages != int(villages) or isinstance(told.get("hedge"), bool):
        raise NotASheet(Text("“hedge”写几个村（整数）。", "'hedge' is a whole number of villages."))
    if villages and table.region.doubt == Doubt():
        words = "settings.toml 里没有 doubt，不知道每村可能超多少，没法留余地；请写明，或把这一项改为0。"
        raise NotASheet(Text(words, "settings.toml has no doubt: nobody says how far villages may come dearer."))
    return int(villages)


def _share(told: Mapping[str, Any], field: str) -> float:
    value = _number(told, field)
    if value > 1:
        raise NotASheet(Text(f"“{field}”应为0到1的比例。", f"'{field}' must be a share from 0 to 1."))
    return value


def _number(told: Mapping[str, Any], field: str, least: float = 0.0) -> float:
    try:
        value = float(told.get(field, 0) or 0)
    except (TypeError, ValueError):
        value = math.nan
    if not least <= value < 1e9:
        raise NotASheet(
            Text(f"“{field}”应为不小于{least:g}的数。", f"'{field}' must be a number of at least {least:g}.")
        )
    return value


def build_of(table: Table, told: Mapping[str, Any]) -> Build:
    """Return a facility to be built from plain fields; raises NotASheet."""
    seats = _number(told, "seats") if told.get("seats") not in (None, "") else math.nan
    at = (_number(told, "lon", -180.0), _number(told, "lat", -90.0))
    kind = str(told.get("kind", ""))
    if not kind:
        raise NotASheet(Text("新建设施要写类别。", "A facility needs its kind."))
    away = next(iter(table.region.roads.values())).away([at[0]], [at[1]])[0]
    if not away <= FARTHEST:
        where = f"{at[0]:g}，{at[1]:g}"
        raise NotASheet(Text(f"（{where}）离路网太远，经纬度是否写反？", f"({where}) lies far from any street."))
    amenity = Amenity(kind, str(told.get("name") or f"新建{kind}"), *at, seats, str(told.get("town", "")))
    return Build(amenity, int(_number(told, "year")), _number(told, "cost"))

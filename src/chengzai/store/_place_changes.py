"""`places/changes.toml`: decisions on places as an official writes them down, read and held to what they may be."""

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from chengzai.kernel import CHANGES, Citation, Finding, Place, PlaceChange, PlaceHistory, Severity, Text

_FILE = "places/changes.toml"
_YEARS = range(1900, 2201)
_DAY = dt.timedelta(days=1)
_FIELDS = {
    "rename": {"codes", "was"},
    "move": {"codes", "was"},
    "merge": {"codes", "into"},
    "split": {"codes", "into", "shares", "key"},
}
_EVERY = {"day", "kind", "why"}


def read_changes(
    table: Mapping[str, Any], places: Mapping[str, Place]
) -> tuple[tuple[PlaceChange, ...], tuple[Finding, ...]]:
    """Return the changes in the order of their days, and what is wrong with them, by the number of the entry.

    Where every entry can be read, they are played through in the order of their days, so that no unit takes part in
    a change while it does not stand, none is left without the unit it lies in, and none lies in itself.
    """
    entries = table.get("change", [])
    if strangers := sorted(set(table) - {"change"}):
        return (), (_finding("", Text(f"不认识 {'、'.join(strangers)}", f"unknown: {', '.join(strangers)}")),)
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        return (), (_finding("", Text("change 应写作一条一个 [[change]]", "write each change as one [[change]]")),)
    changes, wrong = [], []
    for number, entry in enumerate(entries, start=1):
        problems = list(_misshapen(entry))
        change = None if problems else _change(entry)
        problems += _problems(change, places) if change else ()
        wrong += [_finding(f"第{number}条（{entry.get('kind', '?')}）", problem, number) for problem in problems]
        if change is not None:
            changes.append((number, change))
    if not wrong:
        wrong = [_finding(f"第{number}条" if number else "", text, number) for number, text in _played(changes, places)]
    found = () if wrong else tuple(sorted((change for _, change in changes), key=lambda change: change.day))
    return found, tuple(wrong)


def _finding(entry: str, problem: Text, number: int = 0) -> Finding:
    at, en = (f"{entry}：", f"Entry {number}: ") if entry else ("：", "")
    return Finding(
        "plan.place-change-unusable",
        Severity.ERROR,
        Text(f"区划变动{at}{problem.zh}。", f"Changes of places: {en}{problem.en}."),
        Text("请在 places/changes.toml 中改正这一条。", "Correct the entry in places/changes.toml."),
        Citation(_FILE, f"第{number}条" if number else ""),
    )


def _misshapen(entry: Mapping[str, Any]) -> Iterator[Text]:
    """Yield what is not of the type that it should be, field by field."""
    kind, day = entry.get("kind"), entry.get("day")
    if not isinstance(day, dt.date) or isinstance(day, dt.datetime) or day.year not in _YEARS:
        yield Text(
            "day 应为日期，写作 2026-07-01，不加引号，不写时刻",
            "day is a date such as 2026-07-01, without quotes or time",
        )
    if kind not in CHANGES:
        yield Text(f"kind 应为 {' / '.join(CHANGES)}", f"kind is one of {' / '.join(CHANGES)}")
        return
    if strangers := sorted(set(entry) - _EVERY - _FIELDS[kind]):
        yield Text(f"{kind} 不写 {'、'.join(strangers)}", f"a {kind} has no {', '.join(strangers)}")
    for name in ("codes", "into"):
        value = entry.get(name, [])
        if not all(isinstance(code, str) for code in (value if isinstance(value, list) else [value])):
            yield Text(f'{name} 应为加引号的代码，写作 ["990101"]', f'{name} holds codes in quotes, such as ["990101"]')
    for name in ("was", "key", "why"):
        if not isinstance(entry.get(name, ""), str):
            yield Text(f"{name} 应为加引号的文字", f"{name} is text in quotes")
    shares = entry.get("shares", {})
    if not isinstance(shares, Mapping) or not all(_is_share(share) for share in shares.values()):
        yield Text(
            'shares 应为每个单位一个 0 到 1 之间的数，写作 {"990101" = 0.4, "990102" = 0.6}',
            'shares is one number from 0 to 1 for each unit, such as {"990101" = 0.4, "990102" = 0.6}',
        )


def _is_share(value: object) -> bool:
    return (
        isinstance(value, int | float | Decimal)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 <= value <= 1
    )


def _change(entry: Mapping[str, Any]) -> PlaceChange:
    codes, into = (entry.get(name, []) for name in ("codes", "into"))
    return PlaceChange(
        day=entry["day"],
        kind=entry["kind"],
        codes=(codes,) if isinstance(codes, str) else tuple(codes),
        was=entry.get("was", ""),
        into=(into,) if isinstance(into, str) else tuple(into),
        shares={str(code): float(share) for code, share in entry.get("shares", {}).items()},
        key=entry.get("key", ""),
        why=entry.get("why", ""),
    )


def _problems(change: PlaceChange, places: Mapping[str, Place]) -> Iterator[Text]:
    named = {*change.codes, *change.into, *([change.was] if change.kind == "move" and change.was else [])}
    if strangers := sorted(named - set(places)):
        yield Text(f"units.csv 中没有 {'、'.join(strangers)}", f"units.csv has no {', '.join(strangers)}")
    if not change.codes:
        yield Text("codes 没有写单位", "codes names no unit")
    if len({*change.codes}) < len(change.codes) or len({*change.into}) < len(change.into):
        yield Text("同一单位写了两次", "a unit is written twice")
    if change.kind in {"rename", "move"} and not change.was:
        yield Text("须写 was（原名或原上级）", "was (the old name or parent) is missing")
    if change.kind == "rename" and len(change.codes) != 1:
        yield Text("更名一条只写一个单位", "a rename names one unit")
    if change.kind == "merge" and len(change.into) != 1:
        yield Text("撤并须写 into，只写一个单位", "a merge names one unit in into")
    if change.kind == "merge" and change.codes == change.into:
        yield Text("撤并前后是同一个单位", "the unit goes on in itself alone")
    if change.kind == "split":
        yield from _split_problems(change)
    eve = change.day - _DAY
    for code in sorted(change.ends & set(places)):
        if places[code].until not in {None, eve}:
            until = places[code].until
            yield Text(f"{code} 应止于 {eve}，units.csv 写的是 {until}", f"{code} ends {eve}, units.csv has {until}")
    for code in sorted(change.begins & set(places)):
        if places[code].since not in {None, change.day}:
            since = places[code].since
            yield Text(
                f"{code} 应起于 {change.day}，units.csv 写的是 {since}",
                f"{code} begins {change.day}, units.csv has {since}",
            )


def _split_problems(change: PlaceChange) -> Iterator[Text]:
    if len(change.codes) != 1 or len(change.into) < 2:
        yield Text("拆分须写 codes 一个单位、into 两个以上单位", "a split names one unit in codes, two or more in into")
    if set(change.shares) != set(change.into) or abs(sum(change.shares.values()) - 1) > 1e-9:
        yield Text(
            "拆分须写 shares：into 中每个单位一个比例，合计为 1",
            "a split has shares: one for each unit of into, summing to 1",
        )
    if not change.key:
        yield Text(
            "拆分须写 key：比例按什么定（如 2025年末户籍人口）",
            "a split has a key: what the shares go by (such as 2025年末户籍人口)",
        )


def _played(entries: Sequence[tuple[int, PlaceChange]], places: Mapping[str, Place]) -> list[tuple[int, Text]]:
    """Return what cannot be when the changes follow each other, each with the number of its entry, 0 for the whole."""
    entries = sorted(entries, key=lambda pair: pair[1].day)
    if twice := list(_twice(entries)):
        return twice
    history = PlaceHistory(tuple(places.values()), [change for _, change in entries])
    wrong = [(number, text) for number, change in entries for text in _absent(change, history)]
    if wrong or not (entries or any(place.since or place.until for place in places.values())):
        return wrong
    last = 0
    for day in history.days:
        last = max((number for number, change in entries if change.day == day), default=last)
        if problem := _hanging(history, day):
            number = next((n for n, c in entries if c.day >= day and day == dt.date.min), last)
            return [(number, problem)]
    return []


def _twice(entries: Sequence[tuple[int, PlaceChange]]) -> Iterator[tuple[int, Text]]:
    """Yield a unit that ends twice, begins twice, or takes part twice in changes of one kind on one day."""
    seen: dict[tuple[object, ...], int] = {}
    for number, change in entries:
        kind = change.kind if change.kind in {"rename", "move"} else "regroup"
        marks: list[tuple[object, ...]] = [(code, kind, change.day) for code in {*change.codes, *change.into}]
        marks += [(code, "ends") for code in change.ends] + [(code, "begins") for code in change.begins]
        again = sorted((str(mark[0]), seen[mark]) for mark in marks if mark in seen)
        if again:
            code, first = again[0]
            yield (
                number,
                Text(
                    f"{code} 在第{first}条已有同样的变动，一个单位只能起、止各一次，同一天不能变两次",
                    f"{code} changes in entry {first} already: a unit begins and ends once, and changes once a day",
                ),
            )
        seen |= dict.fromkeys(marks, number)


def _absent(change: PlaceChange, history: PlaceHistory) -> Iterator[Text]:
    """Yield the units of a change that do not stand when they should."""
    eve = change.day - _DAY
    before = [*change.codes, *([change.was] if change.kind == "move" else [])]
    after = [*change.into, *(() if change.into else change.codes)]
    for code in before:
        if not history.stands(code, eve):
            yield Text(f"{eve} 时没有 {code} 这个单位", f"there is no unit {code} on {eve}")
    for code in after:
        if not history.stands(code, change.day):
            yield Text(f"{change.day} 起没有 {code} 这个单位", f"there is no unit {code} from {change.day} on")
    if change.kind == "move":
        for code in change.codes:
            if history.named_parent(code, change.day) == change.was:
                yield Text(
                    f"{code} 变动前后的上级都是 {change.was}：was 写原上级，units.csv 写现上级",
                    f"{code} lies in {change.was} before and after: was is the old parent, units.csv has the new one",
                )


def _hanging(history: PlaceHistory, day: dt.date) -> Text | None:
    """Return which unit lies in none on a day although it should, or in itself; None where the tree is whole."""
    when = "最初" if day == dt.date.min else f"{day} 起"
    since = "at first" if day == dt.date.min else f"from {day} on"
    above = {code: history.parent(code, day) for code in history.places if history.stands(code, day)}
    for code, parent in above.items():
        named = history.named_parent(code, day)
        if not parent and named in history.places:
            return Text(
                f"{when}，{code} 的上级 {named} 不存在，也没有唯一的承接单位；请写明 {code} 归谁（move）",
                f"{since}, {named} over {code} is no more and has no single heir: say where it goes (move)",
            )
    sound: set[str] = {""}
    for code in above:
        way: list[str] = []
        at = code
        while at not in sound:
            if at in way:
                return Text(f"{when}，{at} 归到了自己下面", f"{since}, {at} lies in itself")
            way.append(at)
            at = above[at]
        sound.update(way)
    return None

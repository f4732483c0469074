"""`places/changes.toml`: decisions on places as an official writes them down, read and held to what they may be."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from chengzai.kernel import CHANGES, Place, PlaceChange


def read_changes(
    entries: Iterable[Mapping[str, Any]], places: Mapping[str, Place]
) -> tuple[tuple[PlaceChange, ...], tuple[str, ...]]:
    """Return the changes in the order of their days, and what is wrong with them, each a sentence with the entry."""
    changes, wrong = [], []
    for number, entry in enumerate(entries, start=1):
        change = _change(entry)
        problems = ["day 应为日期，写作 2026-07-01，不加引号"] if change is None else [*_problems(change, places)]
        wrong += [f"第{number}条（{entry.get('kind', '?')}）：{problem}" for problem in problems]
        if change is not None and not problems:
            changes.append(change)
    return tuple(sorted(changes, key=lambda change: change.day)), tuple(wrong)


def _change(entry: Mapping[str, Any]) -> PlaceChange | None:
    if not isinstance(entry.get("day"), dt.date):
        return None
    return PlaceChange(
        day=entry["day"],
        kind=str(entry.get("kind", "")),
        codes=tuple(map(str, entry.get("codes", ()))),
        was=str(entry.get("was", "")),
        into=tuple(map(str, entry.get("into", ()))),
        shares={str(code): float(share) for code, share in dict(entry.get("shares", {})).items()},
        key=str(entry.get("key", "")),
        why=str(entry.get("why", "")),
    )


def _problems(change: PlaceChange, places: Mapping[str, Place]) -> Iterable[str]:
    if change.kind not in CHANGES:
        yield f"kind 应为 {' / '.join(CHANGES)}"
        return
    named = {*change.codes, *change.into, *([change.was] if change.kind == "move" else [])}
    if strangers := sorted(named - set(places)):
        yield f"units.csv 中没有 {'、'.join(strangers)}"
    if not change.codes:
        yield "codes 没有写单位"
    if change.kind in {"rename", "move"} and (not change.was or change.into):
        yield "须写 was（原名或原上级），不写 into"
    if change.kind == "rename" and len(change.codes) != 1:
        yield "更名一条只写一个单位"
    if change.kind == "merge" and (len(change.into) != 1 or len(change.codes) < 1):
        yield "撤并须写 into，只写一个单位"
    if change.kind == "split":
        yield from _split_problems(change)
    eve = change.day - dt.timedelta(days=1)
    for code in sorted(change.ends & set(places)):
        if places[code].until not in {None, eve}:
            yield f"{code} 应止于 {eve}，units.csv 写的是 {places[code].until}"
    for code in sorted(change.begins & set(places)):
        if places[code].since not in {None, change.day}:
            yield f"{code} 应起于 {change.day}，units.csv 写的是 {places[code].since}"


def _split_problems(change: PlaceChange) -> Iterable[str]:
    if len(change.codes) != 1 or len(change.into) < 2:
        yield "拆分须写 codes 一个单位、into 两个以上单位"
    if set(change.shares) != set(change.into) or abs(sum(change.shares.values()) - 1) > 1e-9:
        yield "拆分须写 shares：into 中每个单位一个比例，合计为 1"
    if not change.key:
        yield "拆分须写 key：比例按什么定（如 2025年末户籍人口）"

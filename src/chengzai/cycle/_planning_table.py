"""A planner's table: one region, the rules over it, and what both rest on."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from chengzai.cycle._office import pack_in_force, stamp_of
from chengzai.cycle._region import read_region, region_hash, settings_of
from chengzai.cycle._register_amenities import Registered, bearing, registered_facilities, with_registered
from chengzai.cycle._rules import dated_rule
from chengzai.cycle._sheets_in import NotASheet
from chengzai.cycle._twin import REGION
from chengzai.decide import Doubt, Region, with_pupils
from chengzai.kernel import Text
from chengzai.store import Pack, read_pack

View = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A planner's table: the region, the rules over it, and what it rests on.

    `registered` are the facilities that come from the office's own registers; they are among the region's. `guessed` is
    of how many villages the pupils are worked out from the ages of their county.
    """

    region: Region
    pack: Pack
    day: dt.date
    simulated: bool
    sha256: str
    registered: Registered = field(default_factory=Registered)
    guessed: int = 0


def open_table(content: Path, data: Path, day: dt.date, folder: Path | None = None, *, real: bool) -> Table:
    """Return the region of a folder (by default the store's) under the pack in force; raises NotASheet, NotAMap.

    Real figures and simulated sheets, or the other way round, never meet.
    """
    folder = folder or data / REGION
    if not folder.is_dir():
        raise NotASheet(
            Text(
                f"还没有决策底数（{folder}）：运行 chengzai twin 生成模拟的，或照 docs/howto/decide.md 放自己的表。",
                f"No sheets for decisions in {folder}: run chengzai twin, or bring your own.",
            )
        )
    simulated = bool(settings_of(folder)["simulated"])
    if simulated is real:
        kind = ("模拟的", "真实") if real else ("真实的", "模拟")
        told = f"决策底数（{folder}）是{kind[0]}，不能与{kind[1]}数据混用；请改 settings.toml 或换一个数据库。"
        raise NotASheet(Text(told, "Simulated and real never meet: change settings.toml or the store."))
    packed = pack_in_force(data, content)
    stamp = stamp_of(packed)
    held = registered_facilities(_pack(packed, stamp), day, simulated=simulated)
    return _table(packed, stamp, folder, region_hash(folder), held, day)


@lru_cache(maxsize=2)
def _pack(packed: Path, stamp: float) -> Pack:  # noqa: ARG001 -- the stamp renews what is kept
    return read_pack(packed)


@lru_cache(maxsize=2)
def _table(packed: Path, stamp: float, folder: Path, sha256: str, held: Registered, day: dt.date) -> Table:
    pack = _pack(packed, stamp)
    region, guessed = with_pupils(read_region(folder, pack, day))
    region, counted = with_registered(region, held)
    told = bearing(region, counted)
    base = hashlib.sha256(f"{sha256} {told}".encode()).hexdigest() if told else sha256
    return Table(region, pack, day, settings_of(folder)["simulated"], base, counted, guessed)


def presets(table: Table) -> list[View]:
    """Return the scenarios that the pack begins with; one that hedges only where the sheets say what is in doubt."""
    told = [json.loads(json.dumps(s, default=float)) for s in scenario_rule(table)["scenario"]]
    return [s for s in told if not s.get("hedge") or table.region.doubt != Doubt()]


def scenario_rule(table: Table) -> Mapping[str, Any]:
    """Return the rule of scenarios in force: what to begin with, and which measure tells of which target."""
    return dated_rule(table.pack, "scenarios", "推演方案", table.day).value


def build_cost(table: Table, kind: str) -> float | None:
    """Return what one facility of a kind costs (亿元) by the rule in force, or nothing where it does not say."""
    known = dated_rule(table.pack, "capacity", "承载能力参数", table.day).value.get("build_cost", {})
    return float(known[kind]) if kind in known else None


def least_catchment(table: Table, kind: str) -> float:
    """Return how many people a new facility of a kind needs at least by the rule in force; 0 where it does not say."""
    known = dated_rule(table.pack, "capacity", "承载能力参数", table.day).value.get("catchment", {})
    return float(known.get(kind, 0.0))


def target_of_circle(table: Table, circle: str) -> str:
    """Return the target that a circle tells of, or nothing."""
    effects = scenario_rule(table)["effect"]
    return next((str(e["target"]) for e in effects if e["measure"] == "circle" and e.get("of") == circle), "")

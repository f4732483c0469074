"""A specification as a small pack: one target, its reports, and a table of cases with what must be found.

The test runs each case; docs/build.py prints the same tables as a manual.

A file of a chapter's folder gives `because` (one sentence with its source), the `sentence` of the plan, `target` with
what differs from a firm rising number at its end, `element` likewise, and `case`: rows in which what is named in
`INPUTS` goes in and everything else must be found. A row replaces what the file says for all.

`now` is the report of the period judged, `before` those of earlier ones (`"2026-01..2026-05"` is every period from one
to the other; a list gives one number a period). A number stands for the one unit that reports; with `units` a table
names them. `at` looks at one unit instead of the whole.
"""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from chengzai.kernel import Period, unit_scale

FOLDER = Path(__file__).parent / "spec"
ROOT_PLACE = "9901"
_TARGET = ("number", "comparator", "value", "unit", "kind", "direction", "strength", "deadline", "every_year")
INPUTS = (
    "sentence", "period", "baseline", "now", "before", "at", "formula", "steps", "shares", "county_baselines", "season",
    "base", "rule", *_TARGET,
)  # fmt: skip
_TOGETHER = ("2026-01-01", "2027-12-31")


@dataclass(frozen=True)
class Spec:
    """One specification: its chapter, its name, and its table as written."""

    path: Path

    @cached_property
    def table(self) -> dict[str, Any]:
        return tomllib.loads(self.path.read_text(encoding="utf-8"))

    @property
    def name(self) -> str:
        return self.path.stem.replace("_", " ").capitalize()

    @property
    def chapter(self) -> str:
        return self.path.parent.name

    @property
    def cases(self) -> list[dict[str, Any]]:
        return list(self.table.get("case") or [self.table["expect"]])

    def merged(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Return what goes in for one case."""
        told = {k: v for k, v in self.table.items() if k not in {"case", "expect"}} | {
            k: v for k, v in case.items() if k in INPUTS
        }
        told["target"] = {**self.table.get("target", {}), **{k: v for k, v in case.items() if k in _TARGET}}
        return told

    def expected(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Return what must be found for one case."""
        return {k: v for k, v in case.items() if k not in INPUTS}


def chapters() -> dict[str, dict[str, Any]]:
    """Return the chapters in their order: a title in both languages and an opening sentence."""
    return tomllib.loads((FOLDER / "chapters.toml").read_text(encoding="utf-8"))


def specs() -> list[Spec]:
    """Return all specifications in the order of the manual."""
    order = list(chapters())
    paths = [path for folder in order for path in sorted((FOLDER / folder).glob("*.toml"))]
    return [Spec(path) for path in paths]


def write_pack(told: Mapping[str, Any], folder: Path, policy: Mapping[str, str]) -> None:
    """Write the pack of one case; its reports stand as figures beside it, so that no store is needed."""
    target, units = _target(told), list(told.get("units", ()))
    element = _element(told, target, units)
    starts, ends = told.get("plan", _TOGETHER)
    files = {
        "document.txt": f"目标：{told['sentence']}。\n",
        "plan.toml": _lines(
            title="某县行动方案", short_title="行动方案", name_en="A plan", city="某县", root=ROOT_PLACE,
            start=dt.date.fromisoformat(starts), end=dt.date.fromisoformat(ends),
            default_deadline=dt.date.fromisoformat(ends), document="document.txt",
        ) + _table("section", id="goals", title="目标", starts="目标"),
        "places/units.csv": "code,name,level,parent,since,until\n" + "".join(_places(told, units)),
        "commitments/it.toml": _table("target", **target),
        "elements/it.toml": "\n".join(_table("element", **e) for e in element),
        "indicators/it.toml": _table("indicator", id="it", name=target["indicator"], unit=target.get("unit", ""),
                                     formula=told.get("formula", element[0]["code"]),
                                     decimals=told.get("decimals", 0)),
        "allocation/it.toml": _allocation(told, units),
        "facts/statistics.csv": "".join(("element,place,period,value,evidence,reliability\n",
                                         *_reports(told, element, units))),
        **policy,
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def code_of(told: Mapping[str, Any], name: str) -> str:
    """Return the code of a unit by its name."""
    return f"{ROOT_PLACE}{list(told['units']).index(name) + 1:02d}"


def _target(told: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(told["target"])
    number = given.get("number", f"{given['value']}{given.get('unit', '')}" if "value" in given else "")
    target = {
        "id": "it", "clause": "goals.1", "words": told["sentence"], "indicator": "本项指标", "scope": "全县",
        "comparator": ">=", "direction": "up", "strength": "firm", **given,
    }  # fmt: skip
    if "each" in target:
        target["each"] = [code_of(told, name) for name in target["each"]]
    return {**target, **({"number": number} if number else {})}


def _element(told: Mapping[str, Any], target: Mapping[str, Any], units: list[str]) -> list[dict[str, Any]]:
    given = told.get("element", {})
    base = {
        "code": "x", "name": "本项指标", "unit": unit_scale(str(target.get("unit", "")))[1], "kind": "stock",
        "collected": "county" if units else "prefecture", "over_places": "sum" if units else "none",
        "over_time": "last",
    }  # fmt: skip
    return [{**base, **e} for e in (given if isinstance(given, list) else [given])]


def _places(told: Mapping[str, Any], units: list[str]) -> Iterator[str]:
    dates = told.get("dates", {})
    yield f"{ROOT_PLACE},某县,prefecture,,,\n"
    for name in units:
        since, until = dates.get(name, ("", ""))
        yield f"{code_of(told, name)},{name},county,{ROOT_PLACE},{since},{until}\n"


def _allocation(told: Mapping[str, Any], units: list[str]) -> str:
    table = {k: told[k] for k in ("baseline", "season") if k in told}
    for name in ("shares", "county_baselines"):
        if name in told:
            table[name] = {code_of(told, unit): value for unit, value in told[name].items()}
    if "steps" in told:
        table["steps"] = dict(told["steps"])
    return _table("allocation", target="it", **table) if table else ""


def _reports(told: Mapping[str, Any], elements: list[dict[str, Any]], units: list[str]) -> Iterator[str]:
    month = Period.parse(told["period"])
    for element in elements:
        code, frequency = element["code"], element.get("frequency", "month")
        now = Period.parse("2026" if frequency == "year" else "2026Q1" if frequency == "quarter" else "2026-01")
        last = now.closed_by(month)
        by_period = {**told.get("before", {})}
        if "now" in told:
            by_period[last.text] = told["now"]
        for stretch, values in by_period.items():
            several = len(elements) > 1
            mine = values.get(code) if several and isinstance(values, Mapping) else values
            if mine is None:
                continue
            yield from _stretch(told, units, code, stretch, mine)


def _stretch(told: Mapping[str, Any], units: list[str], code: str, stretch: str, values: Any) -> Iterator[str]:
    first, _, last = stretch.partition("..")
    begin = Period.parse(first)
    periods = [
        begin.next(n) for n in range((Period.parse(last).ordinal if last else begin.ordinal) - begin.ordinal + 1)
    ]
    if isinstance(values, list):
        periods = [begin.next(n) for n in range(len(values))]
    for n, period in enumerate(periods):
        value = values[n] if isinstance(values, list) else values
        by_unit = value if isinstance(value, Mapping) else dict.fromkeys(units or [""], value)
        for unit, number in by_unit.items():
            if number != "":
                yield f"{code},{code_of(told, unit) if unit else ROOT_PLACE},{period},{number},报表,A\n"


def _lines(**entries: Any) -> str:
    return "".join(f"{k} = {toml_value(v)}\n" for k, v in entries.items())


def _table(_name: str, /, **entries: Any) -> str:
    return f"[[{_name}]]\n{_lines(**entries)}"


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{k}" = {toml_value(v)}' for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)

"""The specifications of `tests/spec/` as a manual: chapters, and for each behaviour a table of what goes in and out."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from chengzai.publish import STATE_WORD
from specs import INPUTS, Spec, chapters, specs

_HEADS = {
    "sentence": "原文 sentence", "period": "月份 month", "baseline": "基数 baseline", "now": "报数 report",
    "before": "以前 before", "at": "看哪里 at", "comparator": "比较词", "direction": "方向", "deadline": "期限",
    "shares": "各县目标 shares", "units": "单位 units", "county_baselines": "各县基数 baselines",
    "steps": "分年目标 steps", "season": "季节 season", "formula": "公式 formula", "rule": "取整 rule",
    "state": "亮灯 state", "code": "法则 law", "met": "达到 met", "reason": "说明 reason", "done": "完成% done",
    "due_share": "应达% due", "gap": "差(点) gap", "needed": "每期需 needed", "asks": "目标写作 goal",
    "shown": "现值写作 shown", "value_now": "现值 value", "distance": "差距 distance", "pace": "速度（通报） pace",
    "still": "还须（页面） still", "best_shown": "历史最好一期 best",
    "reports": "报送 reports", "bulletin": "通报 bulletin", "findings": "问题 findings", "ranks": "位次 rank",
    "lights": "亮灯数 lights",
}  # fmt: skip
_SHARED = ("formula", "baseline", "units", "shares", "county_baselines", "steps", "season", "now", "before", "period")


def behaviour_page() -> str:
    """Return the manual: every chapter with its behaviours, each a law, its source and a table that is a test."""
    parts = [
        "# Behaviour 行为手册",
        "",
        "What the program does, as small tables: each is a test in `tests/spec/`, run through a whole month.",
        "A row is one case: the first columns go in, the others must come out. 空格表示与表前所写相同。",
        "",
        "| chapter | behaviours |",
        "|---|---|",
    ]
    by_chapter: dict[str, list[Spec]] = {}
    for spec in specs():
        by_chapter.setdefault(spec.chapter, []).append(spec)
    for number, (folder, chapter) in enumerate(chapters().items(), start=1):
        parts.append(f"| {number}. {chapter['title']} | {'; '.join(s.name for s in by_chapter[folder])} |")
    for number, (folder, chapter) in enumerate(chapters().items(), start=1):
        parts += ["", f"## {number}. {chapter['title']}", "", chapter["opening"], ""]
        for spec in by_chapter[folder]:
            parts += _section(spec)
    return "\n".join(parts).rstrip() + "\n"


def _section(spec: Spec) -> list[str]:
    table = spec.table
    goes_in = [k for k in INPUTS if any(k in case for case in spec.cases)]
    comes_out = list(dict.fromkeys(k for case in spec.cases for k in case if k not in INPUTS))
    shared = [f"{_HEADS.get(k, k)} {_cell(table[k])}" for k in _SHARED if k in table]
    heads = [_HEADS.get(k, k) for k in (*goes_in, *comes_out)]
    rows = [
        [*(_cell(case.get(k, "")) for k in goes_in), *(_strong(_cell(case.get(k, ""))) for k in comes_out)]
        for case in spec.cases
    ]
    return [
        f"### {spec.name}",
        "",
        table.get("law", ""),
        table["because"],
        "",
        "；".join([f"方案：{table['sentence']}", *shared]) + "。",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---|" * len(heads),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]


def _strong(shown: str) -> str:
    return f"**{shown}**" if shown else ""


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, Mapping):
        return "，".join(f"{STATE_WORD.get(k, k)} {_cell(v)}" for k, v in value.items())
    if isinstance(value, list):
        return "、".join(_cell(v) for v in value) or "无 none"
    text = str(value)
    return STATE_WORD.get(text, f"`{text}`" if text in {">", ">=", "<", "<=", "==", "~="} else text.replace("|", "/"))

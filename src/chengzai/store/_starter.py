"""What a fresh pack needs beside its plan before it can run: one place, an element a target, and default rules.

Every value here is a start that a city replaces: rules say that they are drafts, elements are reported by the city.
"""

from pathlib import Path

from chengzai.plan import Plan, Target
from chengzai.store._content import read_pack
from chengzai.store._pack_files import rows_of_tables

_RULES = Path(__file__).parent / "starter"
_ROOT_LEVEL = "prefecture"


def starter_files(folder: Path, plan: Plan) -> dict[str, bytes]:
    """Return the files a pack still lacks; elements and indicators in `starter.toml` follow the plan each time.

    A target that another indicator file of the pack defines gets none here.
    """
    files: dict[str, bytes] = {}
    if not (folder / "places" / "units.csv").exists():
        place = plan.city or plan.short_title[:20]
        files["places/units.csv"] = f"code,name,level,parent,lon,lat\n{plan.root},{place},{_ROOT_LEVEL},,,\n".encode()
    for rule in ("lights", "values", "forecast", "papers"):
        if not (folder / "policy" / f"{rule}.toml").exists():
            text = (_RULES / f"{rule}.toml").read_text(encoding="utf-8")
            files[f"policy/{rule}.toml"] = text.replace("{since}", plan.start.isoformat()).encode()
    own = [target for target in plan.targets if target.id not in _defined(folder)]
    note = "# 起步用：一项目标一个采集项，由本级直接报现值；细化后移到别的文件，这里不再生成。\n\n"
    elements = rows_of_tables("element", [_element(target) for target in own])
    files["elements/starter.toml"] = (note + elements).encode()
    files["indicators/starter.toml"] = (note + rows_of_tables("indicator", [_indicator(t) for t in own])).encode()
    return files


def _defined(folder: Path) -> set[str]:
    """Return the targets whose indicators stand in the pack's other files."""
    if not (folder / "plan.toml").exists():
        return set()
    starter = {str(e["id"]) for e in _starter_rows(folder)}
    return {str(e["id"]) for table in read_pack(folder).indicators for e in table.get("indicator", ())} - starter


def _starter_rows(folder: Path) -> list[dict[str, object]]:
    import tomllib  # noqa: PLC0415 -- only an export after the first needs it

    path = folder / "indicators" / "starter.toml"
    return list(tomllib.loads(path.read_text(encoding="utf-8")).get("indicator", ())) if path.exists() else []


def _code(target: Target) -> str:
    return "e_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in target.id)


def _unit(target: Target) -> str:
    return target.canonical.unit if target.canonical else "是否"


def _element(target: Target) -> dict[str, object]:
    row = {"code": _code(target), "name": target.indicator, "unit": _unit(target), "kind": "level"}
    return {**row, "collected": _ROOT_LEVEL, "over_places": "none", "over_time": "last", **_definition(target)}


def _definition(target: Target) -> dict[str, object]:
    """Return what an element must say before a city says it better: the plan's words, and that they define nothing."""
    words = target.quotes[0].words
    kind = "期末的现值" if target.canonical else "期末是否已完成：已完成填1，否则填0"
    kind_en = "its value at the period's end" if target.canonical else "1 if done by the period's end, otherwise 0"
    return {
        "definition": f"{target.scope}“{target.indicator}”{kind}。原文：“{words}”；口径待确认。",
        "definition_en": f"{target.name_en or target.id} ({target.id}): {kind_en}. Definition to confirm.",
        "source": "责任部门台账（待确认）",
        "source_en": "ledger of the department that answers for it (to confirm)",
        "status": "draft",
    }


def _indicator(target: Target) -> dict[str, object]:
    return {"id": target.id, "name": target.indicator, "formula": _code(target), "unit": _unit(target), "decimals": 2}

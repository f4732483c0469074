"""Open data: the month's tables as CSV with a data-package descriptor."""

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from chengzai.publish._edition import Edition

_TYPES = {str: "string", float: "number", int: "integer", bool: "boolean"}


def open_tables(edition: Edition) -> dict[str, bytes]:
    """Return CSV files (UTF-8 with a mark for spreadsheets) and `datapackage.json`, by name.

    Every row says whether its data is simulated. Missing numbers are empty, never zero.
    """
    tables = {
        "assessments": list(_assessments(edition)),
        "targets": list(_targets(edition)),
        "indicators": list(_indicators(edition)),
        "ranking": list(_ranking(edition)),
        "mentions": edition.audit.as_dict()["mentions"],
        "findings": [f.as_dict() for f in (*edition.audit.findings, *edition.findings)],
    }
    files = {f"{name}.csv": _csv(rows, edition.simulated) for name, rows in tables.items()}
    files["datapackage.json"] = _descriptor(edition, tables, files)
    return files


def _assessments(edition: Edition) -> Iterator[dict[str, Any]]:
    for place, judged in edition.judged.items():
        for target, a in judged.items():
            yield {
                "target": target,
                "place": place,
                "period": a.period.text,
                "measured": a.measured.text,
                "state": a.state,
                "law": a.law,
                "code": a.code,
                "value": a.value,
                "baseline": a.baseline,
                "goal": a.goal,
                "due": a.due,
                "attained_share": a.attained,
                "expected_share": a.expected,
                "gap_points": a.gap,
                "met": a.met,
                "reported": a.completeness.reported,
                "expected_reports": a.completeness.expected,
                "reason": a.reason.zh,
                "rule": a.clause,
            }


def _targets(edition: Edition) -> Iterator[dict[str, Any]]:
    for row in edition.audit.as_dict()["targets"]:
        target = edition.plan.target[row["id"]]
        cited = "; ".join(f"{q.clause}[{q.span.start}:{q.span.end}]" for q in target.quotes)
        yield {**row, "citations": cited, "words": target.quotes[0].words}


def _indicators(edition: Edition) -> Iterator[dict[str, Any]]:
    """Yield every indicator value of the city and its counties, in canonical units."""
    for cube in edition.measured.cubes.values():
        for indicator in cube.indicators:
            target = edition.plan.target.get(indicator.id)
            places = dict.fromkeys((edition.plan.root, *edition.counties, *((target.place,) if target else ())))
            for place in places:
                if place not in cube.places:
                    continue
                for period, value in zip(cube.periods, cube.series(indicator.id, place), strict=True):
                    if not math.isnan(value):
                        yield {
                            "indicator": indicator.id,
                            "place": place,
                            "period": period.text,
                            "value": float(value),
                            "unit": indicator.unit,
                        }


def _ranking(edition: Edition) -> Iterator[dict[str, Any]]:
    for s in edition.ranking.standings:
        yield {
            "place": s.place,
            "name": edition.places[s.place].name,
            "score": s.score,
            "rank": s.rank,
            "best_rank": s.best,
            "worst_rank": s.worst,
            "range_exact": s.exact,
            "tied": s.tied,
            "class": s.group,
            "grade": s.grade,
            "points_of_events": s.effect,
            "ranked_by": edition.ranking.name.zh,
            "items_without_value": len(s.missing),
            "ranking_complete": edition.ranking.complete,
        }


def _csv(rows: Sequence[dict[str, Any]], simulated: bool) -> bytes:  # noqa: FBT001
    out = io.StringIO()
    fields = [*rows[0], "data"] if rows else ["data"]
    writer = csv.DictWriter(out, fieldnames=fields, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {**{k: _cell(v) for k, v in row.items()}, "data": "模拟 simulated" if simulated else "真实 real"}
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    # A spreadsheet would run a text that begins like a formula.
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} and len(value) > 2:
        return "'" + value
    return value


def _explained(edition: Edition, field: str) -> dict[str, str]:
    """Return what a column of the range of ranks holds; other columns are named by what they hold."""
    if field not in {"best_rank", "worst_rank"}:
        return {}
    ranking = edition.ranking
    if not ranking.by_scheme:
        return {"description": "任去一项目标后的最好（最差）位次 Best (worst) rank with any one target left out."}
    box = f"±{ranking.box:.0%}"
    zh = f"权重之和不变、各项权重在{box}内变动时可能的最好（最差）位次"
    return {"description": f"{zh} Best (worst) rank by weights within {box}, their sum unchanged."}


def _descriptor(edition: Edition, tables: dict[str, list[dict[str, Any]]], files: dict[str, bytes]) -> bytes:
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "encoding": "utf-8",
            "hash": "sha256:" + hashlib.sha256(files[f"{name}.csv"]).hexdigest(),
            "schema": {
                "fields": [
                    {"name": field, "type": _TYPES.get(type(value), "string")} | _explained(edition, field)
                    for field, value in (*(rows[0].items() if rows else ()), ("data", ""))
                ],
                "missingValues": [""],
            },
        }
        for name, rows in tables.items()
    ]
    package = {
        "name": f"chengzai-{edition.plan.root}-{edition.period.text}",
        "title": f"{edition.plan.title} {edition.period.text}",
        "profile": "tabular-data-package",
        "simulated": edition.simulated,
        "description": "模拟数据·非正式文件 Simulated data, not an official document." if edition.simulated else "",
        "pack_sha256": edition.pack_sha256,
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2).encode()

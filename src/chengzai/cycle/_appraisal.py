"""The annual evaluation in the office: opened on a frozen evaluation, taken step by step, sealed with its hash."""

import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from chengzai.assess import Appraisal, AppraisedLine, Effects, NotNow, fold_appraisal, require_step, self_rating_drift
from chengzai.collect import Sheet
from chengzai.cycle._adjustments import adjustments_known
from chengzai.cycle._evaluate import evaluate
from chengzai.cycle._office import Office
from chengzai.cycle._printed import known_or_none
from chengzai.cycle._rules import number_in_force
from chengzai.cycle._schemes import effects_in_year
from chengzai.cycle._standings import stand
from chengzai.kernel import Actor, Period, Text
from chengzai.store import acts_of, one_writer

View = dict[str, Any]
Said = Mapping[str, Mapping[str, Any]]
_TOPIC = "appraisal"
_NOT_AFTER = {"check": {"claim"}, "rule": {"claim", "check", "object"}}  # who took these does not take that


def appraisal_of(year: int, *, real: bool) -> Appraisal | None:
    """Return a year's procedure as it stands, None where it has not been opened."""
    return fold_appraisal(acts_of(simulated=not real, topic=_TOPIC, period=str(year)))


def open_appraisal(office: Office, content: Path, actor: Actor, year: int) -> View:
    """Open the procedure of a year on its evaluation as of the year's last month known; raises NotNow, NoScheme."""
    real = not office.simulated
    if appraisal_of(year, real=real) is not None:
        raise NotNow(Text(f"{year}年度的评价已经开始。", f"The evaluation of {year} was opened before."))
    end = Period.parse(f"{year}-12")
    if office.today <= end.last_day():
        raise NotNow(Text(f"{year}年还没有结束。", f"{year} has not ended."))
    scheme = evaluate(content, office.data, end, real=real)["schemes"][0]
    names = [item["id"] for item in scheme["items"]]
    points = {row["place"]: dict(zip(names, row["exact_points"], strict=True)) for row in scheme["rows"]}
    basis = {
        "period": end.text,
        "scheme": scheme["name"],
        "clause": scheme["clause"],
        "status": scheme["status"],
        "grades": scheme["grades"],
        "items": [{k: i[k] for k in ("id", "name", "weight", "source_unit")} for i in scheme["items"]],
        "aside": scheme["aside"],
        "points": points,
        "classes": {row["place"]: row["class"] for row in scheme["rows"]},
    }
    if not points:
        raise NotNow(Text("没有可以评价的县。", "There is no county to evaluate."))
    done = office.record("open", _sheet(office.plan.root, year), actor, {"basis": basis})
    return {"sequence": done.sequence, "counties": len(points)}


def _sheet(unit: str, year: int) -> Sheet:
    return Sheet(_TOPIC, unit, str(year))


def appraise(  # noqa: PLR0913 -- each argument is a fact of one act
    office: Office, actor: Actor, year: int, act: str, unit: str, lines: Said, reason: str = ""
) -> View:
    """Take one step of a year's procedure for a county, or for all where the step is of the city; raises NotNow.

    Who scored an item for the county does not check it; who scored, checked or objected to it does not rule on it.
    """
    with one_writer():
        now = appraisal_of(year, real=not office.simulated)
        if now is None:
            raise NotNow(Text(f"{year}年度的评价还没有开始。", f"The evaluation of {year} has not been opened."))
        whole = act in {"publish", "seal"}
        if not whole and unit not in now.lines:
            raise NotNow(Text("没有这个县。", "There is no such county."))
        require_step(now, act, unit, lines, reason, office.today)
        _require_another_person(office, actor, _sheet(unit, year), act, lines)
        said: dict[str, Any] = dict(lines)
        if act == "publish":
            days = int(number_in_force(office.pack, "publicity_days", office.today))
            said = {"until": (office.today + dt.timedelta(days=days)).isoformat()}
        if act == "seal":
            said = {"sealed": _sealed(now, _effects(office, year))}
        done = office.record(act, _sheet(office.plan.root if whole else unit, year), actor, said, reason)
    return {"sequence": done.sequence}


def _require_another_person(office: Office, actor: Actor, sheet: Sheet, act: str, lines: Said) -> None:
    """Return if the person has not scored, checked or objected to the items before in another part."""
    acts = acts_of(simulated=office.simulated, topic=_TOPIC, unit=sheet.unit, period=sheet.period)
    own = (a for a in acts if a.actor == actor.id and a.act in _NOT_AFTER.get(act, ()))
    if any(item in a.lines for a in own for item in lines):
        raise NotNow(
            Text(
                "这一项您已经自评、核查过或提出过异议，须由另一人办理。",
                "You scored, checked or objected to an item of these yourself; another person takes this step.",
            )
        )


def _effects(office: Office, year: int) -> Effects:
    """Return what the year's events in force do, as the journal has left them."""
    return effects_in_year(office.pack, adjustments_known(real=not office.simulated, year=year), year)


def _sealed(now: Appraisal, effects: Effects) -> View:
    """Return the result with the hash of every line and event behind it."""
    results = now.results(effects)
    lines = {u: {i: _plain(line) for i, line in items.items()} for u, items in now.lines.items()}
    moved = {"points": dict(effects.points), "limits": dict(effects.limits)}
    told = json.dumps([now.basis, lines, moved, results], ensure_ascii=False, sort_keys=True)
    return {"results": results, "effects": moved, "sha256": hashlib.sha256(told.encode()).hexdigest()}


def _plain(line: AppraisedLine) -> View:
    numbers = ("computed", "claimed", "checked", "ruled", "final")
    told = {name: getattr(line, name) for name in numbers}
    return {name: None if math.isnan(value) else round(value, 1) for name, value in told.items()} | {
        name: getattr(line, name) for name in ("note", "why", "objection", "ruling", "open")
    }


def appraisal_page(office: Office, year: int, unit: str, may: Mapping[str, bool]) -> View:
    """Return a year's procedure as a page: the counties as they stand, and the lines of one county.

    `may` says which steps the person's roles allow for that county.
    """
    now = appraisal_of(year, real=not office.simulated)
    words = flow_words(year, real=not office.simulated)
    head = {"year": year, "simulated": office.simulated, "opened": now is not None, "words": words}
    if now is None:
        return head | {"may_open": may["open"]}
    unit = unit if unit in now.lines else next(iter(now.lines))
    effects = _effects(office, year)
    results = now.sealed.get("results") or now.results(effects)
    ended = now.until is not None and office.today > now.until
    due = [act for act in ("claim", "check", "object", "rule") if may[act] and _due(now, act, unit, office.today)]
    return head | {
        "basis": now.basis,
        "stage": now.stage,
        "until": now.until.isoformat() if now.until else "",
        "unit": unit,
        "unit_name": office.scope.name(unit),
        "counties": [
            {
                "code": code,
                "name": office.scope.name(code),
                "claimed": code in now.claimed,
                "checked": code in now.checked,
                "objections": sum(line.open for line in items.values()),
                "effect": effects.points.get(code, 0.0),
                "limit": effects.limits.get(code, ""),
                **results[code],
            }
            for code, items in now.lines.items()
        ],
        "items": [{**item, **_plain(now.lines[unit][item["id"]])} for item in now.basis["items"]],
        "due": due,
        "may_publish": may["publish"] and now.until is None and now.checked == frozenset(now.lines),
        "may_seal": may["seal"] and ended and not now.waiting and not now.sealed,
        "sha256": now.sealed.get("sha256", ""),
        "drift": drift_view(office, year),
    }


def as_decided(evaluated: View, now: Appraisal, effects: Effects, *, box: float, error: float) -> View:
    """Return an evaluated scheme with the points that the procedure has left standing in place of those computed.

    Items that some county has no points for are set aside, as before; ranges and groups are worked out anew, class by
    class. `differs` names the counties whose rank is another than in the month's ranking.
    """
    classes = now.basis.get("classes") or {}
    items = [i for i in now.basis["items"] if not any(math.isnan(own[i["id"]].final) for own in now.lines.values())]
    results = now.sealed.get("results") or now.results(effects)
    known = {row["place"]: row for row in evaluated["rows"]}
    rows: list[View] = []
    pairs = of_pairs = 0
    for group in dict.fromkeys(classes.get(u, "") for u in now.lines):
        units = [u for u in now.lines if classes.get(u, "") == group]
        standing = stand(
            np.array([[now.lines[u][i["id"]].final for i in items] for u in units]),
            [float(i["weight"]) for i in items],
            box=box,
            error=error,
            seed=int(now.basis["period"][:4]),
            effects=[effects.points.get(u, 0.0) for u in units],
        )
        rows += [
            {**known[units[i]], **row, "place": units[i], "grade": results[units[i]]["grade"]}
            for i, row in standing.rows([known[u]["name"] for u in units])
        ]
        pairs += int(standing.ahead.sum())
        of_pairs += len(units) * (len(units) - 1) // 2
    differs = [row["name"] for row in rows if row["rank"] != known[row["place"]]["rank"]]
    return evaluated | {"rows": rows, "items": items, "pairs": pairs, "of_pairs": of_pairs, "differs": differs}


def drift_view(office: Office, year: int) -> list[View]:
    """Return how far each county's own scores in a year's procedure stood from what was left standing."""
    now = appraisal_of(year, real=not office.simulated)
    if now is None:
        return []
    claimed = {
        unit: {item: (line.claimed, line.final) for item, line in items.items()} for unit, items in now.lines.items()
    }
    return [
        {
            "unit": d.unit,
            "name": office.scope.name(d.unit),
            "items": d.items,
            "mean": known_or_none(d.mean, 1),
            "largest": known_or_none(d.largest, 1),
        }
        for d in self_rating_drift(claimed)
    ]


def _due(now: Appraisal, act: str, unit: str, day: dt.date) -> bool:
    if now.sealed:
        return False
    if act == "rule":
        return any(line.open for line in now.lines[unit].values())
    if act == "object":
        return now.until is not None and day <= now.until
    return now.until is None and (act == "claim" or unit in now.claimed)


def flow_words(year: int, *, real: bool) -> tuple[str, ...]:
    """Return how far a year's procedure has come, one sentence a step; empty where it has not been opened."""
    acts = acts_of(simulated=not real, topic=_TOPIC, period=str(year))
    now = fold_appraisal(acts)
    if now is None:
        return ()
    count = len(now.lines)
    told = [f"自评：{len(now.claimed)}个县（市、区）已自评，共{count}个。", f"核查：{len(now.checked)}个已核查。"]
    if now.until:
        raised = sum(bool(line.objection) for items in now.lines.values() for line in items.values())
        told.append(f"公示：至{now.until.year}年{now.until.month}月{now.until.day}日。")
        told.append(f"异议：提出{raised}项，待裁定{len(now.waiting)}项。")
    if now.sealed:
        last = next(a for a in reversed(acts) if a.act == "seal")
        told.append(f"审定：{last.name}已审定并封存，指纹{now.sealed['sha256'][:16]}。")
    return tuple(told)

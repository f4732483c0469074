"""A rehearsal among simulated data: tasks assigned, some sheets at every step, some registered things on the map."""

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from chengzai.collect import Register, Sheet, cells_of, periods_due, units_of
from chengzai.cycle._acts import act_on
from chengzai.cycle._allocate import approve
from chengzai.cycle._duties import duties_sheet, propose_duties
from chengzai.cycle._office import Office, open_office
from chengzai.cycle._registers import new_key
from chengzai.kernel import Actor, Grant, Period
from chengzai.store import acts_of

_NOTE = "模拟填报"


def rehearse(data: Path, content: Path, progress: Callable[[str], None] = lambda _: None) -> int:
    """Play the start of a month among simulated data and return the acts recorded; a second call records nothing.

    Every name is 模拟…, every value comes from the twin of the month before. Real data is never touched.
    """
    office = open_office(data, content, real=False)
    if acts_of(simulated=True, topic="duties"):
        return 0
    root = office.plan.root
    people = {
        role: Actor(f"sim-{role}", name, (Grant(role, root),))
        for role, name in (
            ("reporter", "模拟填报员"),
            ("county_reviewer", "模拟审核员"),
            ("task_force", "模拟专班"),
            ("leader", "模拟领导"),
        )
    }
    progress("责任分解")
    done = propose_duties(office, people["task_force"])
    approve(office, people["leader"], "duties", list(office.lines(duties_sheet(office))))
    progress("填报")
    for step, county in zip(itertools.cycle(("accept", "review", "submit")), office.counties[:3], strict=False):
        done += _sheets(office, people, county, step)
    progress("台账")
    return done + _entries(office, people)


def _sheets(office: Office, people: Mapping[str, Actor], county: str, last: str) -> int:
    done = 0
    values = office.known().values
    for form in office.forms.values():
        due = periods_due(form, office.timing, office.today)
        if form.level != "county" or not due or county not in _units(office, form):
            continue
        period = due[-1].text
        lines = {
            element.code: {"value": f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}", "note": _NOTE}
            for element in cells_of(form, county, office.pack.elements)
            if element.code not in office.counted
            and (value := values.get((element.code, county, Period.parse(period).next(-1).text))) is not None
        }
        if not lines:
            continue
        sheet = Sheet(f"form/{form.id}", county, period)
        if office.lines(sheet):
            continue
        act_on(office, people["reporter"], sheet, "submit", lines)
        done += 1
        if last in {"review", "accept"}:
            act_on(office, people["county_reviewer"], sheet, "review", {key: {} for key in lines})
        if last == "accept":
            act_on(office, people["task_force"], sheet, "accept", {key: {} for key in lines})
        elif last == "review":
            first = next(iter(lines))
            act_on(office, people["task_force"], sheet, "return", {first: {}}, reason="与上月完全相同，请核对是否更新")
    return done


def _units(office: Office, form: Any) -> tuple[str, ...]:
    return units_of(form, office.pack.places, office.pack.elements, office.plan.root)


def _entries(office: Office, people: Mapping[str, Actor]) -> int:
    done = 0
    for n, register in enumerate(office.registers.values()):
        if register.level != "county":
            continue
        county = office.counties[n % len(office.counties)]
        towns = [p for p in office.pack.places.children(county) if p.lon is not None]
        if not towns:
            continue
        town = towns[n % len(towns)]
        entry = {
            "name": f"模拟{register.title.zh.removesuffix('台账')}{n + 1}号",
            "place": town.code,
            "state": next((f.choices[-1] for f in register.fields if f.choices), ""),
            "done": office.today.replace(day=min(n % 20 + 1, office.today.day)).isoformat(),
            "lon": f"{town.lon}",
            "lat": f"{town.lat}",
            **_numbers(register),
        }
        sheet = Sheet(f"register/{register.id}", county)
        key = new_key()
        act_on(office, people["reporter"], sheet, "submit", {key: entry})
        if n % 3:
            act_on(office, people["county_reviewer"], sheet, "review", {key: {}})
        if n % 3 == 2:
            act_on(office, people["task_force"], sheet, "accept", {key: {}})
        done += 1
    return done


def rehearsal_people(office: Office) -> list[tuple[str, str, tuple[Grant, ...]]]:
    """Return the people that a rehearsal's accounts stand for: name of the account, of the person, and grants."""
    root = office.plan.root
    counties = office.counties
    last = counties[-1]
    town = next((p.code for p in office.pack.places.children(last) if p.level == "township"), last)
    department = next(iter(office.scope.departments), "")
    return [
        ("xian-tianbao", "县填报员", (Grant("reporter", last),)),
        ("zhen-tianbao", "镇填报员", (Grant("reporter", town),)),
        ("xian-shenhe", "县审核员", (Grant("county_reviewer", last),)),
        ("bumen-tianbao", "部门填报员", (Grant("reporter", department),)),
        ("bumen", "部门数据责任人", (Grant("custodian", department),)),
        ("zhuanban", "市专班", (Grant("task_force", root),)),
        ("lingdao", "市领导", (Grant("leader", root),)),
        ("lingdao-2", "另一位市领导", (Grant("leader", root),)),  # rules on appeals against what the first accepted
        ("pinggu", "评价员", (Grant("evaluator", root),)),
        ("shenji", "审计员", (Grant("auditor", root),)),
        ("guanli", "系统管理员", (Grant("administrator", root),)),
    ]


def _numbers(register: Register) -> dict[str, str]:
    """Return a number for each number field an entry must have, large enough for the register's threshold."""
    limits = {c.threshold.field: f"{c.threshold.limit:f}" for c in register.counts if c.threshold}
    return {f.id: limits.get(f.id, "10") for f in register.fields if f.kind == "number" and f.required}

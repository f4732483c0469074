"""Households' statements from a planner's sheet: what the old home is worth, line by line, and what the new one asks.

The sheet is read and answered; nothing of it is kept.
"""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from chengzai.cycle._clock import now
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import dated_rule
from chengzai.cycle._sheets_in import NotASheet, PlainSheet
from chengzai.decide import Item, afford, worth
from chengzai.kernel import Text
from chengzai.store import read_pack

View = dict[str, Any]
_HEADS = ("户号", "结构", "建筑面积", "占地", "片区", "退出人数", "资格权面积", "类别", "安置方式")


def household_statements(content: Path, data: Path, path: Path, day: dt.date | None = None) -> View:
    """Return each household's statement under the prices in force on a day (today); raises NotASheet, RuleMissing.

    A word that the prices do not know (a structure, a class, a way of settling) is named with its row.
    """
    rule = dated_rule(
        read_pack(pack_in_force(data, content)), "household", "农户搬迁核算价目", day or now(simulated=False).date()
    )
    sheet = PlainSheet.at(path, _HEADS)
    sheet.once("户号")
    return {
        "rule": rule.clause,
        "since": rule.since.isoformat(),
        "status": rule.status,
        "households": [
            _statement(sheet, n, rule.value, f"{rule.clause}（{rule.since}起）") for n in range(len(sheet.rows))
        ],
    }


def _statement(sheet: PlainSheet, n: int, prices: Mapping[str, Any], stands: str) -> View:
    people, each = Decimal(sheet.whole(n, "退出人数")), _decimal(sheet, n, "资格权面积")
    offered = [Decimal(str(v)) for v in prices["entitlement_each"]]
    if each not in offered:
        some = "或".join(f"{v:g}" for v in offered)
        raise NotASheet(Text(f"{sheet.name} 第{n + 2}行“资格权面积”应为{some}。", f"{sheet.name} row {n + 2}: {some}."))
    structure = sheet.rows[n]["结构"]
    lines = [
        Item(
            "房子价值",
            (
                ("建筑面积", _decimal(sheet, n, "建筑面积")),
                ("单价", _price(sheet, n, "结构", prices["house"])),
                ("成新率", Decimal(str(prices["renewal"][structure]))),
            ),
            stands,
        ),
        Item(
            "宅基地价值",
            (("占地", _decimal(sheet, n, "占地")), ("片区单价", _price(sheet, n, "片区", prices["homestead"]))),
            stands,
        ),
        Item(
            "宅基地资格权价值",
            (("人数", people), ("面积", each), ("单价", Decimal(str(prices["entitlement"])))),
            stands,
        ),
        Item("搬迁奖励", (("人数", people), ("元/人", _price(sheet, n, "类别", prices["moving"]))), stands),
        Item(
            "购房奖励",
            (("人数", people), ("面积", each), ("单价", _price(sheet, n, "安置方式", prices["buying"]))),
            stands,
        ),
    ]
    own = worth(lines)
    income, told = _decimal(sheet, n, "月收入", "0"), None
    if sheet.rows[n].get("新房总价"):  # without it nobody knows what the household lacks
        home, rate = _decimal(sheet, n, "新房总价"), Decimal(str(prices["rate"]))
        told = afford(home, own, rate=rate, years=int(prices["years"]), income=income)
    return {
        "household": sheet.rows[n]["户号"],
        "lines": [
            {"name": i.name, "factors": {k: f"{v:f}" for k, v in i.factors}, "amount": f"{i.amount:f}", "rule": i.rule}
            for i in lines
        ],
        "worth": f"{own:f}",
        "gap": told and f"{told.gap:f}",
        "monthly": told and f"{told.monthly:f}",
        "of_income": None if told is None or told.of_income.is_infinite() else round(float(told.of_income), 4),
    }


def _decimal(sheet: PlainSheet, n: int, head: str, empty: str | None = None) -> Decimal:
    return Decimal(str(sheet.amount(n, head, None if empty is None else float(empty))))


def _price(sheet: PlainSheet, n: int, head: str, known: Mapping[str, Any]) -> Decimal:
    written = sheet.rows[n].get(head, "")
    if written not in known:
        some = "、".join(known)
        raise NotASheet(
            Text(f"{sheet.name} 第{n + 2}行“{head}”应为{some}，现为“{written}”。", f"{sheet.name} row {n + 2}: {head}.")
        )
    return Decimal(str(known[written]))


def households_csv(told: View) -> bytes:
    """Return statements as a CSV sheet: one row a line, and one for the sum and what the new home asks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["户号", "项目", "算式", "金额（元）", "依据"])
    for h in told["households"]:
        for line in h["lines"]:
            sum_of = " × ".join(f"{name}{value}" for name, value in line["factors"].items())
            writer.writerow([h["household"], line["name"], sum_of, line["amount"], line["rule"]])
        writer.writerow([h["household"], "综合核算价值", "", h["worth"], ""])
        lacking = ["不知道", "新房总价没有填"] if h["gap"] is None else [h["gap"], f"每月{h['monthly']}元"]
        writer.writerow([h["household"], "新房还差", "", *lacking])
    return out.getvalue().encode("utf-8-sig")

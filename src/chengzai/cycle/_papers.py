"""Papers beside the bulletin: composed, set, read back and measured; what stands against issuing one is said."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from chengzai.cycle._appraisal import appraisal_of, as_decided, flow_words
from chengzai.cycle._errata import errata
from chengzai.cycle._evaluate import evaluate
from chengzai.cycle._month import run_month
from chengzai.cycle._office import pack_in_force
from chengzai.cycle._rules import paper_rules
from chengzai.cycle._schemes import effects_in_year
from chengzai.kernel import Finding, Period, Text, UserError
from chengzai.publish import (
    PAPERS,
    Bulletin,
    Edition,
    LayoutCheck,
    bulletin_docx,
    bulletin_pdf,
    check_paper,
    docx_lines,
    measure_layout,
    reread,
    reread_pdf,
    write_annual,
    write_brief,
    write_orders,
    write_quarter,
)
from chengzai.store import read_pack, rendered_docx


class NoSuchPaper(UserError):
    """The paper asked for is none, or cannot be written for this month."""


@dataclass(frozen=True)
class Paper:
    """A paper as files by name, what stands against issuing it, and its layout as measured on the PDF's pages."""

    title: str
    files: dict[str, bytes]
    findings: tuple[Finding, ...]
    layout: tuple[LayoutCheck, ...]


def paper_of(
    content: Path, data: Path, edition: Edition, kind: str, *, month_of: Callable[[Period], Edition] | None = None
) -> Paper:
    """Return a paper of a month, without files if doubtful; `month_of` gives months already run. Raises NoSuchPaper."""
    real = not edition.simulated
    pack = read_pack(pack_in_force(data, content))
    rule = paper_rules(pack, edition.period.last_day())
    if kind == "brief":
        paper = write_brief(edition)
    elif kind == "quarter":
        earlier = edition.period.next(-((edition.period.part - 1) % 3 + 1))  # the end of the quarter before
        if earlier.year < edition.plan.start.year:
            raise NoSuchPaper(Text("方案第一个季度没有上季末可比。", "The plan's first quarter has none before it."))
        then = month_of(earlier) if month_of else run_month(content, data, earlier, real=real)
        paper = write_quarter(edition, then)
    elif kind == "order":
        order = rule["order"]
        paper = write_orders(edition, pressed(edition, order["states"]), answer_within=int(order["answer_within"]))
    elif kind == "erratum":
        paper = errata(content, data, edition).paper
    elif kind == "annual":
        kept = partial(_month, content, data, edition, month_of)
        told, year = evaluate(content, data, edition.period, real=real, month_of=kept), edition.period.year
        evaluated, now = told["schemes"][0], appraisal_of(year, real=real)
        if not evaluated["rows"]:
            raise NoSuchPaper(
                Text(
                    f"{edition.period} 没有可以评价的数，写不出年度评价；先报送、验收各县（市、区）的数。",
                    f"Nothing can be evaluated in {edition.period}: there is no annual assessment without county data.",
                )
            )
        if now:  # what was checked and decided stands, not what was computed
            effects = effects_in_year(pack, edition.adjustments, year)
            evaluated = as_decided(evaluated, now, effects, box=told["weight_box"], error=told["score_error"])
        paper = write_annual(edition, evaluated, flow_words(year, real=real), decided=bool(now and now.sealed))
    else:
        raise NoSuchPaper(Text(f"没有“{kind}”这种文稿：{'、'.join(PAPERS)}。", f"'{kind}' is none of {list(PAPERS)}."))
    return _set(edition, paper, f"{kind}-{edition.period}", check_paper(paper, rule))


def _month(
    content: Path, data: Path, edition: Edition, month_of: Callable[[Period], Edition] | None, period: Period
) -> Edition:
    """Return the edition in hand for its own month, another month from those kept, or run it."""
    if period == edition.period:
        return edition
    return month_of(period) if month_of else run_month(content, data, period, real=not edition.simulated)


def paper_page(edition: Edition, kind: str, told: Paper) -> dict[str, Any]:
    """Return a paper as a page: its files by name, what stands against issuing it, its layout."""
    return {
        "period": edition.period.text,
        "simulated": edition.simulated,
        "kind": kind,
        "title": told.title,
        "files": list(told.files),
        "findings": [finding.as_dict() for finding in told.findings],
        "layout": [
            {
                "item": check.item.zh,
                "item_en": check.item.en,
                **{name: getattr(check, name) for name in ("clause", "strength", "wanted", "found", "verdict")},
            }
            for check in told.layout
        ],
    }


def pressed(edition: Edition, states: list[str]) -> list[str]:
    """Return the targets that were in one of the states this month and the month before, the farthest first."""
    before = edition.before.get(edition.plan.root, {})
    found = [t for t, a in edition.city.items() if a.state in states and t in before and before[t].state in states]
    return sorted(found, key=lambda t: edition.city[t].gap)


def _set(edition: Edition, paper: Bulletin, name: str, against: tuple[Finding, ...]) -> Paper:
    docx = bulletin_docx(paper)
    pdf, _ = bulletin_pdf(paper, day=edition.period.last_day())
    wrong = (
        *reread(edition, paper, docx_lines(docx), document=f"{name}.docx"),
        *reread_pdf(paper, pdf, document=f"{name}.pdf"),
    )
    files = {} if wrong else {f"{name}.docx": docx, f"{name}.pdf": pdf}
    return Paper(paper.title, files, (*wrong, *against), measure_layout(pdf))


def measure_file(name: str, content: bytes) -> tuple[LayoutCheck, ...]:
    """Return the layout of a finished PDF or DOCX as measured on its pages; raises NoSuchPaper.

    A DOCX is laid out by LibreOffice first; where that is not installed nothing is measured, and that is said.
    """
    if name.lower().endswith(".docx"):
        pages = rendered_docx(content)
        if pages is None:
            raise NoSuchPaper(
                Text(
                    "没有安装 LibreOffice，DOCX 没有测量；请另存为 PDF 后再测。",
                    "LibreOffice is not installed, the DOCX was not measured; save it as PDF and measure that.",
                )
            )
        return measure_layout(pages)
    if not content.startswith(b"%PDF"):
        raise NoSuchPaper(Text(f"{name} 不是 PDF 或 DOCX。", f"{name} is neither PDF nor DOCX."))
    return measure_layout(content)

"""Every figure and every claim that papers and boards print is held against a naive month: not one may be false."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from chengzai.publish import (
    CLAIMS,
    Claim,
    Said,
    report_statements,
    write_brief,
    write_bulletin,
    write_orders,
    write_quarter,
)
from chengzai.publish._blocks import STATE_WORD, Figure
from claims.evaluator import Evaluator, why_holds
from claims.months import ROOT, edition_of, months
from claims.naive import NaiveMonth, month_after, shown

# Words that name and join, and state nothing; digits in them are dates and ordinals.
NEUTRAL = re.compile(
    r"""[、，；：。（）—＞＜≥≤≈]*|\d+\.|[项户家个分类%]|万元|个百分点|个县（市、区）|优于或等于|待明确
    |.*(实施方案|工作简报|情况的通报|推进会材料|督办单)|（\d+年\d+月(第\d+件)?）|数据截至\d+年\d+月\d+日。
    |根据《某市实施方案》，现将\d+年\d+月(?:工程)?进展情况通报如下。数据截至\d+年\d+月\d+日，季度、年度指标取最近一个已结束的期间。
    |[一二三四五]、.*|（[一二三四五]）.*|图\ .*|附件.*|(\d\.)?(目标进展一览表|方法说明|各县（市、区）得分与位次)
    |(\d+\.)?事项[甲乙丙丁戊](（\d+年(1—)?\d+月）)?[：，]?(为)?|[甲乙丙]县：?
    |全方案共|项目标，其中|。?按期的占全部目标的|%；|方案时间进度为|较上月，|项亮灯转差，|项好转；|%。|%，|项[。、]?|完成|未报送：
    |分，居第|位（|）[；。]|位次按未取整得分排列，区间重叠者差别不宜解读。|项?，领先最多的是：|尚未达到目标值、领先序时进度不少于5个百分点的指标有
    |完成进度|现为|本期评价的|到期前还须|，每(月|季度|半年|年)(完成|增加|减少|提高|下降|改善|前进)|每(月|季度|半年|年)
    |，平均每(月|季度|半年|年)(完成|增加|减少|提高|下降|改善|前进)约|(万元|个百分点|个县（市、区）|[户家个分类%])?可如期达到
    |，\d+年\d+月前完成。|，其中|较上季末，|本期不另提要求。|，?(由责任单位加快推进，)?暂无提请研究的事项。
    |\d+\.(其余)?滞后的指标由责任单位查明原因，提出可核查的措施。|\d+\.未报送的单位抓紧补报，并说明原因。
    |下列指标到期前所需的速度超过历史最好水平，照现有办法难以完成，提请研究增加投入、调整办法或按程序调整目标：
    |督办单|督办事项|依据|《某市实施方案》“全部”：“.*”|现状|差距|滞后的县（市、区）|办理要求|答复期限|办理结果
    |(逐个)?查明原因，提出可核查的措施、每月要达到的数值和责任人。|（由承办单位填写，附佐证材料）
    |收到之日起10日内书面答复；数据截至\d+年\d+月\d+日。""",
    re.VERBOSE,
)
HEADS = (
    "位次 县（市、区） 得分 位次区间 指标 目标 现值 完成% 应达% 差(点) 状态 项目 内容 项数 占比% 上季末项数 "
    "上季末占比% 上季末差(点) 现差(点) 还须 须保持的速度 历史最好一期 责任单位"
)
TABLE_HEADS = {*HEADS.split(), *STATE_WORD.values()}


def false_parts(paper, evaluator):
    """Return every figure that is not its naive number and every claim that does not hold, with its words."""
    found, in_method = [], False
    for block in paper.blocks:
        in_method = in_method or (block.kind == "annex" and block.lines[1] == ("方法说明",))
        for line in [*block.lines, *(cell for row in block.rows for cell in row)]:
            for at, part in enumerate(line):
                if isinstance(part, Figure):
                    found += false_figure(part, "".join(p for p in line[:at] if isinstance(p, str)), evaluator)
                elif isinstance(part, Said):
                    if not evaluator.holds(part.claim.says, part.claim.of, part.text):
                        found.append((part.claim, part.text))
                elif not in_method and part not in TABLE_HEADS and not NEUTRAL.fullmatch(part):
                    found.append(("states something and is no claim", part))
    return found


def false_figure(figure, before, evaluator):
    if figure.cell.endswith("/pace"):
        return [] if pace_holds(figure, before, evaluator) else [(figure.cell, figure.text, before)]
    number = evaluator.number(figure.cell)
    text = shown(abs(number) if figure.unsigned and number is not None else number, figure.decimals)
    return [] if text == figure.text else [(figure.cell, figure.text, text)]


def pace_holds(figure, before, evaluator):
    """Return whether the pace, kept for the whole spans left, brings about what is left, and no smaller one would."""
    name = figure.cell.split("/")[1]
    months = {"每月": 1, "每季度": 3, "每半年": 6, "每年": 12}[re.search("每(月|季度|半年|年)", before)[0]]
    spans, rest = evaluator.left(name) // months, evaluator.naive.rest(name) / evaluator.naive.goals[name].worth
    pace, step = float(figure.text), 10.0**-figure.decimals
    return pace * spans >= rest - 1e-6 and (pace - step) * spans < rest + 1e-6


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(months())
def test_no_paper_of_a_random_month_says_what_is_not_so(month):
    edition, evaluator = edition_of(month), Evaluator(NaiveMonth(month))

    assert false_parts(write_bulletin(edition), evaluator) == []
    assert false_parts(write_brief(edition), evaluator) == []
    late = [t for t, a in edition.city.items() if a.state == "far_behind"]
    assert false_parts(write_orders(edition, late, answer_within=10), evaluator) == []
    earlier = month_after(month.period, -((int(month.period[5:]) - 1) % 3 + 1))
    if earlier >= "2023-01":
        then = replace(month, period=earlier)
        asked = Evaluator(NaiveMonth(month), NaiveMonth(then))
        assert false_parts(write_quarter(edition, edition_of(then)), asked) == []


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(months())
def test_no_state_reason_or_statement_of_a_random_month_is_false(month):
    edition, naive = edition_of(month), NaiveMonth(month)
    evaluator = Evaluator(naive)

    for place in (ROOT, *month.counties):
        assert {t: a.state for t, a in edition.judged.get(place, {}).items()} == naive.states(place)
        for target, a in edition.judged.get(place, {}).items():
            assert why_holds(evaluator, target, place, a.reason.zh.rstrip("。")), (target, place, a.reason.zh)
        for statement in report_statements(edition, "" if place == ROOT else place):
            assert evaluator.holds(statement.claim.says, statement.claim.of, statement.words.zh), statement


def test_every_predicate_of_the_catalogue_has_an_evaluator_and_no_other():
    written = {name[3:].replace("_", "-") for name in dir(Evaluator) if name.startswith("is_")}

    assert written == set(CLAIMS)


def test_a_predicate_that_nobody_wrote_down_is_refused():
    with pytest.raises(KeyError):
        Claim("all-is-well")

"""Any policy text in, a draft out: accounting holds for every text, and the Quzhou plan comes out as reviewed."""

import datetime as dt
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring import named_alike

from builders import QUZHOU, quzhou_plan
from chengzai.plan import audit_plan, compile_plan, draft_plan

PLAN = quzhou_plan()


def drafted(text):
    draft = draft_plan(text, name="it.txt")
    plan, findings = compile_plan(draft.tables, draft.document)
    return plan, audit_plan(plan, findings)


def only(text):
    plan, audit = drafted(text)
    assert audit.unaccounted == ()
    assert len(plan.targets) == 1, [t.quotes[0].words for t in plan.targets]
    return plan.targets[0]


@pytest.mark.parametrize(
    ("sentence", "indicator", "comparator", "value", "unit", "kind"),
    [
        ("到2025年,森林覆盖率达到24.1%。", "森林覆盖率", ">=", "24.1", "%", "ratio"),
        ("新建改建公路超３０００公里。", "改建公路", ">", "3000", "公里", "cumulative"),
        ("每年培训农民20万人次以上。", "培训农民", ">=", "20", "万人次", "flow"),
        ("单位能耗下降控制在3%左右。", "单位能耗", "~=", "3", "%", "ratio"),
        ("建成12个以上示范园区。", "示范园区", ">=", "12", "个", "cumulative"),
        ("粮食产量稳定在1.3万亿斤以上。", "粮食产量", ">=", "1.3", "万亿斤", "maintain"),
        ("城镇调查失业率不高于5.5%。", "城镇调查失业率", "<=", "5.5", "%", "ratio"),
    ],
)
def test_sentences_read_as_they_say(sentence, indicator, comparator, value, unit, kind):
    target = only(sentence)

    assert target.indicator == indicator
    assert (target.comparator, str(target.value), target.unit, target.kind) == (comparator, value, unit, kind)


def test_a_list_with_respectively_is_split():
    plan, _ = drafted("甲、乙、丙县城人口分别达到18万、20万、15万人。")

    assert [(t.scope, float(t.canonical.value)) for t in plan.targets] == [
        ("甲", 180_000),
        ("乙", 200_000),
        ("丙县城人口", 150_000),
    ]


def test_a_number_shared_by_two_subjects_is_two_targets():
    plan, _ = drafted("生活污水治理覆盖率、出水水质达标率均达98%以上。")

    assert [t.indicator for t in plan.targets] == ["生活污水治理覆盖率", "出水水质达标率"]


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("深入推进“三块地”改革。", "name"),
        ("招引10亿元以上的项目30个。", "threshold"),
        ("每千人口拥有床位7张。", "denominator"),
        ("实施一批重大工程。", "word"),
        ("（一）总体要求。", "ordinal"),
        ("坚持以《规划（2021—2025年）》为准。", "name"),
        ("建设5G网络。", "name"),
    ],
)
def test_numbers_that_promise_nothing_get_their_reason(sentence, reason):
    _, audit = drafted(sentence)

    assert reason in {a.reason for a in audit.accounts}
    assert audit.unaccounted == ()


def test_a_chapter_that_looks_back_gives_facts_and_no_targets():
    plan, audit = drafted("一、2020年工作回顾\n城镇新增就业1186万人。\n二、今年工作\n城镇新增就业1100万人以上。")

    assert [float(t.value) for t in plan.targets] == [1100]
    assert "fact" in {a.reason for a in audit.accounts}


def test_a_day_before_a_year_is_the_end_of_the_year_before():
    plan, _ = drafted("2023—2027年方案\n2025年前实现快递服务行政村全覆盖。")

    assert [(t.kind, t.deadline) for t in plan.targets] == [("coverage", dt.date(2024, 12, 31))]


def test_the_quzhou_plan_comes_out_nearly_as_reviewed():
    """Before any correction by hand: detection of numeric targets and their fields against the reviewed pack."""
    plan, audit = drafted(PLAN.document)
    gold = [(t, q) for t in PLAN.targets for q in t.quotes if re.search(r"[0-9Ⅱ]", q.number)]
    mine = [(t, q) for t in plan.targets for q in t.quotes if re.search(r"[0-9Ⅱ]", q.number)]
    taken, right = set(), 0
    for target, quote in gold:
        match = next((i for i, (_, q) in enumerate(mine) if i not in taken and _overlap(q, quote)), None)
        if match is not None:
            taken.add(match)
            found = mine[match][0]
            said = found.value if target.value is not None else None  # a circle's minutes name it
            same = (found.comparator, said, found.deadline) == (target.comparator, target.value, target.deadline)
            unit = found.unit == target.unit or target.value is None
            right += same and unit and named_alike(found.indicator, target.indicator)
    precision, recall = len(taken) / len(mine), len(taken) / len(gold)

    assert audit.unaccounted == ()
    assert 2 * precision * recall / (precision + recall) >= 0.97
    assert right / len(taken) >= 0.93


def _overlap(one, other):
    return one.number_span.start < other.number_span.end and other.number_span.start < one.number_span.end


def test_few_cards_are_left_to_decide():
    draft = draft_plan(PLAN.document, name="it")

    assert len(draft.review) / len(PLAN.document) * 10_000 <= 40


def test_an_injected_advertisement_is_suspected_and_not_removed():
    draft = draft_plan(PLAN.document, name="it")

    assert [f.code for f in draft.findings] == ["plan.suspected-advertisement", "plan.suspected-typo"]
    assert draft.document == PLAN.document


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_mutated_documents_never_crash_it_and_never_lose_a_number(seed):
    rng = random.Random(seed)
    text = list(PLAN.document)
    for _ in range(rng.randint(1, 60)):
        at = rng.randrange(len(text))
        match rng.randint(0, 4):
            case 0:
                del text[at : at + rng.randint(1, 30)]
            case 1:
                text.insert(at, "\n")
            case 2:
                text.insert(at, rng.choice(["12", "三", "50%", "（", "”", "１２", "Ⅱ", "亿", "不少于"]))
            case 3:
                text[at] = rng.choice("，。、；：“”0123456789一二三")
            case _:
                text.insert(at, text[rng.randrange(len(text))] * rng.randint(1, 5))
        text = text or ["x"]
    mutated = "".join(text)

    assert drafted(mutated)[1].unaccounted == ()


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        alphabet="一二三十百万亿两个家%％.．0123456789０１年月日到达以上下左右，。、；“”（）()\n—-Ⅱ每分别均全覆盖基本建成",
        max_size=120,
    )
)
def test_any_text_at_all_is_accounted_for(text):
    assert drafted(text)[1].unaccounted == ()


def test_a_section_that_is_inserted_moves_no_other_id():
    before = "一、总则。甲。\n二、目标。建成5个。\n"
    after = "一、总则。甲。\n二、新增的一章。乙。\n三、目标。建成5个。\n"

    assert only(before).quotes[0].clause == only(after).quotes[0].clause


def test_the_document_is_kept_as_received():
    assert (QUZHOU / "document.txt").read_text(encoding="utf-8") == PLAN.document


@pytest.mark.parametrize(
    ("sentence", "kind", "verb", "rhythm"),
    [
        ("持续推进学前教育提升行动。", "task", "推进", ""),
        ("建立专班每周会商机制。", "mechanism", "会商", "week"),
        ("每季度召开推进会。", "mechanism", "召开", "quarter"),
        ("深化户籍制度改革。", "reform", "深化", ""),
    ],
)
def test_duties_are_read_with_their_verb_and_rhythm(sentence, kind, verb, rhythm):
    plan, _ = drafted(sentence)

    assert [(p.kind, p.verb, p.rhythm) for p in plan.promises if p.kind != "system"] == [(kind, verb, rhythm)]


def test_the_words_of_a_target_are_no_task_as_well():
    plan, _ = drafted("推进建设高标准农田10万亩。推进农村改厕。")

    assert [t.indicator for t in plan.targets] == ["高标准农田"]
    assert [p.quote.words for p in plan.promises] == ["推进农村改厕"]


@pytest.mark.parametrize(
    ("text", "units", "support"),
    [
        ("推进农村改厕。（责任单位：市农业农村局、各县（市、区）政府）", "市农业农村局、各县（市、区）政府", ""),
        ("推进农村改厕。（市农业农村局牵头，市财政局、市住建局配合）", "市农业农村局", "市财政局、市住建局"),
        ("推进农村改厕。\n牵头单位：市农业农村局；配合单位：市水利局", "市农业农村局", "市水利局"),
        ("推进农村改厕（市农业农村局）。", "", ""),
    ],
)
def test_who_answers_is_read_from_brackets_and_from_a_line_below(text, units, support):
    plan, _ = drafted(text)

    assert [(p.verb, p.object.split("（")[0].rstrip("。"), p.units, p.support) for p in plan.promises] == [
        ("推进", "农村改厕", units, support)
    ]


def test_named_systems_are_found_once_without_the_verb_before_them():
    plan, _ = drafted("健全县域商业体系，建立重大项目库。\n完善县域商业体系。")

    assert [p.quote.words for p in plan.promises if p.kind == "system"] == ["县域商业体系", "重大项目库"]


ROWS = [
    ["序号", "指标", "单位", "2020年现状", "2025年目标"],
    ["1", "生产总值", "亿元", "100", ">200"],
    ["2", "城镇化率", "%", "60", "65左右"],
]
TABLES = {
    "tabs": "\n".join("\t".join(row) for row in ROWS),
    "bars": "\n".join(f"| {' | '.join(row)} |" for row in [ROWS[0], ["---"] * 5, *ROWS[1:]]),
    "wide blanks": "\n".join("   ".join(row) for row in ROWS),
    "a cell a line": "\n".join(cell for row in ROWS for cell in row) + "\n后文。",
}


@pytest.mark.parametrize("form", TABLES)
def test_goals_are_read_from_tables_with_what_they_start_from(form):
    plan, audit = drafted(f"2021—2025年规划\n{TABLES[form]}")

    rows = [
        (t.indicator, t.comparator, float(t.value), t.unit, float(t.baseline), t.deadline.year) for t in plan.targets
    ]
    assert rows == [("生产总值", ">", 200, "亿元", 100, 2025), ("城镇化率", "~=", 65, "%", 60, 2025)]
    assert audit.unaccounted == ()
    assert {a.mention.surface for a in audit.accounts if a.reason == "baseline"} == {"100", "60"}


def test_cells_run_together_are_parted_only_where_the_change_fits():
    """The change of each row must be what lies between its two values; a row that fits none is left to a person."""
    run = "2021—2025年规划\n指标2020年2025年增减情况1垃圾处理率（%）61.570.08.5个百分点2排放总量（万吨）200180-10%"
    plan, audit = drafted(run)

    assert [(t.indicator, t.baseline and float(t.baseline), float(t.value), t.unit, t.base) for t in plan.targets] == [
        ("垃圾处理率", 61.5, 70, "%", ""),
        ("排放总量", 200, 180, "万吨", ""),
        ("排放总量", None, 10, "%", "2020年"),
    ]
    assert audit.unaccounted == ()


@pytest.mark.parametrize(
    ("sentence", "value", "upper", "unit", "growth", "base", "baseline"),
    [
        ("到2025年，化学需氧量比2020年削减10%。", 10, None, "%", True, "2020年", None),
        ("地区生产总值年均增长7%以上。", 7, None, "%", True, "年均", None),
        ("城镇化率由60%提高到70%。", 70, None, "%", False, "", 60),
        ("生产总值增长6%—6.5%。", 6, 6.5, "%", True, "", None),
        ("覆盖三分之二以上的行政村。", 0.6667, None, "", False, "", None),
        ("城镇化率提高5个百分点。", 5, None, "个百分点", True, "", None),
    ],
)
def test_growth_ranges_and_starting_values(sentence, value, upper, unit, growth, base, baseline):
    targets = [t for t in drafted(sentence)[0].targets if t.value is not None]

    assert [(float(t.value), t.unit, t.growth) for t in targets] == [(value, unit, growth)]
    assert (targets[0].upper is None) == (upper is None) or float(targets[0].upper) == upper
    assert targets[0].base.startswith(base)
    assert (None if targets[0].baseline is None else float(targets[0].baseline)) == baseline


def test_a_deadline_is_inherited_from_the_heading_above():
    plan, _ = drafted(
        "2021年某省工作报告\n二、“十四五”时期主要目标\n森林覆盖率达到24%。\n三、2021年重点工作\n新建学校5所。6月底前新建公园2个。"
    )

    assert [str(t.deadline) for t in plan.targets] == ["2025-12-31", "2021-12-31", "2021-06-30"]


def test_a_clause_keeps_its_id_when_others_come_and_its_end_is_edited():
    before = "一、总则\n坚持以人为本，建成5个学校。\n推进改革。"
    after = "一、总则\n新增的一段。\n坚持以人为本，建成8个学校和2个医院。\n推进改革。"

    old = {c.text[:5]: c.id for c in drafted(before)[0].clauses}
    new = {c.text[:5]: c.id for c in drafted(after)[0].clauses}
    assert {text: new[text] for text in old} == old


def test_a_sentence_broken_over_lines_is_one_clause():
    plan, audit = drafted("主要目标是：\n生产总值增长6%以上；\n城镇新增就业1100万人以上，\n森林覆盖率达到24%。")

    assert len(plan.clauses) == 1
    assert [float(t.value) for t in plan.targets] == [6, 1100, 24]
    assert audit.unaccounted == ()


def test_what_a_plan_says_of_leisure_is_no_advertisement():
    assert draft_plan("发展文化娱乐，建设休闲娱乐。", name="it").findings == ()


def test_page_furniture_is_taken_out_and_broken_lines_joined_each_on_record():
    pages = "\f".join(
        f"某市行动计划\n{body}\n— {n} —"
        for n, body in enumerate(["到2025年新建学", "校5所。\n推进农村综合改", "革。"], 1)
    )
    draft = draft_plan(pages, name="it.pdf")
    plan, findings = compile_plan(draft.tables, draft.document)

    assert draft.document == "到2025年新建学校5所。\n推进农村综合改革。"
    assert findings == ()
    assert [(r.kind, r.was) for r in plan.repairs if r.kind == "page-furniture"] == [
        ("page-furniture", words) for n in (1, 2, 3) for words in ("某市行动计划", f"— {n} —")
    ]
    joined = [r for r in plan.repairs if r.kind == "broken-line"]
    assert [(r.was, r.now) for r in joined] == [
        ("25年新建学⏎校5所。", "25年新建学校5所。"),
        ("进农村综合改⏎革。", "进农村综合改革。"),
    ]
    assert all(draft.document[r.span.start : r.span.end] == r.now for r in joined)


def test_a_text_with_its_paragraphs_whole_is_not_touched():
    assert draft_plan(PLAN.document, name="it").document == PLAN.document


@pytest.mark.parametrize(
    "text",
    [
        (PLAN.document + "\n") * 50,  # half a megabyte
        "1" * 300_000,
        "一" * 100_000,
        "“" * 100_000,
        "甲、乙和丙均" * 20_000,
        PLAN.document.replace("\n", "") * 10,  # one line
    ],
    ids=["half a MB", "digits", "numerals", "quotes", "lists", "one line"],
)
def test_a_text_of_any_size_and_shape_is_accounted_for(text):
    assert drafted(text)[1].unaccounted == ()


def test_the_tree_of_headings_is_rebuilt_also_where_levels_are_missing():
    text = "第一章 总体要求\n一、目标\n（一）产业\n1.做强平台\n建设园区3个。\n第二章 保障\n（一）组织\n推进改革。"
    sections = drafted(text)[0].sections
    title = {s.id: s.title for s in sections}

    assert [(s.title, s.level, title.get(s.parent, "")) for s in sections] == [
        ("总体要求", 0, ""),
        ("目标", 1, "总体要求"),
        ("产业", 2, "目标"),
        ("做强平台", 3, "产业"),
        ("保障", 0, ""),
        ("组织", 2, "保障"),
    ]


def test_a_part_names_its_whole_and_each_of_several_subjects_has_its_own_number():
    plan, _ = drafted("新建道路200公里，其中县道80公里、乡道120公里。甲县、乙县各新建学校3所。")
    by_name = {t.indicator: t for t in plan.targets}

    assert {by_name[n].part_of for n in ("县道", "乡道")} == {by_name["道路"].id}
    assert by_name["道路"].part_of == ""
    assert [(t.indicator, t.scope) for t in plan.targets if t.unit == "所"] == [("学校", "甲县"), ("学校", "乙县")]


def test_rows_of_a_duty_table_give_target_day_and_unit():
    head = "2024年度工作要点\n序号\t主要任务\t责任单位\t完成时限\n"
    text = head + "1\t新建学校5所，改造道路30公里\t市教育局、市交通局\t2024年6月\n"
    plan, audit = drafted(text)

    assert [(t.indicator, float(t.value), str(t.deadline), t.units) for t in plan.targets] == [
        ("学校", 5, "2024-06-30", "市教育局、市交通局"),
        ("道路", 30, "2024-06-30", "市教育局、市交通局"),
    ]
    assert audit.unaccounted == ()


def test_a_column_of_yearly_growth_is_a_goal_of_its_own():
    text = "2021—2025年规划\n指标\t2020年实际\t2025年目标\t年均增速（%）\n生产总值（亿元）\t180\t260\t7.6\n"
    plan, _ = drafted(text)

    assert [(t.indicator, float(t.value), t.unit, t.growth) for t in plan.targets] == [
        ("生产总值", 260, "亿元", False),
        ("生产总值", 7.6, "%", True),
    ]


@pytest.mark.parametrize(
    ("sentence", "comparator", "value", "unit", "day"),
    [
        ("孕产妇死亡率控制在7/10万以内。", "<=", 7, "/10万", 2025),
        ("综合实力跻身全国百强县前30位。", "<=", 30, "位", 2025),
        ("主要指标进入全省前三。", "<=", 3, "", 2025),
        ("产业规模突破千亿元。", ">", 1000, "亿元", 2025),
        ("全年将减轻企业负担5000多亿元。", ">", 5000, "亿元", 2021),
        ("城乡居民收入比缩小到2.3:1以内。", "<=", 2.3, ":1", 2025),
        ("两年内培训农民3万人。", "==", 3, "万人", 2022),
        ("企业总数较上年翻一番。", "==", 1, "番", 2025),
        ("80%的县级监测站达到建设标准。", "==", 80, "%", 2025),
        ("覆盖80%以上的大城市。", ">=", 80, "%", 2025),
    ],
)
def test_more_ways_to_say_a_number(sentence, comparator, value, unit, day):
    plan, audit = drafted(f"2021—2025年规划\n{sentence}")

    assert [(t.comparator, float(t.value), t.unit, t.deadline.year) for t in plan.targets] == [
        (comparator, value, unit, day)
    ]
    assert [f.code for f in audit.findings if f.severity.value != "note"] == []


@pytest.mark.parametrize(
    "sentence",
    [
        "发挥中央和地方两个积极性。",
        "把万家忧乐放在心头。",
        "9亿多劳动力是最大的资源。",
        "今年高校毕业生将高达765万人。",
        "用好1800亿元引导基金。",
        "目前全市已有规上企业800家，占全省的12%。",
        "2020年完成产值1500亿元，增长12.3%。",
        "对应纳税所得额不到100万元的部分减半征收。",
        "总投资52亿元的高铁新城项目开工建设。",
        "延续执行研发费用加计扣除75%政策。",
        "抓好三项重点任务，落实八项规定。",
    ],
)
def test_numbers_that_only_tell_are_no_targets(sentence):
    plan, audit = drafted(f"2021年度工作要点\n{sentence}")

    assert [t.quotes[0].words for t in plan.targets if t.value is not None] == []
    assert audit.unaccounted == ()


def test_a_chapter_without_its_label_is_known_by_what_it_is_about():
    text = "政府工作报告\n2023年2月9日在大会上\n2022年工作回顾\n生产总值增长7.9%。\n2023年工作安排\n生产总值增长8%。"
    plan, audit = drafted(text)

    assert [s.title for s in plan.sections] == ["2022年工作回顾", "2023年工作安排"]
    assert [float(t.value) for t in plan.targets] == [8]
    assert ("7.9%", "fact") in {(a.mention.surface, a.reason) for a in audit.accounts}


def test_respectively_reaches_back_to_the_subjects_named_before_it():
    plan, _ = drafted("2021—2025年规划\n接待游客300万人次、实现旅游收入24亿元，分别增长20%、25%。")

    assert [(t.indicator, float(t.value)) for t in plan.targets if t.growth] == [("接待游客", 20), ("旅游收入", 25)]


def test_a_column_of_yearly_or_cumulative_change_takes_its_unit_from_the_name():
    head = "2021—2025年规划\n类别\t指标\t2020年\t2025年\t年均/累计\t属性\n"
    rows = [
        "民生\t8.城镇调查失业率（%）\t5.2\t—\t<5.5\t预期性",
        "民生\t13.人均预期寿命（岁）\t77.3*\t—\t［1］\t预期性",
        "创新\t4.研发经费投入增长（%）\t—\t—\t>7、力争高于“十三五”时期实际\t预期性",
        "经济\t1.生产总值增长（%）\t2.3\t—\t保持在合理区间、各年度视情提出\t预期性",
    ]
    plan, audit = drafted(head + "\n".join(rows))

    assert [(t.indicator, t.comparator, float(t.value), t.unit, t.growth) for t in plan.targets] == [
        ("城镇调查失业率", "<", 5.5, "%", False),
        ("人均预期寿命", "==", 1, "岁", True),
        ("研发经费投入增长", ">", 7, "%", True),
    ]
    assert audit.unaccounted == ()

"""Candidates for relocation: a score by hand, unknown facts as a range, and the order of a sheet."""

import pytest

from builders import QUZHOU
from chengzai.cycle import candidates_csv, rank_candidates
from chengzai.decide import VillageTest, Weigh, candidate

HAZARD = ((VillageTest("隐患", "is", 1.0),),)
AGREED = ((VillageTest("同意", "is", 0.0),),)
WEIGHS = (Weigh("海拔", 200, 600, 3.0), Weigh("人口", 200, 40, 1.0))


def test_a_score_by_hand():
    told = candidate(HAZARD, AGREED, WEIGHS, {"隐患": False, "同意": True, "海拔": 400.0, "人口": 80.0})

    assert (told.must, told.not_yet) == (False, False)
    assert told.low == told.high == pytest.approx((3 * 0.5 + 1 * 0.75) / 4)
    assert told.missing == ()
    far = candidate(HAZARD, AGREED, WEIGHS, {"隐患": True, "同意": False, "海拔": 900.0, "人口": 900.0})
    assert (far.must, far.not_yet, far.low) == (True, True, 0.75)


def test_what_is_unknown_widens_the_score_and_is_named():
    told = candidate(HAZARD, AGREED, WEIGHS, {"海拔": 600.0, "同意": True})
    assert (told.low, told.high) == (0.75, 1.0)
    assert told.must is None
    assert told.missing == ("隐患", "人口")


@pytest.mark.django_db
def test_a_sheet_is_put_in_order(tmp_path):
    sheet = (QUZHOU.parents[1] / "examples" / "candidates.csv").read_bytes()
    told = rank_candidates(QUZHOU, tmp_path, "candidates.csv", sheet)

    assert [(r["village"], r["state"]) for r in told["rows"]] == [
        ("甲村", "必须搬"), ("乙村", "可以搬"), ("丙村", "可以搬"), ("戊村", "待查明"), ("丁村", "暂不能搬"),
    ]  # fmt: skip
    assert told["rows"][3]["high"] - told["rows"][3]["low"] == pytest.approx(30.0)
    assert told["rows"][3]["missing"] == ["隐患无法治理", "隐患等级"]
    assert "丁村,5,暂不能搬" in candidates_csv(told).decode("utf-8-sig")
    assert told["status"] == "draft"

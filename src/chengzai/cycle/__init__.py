"""The product as stories, one module each; `_month.py` is the whole month on one page.

Only this package reads the clock and opens the store.
"""

from chengzai.cycle._audit import audit_pack
from chengzai.cycle._compare import check_pack, diff_plans
from chengzai.cycle._draft import Drafted, draft_pack
from chengzai.cycle._history import Amended, amend_plan, plan_history
from chengzai.cycle._import import import_sheet
from chengzai.cycle._month import run_month
from chengzai.cycle._publish import Published, publish_month
from chengzai.cycle._review import OpenReview, decide, export_review, open_review
from chengzai.cycle._twin import months_known, simulate_city

__all__ = [
    "Amended",
    "Drafted",
    "OpenReview",
    "Published",
    "amend_plan",
    "audit_pack",
    "check_pack",
    "decide",
    "diff_plans",
    "draft_pack",
    "export_review",
    "import_sheet",
    "months_known",
    "open_review",
    "plan_history",
    "publish_month",
    "run_month",
    "simulate_city",
]

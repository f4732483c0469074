"""The product as stories, one module each; `_month.py` is the whole month on one page.

Only this package reads the clock and opens the store.
"""

from chengzai.cycle._acts import Locked, Refused, Stale, act_on, open_again
from chengzai.cycle._adjustments import (
    adjustments_known,
    adjustments_page,
    enter_adjustment,
    step_adjustment,
    unit_of_adjustment,
)
from chengzai.cycle._adopt import NotAdopted, adopt_content, check_content, content_page
from chengzai.cycle._allocate import (
    allocation_page,
    approve,
    propose_all,
    propose_split_of,
    target_split,
)
from chengzai.cycle._amend import AmendmentRefused, Proposed, amend_plan, decide_amendment, propose_amendment
from chengzai.cycle._amend_target import TargetAmendment, amend_target
from chengzai.cycle._appraisal import appraisal_of, appraisal_page, appraise, drift_view, flow_words, open_appraisal
from chengzai.cycle._audit import audit_pack
from chengzai.cycle._candidates import candidates_csv, rank_candidates
from chengzai.cycle._choices import choice_of
from chengzai.cycle._chosen import SITE_KINDS
from chengzai.cycle._clock import local_time
from chengzai.cycle._compare import check_pack, diff_plans
from chengzai.cycle._decide import capacity_of, read_relocation, relocation_of
from chengzai.cycle._decide_pages import decide_page, scenario_page
from chengzai.cycle._desk import burden_page, desk_page, open_month, status_page
from chengzai.cycle._draft import Drafted, draft_pack
from chengzai.cycle._duties import assign_tasks
from chengzai.cycle._errata import Erratum, errata, issued_page
from chengzai.cycle._evaluate import NoScheme, evaluate, score_sheet, try_weights
from chengzai.cycle._evidence import attach, evidence_of, names_of_evidence
from chengzai.cycle._foresight import foresee
from chengzai.cycle._freeze import NotIssued, issue_month, issued_file, issues_of, made_alike, reproduce
from chengzai.cycle._history import Amended, plan_history
from chengzai.cycle._households import household_statements, households_csv
from chengzai.cycle._import import import_sheet
from chengzai.cycle._kept_outlooks import KeptOutlook, kept_outlook, outlook_inputs, seconds_until, work_out_and_keep
from chengzai.cycle._month import run_month
from chengzai.cycle._moving import moving_progress
from chengzai.cycle._nightly import keep_comparison, seconds_to_night
from chengzai.cycle._office import NoSuchSheet, Office, open_office, pack_in_force
from chengzai.cycle._papers import NoSuchPaper, Paper, measure_file, paper_of, paper_page
from chengzai.cycle._planning_table import Table, open_table, presets
from chengzai.cycle._publish import Published, publish_month
from chengzai.cycle._registers import (
    act_on_entries,
    enter,
    import_entries,
    register_list,
    register_page,
    register_workbook,
)
from chengzai.cycle._rehearse import rehearsal_people, rehearse
from chengzai.cycle._reporting import findings_of, hand_in, quiet_lines, save_cells, sheet_page
from chengzai.cycle._review import OpenReview, decide, export_review, open_review
from chengzai.cycle._rules import RuleMissing, forecast_rules
from chengzai.cycle._scenario_book import scenario_workbook
from chengzai.cycle._scenarios import (
    is_stale,
    keep_scenario,
    kept_scenarios,
    side_by_side,
    work_out,
)
from chengzai.cycle._sheets_in import NotASheet
from chengzai.cycle._site_proposals import propose_kit, propose_sites
from chengzai.cycle._space_facts import record_circles
from chengzai.cycle._tasks import task_page
from chengzai.cycle._trail import (
    back_up,
    export_journal,
    journal_end,
    restore,
    trail_page,
    verify_export,
    verify_journal,
)
from chengzai.cycle._twin import last_change, last_facts, latest_month, months_known, simulate_city, simulate_decisions
from chengzai.cycle._two_presents import beside_reports
from chengzai.cycle._verification import VerificationRefused, draw_verification, record_finding, verification_page
from chengzai.cycle._villages import type_villages, villages_csv
from chengzai.cycle._ways import traffic_between, try_site
from chengzai.cycle._why import why_stays
from chengzai.cycle._wizard import look_at_workbook, read_rows, take_workbook, wizard_page
from chengzai.cycle._workbook import fill_from_workbook, template

__all__ = [
    "SITE_KINDS",
    "Amended",
    "AmendmentRefused",
    "Drafted",
    "Erratum",
    "KeptOutlook",
    "Locked",
    "NoScheme",
    "NoSuchPaper",
    "NoSuchSheet",
    "NotASheet",
    "NotAdopted",
    "NotIssued",
    "Office",
    "OpenReview",
    "Paper",
    "Proposed",
    "Published",
    "Refused",
    "RuleMissing",
    "Stale",
    "Table",
    "TargetAmendment",
    "VerificationRefused",
    "act_on",
    "act_on_entries",
    "adjustments_known",
    "adjustments_page",
    "adopt_content",
    "allocation_page",
    "amend_plan",
    "amend_target",
    "appraisal_of",
    "appraisal_page",
    "appraise",
    "approve",
    "assign_tasks",
    "attach",
    "audit_pack",
    "back_up",
    "beside_reports",
    "burden_page",
    "candidates_csv",
    "capacity_of",
    "check_content",
    "check_pack",
    "choice_of",
    "content_page",
    "decide",
    "decide_amendment",
    "decide_page",
    "desk_page",
    "diff_plans",
    "draft_pack",
    "draw_verification",
    "drift_view",
    "enter",
    "enter_adjustment",
    "errata",
    "evaluate",
    "evidence_of",
    "export_journal",
    "export_review",
    "fill_from_workbook",
    "findings_of",
    "flow_words",
    "forecast_rules",
    "foresee",
    "hand_in",
    "household_statements",
    "households_csv",
    "import_entries",
    "import_sheet",
    "is_stale",
    "issue_month",
    "issued_file",
    "issued_page",
    "issues_of",
    "journal_end",
    "keep_comparison",
    "keep_scenario",
    "kept_outlook",
    "kept_scenarios",
    "last_change",
    "last_facts",
    "latest_month",
    "local_time",
    "look_at_workbook",
    "made_alike",
    "measure_file",
    "months_known",
    "moving_progress",
    "names_of_evidence",
    "open_again",
    "open_appraisal",
    "open_month",
    "open_office",
    "open_review",
    "open_table",
    "outlook_inputs",
    "pack_in_force",
    "paper_of",
    "paper_page",
    "plan_history",
    "presets",
    "propose_all",
    "propose_amendment",
    "propose_kit",
    "propose_sites",
    "propose_split_of",
    "publish_month",
    "quiet_lines",
    "rank_candidates",
    "read_relocation",
    "read_rows",
    "record_circles",
    "record_finding",
    "register_list",
    "register_page",
    "register_workbook",
    "rehearsal_people",
    "rehearse",
    "relocation_of",
    "reproduce",
    "restore",
    "run_month",
    "save_cells",
    "scenario_page",
    "scenario_workbook",
    "score_sheet",
    "seconds_to_night",
    "seconds_until",
    "sheet_page",
    "side_by_side",
    "simulate_city",
    "simulate_decisions",
    "status_page",
    "step_adjustment",
    "take_workbook",
    "target_split",
    "task_page",
    "template",
    "traffic_between",
    "trail_page",
    "try_site",
    "try_weights",
    "type_villages",
    "unit_of_adjustment",
    "verification_page",
    "verify_export",
    "verify_journal",
    "villages_csv",
    "why_stays",
    "wizard_page",
    "work_out",
    "work_out_and_keep",
]

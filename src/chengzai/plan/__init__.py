"""The plan's text and what it commits to: clauses, targets, and the proof that nothing was dropped.

A pack's tables and the document as received go in; records that cite their words come out, with findings.
The mentions of the audit come from a scanner of its own, so that it cannot share a blind spot with the compiler.
"""

from chengzai.plan._audit import Audit, audit_plan
from chengzai.plan._carry import Carried, Doubt, carry
from chengzai.plan._compile import compile_plan
from chengzai.plan._consistency import CheckResult, check_plan
from chengzai.plan._diff import Change, compare_plans, compare_versions
from chengzai.plan._document import Clause
from chengzai.plan._draft import Draft, draft_plan
from chengzai.plan._extract import rule_names
from chengzai.plan._mentions import Mention, scan_mentions
from chengzai.plan._placing import Version
from chengzai.plan._records import Plan, Promise, Target
from chengzai.plan._review import CHOICES, REASONS, SURE, Decision, DecisionRefused, Review, review, reviewed_tables

__all__ = [
    "CHOICES",
    "REASONS",
    "SURE",
    "Audit",
    "Carried",
    "Change",
    "CheckResult",
    "Clause",
    "Decision",
    "DecisionRefused",
    "Doubt",
    "Draft",
    "Mention",
    "Plan",
    "Promise",
    "Review",
    "Target",
    "Version",
    "audit_plan",
    "carry",
    "check_plan",
    "compare_plans",
    "compare_versions",
    "compile_plan",
    "draft_plan",
    "review",
    "reviewed_tables",
    "rule_names",
    "scan_mentions",
]

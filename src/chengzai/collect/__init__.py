"""Reports come in: each row is read, checked, and kept as received; what is doubted is said at the row.

Nothing is repaired and nothing is lost: a row is accepted or held, and a held row keeps its finding.
Sheets, registers and task reports are folded from the journal's acts; forms, registers and scopes come from content.
"""

from chengzai.collect._cells import (
    MISSING,
    TASK_STATES,
    Known,
    check_cells,
    check_task,
    cross_check,
    is_answered,
    read_value,
)
from chengzai.collect._changes import Change, changed_cells
from chengzai.collect._checks import Reporting
from chengzai.collect._entries import check_entry, count_findings, early_findings, read_entries, sheet_findings
from chengzai.collect._facts import Facts, MixedSources, facts_of
from chengzai.collect._forms import (
    Department,
    Form,
    Timing,
    burden,
    cells_of,
    files_itself,
    periods_due,
    read_forms,
    units_of,
)
from chengzai.collect._grid import RawSheet, Spoilt, cell_text, is_day
from chengzai.collect._receive import Receipt, receive
from chengzai.collect._registers import (
    Register,
    count_register,
    done_entries,
    in_pipeline,
    likely_doubles,
    read_registers,
)
from chengzai.collect._scope import OF_THE_CITY, Scope, conflicting
from chengzai.collect._settle import PRECEDENCE, settle
from chengzai.collect._sheet import ACT_WORD, STEP_WORD, STEPS, Act, Line, NotAllowed, Sheet, fold, next_step
from chengzai.collect._table_checks import other_period
from chengzai.collect._wide import Columns, filled, guess, heads, read_wide, signature, unit_rows

__all__ = [
    "ACT_WORD",
    "MISSING",
    "OF_THE_CITY",
    "PRECEDENCE",
    "STEPS",
    "STEP_WORD",
    "TASK_STATES",
    "Act",
    "Change",
    "Columns",
    "Department",
    "Facts",
    "Form",
    "Known",
    "Line",
    "MixedSources",
    "NotAllowed",
    "RawSheet",
    "Receipt",
    "Register",
    "Reporting",
    "Scope",
    "Sheet",
    "Spoilt",
    "Timing",
    "burden",
    "cell_text",
    "cells_of",
    "changed_cells",
    "check_cells",
    "check_entry",
    "check_task",
    "conflicting",
    "count_findings",
    "count_register",
    "cross_check",
    "done_entries",
    "early_findings",
    "facts_of",
    "files_itself",
    "filled",
    "fold",
    "guess",
    "heads",
    "in_pipeline",
    "is_answered",
    "is_day",
    "likely_doubles",
    "next_step",
    "other_period",
    "periods_due",
    "read_entries",
    "read_forms",
    "read_registers",
    "read_value",
    "read_wide",
    "receive",
    "settle",
    "sheet_findings",
    "signature",
    "unit_rows",
    "units_of",
]

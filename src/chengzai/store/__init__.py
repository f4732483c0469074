"""The only package that touches files and databases: the journal, working copies, packs, fact batches, issued files.

What people enter is an entry of the journal, chained by hash; bulk facts are immutable Parquet files, each named by
one entry. An entry's number is its place in history, so that `as_of` reads every entry up to a number and none later.
"""

from chengzai.store._backup import BackupRefused, read_backup, write_backup
from chengzai.store._batches import (
    Recorded,
    load_allocations,
    load_facts,
    record_allocations,
    record_city,
    record_facts,
    twin_is_current,
)
from chengzai.store._content import (
    Pack,
    PackUnreadable,
    PlanVersion,
    plan_versions,
    read_draft,
    read_pack,
    read_pack_to_check,
    read_plan,
)
from chengzai.store._decisions import append_decision, read_decisions
from chengzai.store._drafts import (
    Saved,
    drafted_lines,
    drafts_of,
    drop_drafts,
    evidence,
    evidence_names,
    keep_evidence,
    save_drafts,
    versions_of,
)
from chengzai.store._files import kept_file, program_hash, read_received, write_files
from chengzai.store._grids import WorkbookUnreadable, check_size, read_grids, text_rows
from chengzai.store._intake import read_document
from chengzai.store._journal import (
    Verified,
    acts_of,
    append_entry,
    day_known,
    journal_head,
    journal_page,
    journal_rows,
    last_entry,
    one_writer,
    verify_rows,
)
from chengzai.store._maps import Area, NotAMap, read_areas, read_relief, read_roads
from chengzai.store._osm import Facility, FacilityRule, read_facilities, read_osm
from chengzai.store._pack_files import pack_files, pairs
from chengzai.store._packs import adopted_pack, keep_pack, pack_changes, pack_folder
from chengzai.store._render import rendered_docx
from chengzai.store._score_sheets import ScoreRow, write_score_sheet
from chengzai.store._sheets import read_sheet
from chengzai.store._start import open_store
from chengzai.store._starter import starter_files
from chengzai.store._workbooks import (
    Returned,
    TemplateRow,
    read_template,
    write_findings,
    write_findings_by_row,
    write_table,
    write_tables,
    write_template,
)

__all__ = [
    "Area",
    "BackupRefused",
    "Facility",
    "FacilityRule",
    "NotAMap",
    "Pack",
    "PackUnreadable",
    "PlanVersion",
    "Recorded",
    "Returned",
    "Saved",
    "ScoreRow",
    "TemplateRow",
    "Verified",
    "WorkbookUnreadable",
    "acts_of",
    "adopted_pack",
    "append_decision",
    "append_entry",
    "check_size",
    "day_known",
    "drafted_lines",
    "drafts_of",
    "drop_drafts",
    "evidence",
    "evidence_names",
    "journal_head",
    "journal_page",
    "journal_rows",
    "keep_evidence",
    "keep_pack",
    "kept_file",
    "last_entry",
    "load_allocations",
    "load_facts",
    "one_writer",
    "open_store",
    "pack_changes",
    "pack_files",
    "pack_folder",
    "pairs",
    "plan_versions",
    "program_hash",
    "read_areas",
    "read_backup",
    "read_decisions",
    "read_document",
    "read_draft",
    "read_facilities",
    "read_grids",
    "read_osm",
    "read_pack",
    "read_pack_to_check",
    "read_plan",
    "read_received",
    "read_relief",
    "read_roads",
    "read_sheet",
    "read_template",
    "record_allocations",
    "record_city",
    "record_facts",
    "rendered_docx",
    "save_drafts",
    "starter_files",
    "text_rows",
    "twin_is_current",
    "verify_rows",
    "versions_of",
    "write_backup",
    "write_files",
    "write_findings",
    "write_findings_by_row",
    "write_score_sheet",
    "write_table",
    "write_tables",
    "write_template",
]

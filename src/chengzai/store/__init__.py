"""The only package that touches files and databases: content packs, fact batches and their manifest, issued files.

Bulk facts are immutable Parquet files with one manifest row each; a batch's number is its place in history,
so that `as_of` reads every batch up to a number and nothing later.
"""

from chengzai.store._batches import (
    Recorded,
    day_of_batch,
    load_allocations,
    load_facts,
    record_allocations,
    record_facts,
    twin_is_current,
)
from chengzai.store._content import Pack, PackUnreadable, PlanVersion, plan_versions, read_draft, read_pack, read_plan
from chengzai.store._decisions import append_decision, read_decisions
from chengzai.store._files import write_files
from chengzai.store._intake import read_document
from chengzai.store._pack_files import pack_files
from chengzai.store._sheets import read_sheet
from chengzai.store._start import open_store
from chengzai.store._starter import starter_files

__all__ = [
    "Pack",
    "PackUnreadable",
    "PlanVersion",
    "Recorded",
    "append_decision",
    "day_of_batch",
    "load_allocations",
    "load_facts",
    "open_store",
    "pack_files",
    "plan_versions",
    "read_decisions",
    "read_document",
    "read_draft",
    "read_pack",
    "read_plan",
    "read_sheet",
    "record_allocations",
    "record_facts",
    "starter_files",
    "twin_is_current",
    "write_files",
]

"""Reports come in: each row is read, checked, and kept as received; what is doubted is said at the row.

Nothing is repaired and nothing is lost: a row is accepted or held, and a held row keeps its finding.
"""

from chengzai.collect._facts import Facts, MixedSources, facts_of
from chengzai.collect._receive import Receipt, Reporting, receive
from chengzai.collect._settle import PRECEDENCE, settle

__all__ = ["PRECEDENCE", "Facts", "MixedSources", "Receipt", "Reporting", "facts_of", "receive", "settle"]

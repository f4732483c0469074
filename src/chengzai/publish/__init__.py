"""What leaves the house: bulletins, pages as plain data, charts and open tables.

Text is generated from facts by rules; every figure names the cell it prints, and the finished
document is read back so that each printed number is compared with its cell.
"""

from chengzai.publish._annual import write_annual
from chengzai.publish._blocked import Blocked
from chengzai.publish._blocks import STATE_SHAPE, STATE_WORD, Bulletin
from chengzai.publish._bulletin import write_bulletin
from chengzai.publish._claims import CLAIMS, Claim, Said
from chengzai.publish._docx import bulletin_docx, docx_cells, docx_lines
from chengzai.publish._edition import Edition, cell_value
from chengzai.publish._erratum import Corrected, corrected_in, write_erratum
from chengzai.publish._forecast_lines import (
    Registered,
    binding_words,
    past_words,
    register_words,
    telling_decimals,
)
from chengzai.publish._layout import LayoutCheck, measure_layout
from chengzai.publish._papers import PAPERS, check_paper, write_brief, write_orders, write_quarter
from chengzai.publish._pdf import FontReport, bulletin_pdf, chart_png
from chengzai.publish._reread import reread, reread_pdf
from chengzai.publish._review_view import review_view
from chengzai.publish._rows import chance_word, fewest_decimals
from chengzai.publish._statements import Statement, report_statements
from chengzai.publish._svg import STATE_COLOUR, county_map, entry_map, line_chart, sparkline
from chengzai.publish._svg_maps import REACH, frontier_chart, moves_map, reach_map
from chengzai.publish._tables import open_tables
from chengzai.publish._views import changes_page, city_page, county_page, county_shapes_of, document_page, target_page
from chengzai.publish._wording import Difference, Wording, differences, moved_at, wording_in, wording_of

__all__ = [
    "CLAIMS",
    "PAPERS",
    "REACH",
    "STATE_COLOUR",
    "STATE_SHAPE",
    "STATE_WORD",
    "Blocked",
    "Bulletin",
    "Claim",
    "Corrected",
    "Difference",
    "Edition",
    "FontReport",
    "LayoutCheck",
    "Registered",
    "Said",
    "Statement",
    "Wording",
    "binding_words",
    "bulletin_docx",
    "bulletin_pdf",
    "cell_value",
    "chance_word",
    "changes_page",
    "chart_png",
    "check_paper",
    "city_page",
    "corrected_in",
    "county_map",
    "county_page",
    "county_shapes_of",
    "differences",
    "document_page",
    "docx_cells",
    "docx_lines",
    "entry_map",
    "fewest_decimals",
    "frontier_chart",
    "line_chart",
    "measure_layout",
    "moved_at",
    "moves_map",
    "open_tables",
    "past_words",
    "reach_map",
    "register_words",
    "report_statements",
    "reread",
    "reread_pdf",
    "review_view",
    "sparkline",
    "target_page",
    "telling_decimals",
    "wording_in",
    "wording_of",
    "write_annual",
    "write_brief",
    "write_bulletin",
    "write_erratum",
    "write_orders",
    "write_quarter",
]

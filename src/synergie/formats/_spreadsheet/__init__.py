"""What is made sure of a workbook before calamine opens it: a hostile one would end the process."""

from synergie.formats._spreadsheet.extent import MAX_CELLS, Survey
from synergie.formats._spreadsheet.looking import MAX_UNPACKED, bounded, survey, surveyed

__all__ = ["MAX_CELLS", "MAX_UNPACKED", "Survey", "bounded", "survey", "surveyed"]

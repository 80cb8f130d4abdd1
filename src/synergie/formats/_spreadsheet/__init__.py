"""What is made sure of a workbook before calamine opens it: a hostile one would end the process."""

from synergie.formats._spreadsheet.extent import Survey
from synergie.formats._spreadsheet.looking import bounded, survey, surveyed

__all__ = ["Survey", "bounded", "survey", "surveyed"]

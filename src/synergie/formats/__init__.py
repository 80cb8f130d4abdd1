"""Files in, records and a report out; one module a format, one door: `read` and `write`.

Other packages add formats as entry points of the group `synergie.formats`: see `Format`.
"""

from synergie.formats.door import ReadResult, read, write
from synergie.formats.format import Format, Record, Sample
from synergie.formats.registry import load_formats
from synergie.formats.report import Gap, Note, Refused, Report

__all__ = [
    "Format",
    "Gap",
    "Note",
    "ReadResult",
    "Record",
    "Refused",
    "Report",
    "Sample",
    "load_formats",
    "read",
    "write",
]

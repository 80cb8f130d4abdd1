"""The catalogue of what can be done: retrofits (assumed.csv, with their sources), schedules.

Every figure that no public source gives bears the mark `[assumed]`; an agent writes the catalogue
to a spreadsheet, changes it and reads it back.
"""

from synergie.lighting.plan.catalogue._assumed import assumed, schedules
from synergie.lighting.plan.catalogue._files import Read, read, write

__all__ = ["Read", "assumed", "read", "schedules", "write"]

"""A cell as a text, and a value as the text of its cell."""

import re
from datetime import date, datetime, time
from decimal import Decimal

from synergie.calendar import load_time_zone
from synergie.formats.columns import YES_NO, Column, Value
from synergie.formats.formulas import escape_formula, unescape_formula
from synergie.formats.values import AROUND

_QUOTED = re.compile(r'="([^"]*)"')
TO_FILL = "à compléter"
"""What stands in a cell that somebody has to fill; read back as blank."""


class Percent(Decimal):
    """A number of a workbook that its cell shows as a percentage: 0.5 for 50 %."""


class Hours(Decimal):
    """A time of a workbook as a share of a day, 0.3125 for 07:30: no amount of anything."""


type Cell = str | Decimal | datetime | bool
"""A text file gives texts; a workbook gives numbers, dates and truths as it holds them."""


def spell_cell(cell: Cell) -> str:
    """The cell as a text without the spaces around; empty for a blank one."""
    match cell:
        case bool():
            return "oui" if cell else "non"
        case datetime():
            return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
        case Decimal():
            return f"{cell.normalize():f}".replace(".", ",")
        case _:
            text = cell.strip(AROUND)
            return "" if text.casefold() == TO_FILL else text


def unquote_cell(cell: Cell) -> str:
    """As `spell_cell`, without what some exports put around a text to keep the zero in front."""
    text = spell_cell(cell)
    if not text.startswith(("=", "'")):
        return text
    quoted = _QUOTED.fullmatch(text)
    return unescape_formula(quoted[1] if quoted else text).strip(AROUND).removeprefix("'")


def spell_value(value: Value | None, column: Column, time_zone: str) -> str:
    """*value* as a French spreadsheet reads it; empty for None. A formula bears an apostrophe."""
    match value:
        case None:
            text = ""
        case bool():
            text = YES_NO[str(value).lower()]
        case datetime():
            text = spell_moment(value, time_zone)
        case date():
            text = f"{value:%d/%m/%Y}"
        case int() | float() | Decimal():
            text = f"{Decimal(str(value)):f}".replace(".", ",")
        case _:
            text = escape_formula(column.words.get(value, value))
    return text


def spell_moment(moment: datetime, time_zone: str) -> str:
    """*moment* by the clocks of the zone, with the offset where they show that hour twice."""
    local = moment.astimezone(load_time_zone(time_zone))
    text = f"{local:%d/%m/%Y %H:%M:%S}" if local.second else f"{local:%d/%m/%Y %H:%M}"
    return f"{text} {local:%:z}" if is_hour_repeated(local) else text


def is_hour_repeated(local: datetime) -> bool:
    """Whether clocks show the hour of *local* twice."""
    return local.utcoffset() != local.replace(fold=not local.fold).utcoffset()

"""What a person reads of a proposed table: layouts, fields, roles, questions and their answers.

English here; the French is in the catalogue. The command line and the pages say the same.
"""

from typing import Literal

from synergie.formats.checks import N_
from synergie.schemas.readings.table_profile import Layout, TableField

type Asked = Literal[
    "sheet", "energy", "production", "decimal", "unit", "direction", "stamp", "last_day",
    "supply_point", "scheme", "dates", "year", "sites",
    "blank_point", "spelling", "annual", "measured", "billed", "amounts", "summed", "dated",
]  # fmt: skip
"""What a table may leave open."""

QUESTIONS: dict[Asked, str] = {
    "sheet": N_("Which sheet of the workbook is to be read?"),
    "energy": N_("Which column holds the values of the period or step?"),
    "production": N_("Is all of this production fed into the grid, or only produced?"),
    "unit": N_("In which unit are the values?"),
    "direction": N_("Is this energy drawn from the grid or fed into it?"),
    "stamp": N_("Do the times mark the start or the end of the step, or of the day?"),
    "last_day": N_("Is the end of a period its last day, or the day after?"),
    "supply_point": N_("Which delivery point is it? Write prm:, pce: or other: then its number."),
    "scheme": N_("Are these numbers PRM (electricity) or PCE (gas)?"),
    "dates": N_("Are dates written day/month or month/day?"),
    "decimal": N_("Which sign marks the decimals?"),
    "year": N_("Of which year are these months?"),
    "blank_point": N_("Are rows without a point of the one above?"),
    "spelling": N_("Are these misspelt months the ones beside them?"),
    "measured": N_("Are these energies measured on the meter of the point?"),
    "amounts": N_("Are these figures energies, and not amounts of money?"),
    "summed": N_("Is each figure of its own period, and not summed up since an earlier one?"),
    "dated": N_("Are these figures of the years of their rows, and not of that of the title?"),
    "annual": N_("Is this the energy of a whole year of each point?"),
    "billed": N_("Is this month that of the consumption, and not only of the bill?"),
    "sites": N_("Is each of these columns a site, with its energy below?"),
}

CHOICES: dict[str, str] = {
    "start": N_("the start"),
    "end": N_("the end"),
    "included": N_("its last day (31/01 for January)"),
    "excluded": N_("the day after (01/02 for January)"),
    "import": N_("drawn from the grid"),
    "export": N_("fed into the grid"),
    "prm": N_("PRM, electricity"),
    "pce": N_("PCE, gas"),
    "other": N_("another identifier, kept as it is"),
    "ignore": N_("none of them: not to be read"),
    "yes": N_("yes"),
    "no": N_("no"),
    "above": N_("yes, of the one above"),
    "none": N_("no, they have none"),
    "injected": N_("all fed into the grid"),
    "produced": N_("produced, a part consumed on the spot"),
    "dmy": N_("day/month/year"),
    "mdy": N_("month/day/year"),
    ",": N_("a comma"),
    ".": N_("a dot"),
}
"""Answers to questions; the others (units, years) are shown as they are."""

LAYOUTS: dict[Layout, str] = {
    "periods": N_("a table of bills: a row a point and period"),
    "wide_months": N_("a table of months: a row a point, a column a month"),
    "curve": N_("a load curve: a row a step"),
    "indexes": N_("indexes: a row a register and day"),
    "points": N_("a list of delivery points"),
}

FIELDS: dict[TableField, str] = {
    "supply_point": N_("delivery point"),
    "name": N_("name of the point"),
    "commune": N_("commune"),
    "from_date": N_("start of the period"),
    "to_date": N_("end of the period"),
    "month": N_("month"),
    "year": N_("year"),
    "date": N_("date"),
    "time": N_("time of day"),
    "datetime": N_("date and time"),
    "value": N_("energy or power"),
    "volume": N_("volume of gas"),
    "cost": N_("cost"),
    "cost_ht": N_("cost without tax"),
    "cost_ttc": N_("cost with tax"),
    "emissions": N_("emissions"),
    "tariff_class": N_("tariff class"),
    "unit": N_("unit"),
    "direction": N_("drawn or fed in"),
    "nature": N_("measured or estimated"),
    "meter": N_("meter"),
    "market_segment": N_("segment"),
    "tariff_code": N_("tariff option (FTA)"),
    "subscribed_power": N_("subscribed power"),
    "annual_energy": N_("energy of a year"),
    "offpeak_hours": N_("off-peak hours"),
    "supplier": N_("supplier"),
    "contract_end": N_("end of the contract"),
    "valid_from": N_("valid from"),
    "holder_siret": N_("SIRET of the holder"),
    "usage": N_("usage"),
    "member": N_("member"),
    "insee_code": N_("commune code (INSEE)"),
}

ROLES: dict[str, str] = {
    "energy": FIELDS["value"],
    "injected": N_("energy fed in"),
    "register": N_("register of a meter"),
    "running_sum": N_("sum since the year began"),
    **{
        name: told
        for name, told in FIELDS.items()
        if name not in {"value", "direction", "meter", "unit"}
    },
    "ignore": N_("not to be read"),
}
"""What a person may say that a column is."""

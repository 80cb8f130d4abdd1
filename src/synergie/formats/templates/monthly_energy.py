"""The template of monthly energies: what twelve bills say, a row a point, period and class."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from synergie.errors import BadInput, Words
from synergie.formats.checks import N_
from synergie.formats.columns import Column, Values
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.formats.tables.energies import EnergyRow, filled_energies
from synergie.formats.templates.columns import TABLES, Above, ReadRow, Template
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.parts import compute_day_after, key_of, provenance_of
from synergie.formats.templates.plain import values_of
from synergie.schemas.readings.period_energy import PeriodEnergy

NAME = "template-monthly-energy"
COLUMNS = TABLES["monthly-energy"]
_LAST = "/last_day"
_BACKWARD = "a last day on or after the first one"
_PLAIN = ("name", "commune", "from_date", "energy_kwh", "cost_eur", "vat_included", "quality")


def _build_month_records(values: Values) -> tuple[Record, ...]:
    last, first = values["last_day"], values["from_date"]
    if not isinstance(last, date) or not isinstance(first, date) or last < first:
        raise BadInput(_LAST, last, _BACKWARD)
    fields: dict[str, object] = {name: values[name] for name in _PLAIN if name in values}
    if "code" in values:
        fields["supply_point"] = key_of(values)
        fields.setdefault("name", values["code"])
    if "name" not in fields:
        raise BadInput("/code", Words("an empty cell"), "the number or the name of the point")
    fields |= {
        "to_date": compute_day_after(last, _LAST, _BACKWARD),
        "energy": "gas" if values.get("scheme") == "pce" else "electricity",
        "energy_kwh": values.get("energy_kwh"),
        "tariff_class": values.get("tariff_class"),
        "source": NAME,
        "provenance": provenance_of(values, str(values.get("code", ""))),
    }
    return (PeriodEnergy.model_validate(fields),)


def _build_month_rows(records: Iterable[Record]) -> Iterator[Values]:
    """A row a period; BadInput when reading it would not give the record again."""
    for record in records:
        if not isinstance(record, PeriodEnergy):
            raise BadInput("record", type(record).__name__, "energy of a period")
        values = values_of(
            record.model_copy(update={"source": None, "energy": "electricity"}), (*COLUMNS, _TO)
        )
        to = values.pop("to_date")
        if isinstance(to, date):
            values["last_day"] = to - timedelta(days=1)
        (again,) = _build_month_records(values)
        if again != record.model_copy(update={"source": NAME}):
            raise BadInput("record", record.external_id, "a period that this file can hold whole")
        yield values


def _arrange_month_rows(rows: Iterable[ReadRow], above: Above, report: Report) -> Iterator[Record]:
    """The same rules as for any table: titles, totals, overlaps, running sums, magnitudes."""
    told = (
        EnergyRow(row.place, [o for o in row.records if isinstance(o, PeriodEnergy)], row.beside)
        for row in rows
    )
    return filled_energies(told, report, above.titles, above.names)


_TO = Column(name="to_date", title="", purpose="", example="")

TEMPLATE = Template(
    name="monthly-energy",
    title="Énergies mensuelles",
    about="Une ligne par point, période et classe : ce que disent les factures.",
    columns=COLUMNS,
    records=_build_month_records,
    rows=_build_month_rows,
    fields={"supply_point": "code", "to_date": "last_day"},
    together=_arrange_month_rows,
)
FORMAT = template_format(TEMPLATE, title=N_("Energies of bills to fill (CSV, XLSX)"))

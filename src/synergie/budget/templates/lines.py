"""The template of budget lines: a row a service or point, and month or year (CSV, XLSX, ODS)."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

from synergie.budget.records.line import BudgetLine
from synergie.errors import BadInput
from synergie.formats.columns import Column, Values
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.formats.templates.columns import TABLES, Template
from synergie.formats.templates.engine import read
from synergie.formats.templates.parts import key_of, select_known_values, split
from synergie.schemas.readings.profile import Profile

_AMOUNTS = "with VAT, or without"
_VAT = next(one for one in TABLES["monthly-energy"] if one.name == "vat_included")
_SCHEME, _CODE = (
    next(one for one in TABLES["monthly-energy"] if one.name == name) for name in ("scheme", "code")
)
COLUMNS = (
    Column(
        "member", title="Membre", required=True, example="Commune de Pompey",
        purpose="Qui paie : la commune, le syndicat.",
    ),
    Column(
        "service", title="Service", required=True, example="Écoles",
        purpose="Service ou chapitre du budget.",
    ),
    _SCHEME,
    _CODE,
    Column("year", "whole", title="Année", required=True, example="2027", purpose="Exercice."),
    Column(
        "month", "whole", title="Mois", example="3", purpose="De 1 à 12 ; vide : toute l'année."
    ),
    Column("kwh", "decimal", title="Énergie votée (kWh)", purpose="Vide : pas votée, jamais zéro."),
    Column("eur", "decimal", title="Montant voté (€)", purpose="Vide : pas voté, jamais zéro."),
    _VAT,
)  # fmt: skip


class _Line(BudgetLine):
    """A line as a record that a table gives."""

    @property
    def external_id(self) -> str:
        """What it is of."""
        parts = (self.member, self.service, self.point, self.year, self.month)
        return "/".join(str(one or "-") for one in parts)


def _build_line_records(values: Values) -> tuple[Record, ...]:
    fields: dict[str, Any] = {
        name: value for name, value in values.items() if name not in ("scheme", "code")
    }
    if "code" in values:
        fields["point"] = key_of(values)
    if "vat_included" not in fields:
        if "eur" in fields:
            raise BadInput("/vat_included", "", _AMOUNTS)
        fields["vat_included"] = True
    return (cast("Record", _Line.model_validate(fields)),)


def _build_line_rows(records: Iterable[Record]) -> Iterator[Values]:
    for one in records:
        told = one.model_dump()
        point = told.pop("point")
        yield select_known_values(told) | (split(point) if point else {})


TEMPLATE = Template(
    name="budget-lines",
    title="Lignes de budget",
    about="Une ligne par service ou par point, et par mois ou pour l'année : ce qui est voté.",
    columns=COLUMNS,
    records=_build_line_records,
    rows=_build_line_rows,
    fields={"point": "code"},
)


def read_budget_lines(source: BinaryIO) -> tuple[tuple[BudgetLine, ...], Report]:
    """The lines of a filled template, seekable and binary. BadInput: it is none."""
    records, report = read(source, Profile(), TEMPLATE)
    return tuple(BudgetLine(**one.model_dump()) for one in records), report

"""Columns of the catalogue in French, and how each kind of cell is read and written."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_args

from synergie.formats.formulas import escape_formula, unescape_formula
from synergie.formats.values import digits_of
from synergie.lighting.plan._rows import Row
from synergie.lighting.plan.catalogue import _text
from synergie.schemas.assets.light_point import SourceType

type Kind = Literal[
    "text", "kind", "kinds", "whole", "share", "number", "decimal", "yes_no", "day", "protocol"
]
"""`kind`: a lamp by its code of EclExt; `number`: a decimal that is kept as a binary one."""

_LAMPS: tuple[str, ...] = get_args(SourceType.__value__)
_PROTOCOLS = {"aucun": "none", "ouvert": "open", "fermé": "closed", "ferme": "closed"}


class Column(NamedTuple):
    """One column."""

    field: str
    """Field of `lighting.records.retrofit.Retrofit`."""
    title: str
    """Head in French, with its unit."""
    kind: Kind


def _parse_lamp_cell(row: Row, title: str) -> str:
    return _lamp_of(row, title, row.cells[title])


def _parse_lamp_list_cell(row: Row, title: str) -> tuple[str, ...]:
    parts = re.split(r"[\s,|/]+", row.cells[title])
    return tuple(_lamp_of(row, title, part) for part in parts if part)


def _lamp_of(row: Row, title: str, code: str) -> str:
    if code.upper() not in _LAMPS:
        raise row.fault(title, code, _text.KIND)
    return code.upper()


def _parse_protocol_cell(row: Row, title: str) -> str:
    word = _PROTOCOLS.get(row.cells[title].casefold())
    if word is None:
        raise row.fault(title, row.cells[title], _text.PROTOCOL)
    return word


def _format_french_number(value: float | Decimal) -> str:
    """A number with a comma, no exponent, no idle zero; but one where it could be thousands."""
    number = Decimal(str(value))
    whole = number == number.to_integral_value()
    return digits_of(number.quantize(Decimal(1)) if whole else number.normalize()).replace(".", ",")


READ: dict[Kind, Callable[[Row, str], Any]] = {
    "text": lambda row, title: unescape_formula(row.cells[title]),
    "kind": _parse_lamp_cell,
    "kinds": _parse_lamp_list_cell,
    "whole": Row.read_integer,
    "share": Row.share,
    "number": Row.number,
    "decimal": Row.decimal,
    "yes_no": Row.yes,
    "day": Row.day,
    "protocol": _parse_protocol_cell,
}
"""The value of a cell that is not blank, at the title of its column."""
WRITE: dict[Kind, Callable[[Any], str]] = {
    "text": escape_formula,
    "kind": str,
    "kinds": " ".join,
    "whole": str,
    "share": _format_french_number,
    "number": _format_french_number,
    "decimal": _format_french_number,
    "yes_no": lambda value: "oui" if value else "non",
    "day": date.isoformat,
    "protocol": {"none": "aucun", "open": "ouvert", "closed": "fermé"}.__getitem__,
}
"""The cell of a value."""
COLUMNS: tuple[Column, ...] = (
    Column("id", "Clé", "text"),
    Column("name", "Nom", "text"),
    Column("fits", "Lampes remplacées", "kinds"),
    Column("source_type", "Lampe", "kind"),
    Column("power_w", "Puissance (W)", "whole"),
    Column("power_share", "Part de la puissance", "share"),
    Column("flux_lm", "Flux (lm)", "whole"),
    Column("flux_share", "Part du flux", "number"),
    Column("ulr", "ULR installé", "share"),
    Column("ulr_nominal", "ULR nominal", "share"),
    Column("cct_k", "Température (K)", "whole"),
    Column("cie3", "Code de flux CIE 3", "share"),
    Column("dimmable", "Gradable", "yes_no"),
    Column("autonomous", "Autonome", "yes_no"),
    Column("price_eur", "Prix posé (EUR HT)", "decimal"),
    Column("crew_hours", "Heures d'équipe", "decimal"),
    Column("life_years", "Durée de vie (ans)", "number"),
    Column("failures_year", "Pannes par an", "number"),
    Column("part_eur", "Pièce (EUR HT)", "decimal"),
    Column("cee_kwhc", "CEE (kWhc)", "number"),
    Column("cee_sheet", "Fiche CEE", "text"),
    Column("embodied_kgco2e", "Fabrication (kgCO2e)", "number"),
    Column("sold_until", "Vendu jusqu'au", "day"),
    Column("protocol", "Protocole", "protocol"),
    Column("reference", "Référence", "text"),
    Column("insertion_hours", "Heures d'insertion", "decimal"),
    Column("source", "Source", "text"),
)
"""In the order of the shipped file."""

"""Columns of the catalogue in French, and how each cell is read and written."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from synergie.errors import BadInput
from synergie.formats.formulas import guarded, unguarded
from synergie.formats.values import date_parts, read_number
from synergie.scenarios.catalogue import _text
from synergie.schemas.light_point import SourceType

_KINDS: tuple[str, ...] = get_args(SourceType.__value__)
_YES, _NO = ("oui", "o", "vrai", "1"), ("non", "n", "faux", "0")
_PROTOCOLS = {"aucun": "none", "ouvert": "open", "fermé": "closed", "ferme": "closed"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    field: str
    """Field of `schemas.retrofit.Retrofit`."""
    title: str
    """Head in French, with its unit."""
    read: Callable[[str], Any]
    """The value of a cell that is not blank; BadInput with an empty place."""
    write: Callable[[Any], str] = str
    """The cell of a value."""


def _fault(found: str, expected: str) -> BadInput:
    return BadInput("", found, expected)


def _decimal(cell: str) -> Decimal:
    found = read_number(cell)
    if found is None:
        raise _fault(cell, _text.NUMBER)
    return found


def _float(cell: str) -> float:
    return float(_decimal(cell))


def _whole(cell: str) -> int:
    value = _decimal(cell)
    if value != value.to_integral_value():
        raise _fault(cell, _text.WHOLE)
    return int(value)


def _share(cell: str) -> float:
    """0,04 or 4 %."""
    value = _decimal(cell.removesuffix("%")) / (100 if cell.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise _fault(cell, _text.SHARE)
    return float(value)


def _yes_no(cell: str) -> bool:
    word = cell.casefold()
    if word not in _YES + _NO:
        raise _fault(cell, _text.YES_NO)
    return word in _YES


def _kind(cell: str) -> str:
    if cell.upper() not in _KINDS:
        raise _fault(cell, _text.KIND)
    return cell.upper()


def _kinds(cell: str) -> tuple[str, ...]:
    return tuple(_kind(part) for part in re.split(r"[\s,|/]+", cell) if part)


def _day(cell: str) -> date:
    """31/12/2027, 2027-12-31, or the moment that a workbook makes of a day."""
    parts = date_parts(cell.removesuffix("T00:00:00"))
    try:
        return date(*parts or (0, 0, 0))
    except ValueError:
        raise _fault(cell, _text.DAY) from None


def _protocol(cell: str) -> str:
    word = _PROTOCOLS.get(cell.casefold())
    if word is None:
        raise _fault(cell, _text.PROTOCOL)
    return word


def _shown(value: float | Decimal) -> str:
    """A number with a comma, no exponent, no idle zero."""
    text = f"{Decimal(str(value)):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",")


def _said(value: bool) -> str:  # noqa: FBT001 (the value of a cell)
    return "oui" if value else "non"


def _told(value: str) -> str:
    return {"none": "aucun", "open": "ouvert", "closed": "fermé"}[value]


COLUMNS: tuple[Column, ...] = (
    Column("id", "Clé", unguarded, guarded),
    Column("name", "Nom", unguarded, guarded),
    Column("fits", "Lampes remplacées", _kinds, " ".join),
    Column("source_type", "Lampe", _kind),
    Column("power_w", "Puissance (W)", _whole),
    Column("power_share", "Part de la puissance", _share, _shown),
    Column("flux_lm", "Flux (lm)", _whole),
    Column("flux_share", "Part du flux", _float, _shown),
    Column("ulr", "ULR installé", _share, _shown),
    Column("ulr_nominal", "ULR nominal", _share, _shown),
    Column("cct_k", "Température (K)", _whole),
    Column("cie3", "Code de flux CIE 3", _share, _shown),
    Column("dimmable", "Gradable", _yes_no, _said),
    Column("autonomous", "Autonome", _yes_no, _said),
    Column("price_eur", "Prix posé (EUR HT)", _decimal, _shown),
    Column("crew_hours", "Heures d'équipe", _decimal, _shown),
    Column("life_years", "Durée de vie (ans)", _float, _shown),
    Column("failures_year", "Pannes par an", _float, _shown),
    Column("part_eur", "Pièce (EUR HT)", _decimal, _shown),
    Column("cee_kwhc", "CEE (kWhc)", _float, _shown),
    Column("cee_sheet", "Fiche CEE", unguarded, guarded),
    Column("embodied_kgco2e", "Fabrication (kgCO2e)", _float, _shown),
    Column("sold_until", "Vendu jusqu'au", _day, date.isoformat),
    Column("protocol", "Protocole", _protocol, _told),
    Column("reference", "Référence", unguarded, guarded),
    Column("insertion_hours", "Heures d'insertion", _decimal, _shown),
    Column("source", "Source", unguarded, guarded),
)
"""In the order of the shipped file."""
NEEDED = ("id", "name", "source")
"""Fields without which nothing is read."""
PAIRS = (("power_w", "power_share"), ("flux_lm", "flux_share"))
"""Fields of which a row tells one at most."""

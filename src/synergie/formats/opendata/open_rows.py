"""The rows of open sums: one a cell and period, hidden cells among them, each column explained."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from synergie.schemas.publication.release import Release
from synergie.schemas.publication.signed_publication import PublicCells, public_cells

type Kind = Literal["text", "date", "flag", "count", "energy"]
type Value = str | date | bool | int | Decimal | None
type Row = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for machines, its heading for people, and what it is for."""

    name: str
    kind: Kind
    heading: str
    """French, as a spreadsheet shows it."""
    fr: str
    en: str
    unit: str | None = None


COLUMNS: tuple[Column, ...] = (
    Column("period", "text", "Période",
        "Mois ou année civile, pour réunir les lignes d'une même période.",
        "Civil month or year, to bring the rows of one period together."),
    Column("start", "date", "Début", "Premier jour de la période, inclus.",
        "First day of the period, included."),
    Column("end", "date", "Fin (exclue)",
        "Jour qui suit la période : il n'en fait pas partie. Dit jusqu'où vont les données.",
        "The day after the period, not part of it: how far the data go."),
    Column("version", "count", "Version",
        "1, puis une de plus à chaque correction de la même période.",
        "1, and one more for each correction of the same period."),
    Column("cell", "text", "Groupe",
        "Nom stable du groupe, le même d'une période à l'autre : la clé pour joindre les lignes.",
        "Stable name of the group, the same from one period to the next: the key to join rows."),
    Column("name", "text", "Libellé", "Nom du groupe, pour l'afficher.",
        "Name of the group, to show it."),
    Column("parent", "text", "Groupe au-dessus",
        "Groupe qui contient celui-ci : ne pas additionner un groupe et ceux qu'il contient.",
        "The group that holds this one: never add a group to those inside it."),
    Column("insee_code", "text", "Code INSEE",
        "Commune, pour placer la valeur sur une carte. Vide : le groupe est de plusieurs communes.",
        "Commune, to put the value on a map. Empty: the group is of several communes."),
    Column("category", "text", "Catégorie",
        "residential : logements ; professional : entreprises ; public_body : éclairage et "
                "bâtiments publics. Vide : plusieurs catégories.",
        "residential: homes; professional: enterprises; public_body: public lighting and "
                "buildings. Empty: several categories."),
    Column("movements", "flag", "Arrivées et départs",
        "Vrai : seulement les points qui arrivent ou partent dans l'année.",
        "True: only the points that join or leave within the year."),
    Column("n_points", "count", "Points comptés",
        "Nombre de points de livraison dans la somme, pour juger de ce qu'elle représente.",
        "Delivery points in the sum, to judge how much it stands for."),
    Column("energy_wh", "count", "Énergie (Wh)", "La somme, exacte. Vide : masquée, jamais zéro.",
        "The sum, exact. Empty: hidden, never zero.", "Wh"),
    Column("energy_kwh", "energy", "Énergie (kWh)", "La même somme en kilowattheures.",
        "The same sum in kilowatt-hours.", "kWh"),
    Column("status", "text", "État",
        "published : montrée ; hidden : masquée, car la montrer révélerait un trop petit groupe.",
        "published: shown; hidden: not shown, because it would give away too small a group."),
)  # fmt: skip
"""Every column of the open files, in their order."""

KEY = ("period", "version", "cell")
"""What makes a row the only one."""


def iterate_release_rows(some: Iterable[Release]) -> Iterator[Row]:
    """The rows of *some* releases, each in the order of its tree; hidden cells last, in order."""
    for release in some:
        told = public_cells(release.cells, release.hidden)
        yield from version_rows(release.period, release.version, told)


def version_rows(period: str, version: int, told: PublicCells) -> Iterator[Row]:
    """The rows of one version of one period."""
    start, end = civil_days(period)
    same: Row = {"period": period, "start": start, "end": end, "version": version}
    blank: Row = {column.name: None for column in COLUMNS}
    for cell in told.cells:
        energy = Decimal(cell.energy_wh).scaleb(-3)
        yield {**blank, **same, **cell.model_dump(), "energy_kwh": energy, "status": "published"}
    for line in told.hidden:
        yield {**blank, **same, "cell": line.cell, "name": line.name, "status": "hidden"}


def civil_days(period: str) -> tuple[date, date]:
    """First day of a civil month or year, and the day that follows it."""
    year, _, month = period.partition("-")
    if not month:
        return date(int(year), 1, 1), date(int(year) + 1, 1, 1)
    number = int(year) * 12 + int(month)
    return date(int(year), int(month), 1), date(number // 12, number % 12 + 1, 1)

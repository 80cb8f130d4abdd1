"""The files of a purchase, read with the row of each thing, so that a fault can name it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from synergie.energy.records.offer import Offer
from synergie.formats import Report
from synergie.formats.templates import perimeter as perimeters
from synergie.purchase.plan.offers.assemble import Group, Perimeters
from synergie.purchase.plan.offers.rows import Offers, Read, offers_of
from synergie.purchase.records.fault import SourceRow
from synergie.purchase.records.group_row import GroupRow
from synergie.purchase.records.purchase import Lot, PurchaseProblem
from synergie.purchase.templates import group as groups
from synergie.purchase.templates import offers as schedules
from synergie.schemas.assets.perimeter import PerimeterRow
from synergie.schemas.readings.profile import Profile

type Place = int | str | None
_SHEET_ROW = re.compile(r"(.+)!(\d+)")
_TEXT = 150


@dataclass(slots=True)
class OfferFileReport:
    """What one file gave: its name, its format, and the report of its reading."""

    name: str
    format: str
    report: Report


@dataclass(slots=True)
class Schedules:
    """Price schedules that were read; `offers` puts them together."""

    files: list[OfferFileReport] = field(default_factory=list)
    _reads: list[Read] = field(default_factory=list)

    def add(self, source: BinaryIO, name: str) -> Report:
        """One more file (seekable, open in binary). BadInput when it is no price schedule."""
        placed, report = schedules.read_placed(source, Profile())
        self._reads += [Read(row, build_source_row(name, place)) for place, row in placed]
        self.files.append(OfferFileReport(name, schedules.FORMAT.name, report))
        return report

    def offers(self) -> Offers:
        """The offers of all files."""
        return offers_of(self._reads)


def read_perimeter(source: BinaryIO, name: str) -> tuple[Perimeters, Report]:
    """The rows of a perimeter, CSV or XLSX, with their lines. BadInput when it is none."""
    placed, report = perimeters.read_placed(source, Profile())
    rows: list[PerimeterRow] = []
    sources: list[SourceRow] = []
    for place, row in placed:
        rows.append(row)
        sources.append(build_source_row(name, place))
    return Perimeters(rows, sources), report


def read_group(source: BinaryIO, name: str) -> tuple[Group, Report]:
    """The rows of a purchase group, CSV or XLSX, with their lines. BadInput when it is none."""
    placed, report = groups.read_placed(source, Profile())
    rows: list[GroupRow] = []
    sources: list[SourceRow] = []
    for place, row in placed:
        rows.append(row)
        sources.append(build_source_row(name, place))
    return Group(rows, sources), report


def build_source_row(name: str, place: Place) -> SourceRow:
    """Where a thing was read: `offres.xlsx` and row 14, or `offres.xlsx, Lot 2` and row 14."""
    found = _SHEET_ROW.fullmatch(str(place))
    if found is not None:
        return SourceRow(file=f"{name[:_TEXT]}, {found[1]}"[:_TEXT], row=int(found[2]))
    return SourceRow(file=name[:_TEXT] or "–", row=place if isinstance(place, int) else 1)


def alone(offers: Sequence[Offer]) -> PurchaseProblem:
    """A problem of offers only, their lots as they name them, to check them without a perimeter."""
    lots = dict.fromkeys(offer.lot for offer in offers)
    return PurchaseProblem(
        points=(),
        lots=tuple(Lot(id=name, name=name, market_segments=(), usages=()) for name in lots),
        offers=tuple(offers),
    )

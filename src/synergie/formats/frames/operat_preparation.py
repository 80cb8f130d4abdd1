"""A table that prepares the yearly declaration of tertiary buildings: never "the OPERAT format".

The columns that the platform takes could not be read, so that this is a preparation: one row a
site, a year and an energy, for a person to complete and carry over. French spreadsheet dialect.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import BinaryIO, Literal, NamedTuple

from pydantic import ValidationError

from synergie.errors import BadInput, Words
from synergie.formats._csv import (
    FRENCH,
    Cell,
    Table,
    declare_column,
    format_row,
    header_of,
    rows_of,
    text_of,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.formats.tables.energies import iterate_energies_once
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.faults import faults
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.units import Provenance

NAME = "operat-preparation"
COLUMNS = (
    declare_column("efa_reference"),
    declare_column("siret"),
    declare_column("insee_code"),
    declare_column("site"),
    declare_column("site_name", required=True),
    declare_column("floor_area_m2", "number", "m²"),
    declare_column("category"),
    declare_column("energy", choices=("electricity", "gas"), required=True),
    declare_column("year", "whole", required=True),
    declare_column("energy_kwh", "decimal", "kWh", required=True),
    declare_column("days_covered", "whole"),
    declare_column("complete", "yes_no"),
    declare_column("supply_points", "whole"),
    declare_column("provenance", required=True),
)
"""`efa_reference`, `siret` and `category` are left blank: they are in no file, a person knows them.
Gas is in kWh of gross calorific value. `days_covered` is that of the point that has fewest; a year
is complete when every day of every point is covered."""

_TABLE = Table(
    name="operat_preparation",
    title="Préparation annuelle",
    record=PeriodEnergy,
    columns=COLUMNS,
    key=("site", "site_name", "energy", "year"),
    rows=lambda _record, _tz: iter(()),
)
_BOM = b"\xef\xbb\xbf"
_HELD = "energies of periods, with the sites and delivery points they belong to"
_ENERGIES = "energies of periods (bills, months): this table sums them by site and year"
_GRIDS = (None, "distributor", "supplier")


class _Key(NamedTuple):
    """One row: a site, or a point without one, an energy, a year."""

    site: str
    name: str
    energy: Literal["electricity", "gas"]
    year: int


@dataclass(slots=True)
class _Total:
    """What is found for one row."""

    kwh: Decimal = Decimal(0)
    days: dict[str, set[int]] = field(default_factory=dict)
    """Days covered of each point."""
    certain: bool = True
    provenance: Provenance = "partner"


@dataclass(slots=True)
class _OperatRecords:
    """Everything of the records: energies wait for the sites and points that may come later."""

    sites: dict[str, SiteRecord] = field(default_factory=dict)
    site_of: dict[str, str] = field(default_factory=dict)
    energies: list[PeriodEnergy] = field(default_factory=list)

    def add(self, record: Record) -> None:
        """One more record; BadInput for one that has no place in the table."""
        if isinstance(record, SiteRecord):
            self.sites[record.external_id] = record
        elif isinstance(record, SupplyPointRecord):
            if record.site is not None:
                self.site_of[record.external_id] = record.site
        elif isinstance(record, PeriodEnergy):
            self.energies.append(record)
        else:
            raise BadInput("record", type(record).__name__, _HELD)

    def totals(self) -> dict[_Key, _Total]:
        """Yearly energies drawn from the networks, one a site and an energy, in order."""
        totals: dict[_Key, _Total] = {}
        for record in _select_distinct_periods(
            one for one in self.energies if one.direction == "import"
        ):
            if record.energy_kwh is None or record.from_date.year != _compute_last_day(record).year:
                continue  # not measured, or over two years: it cannot be cut
            total = totals.setdefault(self._key(record), _Total())
            total.kwh += record.energy_kwh
            span = range(record.from_date.toordinal(), record.to_date.toordinal())
            total.days.setdefault(record.supply_point or record.name, set()).update(span)
            total.certain &= record.quality not in ("partial", "suspect", "missing")
            total.provenance = record.provenance
        return dict(sorted(totals.items()))

    def _key(self, record: PeriodEnergy) -> _Key:
        site = self.site_of.get(record.supply_point or "")
        known = self.sites.get(site or "")
        name = known.name if known else record.name
        return _Key(site or "", name, record.energy, record.from_date.year)


def _compute_last_day(record: PeriodEnergy) -> date:
    return date.fromordinal(record.to_date.toordinal() - 1)


def _select_distinct_periods(energies: Iterable[PeriodEnergy]) -> Iterator[PeriodEnergy]:
    """Each period of each point counted once: the total, else the classes of one grid.

    Both grids count the same energy, and a month may come in a yearly period, too: what overlaps
    a period already taken is left out.
    """

    def point(one: PeriodEnergy) -> tuple[str, str]:
        return (one.supply_point or one.name, one.energy)

    for _, of_point in groupby(sorted(energies, key=point), key=point):
        until = date.min
        ordered = sorted(of_point, key=lambda one: (one.from_date, one.to_date))
        for (start, end), same in groupby(ordered, key=lambda one: (one.from_date, one.to_date)):
            if start >= until:
                until = end
                yield from _select_one_grid(list(same))


def _select_one_grid(same: list[PeriodEnergy]) -> list[PeriodEnergy]:
    """The total of a period where it is told, else its classes in one grid."""
    totals = [one for one in same if one.tariff_class is None and one.energy_kwh is not None]
    if totals:
        return totals[:1]
    for grid in _GRIDS:
        if classes := [one for one in same if one.grid == grid]:
            return list({one.tariff_class: one for one in classes}.values())
    return []


def _sniff_operat(sample: Sample) -> float:
    """1.0 for our header."""
    names = header_of(next(iter(sample.lines(1)), ""), FRENCH)
    return 1.0 if {"efa_reference", "days_covered", "year"} <= set(names) else 0.0


def _read_operat(source: BinaryIO, _: Profile) -> tuple[Iterator[PeriodEnergy], Report]:
    """One yearly energy a row; `partial` where the year is not complete."""
    report = Report()
    return iterate_energies_once(
        rows_of(source, _TABLE, FRENCH, report), report, _parse_year_energy, nested=True
    ), report


def _parse_year_energy(cells: dict[str, Cell]) -> PeriodEnergy:
    year = cells.get("year")
    if not isinstance(year, int) or not 1 < year < 9999:  # noqa: PLR2004 (years that dates have)
        raise BadInput("/year", year, "a year of four digits")
    told = {
        "name": cells.get("site") or cells.get("site_name"),
        "energy": cells.get("energy"),
        "from_date": date(year, 1, 1),
        "to_date": date(year + 1, 1, 1),
        "energy_kwh": cells.get("energy_kwh"),
        "quality": "measured" if cells.get("complete") else "partial",
        "provenance": cells.get("provenance"),
    }
    try:
        return PeriodEnergy.model_validate(told)
    except ValidationError as error:
        raise faults(error)[0] from error


def _write_operat(records: Iterable[Record], sink: BinaryIO, _: Profile) -> None:
    """A row a site, an energy and a year. Periods over two years are left out, never cut.

    Memory grows with the energies. BadInput for a record that has no place in the table, and when
    there are sites or points and not one energy of a period.
    """
    found = _OperatRecords()
    some = False
    for record in records:
        some = True
        found.add(record)
    if some and not found.energies:
        raise BadInput("records", Words("no energy of a period"), _ENERGIES)
    sink.write(_BOM + format_row((column.name for column in COLUMNS), FRENCH))
    for key, total in found.totals().items():
        cells = zip(
            _build_operat_cells(key, total, found.sites.get(key.site)), COLUMNS, strict=True
        )
        sink.write(format_row((text_of(cell, column, FRENCH) for cell, column in cells), FRENCH))


def _build_operat_cells(key: _Key, total: _Total, site: SiteRecord | None) -> tuple[Cell, ...]:
    whole = date(key.year + 1, 1, 1).toordinal() - date(key.year, 1, 1).toordinal()
    covered = min(map(len, total.days.values()))
    complete = covered == whole and total.certain
    return (
        None, None, site.insee_code if site else None, key.site or None, key.name,
        site.floor_area_m2 if site else None, None, key.energy, key.year, total.kwh,
        covered, complete, len(total.days), total.provenance,
    )  # fmt: skip


FORMAT = Format(
    name=NAME,
    title="Preparation of the yearly declaration of tertiary buildings (CSV)",
    sniff=_sniff_operat,
    read=_read_operat,
    write=_write_operat,
)

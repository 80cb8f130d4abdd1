"""Enedis R151: daily indexes and highest powers of C5 points (Linky) on subscription, XML.

An index of day J is the one at the END of J (formats.md §2.4): its moment is the next civil
midnight. The distributor's registers (`Classe_Temporelle_Distributeur`) and the supplier's
(`Classe_Temporelle`) count the same energy: two grids, never added. Units are in the header.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import Days, Head, build_daily_curves, parse_exact_number
from synergie.formats._xml import iterate_parts, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis import _r151_regular as regular
from synergie.formats.enedis._flow import (
    MAX_DAYS,
    PartTable,
    Table,
    leave_out,
    opened,
    parse_civil_date,
    parse_power,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.register_reading import Grid, RegisterReading
from synergie.schemas.series import Unit

NAME = "enedis-r151"
ROOT = "R151"
MOST_WH_A_DAY = 54_000 * 25
"""One and a half times 36 kVA, the most that a C5 point subscribes, over the longest day."""
MAX_INDEX = 10**15

OUTER = "Date_Releve", "Id_Calendrier_Distributeur", "Id_Calendrier_Fournisseur"
FIELDS = "Id_Classe_Temporelle", "Rang_Cadran", "Valeur", "Indice_Vraisemblance"

_INDEX_UNITS: dict[str, Unit] = {"Wh": "Wh", "kWh": "kWh"}
_PEAK_UNITS: dict[str, Unit] = {"VA": "VA", "kVA": "kVA", "W": "W", "kW": "kW"}
_INDEX = "an index, a number from 0"
_ONCE = "the index already given for this register and time, or another time"
_UNIT = "Unite_Mesure_Index in the header: Wh or kWh"
_PEAK_UNIT = "Unite_Mesure_Puissance in the header: VA or kVA, W or kW"


def sniff(sample: Sample) -> float:
    """1.0 for the root element `R151`."""
    return 1.0 if root_of(sample)[0] == ROOT else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Indexes in file order; after each delivery point its highest powers, a curve of days.

    BadInput: another root element, no unit of indexes, XML that is not well formed. A bad
    register or power is refused at its number in the file. Memory grows with one delivery point.
    """
    opened(source, ROOT)
    report = Report()
    return _Flow(profile, report).records(source), report


type _Key = tuple[Grid, str, str, str]
"""A register: its grid, its calendar, its class and its rank."""


class _Cell(NamedTuple):
    """One register of one day: its index, and how likely Enedis says it is."""

    value: int | Decimal
    likelihood: str


@dataclass(slots=True)
class _Register:
    """One register of the point at hand: a record that is checked, and its last index."""

    record: RegisterReading
    likelihood: str
    day: date
    value: int | Decimal


class _Flow:
    """The file as it is read: its units, the point at hand, and the last index of each register."""

    def __init__(self, profile: Profile, report: Report) -> None:
        self._profile, self._report = profile, report
        self._tz: ZoneInfo = load_time_zone(profile.time_zone)
        self._unit: Unit | None = None
        self._peak_unit: Unit | None = None
        self._most = MOST_WH_A_DAY
        self._prm = ""
        self._fault = BadInput("/Id_PRM", "", "a PRM of 14 digits, as text", "bad-identifier")
        self._registers: dict[_Key, _Register] = {}
        self._peaks = Days()
        self._days: dict[str, tuple[date, datetime]] = {}
        self._table = Table((*regular.GRIDS, regular.PEAK, regular.DAY), *OUTER, *FIELDS)
        self._n = 0

    def records(self, source: BinaryIO) -> Iterator[Record]:
        """Everything, one delivery point after another."""
        for part in iterate_parts(source, "En_Tete_Flux", "Id_PRM", "PRM"):
            if part.name == "En_Tete_Flux":
                self._unit = _INDEX_UNITS.get(part.first_text("Unite_Mesure_Index"))
                self._peak_unit = _PEAK_UNITS.get(part.first_text("Unite_Mesure_Puissance"))
                self._most = MOST_WH_A_DAY // 1000 if self._unit == "kWh" else MOST_WH_A_DAY
            elif part.name == "Id_PRM":
                if part.text != self._prm:
                    yield from self._done()
                    self._name(part.text)
            else:
                yield from self._point(self._table.of(part))
        yield from self._done()

    def _name(self, text: str) -> None:
        try:
            self._prm = _codes.parse_prm(text, "/Id_PRM")
        except BadInput as fault:
            self._prm, self._fault = "", fault

    def _point(self, told: PartTable) -> Iterator[RegisterReading]:
        """All days of one element `PRM`: at once when they are alike, else one by one."""
        if self._unit is None and told.rows:
            code = checks.UNIT_UNKNOWN.code
            raise BadInput("/Unite_Mesure_Index", Words("a blank"), _UNIT, code)
        found = self._alike(told) if self._prm and not self._registers else None
        if found is not None:
            self._report.kept += sum(map(len, found))
            yield from chain.from_iterable(zip(*found, strict=True))
            return
        start = 0
        for i, element in enumerate(told.rows):
            if element == regular.DAY:
                yield from self._day(told, slice(start, i))
                start = i + 1

    def _alike(self, told: PartTable) -> list[list[RegisterReading]] | None:
        """The indexes of each register; None when something of the point is not as usual."""
        point = regular.read_regular_point(told, self._most)
        if point is None or (point.peaks and self._peak_unit is None):
            return None
        try:
            moments = [self._moment(text) for text in point.days]
        except BadInput:
            return None
        days = [day for day, _ in moments]
        if not regular.in_order(days):
            return None
        try:
            found = [self._register(one, moments) for one in point.registers]
        except BadInput:
            self._registers = {}
            return None
        for day, value in zip(days, point.peaks, strict=False):
            self._peaks.add(day, value, "measured", None)
        self._n += len(told.rows) - len(days)
        return found

    def _register(
        self, one: regular.Register, moments: list[tuple[date, datetime]]
    ) -> list[RegisterReading]:
        """One register over all days: checked once, and copied."""
        grid = regular.GRIDS[one.element]
        key = grid, one.calendars[grid == "supplier"], one.code, one.rank
        cell = _Cell(one.values[0], one.likelihood)
        record = self._first(key, cell, moments[0][1], "measured")
        self._registers[key] = _Register(record, one.likelihood, moments[-1][0], one.values[-1])
        instants = [instant for _, instant in moments]
        return [
            regular.copy_reading(record, instant, value, "measured")
            for instant, value in zip(instants, one.values, strict=True)
        ]

    def _day(self, told: PartTable, rows: slice) -> list[RegisterReading]:
        """The indexes of one day; the highest power waits for the end of the point."""
        columns = [column[rows] for column in told.columns[len(OUTER) :]]
        all_of_it = slice(rows.start, rows.stop + 1)
        outer = [next(filter(None, column[all_of_it]), "") for column in told.columns[: len(OUTER)]]
        elements, number = told.rows[rows], self._n
        self._n += len(elements)
        try:
            if not self._prm:
                raise self._fault
            day, instant = self._moment(outer[0])
        except BadInput as fault:
            leave_out(self._report, f"record {number + 1}", fault, len(elements))
            return []
        found: list[RegisterReading] = []
        for element, code, rank, text, likelihood in zip(elements, *columns, strict=True):
            number += 1
            try:
                if element == regular.PEAK:
                    self._peak(day, text, number)
                    continue
                grid = regular.GRIDS[element]
                key = grid, outer[1 if grid == "distributor" else 2], code, rank
                found += self._reading(
                    key, _Cell(_parse_index(text), likelihood), (day, instant, number)
                )
            except BadInput as fault:
                self._report.refuse(f"record {number}", fault)
        self._report.kept += len(found)
        return found

    def _moment(self, text: str) -> tuple[date, datetime]:
        """The day, and the midnight that ends it."""
        found = self._days.get(text)
        if found is None:
            day = parse_civil_date(text, "/Date_Releve")
            if len(self._days) >= MAX_DAYS:
                self._days.clear()
            found = self._days[text] = day, day_bounds(day, self._tz)[1]
        return found

    def _reading(
        self, key: _Key, cell: _Cell, at: tuple[date, datetime, int]
    ) -> list[RegisterReading]:
        """The index as a record: checked for the first one of a register, copied from then on."""
        day, instant, number = at
        quality: Quality = "measured" if cell.likelihood in regular.LIKELY else "suspect"
        known = self._registers.get(key)
        if known is None:
            record = self._first(key, cell, instant, quality)
            self._registers[key] = _Register(record, cell.likelihood, day, cell.value)
            return [record]
        rise, days = cell.value - known.value, (day - known.day).days
        if days == 0:
            return self._again(cell.value, rise)
        if days < 0:
            rise, days = -rise, -days
        if not 0 <= rise <= self._most * days:
            self._doubt((known.value, cell.value, rise), number)
            quality = "suspect"
        if cell.likelihood != known.likelihood:
            known.record = self._first(key, cell, instant, quality)
            known.likelihood = cell.likelihood
        known.day, known.value = day, cell.value
        return [regular.copy_reading(known.record, instant, cell.value, quality)]

    def _again(self, value: int | Decimal, rise: int | Decimal) -> list[RegisterReading]:
        """The register was told for this day: the same is a repeat, another value is refused."""
        if rise:
            raise BadInput("/Valeur", value, _ONCE, checks.CONFLICTING_DUPLICATE.code)
        self._report.duplicates += 1
        return []

    def _doubt(self, told: tuple[int | Decimal, int | Decimal, int | Decimal], n: int) -> None:
        """An index that goes down, or rises more than a C5 point can draw."""
        before, after, rise = told
        unit, place = self._unit, f"record {n}"
        if rise < 0:
            down = f"{before} {unit}", f"{after} {unit}"
            self._report.find(checks.REGISTER_DECREASING, *down, place=place)
        else:
            self._report.find(checks.ABSURD_VALUE, f"{rise} {unit}", "36 kVA", place=place)

    def _first(
        self, key: _Key, cell: _Cell, instant: datetime, quality: Quality
    ) -> RegisterReading:
        grid, calendar, code, rank = key
        try:
            return RegisterReading.model_validate(
                {
                    "supply_point": f"prm:{self._prm}",
                    "unit": self._unit,
                    "grid": grid,
                    "calendar": calendar or None,
                    "register_class": code or None,
                    "register_rank": rank or None,
                    "instant": instant,
                    "value": Decimal(cell.value),
                    "quality": quality,
                    "source_quality": cell.likelihood or None,
                    "source": NAME,
                    "provenance": self._profile.provenance or _codes.derive_provenance(self._prm),
                }
            )
        except ValidationError as error:
            raise faults(error)[0] from error

    def _peak(self, day: date, text: str, number: int) -> None:
        """A highest power of one day; 65535 stands for none."""
        if self._peak_unit is None:
            code = checks.UNIT_UNKNOWN.code
            raise BadInput("/Unite_Mesure_Puissance", Words("a blank"), _PEAK_UNIT, code)
        value = parse_power(text, "/Valeur", regular.MAX_PEAK)
        if text == regular.SENTINEL:
            self._report.find(checks.SENTINEL, place=f"record {number}")
            value = None
        self._peaks.add(day, value, "measured", f"record {number}")

    def _done(self) -> Iterator[MeterCurve]:
        """The highest powers of the point at hand, which is over."""
        peaks, self._peaks = self._peaks, Days()
        self._registers = {}
        if not peaks.days or self._peak_unit is None:
            return
        head = Head(
            supply_point=f"prm:{self._prm}",
            quantity="apparent_power_max",
            form="peak",
            unit=self._peak_unit,
            provenance=self._profile.provenance or _codes.derive_provenance(self._prm),
        )
        zone_name = self._profile.time_zone
        yield from build_daily_curves(head, peaks, time_zone=zone_name, report=self._report)


def _parse_index(text: str) -> int | Decimal:
    value = parse_exact_number(text, "/Valeur", _INDEX, most=MAX_INDEX)
    if value < 0:
        raise BadInput("/Valeur", text, _INDEX)
    return value


FORMAT = Format(
    name=NAME, title="Enedis R151, daily indexes of C5 points (XML)", sniff=sniff, read=read
)

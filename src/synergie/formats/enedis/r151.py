"""Enedis R151: daily indexes and highest powers of C5 points (Linky) on subscription, XML.

An index of day J is the one at the END of J (formats.md §2.4): its moment is the next civil
midnight. The distributor's registers (`Classe_Temporelle_Distributeur`) and the supplier's
(`Classe_Temporelle`) count the same energy: two grids, never added. Units are in the header.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from synergie.calendar import day_bounds, zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._format import Format, Record, Sample
from synergie.formats._points import Days, Head, daily, exact
from synergie.formats._report import Report
from synergie.formats._xml import parts, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._flow import (
    MAX_DAYS,
    Table,
    Told,
    civil,
    leave_out,
    opened,
    power,
)
from synergie.schemas.faults import faults
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.profile import Profile
from synergie.schemas.quality import Quality
from synergie.schemas.register_reading import Grid, RegisterReading
from synergie.schemas.series import Unit

NAME = "enedis-r151"
ROOT = "R151"
SENTINEL = "65535"
"""A highest power that stands for none."""
MOST_WH_A_DAY = 54_000 * 25
"""One and a half times 36 kVA, the most that a C5 point subscribes, over the longest day."""
MAX_PEAK = 10_000_000
MAX_INDEX = 10**15

GRIDS: dict[str, Grid] = {
    "Classe_Temporelle_Distributeur": "distributor",
    "Classe_Temporelle": "supplier",
}
"""Whose registers each element holds."""
PEAK = "Puissance_Maximale"
OUTER = "Date_Releve", "Id_Calendrier_Distributeur", "Id_Calendrier_Fournisseur"
FIELDS = "Id_Classe_Temporelle", "Rang_Cadran", "Valeur", "Indice_Vraisemblance"

_INDEX_UNITS: dict[str, Unit] = {"Wh": "Wh", "kWh": "kWh"}
_PEAK_UNITS: dict[str, Unit] = {"VA": "VA", "kVA": "kVA", "W": "W", "kW": "kW"}
_INDEX = "an index, a number from 0"
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
        self._tz: ZoneInfo = zone(profile.time_zone)
        self._unit: Unit | None = None
        self._peak_unit: Unit | None = None
        self._most = MOST_WH_A_DAY
        self._prm = ""
        self._fault = BadInput("/Id_PRM", "", "a PRM of 14 digits, as text", "bad-identifier")
        self._registers: dict[_Key, _Register] = {}
        self._peaks = Days()
        self._days: dict[str, tuple[date, datetime]] = {}
        self._table = Table((*GRIDS, PEAK), *FIELDS, outer=OUTER)
        self._n = 0

    def records(self, source: BinaryIO) -> Iterator[Record]:
        """Everything, one delivery point after another."""
        for part in parts(source, "En_Tete_Flux", "Id_PRM", "Donnees_Releve"):
            if part.name == "En_Tete_Flux":
                self._unit = _INDEX_UNITS.get(part.one("Unite_Mesure_Index"))
                self._peak_unit = _PEAK_UNITS.get(part.one("Unite_Mesure_Puissance"))
                self._most = MOST_WH_A_DAY // 1000 if self._unit == "kWh" else MOST_WH_A_DAY
            elif part.name == "Id_PRM":
                if part.text != self._prm:
                    yield from self._done()
                    self._name(part.text)
            else:
                yield from self._day(self._table.of(part))
        yield from self._done()

    def _name(self, text: str) -> None:
        try:
            self._prm = _codes.prm(text, "/Id_PRM")
        except BadInput as fault:
            self._prm, self._fault = "", fault

    def _day(self, told: Told) -> list[RegisterReading]:
        """The indexes of one day; the highest power waits for the end of the point."""
        if self._unit is None:
            code = checks.UNIT_UNKNOWN.code
            raise BadInput("/Unite_Mesure_Index", Words("a blank"), _UNIT, code)
        number = self._n
        self._n += len(told.rows)
        try:
            if not self._prm:
                raise self._fault
            day, instant = self._moment(told.outer[0])
        except BadInput as fault:
            leave_out(self._report, f"record {number + 1}", fault, len(told.rows))
            return []
        found: list[RegisterReading] = []
        for element, code, rank, text, likelihood in zip(told.rows, *told.columns, strict=True):
            number += 1
            try:
                if element == PEAK:
                    self._peak(day, text, number)
                    continue
                grid = GRIDS[element]
                key = grid, told.outer[1 if grid == "distributor" else 2], code, rank
                found.append(self._reading(key, _Cell(_index(text), likelihood), day, instant))
            except BadInput as fault:
                self._report.refuse(f"record {number}", fault)
        self._report.kept += len(found)
        return found

    def _moment(self, text: str) -> tuple[date, datetime]:
        """The day, and the midnight that ends it."""
        found = self._days.get(text)
        if found is None:
            day = civil(text, "/Date_Releve")
            if len(self._days) >= MAX_DAYS:
                self._days.clear()
            found = self._days[text] = day, day_bounds(day, self._tz)[1]
        return found

    def _reading(self, key: _Key, cell: _Cell, day: date, instant: datetime) -> RegisterReading:
        """The index as a record: checked for the first one of a register, copied from then on."""
        quality: Quality = "measured" if cell.likelihood in {"0", ""} else "suspect"
        known = self._registers.get(key)
        if known is None:
            record = self._first(key, cell, instant, quality)
            self._registers[key] = _Register(record, cell.likelihood, day, cell.value)
            return record
        rise, days = cell.value - known.value, (day - known.day).days
        if days < 0:
            rise, days = -rise, -days
        if not 0 <= rise <= self._most * days:
            self._doubt(known.value, cell.value, rise)
            quality = "suspect"
        if cell.likelihood != known.likelihood:
            known.record, known.likelihood = (
                self._first(key, cell, instant, quality),
                cell.likelihood,
            )
        known.day, known.value = day, cell.value
        return _copied(known.record, instant, cell.value, quality)

    def _doubt(self, before: int | Decimal, after: int | Decimal, rise: int | Decimal) -> None:
        """An index that goes down, or rises more than a C5 point can draw."""
        if rise < 0:
            told = f"{before} {self._unit}", f"{after} {self._unit}"
            self._report.find(checks.REGISTER_DECREASING, *told, place=f"record {self._n}")
        else:
            self._report.find(
                checks.ABSURD_VALUE, f"{rise} {self._unit}", "36 kVA", place=f"record {self._n}"
            )

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
                    "provenance": self._profile.provenance or _codes.provenance(self._prm),
                }
            )
        except ValidationError as error:
            raise faults(error)[0] from error

    def _peak(self, day: date, text: str, number: int) -> None:
        """A highest power of one day; 65535 stands for none."""
        if self._peak_unit is None:
            code = checks.UNIT_UNKNOWN.code
            raise BadInput("/Unite_Mesure_Puissance", Words("a blank"), _PEAK_UNIT, code)
        value = power(text, "/Valeur", MAX_PEAK)
        if text == SENTINEL:
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
            provenance=self._profile.provenance or _codes.provenance(self._prm),
        )
        zone_name = self._profile.time_zone
        yield from daily(head, peaks, time_zone=zone_name, report=self._report)


def _index(text: str) -> int | Decimal:
    value = exact(text, "/Valeur", _INDEX, most=MAX_INDEX)
    if value < 0:
        raise BadInput("/Valeur", text, _INDEX)
    return value


def _copied(
    record: RegisterReading, instant: datetime, value: int | Decimal, quality: Quality
) -> RegisterReading:
    """*record* at another moment, made by pickle's own protocol.

    What changes has its right type already: a check of all fields would take eight times as long.
    """
    fields = record.__dict__ | {"instant": instant, "value": Decimal(value), "quality": quality}
    one = RegisterReading.__new__(RegisterReading)
    one.__setstate__(
        {
            "__dict__": fields,
            "__pydantic_fields_set__": record.__pydantic_fields_set__,
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return one


FORMAT = Format(
    name=NAME, title="Enedis R151, daily indexes of C5 points (XML)", sniff=sniff, read=read
)

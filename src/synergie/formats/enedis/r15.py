"""Enedis R15: indexes and energies of C5 and P4 points at each reading, XML.

An index of day J is the one at the START of J, at the moment told (often 00:01). Each register
tells the index before, too: two readings. `Classe_Mesure` 2 is the energy between the two dates,
kWh, of the distributor's and of the supplier's classes: both count the same energy.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from synergie.calendar import load_time_zone
from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._dials import (
    CALENDARS,
    ENERGY,
    INDEX,
    Dial,
    Moments,
    build_register_reading,
    derive_index_quality,
    iterate_dials,
    read_child_text,
    read_dial,
)
from synergie.formats.enedis._flow import leave_out, opened, scale_value
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality

NAME = "enedis-r15"
ROOT = "R15"
ROUNDING = 1
"""kWh that rounding of indexes may leave between an energy and their difference."""

_BEFORE = "the date of the reading before, for an energy"


def sniff(sample: Sample) -> float:
    """1.0 for the root element `R15`."""
    return 1.0 if root_of(sample)[0] == ROOT else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Indexes and energies in file order; the index before comes before its index.

    BadInput: another root element, XML that is not well formed. A bad register is refused at its
    number in the file. Memory holds one reading.
    """
    opened(source, ROOT)
    report = Report()
    return _read_r15_records(source, profile, report), report


def _read_r15_records(source: BinaryIO, profile: Profile, report: Report) -> Iterator[Record]:
    moments, prm, n = Moments(load_time_zone(profile.time_zone)), "", 0
    for element in iterate_elements(source, "Id_PRM", "Donnees_Releve"):
        if element.tag == "Id_PRM":
            prm = (element.text or "").strip()
            continue
        rows = len(list(iterate_dials(element)))
        try:
            releve = _Releve.of(element, prm, moments, profile)
        except BadInput as fault:
            leave_out(report, f"record {n + 1}", fault, rows)
        else:
            yield from releve.records(element, n, report)
        n += rows


@dataclass(frozen=True, slots=True)
class _Releve:
    """What one reading says of itself."""

    prm: str
    moments: Moments
    moment: datetime
    before: datetime | None
    calendars: dict[str, str | None]
    natures: tuple[str, str, str]
    """Of the index, of the index before, of the energy."""
    rectified: bool
    provenance: str

    @classmethod
    def of(cls, element: Element, prm: str, moments: Moments, profile: Profile) -> "_Releve":
        code = _codes.parse_prm(prm, "/Id_PRM")
        earlier = read_child_text(element, "Date_Releve_Precedent")
        nature = read_child_text(element, "Nature_Index")
        return cls(
            code,
            moments,
            moments.at(read_child_text(element, "Date_Releve"), "/Date_Releve"),
            moments.at(earlier, "/Date_Releve_Precedent") if earlier else None,
            {grid: read_child_text(element, *names) or None for grid, names in CALENDARS.items()},
            (
                nature,
                read_child_text(element, "Nature_Index_Precedent") or nature,
                read_child_text(element, "Nature_Consommation") or nature,
            ),
            read_child_text(element, "Statut_Releve").upper().startswith("RECTIF"),
            profile.provenance or _codes.derive_provenance(code),
        )

    def records(self, element: Element, n: int, report: Report) -> Iterator[Record]:
        """The registers one by one; then whether energies and indexes agree."""
        found: list[Dial] = []
        for number, (child, grid) in enumerate(iterate_dials(element), n + 1):
            try:
                one = read_dial(child, grid, report)
                if one is None:
                    continue
                made = self._index(one) if one.kind == INDEX else [self._energy(one)]
            except BadInput as fault:
                report.refuse(f"record {number}", fault)
                continue
            found.append(one)
            report.kept += 1
            yield from made
        _report_dial_faults(found, report, f"record {n + 1}")

    def _index(self, one: Dial) -> list[Record]:
        """The index, and the one before when both its value and its date are told."""
        told: list[Record] = []
        nature, earlier, _ = self.natures
        if one.before is not None and self.before is not None and self.before < self.moment:
            told.append(
                build_register_reading(one, one.before, self._about(one, self.before, earlier))
            )
        told.append(build_register_reading(one, one.value, self._about(one, self.moment, nature)))
        return told

    def _about(self, one: Dial, moment: datetime, nature: str) -> dict[str, object]:
        return {
            "supply_point": f"prm:{self.prm}",
            "calendar": self.calendars[one.grid],
            "instant": moment,
            "quality": self._quality(nature),
            "source_quality": nature or None,
            "source": NAME,
            "provenance": self.provenance,
        }

    def _quality(self, nature: str) -> Quality:
        """A rectified reading that is measured is `corrected`."""
        found = derive_index_quality(nature)
        return "corrected" if self.rectified and found == "measured" else found

    def _energy(self, one: Dial) -> PeriodEnergy:
        if self.before is None:
            raise BadInput("/Date_Releve_Precedent", Words("nothing"), _BEFORE)
        if one.quantity != "active_energy":
            raise BadInput("/Unite_Mesure", one.unit, "kWh or Wh")
        kilo = Decimal("0.001") if one.unit == "Wh" else Decimal(1)
        energy = scale_value(one.value, kilo, "/Valeur")
        try:
            return PeriodEnergy.model_validate(
                {
                    "name": self.prm,
                    "supply_point": f"prm:{self.prm}",
                    "direction": one.direction,
                    "from_date": self.moments.day(self.before),
                    "to_date": self.moments.day(self.moment),
                    "energy_kwh": energy,
                    "grid": one.grid,
                    "calendar": self.calendars[one.grid],
                    "tariff_class": one.code or None,
                    "quality": self._quality(self.natures[2]),
                    "source_quality": self.natures[2] or None,
                    "source": NAME,
                    "provenance": self.provenance,
                }
            )
        except ValidationError as error:
            raise faults(error)[0] from error


def _report_dial_faults(found: list[Dial], report: Report, place: str) -> None:
    """An index that goes down unflagged; an energy that is not the difference of its indexes."""
    rises: dict[tuple[str, str, str], Decimal] = {}
    for one in found:
        if one.kind != INDEX or one.rise is None or one.quantity != "active_energy":
            continue
        if one.rise < 0:
            report.find(checks.REGISTER_DECREASING, one.before, one.value, place=place)
        else:
            rises[one.grid, one.code, one.direction] = one.rise
    for one in found:
        rise = rises.get((one.grid, one.code, one.direction))
        if one.kind == ENERGY and rise is not None and abs(one.value - rise) > ROUNDING:
            told = f"{one.value} {one.unit}", f"{rise} {one.unit}"
            report.find(checks.PERIOD_AGAINST_INDEX, *told, place=place)


FORMAT = Format(
    name=NAME, title="Enedis R15, indexes and energies of C5 and P4 points (XML)",
    sniff=sniff, read=read,
)  # fmt: skip

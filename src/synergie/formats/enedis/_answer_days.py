"""The daily energies and highest powers of an answer of the Enedis web service."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from synergie.calendar import day_of, load_time_zone, month_bounds
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import Days, Head, Number, build_daily_curves
from synergie.formats.enedis import _codes
from synergie.formats.enedis._answer_points import Rows
from synergie.formats.enedis._flow import Epochs, parse_civil_date, parse_power
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Quantity, Unit

type _Form = Literal["interval_energy", "peak"]

_KINDS: dict[str, tuple[Quantity, _Form, dict[str, Unit]]] = {
    "EA": ("active_energy", "interval_energy", {"Wh": "Wh", "kWh": "kWh"}),
    "PMA": ("apparent_power_max", "peak", {"VA": "VA", "kVA": "kVA", "W": "W", "kW": "kW"}),
}
MOST = 10**12
SENTINEL = "65535"
"""A highest power that stands for none."""


@dataclass(slots=True)
class Daily:
    """One value a civil day, or a month when `pas` says so."""

    head: Head
    rows: Rows
    time_zone: str
    step: str = ""
    """`P1D` or `P1M`, told after the values by version 3.0; empty: days."""

    @classmethod
    def of(cls, told: tuple[str, str, str, str], rows: Rows, profile: Profile) -> "Daily":
        """By PRM, `grandeurMetier`, `grandeurPhysique` and unit; BadInput when one is wrong."""
        prm, metier, code, unit = told
        quantity, form, units = _KINDS[code]
        direction, known = _codes.DIRECTIONS.get(metier), units.get(unit)
        if direction is None:
            raise BadInput("/grandeurMetier", metier, "CONS or PROD")
        if known is None:
            raise BadInput("/unite", unit, "a unit of this quantity", checks.UNIT_UNKNOWN.code)
        step = next((text for text in rows.steps if text), "P1D")
        if step not in {"P1D", "P1M"}:
            raise BadInput("/p", step, "P1D or P1M, for an energy or a highest power")
        head = Head(
            supply_point=f"prm:{prm}",
            quantity=quantity,
            form=form,
            unit=known,
            direction=direction,
            provenance=profile.provenance or _codes.derive_provenance(prm),
        )
        return cls(head, rows, profile.time_zone, step)

    def records(self, report: Report) -> Iterator[Record]:
        """A curve of days; months as intervals, one each."""
        days, epochs = Days(), Epochs()
        for i, text in enumerate(self.rows.stamps):
            place = f"record {self.rows.first + i}"
            try:
                day, value = self._day(text, epochs), self._value(self.rows.values[i], report)
            except BadInput as fault:
                report.refuse(place, fault)
                continue
            told = self.rows.natures[i], self.rows.likelihoods[i], self.rows.states[i]
            days.add(day, value, _codes.derive_quality(*told), place)
        if self.step == "P1M":
            yield from self._months(days, report)
        else:
            yield from build_daily_curves(self.head, days, time_zone=self.time_zone, report=report)

    def _value(self, text: str, report: Report) -> Number:
        if text == SENTINEL and self.head.form == "peak":
            report.find(checks.SENTINEL)
            return None
        return parse_power(text, "/v", MOST)

    def _day(self, text: str, epochs: Epochs) -> date:
        """The civil day of a date, of a local time, or of a time with offset."""
        if text[19:].endswith("Z") or "+" in text[19:] or "-" in text[19:]:
            moment = datetime.fromtimestamp(epochs[text], UTC)
            return day_of(moment, load_time_zone(self.time_zone))
        return parse_civil_date(text[:10], "/d")

    def _months(self, days: Days, report: Report) -> Iterator[IntervalReading]:
        for day, value, quality in zip(days.days, days.values, days.qualities, strict=True):
            start, end = month_bounds(day, load_time_zone(self.time_zone))
            report.kept += 1
            yield IntervalReading(
                supply_point=self.head.supply_point,
                quantity=self.head.quantity,
                direction=self.head.direction,
                unit=self.head.unit,
                start=start,
                end=end,
                value=None if value is None else Decimal(value),
                quality=quality,
                source="enedis-sge-measures",
                provenance=self.head.provenance,
            )

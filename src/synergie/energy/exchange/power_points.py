"""The points of a re-fit out of what is there: curves, perimeters, contracts, lighting cabinets.

Records go in twice, as for a perimeter: first what points are (`learn`), then what they drew
(`measure`). What a point draws comes from its curve, else from the energies of a reference year,
else from the sun and the lamps of its cabinet. Nothing here opens a file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import get_args

from pydantic import ValidationError

from synergie.energy.exchange._lamps import Lamps
from synergie.energy.exchange.power_curves import curve_of, is_curve, is_peak, peaks_of
from synergie.energy.plan.power.burn import burn_load
from synergie.energy.plan.power.curves import (
    C4_POWER_FACTOR,
    Curve,
    Reading,
    compute_curve_load,
    join_curve_runs,
    year_before,
)
from synergie.energy.records.power import (
    ClassLoad,
    DimmedSpan,
    OffPeakWindow,
    PowerClass,
    PowerLoad,
    PowerPoint,
    SubscribedKva,
)
from synergie.errors import BadInput
from synergie.exchange.assets.perimeter import Survey
from synergie.exchange.readings.days import parse_offpeak_windows
from synergie.formats import Record
from synergie.formats.checks import N_
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.perimeter import PerimeterRow, ReferenceYear
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.meter_curve import MeterCurve

NO_KEY = N_("{}: not an identifier of a point; left out")
SEGMENT = N_("{}: its segment is not told; it is taken as {} for the power it reached")
CURVE = N_("{}: its curve is not used: {}")
LAMPS = N_("{}: {} light points have no power; its load is not computed")
PLACE = N_("{}: its place is not told; its load is not computed")
CLASSES: tuple[PowerClass, ...] = get_args(PowerClass.__value__)
_FOUR = frozenset({"HPH", "HCH", "HPB", "HCB"})
_MOST_C5_VA = 36_000
_WH = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is taken for points that tell nothing else."""

    ends: date
    """The day after the year of computed burn hours."""
    windows: tuple[OffPeakWindow, ...] | None = None
    """Off-peak hours. None: assumed from 22:00 to 06:00, and flagged."""
    since: date | None = None
    """Day of a change of the hours of use: curves are cut there."""
    dimmed: tuple[DimmedSpan, ...] = ()
    """Schedule of the cabinets that can be programmed."""
    place: tuple[float, float] | None = None
    """Longitude and latitude of cabinets that tell none."""
    member: str = "-"
    """Who pays for points that tell no member."""
    c5_power_factor: Decimal = Decimal(1)
    """kW of one kVA up to 36 kVA: VA are not in a curve in W."""


@dataclass(slots=True)
class Portfolio:
    """Everything that was read."""

    survey: Survey = field(default_factory=Survey)
    """What the points are, and the energies of their reference year."""
    runs: dict[str, list[Curve]] = field(default_factory=lambda: defaultdict(list))
    """Runs of curves by point."""
    peaks: dict[str, dict[date, int]] = field(default_factory=lambda: defaultdict(dict))
    """VA of each civil day that a register keeps, by point."""
    lamps: Lamps = field(default_factory=Lamps)
    """Cabinets and their lamps."""

    def learn(self, record: Record, source: FileSource | None = None) -> None:
        """What *record* says a point, a cabinet or a lamp is."""
        self.survey.learn(record, source)
        if isinstance(record, CabinetRecord | LightPointRecord):
            self.lamps.learn(record)

    def measure(self, record: Record, label: str) -> None:
        """What *record*, of the format *label*, says a point drew."""
        if isinstance(record, MeterCurve) and is_peak(record):
            self.peaks[record.supply_point] |= peaks_of(record)
        elif isinstance(record, MeterCurve) and is_curve(record):
            self.survey.offpeak_hours(record.supply_point)  # it has a row from now on
            self.runs[record.supply_point].append(curve_of(record))
        else:
            self.survey.measure(record, label)

    def points(
        self, habits: Habits, tell: Callable[[str], str] = str
    ) -> tuple[tuple[PowerPoint, ...], tuple[str, ...]]:
        """The points by member and number, and what was seen or decided on the way."""
        found = self.survey.perimeter(tell=tell)
        told = list(found.remarks)
        making = _Making(
            self, habits, tell, lambda text, *values: told.append(tell(text).format(*values))
        )
        points = [making.of_row(row) for row in found.rows]
        points += [making.of_cabinet(one) for one in self.lamps.unserved()]
        return tuple(one for one in points if one is not None), tuple(told)


@dataclass(frozen=True, slots=True)
class _Making:
    """Points out of rows."""

    of: Portfolio
    habits: Habits
    tell: Callable[[str], str]
    remark: Callable[..., None]

    def of_row(self, row: PerimeterRow) -> PowerPoint | None:
        """The point of a row of the perimeter; None when its number is no key."""
        key = row.supply_point
        drawn = self._curve_load(key, row.market_segment)
        segment = row.market_segment or self._segment(key, row, drawn)
        if segment == "C4" != row.market_segment:
            drawn = self._curve_load(key, segment)
        if drawn is None or not _is_year(drawn):
            drawn = self._declared(row) or self._burnt(key, segment) or drawn
        fields: dict[str, object] = {
            "id": key.partition(":")[2],
            "member": row.member or row.member_siret or self.habits.member,
            "name": row.site_name,
            "market_segment": segment,
            "usage": row.usage or "other",
            "tariff_code": row.tariff_code,
            "subscribed": _select_kva_powers(row),
            "load": drawn,
        }
        return self._point(fields)

    def of_cabinet(self, cabinet: CabinetRecord) -> PowerPoint | None:
        """The point of a cabinet whose delivery point is not told."""
        kva = cabinet.subscribed_power_kva
        fields: dict[str, object] = {
            "id": cabinet.external_id,
            "member": self.habits.member,
            "name": cabinet.name,
            "market_segment": "C5",
            "usage": "public_lighting",
            "subscribed": () if kva is None else (SubscribedKva(kva=Decimal(repr(kva))),),
            "load": self._burnt_by(cabinet, "C5"),
        }
        return self._point(fields)

    def _point(self, fields: dict[str, object]) -> PowerPoint | None:
        try:
            return PowerPoint.model_validate(fields)
        except ValidationError:
            self.remark(NO_KEY, fields["id"])
            return None

    def _segment(self, key: str, row: PerimeterRow, drawn: PowerLoad | None) -> str:
        """By the tariff option, the powers, or the reached power; the last is told."""
        code = row.tariff_code or ""
        highest = max((one.value for one in row.subscribed_powers), default=None)
        if code.startswith("BT") or highest is not None:
            above = code.startswith("BTSUP") or (not code and highest is not None and highest > 36)  # noqa: PLR2004 (kVA)
            return "C4" if above else "C5"
        segment = "C4" if drawn is not None and (drawn.reached_va or 0) > _MOST_C5_VA else "C5"
        self.remark(SEGMENT, key, segment)
        return segment

    def _curve_load(self, key: str, segment: str | None) -> PowerLoad | None:
        runs = self.of.runs.get(key)
        if not runs:
            return None
        stepped = segment == "C4"
        factor = C4_POWER_FACTOR if stepped else self.habits.c5_power_factor
        how = Reading(self._windows(key), stepped, factor, self.habits.since)
        try:
            found = compute_curve_load(join_curve_runs(runs), how)
        except BadInput as fault:
            self.remark(CURVE, key, fault.tell(self.tell))
            return None
        peaks = self.of.peaks.get(key, {})
        seen = [va for day, va in peaks.items() if _covers_day(found, day)]
        top = max([*seen, found.reached_va or 0])
        return found.model_copy(update={"reached_va": top or None})

    def _windows(self, key: str) -> tuple[OffPeakWindow, ...] | None:
        """The point's own off-peak hours, else the habit."""
        told = parse_offpeak_windows(self.of.survey.offpeak_hours(key))
        own = tuple(OffPeakWindow(starts=f"{a:%H:%M}", ends=f"{b:%H:%M}") for a, b in told)
        return own or self.habits.windows

    def _declared(self, row: PerimeterRow) -> PowerLoad | None:
        year = row.reference
        if year is None or year.method == "partial" or year.total_kwh < 0:
            return None
        classes = tuple(_select_finest_classes(year))
        if any(one.kwh < 0 for one in year.classes) or not classes:
            return None
        whole = year.from_date is not None and year.to_date is not None
        dates = {"starts": year.from_date, "ends": year.to_date} if whole else {}
        peaks = self.of.peaks.get(row.supply_point, {})
        return PowerLoad.model_validate(
            {
                "source": "declared",
                "classes": classes,
                "reached_va": max(peaks.values(), default=None),
                **dates,
            }
        )

    def _burnt(self, key: str, segment: str) -> PowerLoad | None:
        cabinet = self.of.lamps.of_point(key)
        return None if cabinet is None else self._burnt_by(cabinet, segment)

    def _burnt_by(self, cabinet: CabinetRecord, segment: str) -> PowerLoad | None:
        """From the sun and the lamps; None, and told, when a lamp's power or the place is not."""
        lamps = self.of.lamps
        blank = lamps.without_power(cabinet)
        use = lamps.use(cabinet, self.habits.dimmed, self.habits.place)
        if blank:
            self.remark(LAMPS, cabinet.external_id, blank)
        elif use is None and lamps.has(cabinet):
            self.remark(PLACE, cabinet.external_id)
        if blank or use is None:
            return None
        stepped = segment == "C4"
        factor = C4_POWER_FACTOR if stepped else self.habits.c5_power_factor
        own = self._windows(cabinet.supply_point) if cabinet.supply_point else self.habits.windows
        return burn_load(use, self.habits.ends, Reading(own, stepped, factor))


def _is_year(drawn: PowerLoad) -> bool:
    return drawn.starts is None or drawn.ends is None or drawn.starts <= year_before(drawn.ends)


def _covers_day(drawn: PowerLoad, day: date) -> bool:
    return drawn.starts is None or drawn.ends is None or drawn.starts <= day < drawn.ends


def _select_kva_powers(row: PerimeterRow) -> tuple[SubscribedKva, ...]:
    """Subscribed powers in kVA; those in kW belong to points above 250 kVA, not compared."""
    if row.power_unit == "kW":
        return ()
    return tuple(
        SubscribedKva.model_validate({"time_class": one.tariff_class, "kva": one.value})
        for one in row.subscribed_powers
        if one.value > 0 and (one.tariff_class is None or one.tariff_class in CLASSES)
    )


def _select_finest_classes(year: ReferenceYear) -> Iterator[ClassLoad]:
    """The finest classes that make up the year; the total alone when they are of two kinds."""
    told = {one.tariff_class: one.kwh for one in year.classes}
    one_kind = told and (told.keys() <= _FOUR or told.keys() <= {"HP", "HC"})
    for name, kwh in told.items() if one_kind else {"BASE": year.total_kwh}.items():
        yield ClassLoad.model_validate({"time_class": name, "kwh": kwh.quantize(_WH)})

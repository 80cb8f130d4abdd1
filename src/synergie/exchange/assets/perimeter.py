"""The perimeter of a tender out of what is there: flows of the grid operator, bills, curves, lists.

Records go in twice: first what points are (`learn`), then what they drew (`measure`), because the
off-peak hours of a point decide how its curve is cut. Nothing here opens a file.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from synergie.calendar import load_time_zone
from synergie.exchange._reference import ReferenceFinding, Source, find_reference_year
from synergie.exchange.assets._perimeter_row import PointKnowledge, defaults_of, row_of
from synergie.exchange.readings.days import Days, is_energy, parse_offpeak_windows
from synergie.exchange.readings.energies.bills import GRIDS, RANKS, Bills
from synergie.exchange.readings.energies.interval_periods import counts_energy, period_of_interval
from synergie.exchange.readings.indexes import Indexes
from synergie.formats import Record
from synergie.formats.checks import N_
from synergie.formats.templates.perimeter import column_of, missing_cells
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.perimeter import FilledCell, Perimeter, PerimeterRow, ReferenceYear
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.file_source import FileSource
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading

_OF_CURVES = 3

NAMELESS = N_("{} periods name their point without its number; they are in no row")
PRODUCTION = N_("{} points of production are left out: nothing is bought for them")
REPLACED = N_("{}: {} periods were told with two energies; the better or the later one holds")
OVERLAPPING = N_("{}: {} periods overlap others and were passed over: energy counts once")
DISAGREEING = N_("{}: the classes of {} periods do not add up to their total; the classes hold")
MIXED = N_("{}: its classes changed within the twelve months; only the total is told")
PARTIAL = N_("{}: only {} of {} days are measured; nothing was extrapolated")
PRORATED = N_("{}: {} days come from a period that lies partly outside, in proportion to its days")
NO_WINDOWS = N_("{}: its off-peak hours are not known; its curve gives the total only")
ODD_HOURS = N_("{} readings do not cover whole civil days; they are in no sum")

type Labelled = tuple[str, Record]
"""Name of the format or of the place a record comes from, and the record."""


def perimeter(
    records: Sequence[Labelled],
    *,
    start: date | None = None,
    siret: str | None = None,
    entry: date | None = None,
    tell: Callable[[str], str] = str,
) -> Perimeter:
    """The perimeter of *records*, that are all in memory; `Survey` takes them one by one."""
    survey = Survey()
    for _, record in records:
        survey.learn(record)
    for label, record in records:
        survey.measure(record, label)
    return survey.perimeter(start=start, siret=siret, entry=entry, tell=tell)


class Survey:
    """What is known of every delivery point, filled record by record."""

    def __init__(self) -> None:
        self._points: dict[str, PointKnowledge] = {}
        self._sites: dict[str, SiteRecord] = {}
        self._bills: dict[str, dict[tuple[str, str | None], Bills]] = {}
        self._days: dict[str, dict[tuple[str, bool], Days]] = {}
        self._indexes = Indexes()
        self._counts = {NAMELESS: 0, ODD_HOURS: 0}

    def _point_of(self, key: str) -> PointKnowledge:
        return self._points.setdefault(key, PointKnowledge(key))

    def offpeak_hours(self, key: str) -> str | None:
        """Off-peak hours of a point as its newest source writes them; it has a row from now on."""
        return self._point_of(key).offpeak_hours

    def learn(self, record: Record, source: FileSource | None = None) -> None:
        """What *record* says a point, a site or a contract is; readings are passed over.

        *source*: the file that tells it. None: it is not told with the cells.
        """
        match record:
            case SupplyPointRecord():
                self._point_of(record.external_id).point = record
            case SupplyTerms():
                known = self._point_of(record.supply_point)
                known.terms.append(record)
                _record_file_source(known, record.valid_from, source)
            case PerimeterRow():
                known = self._point_of(record.supply_point)
                known.given = record
                _record_file_source(known, None, source)
            case SiteRecord():
                self._sites[record.external_id] = record
            case CabinetRecord() if record.supply_point is not None:
                self._point_of(record.supply_point).cabinet = record
            case _:
                pass

    def measure(self, record: Record, label: str) -> None:
        """What *record*, of the format *label*, says a point drew; the rest is passed over."""
        match record:
            case PeriodEnergy():
                self._period(record, label)
            case MeterCurve() if is_energy(record):
                self._curve(record, label)
            case IntervalReading():
                self._interval(record, label)
            case RegisterReading():
                self._indexes.add(record)
            case _:
                pass

    def _period(self, one: PeriodEnergy, label: str) -> None:
        if one.direction != "import":
            return
        if one.supply_point is None:
            self._counts[NAMELESS] += 1
            return
        known = self._point_of(one.supply_point)
        if one.name not in (one.supply_point, one.supply_point.partition(":")[2]):
            known.name = known.name or one.name
        sources = self._bills.setdefault(one.supply_point, {})
        name = one.source or label
        told = Bills(f"{name}{GRIDS[one.grid]}", RANKS[one.grid])
        sources.setdefault((name, one.grid), told).add(one)

    def _curve(self, curve: MeterCurve, label: str) -> None:
        known = self._point_of(curve.supply_point)
        fine = curve.step_s is not None
        known.load_curve = known.load_curve or fine
        sources = self._days.setdefault(curve.supply_point, {})
        key = (f"{label}/{curve.quantity}", fine)
        if key not in sources:
            offpeak = parse_offpeak_windows(known.offpeak_hours) if fine else ()
            name = f"{label} (courbe)" if fine else label
            sources[key] = Days(name, _OF_CURVES + fine, offpeak, load_time_zone(known.zone))
        sources[key].add(curve)

    def _interval(self, one: IntervalReading, label: str) -> None:
        """An interval of whole civil days, or of gas days, is a period; others are counted."""
        period = period_of_interval(one, load_time_zone(self._point_of(one.supply_point).zone))
        if period is not None:
            self._period(period, label)
        elif counts_energy(one):
            self._counts[ODD_HOURS] += 1

    def perimeter(
        self,
        *,
        start: date | None = None,
        siret: str | None = None,
        entry: date | None = None,
        tell: Callable[[str], str] = str,
    ) -> Perimeter:
        """One row a delivery point that is bought for, by member, site and number.

        *start*: first day of the reference year; None: the latest twelve months of each point.
        *siret*, *entry*: for rows that tell none. *tell* translates the remarks.
        """
        for period in self._indexes.periods("Europe/Paris"):
            self._period(period, period.source or "")
        remarks = _Remarks(tell)
        for text, n in self._counts.items():
            if n:
                remarks(text, n)
        rows = [
            row_of(
                known,
                self._sites,
                self._reference(known, start, remarks),
                defaults=defaults_of(siret=siret, entry=entry),
                remark=remarks,
            )
            for known in self._points.values()
        ]
        bought = [row for row in rows if not (row.market_segment or "").startswith("P")]
        if len(bought) < len(rows):
            remarks(PRODUCTION, len(rows) - len(bought))
        ordered = sorted(bought, key=_get_row_order)
        missing = tuple(cell for row in ordered for cell in missing_cells(row))
        filled = tuple(cell for row in ordered for cell in self._filled(row))
        return Perimeter(
            rows=tuple(ordered), missing=missing, filled=filled, remarks=tuple(remarks.told)
        )

    def _filled(self, row: PerimeterRow) -> Iterator[FilledCell]:
        sources = self._points[row.supply_point].sources
        for field in PerimeterRow.model_fields:
            if field in sources and getattr(row, field) not in (None, ()):
                yield FilledCell(
                    supply_point=row.supply_point,
                    field=field,
                    column=column_of(field),
                    source=sources[field],
                )

    def _reference(
        self, known: PointKnowledge, start: date | None, remark: "_Remarks"
    ) -> ReferenceYear | None:
        found = find_reference_year(self._sources(known.key, remark), start)
        if found is None:
            return _find_declared_year(known)
        self._tell(known, found, remark)
        return found.year

    def _sources(self, key: str, remark: "_Remarks") -> Iterable[Source]:
        for bills in self._bills.get(key, {}).values():
            source = bills.source()
            for text, n in (
                (REPLACED, bills.replaced),
                (OVERLAPPING, bills.overlapping),
                (DISAGREEING, bills.disagreeing),
            ):
                if n:
                    remark(text, key, n)
            if source is not None:
                yield source
        for days in self._days.get(key, {}).values():
            source = days.source()
            if days.overlapping:
                remark(OVERLAPPING, key, days.overlapping)
            if source is not None:
                yield source

    def _tell(self, known: PointKnowledge, found: ReferenceFinding, remark: "_Remarks") -> None:
        """What a reader of the figure has to know."""
        year = found.year
        if year.method == "partial":
            remark(PARTIAL, known.key, year.covered_days, year.days)
        if year.prorated_days:
            remark(PRORATED, known.key, year.prorated_days)
        if found.mixed:
            remark(MIXED, known.key)
        of_curve = found.source.rank > _OF_CURVES
        if of_curve and not year.classes and not parse_offpeak_windows(known.offpeak_hours):
            remark(NO_WINDOWS, known.key)


def _record_file_source(
    known: PointKnowledge, start: date | None, source: FileSource | None
) -> None:
    known.files.pop(start, None)
    if source is not None:
        known.files[start] = source


class _Remarks:
    """Sentences in the reader's language, in order, each once."""

    def __init__(self, tell: Callable[[str], str]) -> None:
        self._tell = tell
        self.told: list[str] = []

    def __call__(self, text: str, *args: object) -> None:
        sentence = self._tell(text).format(*args)[:200]
        if sentence not in self.told:
            self.told.append(sentence)


def _find_declared_year(known: PointKnowledge) -> ReferenceYear | None:
    """The energy of a year that a flow or a list declares, where nothing was measured."""
    if known.given is not None and known.given.reference is not None:
        return known.given.reference
    for terms in known.newest():
        if terms.annual_energy:
            return _of_terms(terms)
    return None


def _of_terms(terms: SupplyTerms) -> ReferenceYear | None:
    total = [one for one in terms.annual_energy if one.tariff_class is None]
    parts = [one for one in terms.annual_energy if one.tariff_class is not None]
    amount = sum((one.kwh for one in parts or total[:1]), Decimal(0))
    first = (parts or total)[0]
    return ReferenceYear(
        method="declared",
        total_kwh=amount,
        from_date=first.from_date,
        to_date=first.to_date if first.from_date else None,
        source=terms.source,
    )


def _get_row_order(row: PerimeterRow) -> tuple[str, str, str]:
    return row.member or row.member_siret or "", row.site_name or "", row.supply_point

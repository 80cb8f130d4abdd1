"""The perimeter of what an organisation has stored: its own points, terms, energies and curves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from synergie.exchange.assets.cabinets import Cabinets
from synergie.exchange.assets.perimeter import Survey
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.policy import Principal, permit_own_data
from synergie.schemas.assets.perimeter import Perimeter
from synergie.schemas.file_source import FileSource
from synergie.schemas.page import Page
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.fact import Fact, FactKind, FactRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.series import Series
from synergie.storage.readings.deposits import BatchFile, files_of_batches
from synergie.storage.readings.facts import FactQuery, list_facts
from synergie.storage.store import Store

STORED = "données déposées"
"""What the perimeter says of a curve: the store does not keep which file told it."""

_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_PAGE = 500
_TERMS: tuple[FactKind, ...] = ("supply_terms", "perimeter_row")
_ENERGIES: tuple[FactKind, ...] = ("period_energy", "interval_reading", "register_reading")


@dataclass(frozen=True, slots=True)
class Perimeters:
    """Perimeters of the caller's own data; an agreement opens none."""

    store: Store

    def fill(self, caller: Principal, survey: Survey, *, now: datetime) -> None:
        """All that the caller's organisation has stored, into *survey*."""
        sites, cabinets = Sites(self.store), Cabinets(self.store)
        points = SupplyPoints(self.store)
        for site in _iterate_page_items(lambda after: sites.page(caller, after=after, now=now)):
            survey.learn(site)
        for cabinet in _iterate_page_items(
            lambda after: cabinets.page(caller, after=after, now=now)
        ):
            survey.learn(cabinet)
        for point in _iterate_page_items(lambda after: points.page(caller, after=after, now=now)):
            survey.learn(point)
        for kind in (*_TERMS, *_ENERGIES):
            for record, source in self._facts(caller, kind, now):
                survey.learn(record, source)
                survey.measure(record, STORED)
        for curve in self._curves(caller, now):
            survey.measure(curve, STORED)

    def point(self, caller: Principal, key: str, *, now: datetime) -> Perimeter:
        """What files say of the contract of one point, by its key: at most one row, with them."""
        survey = Survey()
        for kind in _TERMS:
            for record, source in self._facts(caller, kind, now, subject=key):
                survey.learn(record, source)
        return survey.perimeter()

    def _facts(
        self, caller: Principal, kind: FactKind, now: datetime, *, subject: str | None = None
    ) -> Iterator[tuple[FactRecord, FileSource | None]]:
        permit, after, more = permit_own_data(caller, action="read", now=now), "", True
        while more:
            with self.store.read() as session:
                found = list_facts(
                    permit, session, FactQuery(kind=kind, subject=subject), after=after, limit=_PAGE
                )
                batches = {one.batch for one in found if one.batch is not None}
                files = files_of_batches(permit, session, batches)
            yield from ((one.record, _find_fact_source(one, files)) for one in found)
            more = len(found) == _PAGE
            after = found[-1].external_id if more else ""

    def _curves(self, caller: Principal, now: datetime) -> Iterator[MeterCurve]:
        book = SeriesBook(self.store)
        series = {
            one.id: one
            for one in _iterate_page_items(lambda after: book.page(caller, after=after, now=now))
            if one.freshness.last_reading is not None
        }
        for one in series.values():
            runs = Curves(self.store).export(
                caller,
                start=_FIRST,
                end=now + timedelta(days=2),
                granularity="raw",
                series=[one.id],
                clock=lambda: now,
            )
            yield from (_build_meter_curve(run, one) for run in runs)


def _find_fact_source(one: Fact, files: Mapping[str, BatchFile]) -> FileSource | None:
    file = files.get(one.batch or "")
    return None if file is None else file.source_of(one.source)


def _iterate_page_items[T](page: Callable[[str | None], Page[T]]) -> Iterator[T]:
    after: str | None = None
    while True:
        found = page(after)
        yield from found.items
        after = found.next
        if after is None:
            return


def _build_meter_curve(run: Curve, series: Series) -> MeterCurve:
    """*run* keyed by its delivery point again."""
    return MeterCurve(
        supply_point=series.supply_point,
        quantity=series.quantity,
        form=series.form,
        direction=series.direction,
        unit=series.unit,
        decimals=series.decimals,
        start=run.start,
        step=run.step,
        values=run.values,
        quality=run.quality,
        provenance=series.provenance,
    )

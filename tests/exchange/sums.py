"""A territory of points with a year of monthly energy, and the schemes that sum them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from synergie.calendar.civil import month_bounds
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.publication.aggregates import Aggregates
from synergie.exchange.publication.cell_schemes import CellSchemes
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.series import SeriesBook
from synergie.policy.trust.atoms import Limits
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.publication.release import Release, ReleaseRequest
from synergie.schemas.readings.batch import Receipt
from synergie.schemas.readings.curve import Curve
from synergie.schemas.series import SeriesRecord
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point, site
from tests.policy.cells import commune

PARIS = ZoneInfo("Europe/Paris")
INSEE = "54430"
YEAR = 2025
TEN = Limits(min_points=10)

type Values = Sequence[int | None]
"""Wh of the months from January on; None: not measured."""


def scheme(*communes: str, **more: Any) -> CellSchemeRecord:
    """A grouping of communes, a leaf a category and one of movements in each."""
    cells: list[dict[str, Any]] = [{"id": "epci", "name": "EPCI"}]
    for insee in communes or (INSEE,):
        cells += [cell.model_dump() for cell in commune(insee)]
    return CellSchemeRecord.model_validate({"title": "Communes", "cells": cells} | more)


def start_of(month: int) -> datetime:
    """The first moment of a month of the year, in Paris."""
    return month_bounds(date(YEAR, month, 1), PARIS)[0].astimezone(UTC)


@dataclass
class Territory:
    """What one organisation declares and measures."""

    store: Store
    body: Body
    series: dict[str, str] = field(default_factory=dict)
    points: dict[str, str] = field(default_factory=dict)
    """Code of a point → the identifiers of its series, and of itself."""

    def add(
        self,
        codes: Iterable[str],
        values: Values,
        *,
        insee: str = INSEE,
        on: str | None = None,
        **more: Any,
    ) -> "Territory":
        """Points of one commune, *on* one site; each has the same *values*."""
        told = list(codes)
        caller, name = self.body.caller, on or f"S-{insee}"
        Sites(self.store).publish(caller, [site(name, insee_code=insee)], now=NOW)
        fields: dict[str, Any] = {"personal_data": "yes", "usage": "building"} | more
        declared = SupplyPoints(self.store).publish(
            caller, [point(code, site=name, **fields) for code in told], now=NOW
        )
        series = SeriesBook(self.store).publish(caller, [monthly(code) for code in told], now=NOW)
        self.points |= dict(zip(told, (item.id for item in declared.items), strict=True))
        self.series |= dict(zip(told, (item.id for item in series.items), strict=True))
        self.measure(told, values)
        return self

    def measure(self, some: Sequence[str], values: Values, *, at: datetime = NOW) -> None:
        """Readings of *some* points from January on, the same of each."""
        sent = [
            Curve(
                series=self.series[code],
                start=start_of(1),
                step="P1M",
                unit="Wh",
                values=list(values),
            )
            for code in some
        ]
        book, none = Curves(self.store), [None] * len(sent)
        for answer in book.deposit(self.body.caller, sent, onces=none, now=at):
            assert isinstance(answer, Receipt), answer


def monthly(code: str) -> SeriesRecord:
    """A series that is told month by month."""
    return SeriesRecord(
        supply_point=f"prm:{code}",
        quantity="active_energy",
        form="period_energy",
        unit="Wh",
        provenance="synthetic",
    )


def codes(n: int, first: int = 1) -> list[str]:
    """*n* numbers of delivery points that nobody has."""
    return [f"99{first + i:012d}" for i in range(n)]


def saved(store: Store, who: Body, record: CellSchemeRecord, name: str = "communes") -> CellScheme:
    """A scheme of *who*'s."""
    return CellSchemes(store).save(who.caller, name, record, now=NOW)


def publish(
    store: Store,
    who: Body,
    made: CellScheme,
    period: str,
    *,
    now: datetime = NOW,
    **more: Any,
) -> Release:
    """A release of *who*'s, with ten points enough."""
    asked = ReleaseRequest.model_validate(
        {"scheme": made.id, "energy": "electricity", "period": period} | more
    )
    return Aggregates(store, TEN).release(who.caller, asked, now=now)


def told(made: Release) -> dict[str, tuple[int, int]]:
    """Cell → points and Wh."""
    return {cell.cell: (cell.n_points, cell.energy_wh) for cell in made.cells}

"""Contracts, readings and weather that are made, as the tests of contracts need them."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from synergie.contract.plan.baseline import build_plan
from synergie.contract.plan.statement import build_statement
from synergie.contract.records.contract import (
    BuildingTerms,
    ContractPoint,
    ContractSpan,
    GuaranteeTerms,
    LampTerms,
    LightingTerms,
    PerformanceContract,
    PriceClause,
    WeatherTerms,
)
from synergie.contract.records.mv_plan import ContractWeather, MvPlan, PointEnergies
from synergie.contract.records.statement import (
    ContractAdjustment,
    SavingsReport,
    StatementInputs,
)
from synergie.measure.daily import Floats

SCHOOL, STREET, HALL = (f"prm:9900000000001{n}" for n in (1, 2, 3))
BASELINE = ContractSpan(from_date=date(2023, 1, 1), to_date=date(2024, 1, 1))
YEAR = ContractSpan(from_date=date(2024, 7, 1), to_date=date(2025, 7, 1))
RUNS = ContractSpan(from_date=date(2024, 7, 1), to_date=date(2027, 7, 1))
BOTH = ("constructeur", "syndicat")
LAMPS = LampTerms(id="SHP-100", count=120, watts=Decimal(117))
GROUND = {"longitude": 6.13, "latitude": 48.77, "lit_below_deg": -3.0}

CARBON: dict[str, Any] = {
    "carbon_kg_per_kwh": Decimal("0.05"),
    "carbon_source": "Base Empreinte",
    "carbon_dated": date(2024, 1, 1),
}


def point(key: str, member: str = "custines", **changes: Any) -> ContractPoint:
    """A point of the perimeter: a building unless it is told to feed lamps."""
    fields: dict[str, Any] = {
        "id": key, "member": member, "name": key[-3:], "energy": "electricity", "option": "C",
        "building": BuildingTerms(shape="heating", terms=("weekend",)),
    }  # fmt: skip
    return ContractPoint(**(fields | changes))


def lit(
    key: str, member: str = "custines", lamps: LampTerms = LAMPS, **changes: Any
) -> ContractPoint:
    """A point that feeds lamps, option B."""
    terms = LightingTerms(**GROUND, lamps=(lamps,))
    return point(key, member, **({"option": "B", "building": None, "lighting": terms} | changes))


def contract(*points: ContractPoint, **changes: Any) -> PerformanceContract:
    """A contract of *points*; 20 % guaranteed, at 118 EUR/MWh."""
    fields: dict[str, Any] = {
        "id": "CPE-2024-01", "title": "CPE du bassin", "operator": BOTH[0], "client": BOTH[1],
        "points": points, "baseline": BASELINE, "runs": RUNS,
        "weather": WeatherTerms(station="67124001"),
        "prices": (
            PriceClause(
                energy="electricity", basis="reference", eur_per_mwh=Decimal(118),
                **CARBON,
            ),
        ),
        "guarantee": GuaranteeTerms(
            share=Decimal("0.2"), dead_band=Decimal("0.02"), bonus_share=Decimal("0.5")
        ),
    }  # fmt: skip
    return PerformanceContract(**(fields | changes))


@cache
def outside(span: ContractSpan) -> Floats:
    """Mean temperatures of the days of *span*, the same for whoever asks."""
    days = np.arange((span.to_date - span.from_date).days) + span.from_date.timetuple().tm_yday
    draw = np.random.default_rng(span.from_date.toordinal())
    return np.round(11 - 9 * np.cos(2 * np.pi * days / 365) + draw.normal(0, 3, len(days)), 1)


def weather(span: ContractSpan, station: str = "67124001", gap: int = 0) -> ContractWeather:
    """The same as it is written; the first *gap* days unknown."""
    values: list[float | None] = [float(one) for one in outside(span)]
    return ContractWeather(
        station=f"{station} ENTZHEIM",
        first_day=span.from_date,
        values=[None if i < gap else one for i, one in enumerate(values)],
    )


def building(key: str, span: ContractSpan, *, factor: float = 1.0, gap: int = 0) -> PointEnergies:
    """A building heated below 15 °C and quieter on Saturdays and Sundays."""
    cold = np.maximum(0, 15 - outside(span))
    first = span.from_date.toordinal()
    weekend = np.array([(first + i - 1) % 7 >= 5 for i in range(len(cold))])
    draw = np.random.default_rng(first + 1)
    energy = (120 + 15 * cold - 40 * weekend + draw.normal(0, 20, len(cold))) * factor
    return energies(key, span, energy, gap)


def energies(key: str, span: ContractSpan, values: Floats, gap: int = 0) -> PointEnergies:
    """Days of a point, to the watt-hour; the first *gap* unknown."""
    exact: list[Decimal | None] = [Decimal(f"{one:.3f}") for one in values]
    kept = [None if i < gap else one for i, one in enumerate(exact)]
    return PointEnergies(point=key, first_day=span.from_date, values=kept)


def plan(*points: ContractPoint, **changes: Any) -> MvPlan:
    """The plan of a contract of *points*, from a year in which nothing was changed."""
    one = contract(*points, **changes)
    return build_plan(
        one,
        [building(each.id, BASELINE) for each in points if each.building],
        weather(BASELINE),
        made_on=date(2024, 3, 1),
    )


def statement(of: MvPlan, *energies_: PointEnergies, **changes: Any) -> SavingsReport:
    """The statement of the year."""
    fields: dict[str, Any] = {
        "plan": of, "year": YEAR, "energies": energies_, "weather": weather(YEAR),
    }  # fmt: skip
    return build_statement(StatementInputs(**(fields | changes)))


def adjustment(key: str, kind: str, starts: date, ends: date, **changes: Any) -> ContractAdjustment:
    """A change that both agreed to."""
    fields: dict[str, Any] = {
        "id": f"A-{starts:%m%d}-{kind}", "point": key, "kind": kind,
        "span": ContractSpan(from_date=starts, to_date=ends), "reason": "Constat signé",
        "agreed_by": BOTH, "agreed_on": date(2025, 7, 10),
    }  # fmt: skip
    return ContractAdjustment(**(fields | changes))

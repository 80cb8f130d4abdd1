"""A contract to fill in: whole, and of nobody."""

from datetime import date
from decimal import Decimal
from typing import Literal

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


def build_example(kind: Literal["building", "lighting"]) -> PerformanceContract:
    """One point of *kind*, with invented numbers of everything."""
    return PerformanceContract(
        id="CPE-2026-01",
        title="CPE",
        operator="exploitant",
        client="commune",
        points=(_build_building() if kind == "building" else _build_lighting(),),
        baseline=ContractSpan(from_date=date(2025, 1, 1), to_date=date(2026, 1, 1)),
        runs=ContractSpan(from_date=date(2026, 7, 1), to_date=date(2034, 7, 1)),
        weather=WeatherTerms(station="67124001") if kind == "building" else None,
        prices=(
            PriceClause(
                energy="electricity",
                basis="reference",
                eur_per_mwh=Decimal(118),
                carbon_kg_per_kwh=Decimal("0.05"),
                carbon_source="facteur inventé pour l'exemple",
                carbon_dated=date(2025, 1, 1),
            ),
        ),
        guarantee=GuaranteeTerms(
            share=Decimal("0.2"), dead_band=Decimal("0.02"), bonus_share=Decimal("0.5")
        ),
    )


def _build_building() -> ContractPoint:
    return ContractPoint(
        id="prm:99000000000017",
        member="commune",
        name="École",
        energy="electricity",
        option="C",
        building=BuildingTerms(shape="heating", terms=("weekend", "holiday")),
    )


def _build_lighting() -> ContractPoint:
    lamps = LampTerms(id="SHP-100", count=34, watts=Decimal(117))
    return ContractPoint(
        id="prm:99000000000017",
        member="commune",
        name="Armoire A-07",
        energy="electricity",
        option="B",
        lighting=LightingTerms(longitude=6.13, latitude=48.77, lit_below_deg=-3.0, lamps=(lamps,)),
    )

"""The lighting study of the demonstration: the six scenarios of the Bassin de Pompey.

Lamps of 2021 (130 W each on average), 40 W afterwards; full night, off from 00:00 to 05:30, dimmed
from 22:00 to 06:00. Every figure that is not in domain.md is [assumed]; places and the corridor are
drawn and labelled synthetic.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from synergie.energy.records.offer import Price
from synergie.energy.records.power import OffPeakWindow
from synergie.energy.records.tariff import PriceSchedule
from synergie.lighting.records.lit_area import LitArea
from synergie.lighting.records.retrofit import Retrofit
from synergie.lighting.records.schedule import LightingSchedule, ScheduleSpan
from synergie.lighting.records.study import (
    Budget,
    CabinetTerms,
    Corridor,
    EmissionFactor,
    LampPrice,
    LightingAction,
    LightingScenario,
    LightingStudy,
    PriorityPlace,
    Stated,
    StudyCabinet,
    StudyCommune,
    StudyLight,
    StudyRules,
)
from synergie.samples.communes import Commune
from synergie.samples.territory import Territory, territory
from synergie.schemas.assets.light_point import SourceType
from synergie.schemas.assets.supply_point import SupplyPointRecord

PRICES = "lot 2, 2026"
"""The price schedule of the demonstration: public lighting, Hérault Énergies 2026."""
LED = "led-40"
"""The luminaire that takes the place of every lamp."""

_ASSUMED = "assumed, for the demonstration"
_FOUR = {"HPH": "117.16", "HCH": "85.53", "HPB": "59.45", "HCB": "61.94"}
_CELLS = {
    "BTINFCUST": {"BASE": "86.90"}, "BTINFLU": {"BASE": "86.90"},
    "BTINFCU4": _FOUR, "BTINFMU4": _FOUR,
}  # fmt: skip
_WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)
_LIGHTS_A_PLACE = 30
_CORRIDOR = ((6.085, 48.795), (6.105, 48.79), (6.13, 48.772), (6.15, 48.755))
_HALF_WIDTH = 0.004
_LAMPS: tuple[tuple[SourceType, int], ...] = (("SHP", 18), ("IM", 35), ("VM", 12), ("LED", 120))


def study(*, fast: bool = False) -> LightingStudy:
    """S0 to S5 over 7,500 luminaires behind 191 cabinets; *fast* keeps three communes."""
    whole = territory(fast=fast)
    return LightingStudy(
        name="Bassin de Pompey : éclairer mieux",
        communes=tuple(_build_sample_commune(one) for one in whole.communes),
        cabinets=tuple(_iterate_sample_cabinets(whole)),
        lights=tuple(_iterate_sample_lights(whole)),
        schedules=_build_sample_schedules(),
        retrofits=(_build_sample_led(),),
        areas=tuple(_build_sample_area(one) for one in whole.communes),
        prices=(_build_sample_price_schedule(),),
        places=tuple(_iterate_sample_places(whole)),
        corridors=(_build_sample_corridor(),),
        budgets=(Budget(eur=Decimal(4_500_000)),),
        rules=_build_sample_rules(),
        scenarios=tuple(_iterate_sample_scenarios()),
        provenance="synthetic",
    )


def _build_sample_commune(one: Commune) -> StudyCommune:
    return StudyCommune(
        insee_code=one.insee_code, name=one.name, population=one.population_municipal
    )


def _build_sample_area(one: Commune) -> LitArea:
    """Streets of a town, eight metres wide, a luminaire every thirty: 240 m2 each."""
    return LitArea(
        id=f"rues-{one.insee_code}", kind="street", is_built_up=True, is_natural=False, width_m=8,
        spacing_m=30, source=_ASSUMED,
    )  # fmt: skip


def _iterate_sample_cabinets(whole: Territory) -> Iterator[StudyCabinet]:
    served = {one.external_id: one for one in whole.supply_points}
    for holding in whole.holdings:
        for one in holding.cabinets:
            yield StudyCabinet(
                id=one.external_id,
                body=holding.owner,
                insee_code=one.insee_code,
                location=one.location,
                programmable=one.programmable,
                control_type=one.control_type,
                schedule="full-night",
                terms=_build_sample_terms(served[one.supply_point or ""]),
            )


def _build_sample_terms(point: SupplyPointRecord) -> CabinetTerms:
    return CabinetTerms(
        tariff_code=point.tariff_code or "BTINFCU4",
        subscribed_kva=point.subscribed_power_kva or 36.0,
        windows=_WINDOWS,
        prices=PRICES,
    )


def _iterate_sample_lights(whole: Territory) -> Iterator[StudyLight]:
    for one in whole.light_points:
        yield StudyLight(
            id=one.external_id,
            cabinet=one.cabinet,
            insee_code=one.insee_code,
            location=one.location,
            source_type=one.source_type,
            power_w=one.power_w,
            flux_lm=one.flux_lm,
            ulr=one.ulr_installed,
            cct_k=one.cct_k,
            installed_on=one.installed_on,
            usage="A",
            area=None if one.insee_code is None else f"rues-{one.insee_code}",
        )


def _build_sample_schedules() -> tuple[LightingSchedule, ...]:
    off = (ScheduleSpan(starts="00:00", ends="05:30"),)
    return (
        LightingSchedule(
            id="full-night", name="Toute la nuit", executor="none", source="reference of 2021"
        ),
        LightingSchedule(
            id="off-0000-0530", name="Extinction de 0 h à 5 h 30", executor="cabinet", spans=off,
            source="most streets of the Bassin de Pompey since 23 May 2022",
        ),
        LightingSchedule(
            id="led-off-0000-0530", name="Extinction de 0 h à 5 h 30, par le luminaire",
            executor="luminaire", spans=off, source=_ASSUMED,
        ),
        *(
            LightingSchedule(
                id=f"dim-{share}", name=f"Abaissement à {share} % de 22 h à 6 h",
                executor="luminaire", source=_ASSUMED,
                spans=(ScheduleSpan(starts="22:00", ends="06:00", light_share=share / 100),),
            )
            for share in (50, 30)
        ),
    )  # fmt: skip


def _build_sample_led() -> Retrofit:
    """Price of Eure-et-Loir 2024 (584 EUR a point), certificate RES-EC-104; the rest assumed."""
    return Retrofit(
        id=LED,
        name="LED 40 W, 3000 K",
        source_type="LED",
        power_w=40,
        flux_lm=5200,
        ulr=0.01,
        ulr_nominal=0.0,
        cie3=0.97,
        cct_k=3000,
        dimmable=True,
        autonomous=True,
        price_eur=Decimal(584),
        crew_hours=Decimal("0.5"),
        life_years=25,
        failures_year=0.008,
        part_eur=Decimal(120),
        cee_kwhc=9300,
        cee_sheet="RES-EC-104",
        protocol="open",
        source="584 EUR: Eure-et-Loir 2024; RES-EC-104; the rest assumed",
    )


def _build_sample_price_schedule() -> PriceSchedule:
    cells = ((code, name, eur) for code, of in _CELLS.items() for name, eur in of.items())
    rows = (Price(tariff_code=c, time_class=n, eur_per_mwh=Decimal(eur)) for c, n, eur in cells)
    return PriceSchedule(name=PRICES, prices=tuple(rows))


def _iterate_sample_places(whole: Territory) -> Iterator[PriorityPlace]:
    """A place beside every thirtieth luminaire: school, stop, crossing in turn."""
    for n, one in enumerate(whole.light_points[::_LIGHTS_A_PLACE]):
        if one.location is not None:
            yield PriorityPlace(
                id=f"place-{n:03d}",
                kind=("school", "stop", "crossing")[n % 3],
                location=one.location,
                insee_code=one.insee_code,
            )


def _build_sample_corridor() -> Corridor:
    """A band across the territory, drawn: no real corridor."""
    east = [(x, y + _HALF_WIDTH) for x, y in _CORRIDOR]
    west = [(x, y - _HALF_WIDTH) for x, y in reversed(_CORRIDOR)]
    ring = (*east, *west, east[0])
    rings = (tuple((round(x, 6), round(y, 6)) for x, y in ring),)
    return Corridor(id="drawn-band", name="Bande tracée pour l'essai (fictive)", rings=rings)


def _build_sample_rules() -> StudyRules:
    return StudyRules(
        year=2025,
        starts=2027,
        horizon_years=15,
        on=date(2026, 3, 1),
        co2=(
            EmissionFactor(
                name="mix moyen", kg_mwh=52.0, source="Base Empreinte V23.6, 0.052 kg/kWh"
            ),
            EmissionFactor(name="production 2023", kg_mwh=32.0, source="RTE, 32 g/kWh"),
        ),
        cee_eur_mwhc=Decimal(8),
        repair_eur=Decimal(90),
        lamps=tuple(LampPrice(source_type=kind, eur=Decimal(eur)) for kind, eur in _LAMPS),
        repair_delay_hours=72.0,
        source="price of certificates 7 to 9 EUR/MWhc; repairs, lamps and delay assumed",
    )


def _iterate_sample_scenarios() -> Iterator[LightingScenario]:
    told = (
        ("s0", "S0 Toute la nuit, lampes de 2021", LightingAction()),
        ("s1", "S1 Extinction de 0 h à 5 h 30", LightingAction(schedule="off-0000-0530")),
        ("s2", "S2 LED toute la nuit", LightingAction(retrofit=LED)),
        ("s3", "S3 LED, 50 % de 22 h à 6 h", LightingAction(retrofit=LED, schedule="dim-50")),
        ("s4", "S4 LED, 30 % de 22 h à 6 h", LightingAction(retrofit=LED, schedule="dim-30")),
        ("s5", "S5 LED, extinction de 0 h à 5 h 30",
         LightingAction(retrofit=LED, schedule="led-off-0000-0530")),
    )  # fmt: skip
    for (name, title, measure), minutes in zip(told, (900, 950, 300, 320, 320, 330), strict=True):
        yield LightingScenario(
            id=name,
            name=title,
            actions=(measure,) if name != "s0" else (),
            stated=_build_sample_statements(minutes),
        )


def _build_sample_statements(minutes: int) -> tuple[Stated, ...]:
    """Agents' minutes, told by nobody real; felt safety was asked of nobody."""
    return (
        Stated(criterion="agent_minutes", value=float(minutes), source="fictif, pour l'essai"),
        Stated(criterion="personal_fields", value=0.0, source="fictif, pour l'essai"),
        Stated(criterion="felt_safety", value=None, source="aucune enquête n'a été faite"),
    )

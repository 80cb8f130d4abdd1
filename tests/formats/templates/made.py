"""Records that each template holds, made here."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from synergie import formats
from synergie.energy.records.offer import PriceParts, VolumeTunnel
from synergie.energy.records.offer_row import OfferRow
from synergie.formats import Record
from synergie.formats.templates.catalogue import TEMPLATES
from synergie.formats.templates.sheet import write_workbook
from synergie.park.records.crew import (
    Crew,
    OtherWorks,
    PartCount,
    RoadOrder,
    ServiceTarget,
    TaskRule,
    WorkDepot,
)
from synergie.park.records.crew_row import BookSettings, CrewRow
from synergie.purchase.records.group_row import GroupRow
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.perimeter import (
    PerimeterEnergy,
    PerimeterPower,
    PerimeterRow,
    ReferenceYear,
)
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SubscribedPower, SupplyTerms
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.forward_price import ForwardPrice
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.rule_row import RuleRow

WORKBOOKS = ("perimeter", "offers")
"""Templates that are formats of their own, for CSV and for the workbook."""
PLACE = Location(longitude=6.1295, latitude=48.77123)
POINT = "prm:09000000000017"
SINCE = date(2026, 1, 1)
FULL = PerimeterRow(
    supply_point=POINT,
    member="Commune d'Essai",
    member_siret="24540060100010",
    budget="Budget principal",
    service_code="=SERVICE",
    site_name="École du centre",
    address="place du Marché",
    insee_code="01001",
    meter_type="Linky",
    market_segment="C4",
    tariff_code="BTSUPCU",
    power_unit="kVA",
    subscribed_powers=(
        PerimeterPower(tariff_class="HPH", value=Decimal(136)),
        PerimeterPower(tariff_class="HCH", value=Decimal("136.5")),
    ),
    usage="building",
    reference=ReferenceYear(
        method="computed_12m",
        total_kwh=Decimal("1234567.891"),
        classes=(
            PerimeterEnergy(tariff_class="HPH", kwh=Decimal("1000000.891")),
            PerimeterEnergy(tariff_class="HCH", kwh=Decimal(234567)),
        ),
        from_date=date(2025, 1, 1),
        to_date=SINCE,
        covered_days=Decimal(365),
        prorated_days=12,
        source="enedis-r67 (distributeur)",
    ),
    load_curve=True,
    supplier="Fournisseur Essai",
    supplier_siren="245400601",
    contract_end=date(2026, 12, 31),
    green_percent=50,
    billing_group="G1",
    entry_date=date(2027, 1, 1),
    exit_date=date(2029, 12, 31),
    mandate="M-12",
    provenance="partner",
)
BARE = PerimeterRow(supply_point="pce:GI123456", provenance="partner")
OFFERS = (
    OfferRow(
        lot="lot-1",
        supplier="Fournisseur Essai",
        offer="lot-1-A",
        from_mwh=Decimal(0),
        to_mwh=Decimal("499.999999"),
        tariff_code="BTINFMU4",
        time_class="HPH",
        year=2027,
        eur_per_mwh=Decimal("117.16"),
        parts=PriceParts(
            supply=Decimal("105.58"),
            capacity=Decimal("0.97"),
            cee=Decimal("9.09"),
            guarantees=Decimal("1.52"),
        ),
        subscription_eur=Decimal(12),
        fixed_eur=Decimal("1500.5"),
        pricing="indexed",
        index="EEX Cal-27 Base",
        green_share=0.5,
        green_eur_per_mwh=Decimal("1.25"),
        valid_from=datetime(2026, 10, 24, 22, tzinfo=UTC),  # midnight in Paris
        valid_until=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # the second 02:30
        tunnel=VolumeTunnel(
            below=0.1,
            above=0.15,
            below_eur_per_mwh=Decimal(15),
            above_eur_per_mwh=Decimal("20.5"),
        ),
        provenance="synthetic",
    ),
    OfferRow(
        lot="lot-2",
        supplier="=Fournisseur",
        from_mwh=Decimal(500),
        tariff_code="BTINFLU",
        time_class="BASE",
        eur_per_mwh=Decimal("86.9"),
        provenance="partner",
    ),
    OfferRow(lot="lot-2", supplier="Autre", from_mwh=Decimal(0), provenance="partner"),
)
RULES = (
    RuleRow(
        kind="not_with",
        rule="pas-a",
        member="Commune d'Essai",
        lot="lot-1",
        point="p1",
        supplier="=Fournisseur",
        why="Délibération 12",
        provenance="partner",
    ),
    RuleRow(kind="min_suppliers", rule="deux", count=2, eur=Decimal("40.5"), provenance="partner"),
    RuleRow(kind="max_share", rule="part", share=0.625, provenance="synthetic"),
    RuleRow(kind="budget", rule="budget", max_eur=Decimal(1200), provenance="partner"),
    RuleRow(kind="pinned", rule="fixe", offer="offre-a", provenance="partner"),
)
PRICES = tuple(
    ForwardPrice(
        start=start,
        eur_per_mwh=Decimal(price),
        quoted_on=date(2026, 11, 25),
        source="=Courtier",
        provenance="synthetic",
    )
    for start, price in (
        (datetime(2027, 10, 31, 0, tzinfo=UTC), "84.3"),
        (datetime(2027, 10, 31, 1, tzinfo=UTC), "-12.05"),
    )
)
"""The hour that comes twice in October."""
GROUP = (
    GroupRow(
        kind="member",
        name="Commune d'Essai",
        siret="24540060100010",
        mandate="D-41",
        mandate_until=date(2030, 1, 1),
        may_leave=False,
        provenance="partner",
    ),
    GroupRow(kind="member", name="=Autre", provenance="synthetic"),
    GroupRow(
        kind="lot",
        name="Éclairage public",
        lot="lot-1",
        market_segments=("C5", "C4"),
        usages=("public_lighting", "building"),
        min_awards=2,
        max_awards=3,
        green_share=0.5,
        running_alone_eur=Decimal(120),
        reserved="L2113-12",
        provenance="partner",
    ),
    GroupRow(
        kind="supplier",
        name="Fournisseur Essai",
        max_lots=2,
        max_mwh=Decimal("1234.5"),
        min_mwh=Decimal(5),
        reserved="L2113-13",
        provenance="partner",
    ),
    GroupRow(
        kind="alone",
        name="Commune d'Essai",
        lot="lot-1",
        eur=Decimal("1234.5"),
        source="contrat 2026",
        provenance="partner",
    ),
    GroupRow(
        kind="fees",
        fee_fixed=Decimal(100),
        fee_per_pdl=Decimal("1.5"),
        fee_per_mwh=Decimal("0.35"),
        cap=Decimal(2000),
        provenance="partner",
    ),
    GroupRow(
        kind="terms",
        starts=date(2027, 1, 1),
        ends=date(2030, 1, 1),
        award_at=datetime(2026, 11, 25, 13, 30, tzinfo=UTC),
        green_share=0.255,
        provenance="partner",
    ),
)
CREWS = (
    CrewRow(
        kind="crew",
        crew=Crew(
            id="nacelle-2",
            organisation="cc-essai",
            depot="depot-1",
            people=3,
            skills=("platform", "cordiste"),
            network_mixes=("separate", "shared_supports"),
            carries=(PartCount(part="lamp-SHP-100", count=12),),
            weekdays=(1, 2, 4),
            starts_at="07:15",
            ends_at="15:45",
            break_minutes=45,
            break_from="12:00",
            break_to="13:30",
            days_off=(date(2027, 8, 2), date(2027, 8, 3), date(2027, 8, 4), date(2027, 12, 24)),
            hour_eur=Decimal("131.5"),
            km_eur=Decimal("0.6"),
            overtime_minutes=30,
            overtime_hour_eur=Decimal(160),
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="crew",
        crew=Crew(
            id="visite-1",
            organisation="=Autre",
            depot="depot-1",
            hour_eur=Decimal(90),
            km_eur=Decimal(0),
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="depot",
        depot=WorkDepot(
            id="depot-1",
            organisation="cc-essai",
            name="Centre technique",
            location=PLACE,
            stock=(PartCount(part="lamp-SHP-100", count=40), PartCount(part="fusible", count=1)),
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="road_order",
        road_order=RoadOrder(
            id="2027-041",
            cabinets=("A-1", "A-2"),
            rule="only",
            from_day=date(2027, 4, 5),
            to_day=date(2027, 4, 16),
            from_time="09:00",
            to_time="16:00",
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="other_works",
        other_works=OtherWorks(
            id="eau-12",
            insee_code="01001",
            by="Syndicat des eaux",
            from_day=date(2027, 5, 3),
            to_day=date(2027, 5, 28),
            saves_eur=Decimal(80),
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="target",
        target=ServiceTarget(
            severity="point",
            contract="MARCHE-2024-07",
            max_delay_hours=Decimal(72),
            penalty_eur_day=Decimal(30),
            source="CCTP, article 5.6",
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="rule",
        rule=TaskRule(
            task="group_relamping",
            every_months=48,
            minutes_cabinet=10,
            minutes_light_point=12,
            skills=("platform",),
            months=(4, 5, 9),
            source="usage",
        ),
        provenance="partner",
    ),
    CrewRow(
        kind="settings",
        settings=BookSettings(
            holidays="alsace-moselle",
            school_zone="B",
            school_work="never_holidays",
            speed_km_h=28.5,
            detour=1.25,
            late_share=0.15,
        ),
        provenance="partner",
    ),
)
RECORDS: dict[str, tuple[Record, ...]] = {
    "sites": (
        SiteRecord(
            external_id="EP-1",
            name="École du centre",
            kind="building",
            insee_code="01001",
            location=PLACE,
            floor_area_m2=850.5,
            provenance="partner",
        ),
        SiteRecord(external_id="EP-2", name="Mairie", kind="other", provenance="public"),
    ),
    "supply-points": (
        SupplyPointRecord(
            scheme="prm",
            code="09000000000017",
            site="EP-1",
            market_segment="C5",
            tariff_code="BTINFCU4",
            subscribed_power_kva=12.0,
            annual_kwh=8450.0,
            usage="building",
            personal_data="none",
            provenance="partner",
        ),
        SupplyTerms(
            supply_point=POINT,
            valid_from=SINCE,
            market_segment="C5",
            tariff_code="BTINFCU4",
            meter_type="Linky",
            subscribed_powers=(SubscribedPower(value=Decimal(12), unit="kVA"),),
            offpeak_hours="HC (22H50-6H50)",
            supplier="Fournisseur Essai",
            contract_end=date(2026, 12, 31),
            source="template-supply-points",
            provenance="partner",
        ),
        SupplyPointRecord(
            scheme="pce", code="GI123456", personal_data="possible", provenance="partner"
        ),
    ),
    "monthly-energy": (
        PeriodEnergy(
            name="École du centre",
            supply_point=POINT,
            commune="Essai",
            from_date=SINCE,
            to_date=date(2026, 2, 1),
            energy_kwh=Decimal("1234.567"),
            cost_eur=Decimal("185.2"),
            vat_included=True,
            tariff_class="HPH",
            quality="estimated",
            source="template-monthly-energy",
            provenance="partner",
        ),
        PeriodEnergy(
            name="RUE HAUTE 014",
            from_date=SINCE,
            to_date=date(2026, 2, 1),
            energy_kwh=None,
            source="template-monthly-energy",
            provenance="partner",
        ),
    ),
    "perimeter": (FULL, BARE),
    "offers": OFFERS,
    "purchase-group": GROUP,
    "crews": CREWS,
    "forward-prices": PRICES,
    "rules": RULES,
    "light-points": (
        LightPointRecord(
            external_id="PL-1",
            cabinet="A-1",
            circuit="A-1-D2",
            support="S-1",
            insee_code="01001",
            location=PLACE,
            source_type="SHP",
            power_w=286,
            power_text="286(LED)",
            flux_lm=5400,
            cct_k=2700,
            ulr_installed=0.01,
            height_m=7.5,
            installed_on=date(2012, 6, 1),
            usage="B1",
            structure="LANT",
            support_type="MUR",
            is_public=True,
            night_off=False,
            provenance="partner",
        ),
        LightPointRecord(external_id="PL-2", power_w=0, provenance="partner"),
        LightPointRecord(external_id="PL-3", power_text="250/85", provenance="partner"),
        LightPointRecord(
            external_id="PL-4", power_w=140, power_text="2 x 70", provenance="partner"
        ),
    ),
    "cabinets": (
        CabinetRecord(
            external_id="A-1",
            name="Place de la mairie",
            location=PLACE,
            supply_point=POINT,
            control_type="astronomical_clock",
            programmable=True,
            network_mix="shared_supports",
            subscribed_power_kva=6.0,
            inspected_on=date(2026, 3, 15),
            provenance="partner",
        ),
        CabinetRecord(external_id="A-2", provenance="partner"),
    ),
    "circuits": (
        CircuitRecord(
            external_id="A-1-D2",
            cabinet="A-1",
            name="Rue Haute",
            protection="16 A",
            provenance="partner",
        ),
        CircuitRecord(external_id="A-1-D3", provenance="partner"),
    ),
    "supports": (
        SupportRecord(
            external_id="S-1",
            support_type="MAT",
            material="acier",
            height_m=8.0,
            insee_code="54430",
            location=PLACE,
            installed_on=date(2012, 6, 1),
            provenance="partner",
        ),
        SupportRecord(external_id="S-2", provenance="partner"),
    ),
    "work-orders": (
        WorkOrder(
            external_id="2026-1",
            kind="repair",
            asset_kind="light_point",
            asset="PL-1",
            reported_at=datetime(2026, 7, 3, 16, 20, tzinfo=UTC),
            planned_at=date(2026, 7, 5),
            done_at=date(2026, 7, 6),
            fault_type="lampe éteinte",
            crew="nacelle 2",
            provenance="partner",
        ),
        WorkOrder(external_id="2026-2", kind="report", provenance="partner"),
    ),
}
"""By name of template: a row with everything, and one with as little as can be."""


def format_of(name: str) -> str:
    """Name of the format of a template."""
    return name if name in WORKBOOKS else f"template-{name}"


def csv_of(name: str) -> bytes:
    """The records of a template, as CSV."""
    sink = io.BytesIO()
    formats.write(RECORDS[name], sink, format=format_of(name))
    return sink.getvalue()


def xlsx_of(name: str) -> bytes:
    """The records of a template, as a workbook."""
    sink = io.BytesIO()
    if name in WORKBOOKS:
        formats.write(RECORDS[name], sink, format=f"{name}-xlsx")
    else:
        write_workbook(TEMPLATES[name], sink, TEMPLATES[name].rows(RECORDS[name]))
    return sink.getvalue()


def read(data: bytes, name: str = "") -> tuple[str, list[Record], formats.Report]:
    """The format that was recognised, the records, and the report."""
    with formats.read(data, name=name) as result:
        return result.format, list(result.records), result.report

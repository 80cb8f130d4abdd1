"""Records that several tests of this family write: made here, synthetic."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds
from synergie.formats import Record, write
from synergie.schemas.about import About
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import SupportRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import QualityRun
from synergie.schemas.readings.register_reading import RegisterReading

PARIS = ZoneInfo("Europe/Paris")
PRM = "prm:99000000000017"
ABOUT = About(
    title="Éclairage public du Bassin de Pompey",
    publisher="Communauté de communes du Bassin de Pompey",
    siren="245400601",
    licence="Licence Ouverte 2.0",
    as_of=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    freshness="En retard de 9 jours. Dernier fichier : R50 du 16 novembre.",
    source="Enedis, courbes de charge",
    contact="la personne chargée de l'énergie",
)
PROFILE = Profile(about=ABOUT)


def half_hours(day: date, value: int = 100) -> MeterCurve:
    """Every half-hour of one civil day of Paris: 46, 48 or 50."""
    start, end = day_bounds(day, PARIS)
    n = int((end - start) / timedelta(minutes=30))
    return MeterCurve(
        supply_point=PRM,
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=start,
        step="PT30M",
        values=[value + i for i in range(n)],
        provenance="synthetic",
    )


CURVE = MeterCurve(
    supply_point=PRM,
    quantity="active_energy",
    form="interval_energy",
    direction="import",
    unit="kWh",
    decimals=2,
    start=datetime(2026, 10, 24, 23, 0, tzinfo=UTC),
    step="PT1H",
    values=[1.25, None, 3.5, 0],
    quality=(
        QualityRun(n=1, quality="estimated"),
        QualityRun(n=1, quality="missing"),
        QualityRun(n=2, quality="validated"),
    ),
    provenance="synthetic",
)
DAYS = CURVE.model_copy(
    update={
        "step": "P1D",
        "start": day_bounds(date(2026, 10, 24), PARIS)[0],
        "values": [20.25, None, 21.5, 0],
    }
)
MONTHS = DAYS.model_copy(update={"step": "P1M", "start": day_bounds(date(2026, 1, 1), PARIS)[0]})
ENERGY = PeriodEnergy(
    name="RUE HAUTE 014",
    supply_point=PRM,
    commune="Pompey",
    from_date=date(2026, 10, 1),
    to_date=date(2026, 11, 1),
    energy_kwh=Decimal("1234.567"),
    cost_eur=Decimal("-12.50"),
    vat_included=False,
    grid="distributor",
    calendar="DI000003",
    tariff_class="HPH",
    quality="corrected",
    source="enedis-r67",
    provenance="synthetic",
)
BARE_ENERGY = PeriodEnergy(
    name="=1+1",
    from_date=date(2026, 10, 1),
    to_date=date(2026, 11, 1),
    energy_kwh=None,
    provenance="synthetic",
)
POINT = LightPointRecord(
    external_id="PL-001",
    cabinet="A-54430-07",
    insee_code="01004",
    location=Location(longitude=6.131997474859, latitude=48.799021378374),
    source_type="SHP",
    power_w=70,
    cct_k=2000,
    ulr_installed=0.04,
    height_m=7.5,
    installed_on=date(2008, 5, 1),
    luminaire_model="@SUM(1)",
    night_off=True,
    provenance="synthetic",
)
BARE_POINT = LightPointRecord(
    external_id="PL-002", power_text="250/85", raw={"a": "b"}, provenance="synthetic"
)
CABINET = CabinetRecord(
    external_id="A-54430-07",
    name="Armoire de la mairie",
    insee_code="54430",
    location=Location(longitude=6.13, latitude=48.77),
    supply_point=PRM,
    control_type="astronomical_clock",
    programmable=False,
    subscribed_power_kva=18.0,
    inspected_on=date(2024, 3, 1),
    provenance="synthetic",
)
SUPPORT = SupportRecord(
    external_id="S-1",
    support_type="MAT",
    material="acier",
    height_m=8.0,
    location=Location(longitude=6.1, latitude=48.7),
    provenance="synthetic",
)
POINT_OF_SUPPLY = SupplyPointRecord(
    scheme="prm",
    code="01000000000017",
    site="EP-1",
    market_segment="C5",
    subscribed_power_kva=6.0,
    annual_kwh=1234.5,
    personal_data="none",
    provenance="synthetic",
)
SITE = SiteRecord(
    external_id="EP-1",
    name="École du centre",
    kind="building",
    insee_code="2A004",
    floor_area_m2=450.5,
    provenance="synthetic",
)
INDEX = RegisterReading(
    supply_point=PRM,
    unit="Wh",
    register_class="HPH",
    instant=datetime(2026, 4, 1, 22, 0, tzinfo=UTC),
    value=Decimal(6038145),
    source="enedis-r64",
    provenance="synthetic",
)
ALL: list[Record] = [
    CURVE, ENERGY, BARE_ENERGY, INDEX, POINT_OF_SUPPLY, SITE, POINT, BARE_POINT, CABINET, SUPPORT,
]  # fmt: skip


def kept(record: Record) -> Record:
    """What a written file keeps of *record*: the row of another file is not ours to publish."""
    return record.model_copy(update={"raw": None}) if hasattr(record, "raw") else record


def written(records: list[Record], name: str, profile: Profile = PROFILE) -> bytes:
    """The bytes of *records* in the format of that *name*."""
    sink = BytesIO()
    write(iter(records), sink, format=name, profile=profile)
    return sink.getvalue()

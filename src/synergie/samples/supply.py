"""Sites, delivery points and their series: lighting cabinets and buildings, all synthetic.

Every PRM starts with 99, a range that is never attributed, then holds the commune, the kind of
point and a number: unique, and told from a real one at a glance.
"""

from dataclasses import dataclass
from typing import Literal

from synergie.samples.communes import Commune
from synergie.samples.draw import Draw
from synergie.samples.lighting import compute_built_area
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import MarketSegment, SupplyPointRecord
from synergie.schemas.series import SeriesRecord

type Kind = Literal["lighting", "c5", "c4", "c2", "own"]
type Holder = Literal["commune", "epci", "energy", "lighting"]

_DIGIT: dict[Kind, int] = {"lighting": 1, "c5": 5, "c4": 4, "c2": 2, "own": 7}
_TAG: dict[Holder, tuple[str, int]] = {
    "commune": ("BAT", 0), "epci": ("CC", 1000), "energy": ("SE", 2000), "lighting": ("EC", 3000),
}  # fmt: skip
_KWH: dict[Kind, tuple[int, int]] = {
    "c5": (8_000, 12_000),
    "c4": (110_000, 130_000),
    "c2": (600_000, 1_400_000),
    "own": (8_000, 12_000),
}
_SEGMENT: dict[Kind, MarketSegment] = {
    "lighting": "C5", "c5": "C5", "c4": "C4", "c2": "C2", "own": "C5",
}  # fmt: skip
_TARIFF: dict[Kind, str] = {
    "lighting": "BTINFCU4", "c5": "BTINFMUDT", "c4": "BTSUPCU", "c2": "HTACU5", "own": "BTINFMUDT",
}  # fmt: skip
_KVA: dict[Kind, tuple[float, ...]] = {
    "c5": (9.0, 12.0, 18.0),
    "c4": (60.0, 72.0, 84.0),
    "c2": (300.0, 400.0, 500.0),
    "own": (12.0, 18.0, 36.0),
}
_NAMES: dict[Kind, tuple[str, ...]] = {
    "c5": ("Mairie", "École", "Salle polyvalente", "Bibliothèque", "Vestiaires", "Atelier"),
    "c4": ("Groupe scolaire", "Gymnase", "Centre culturel", "Complexe sportif"),
    "c2": ("Centre aquatique", "Ateliers communautaires", "Centre de traitement des déchets"),
    "own": ("Local technique", "Recharge de véhicules"),
}


@dataclass(frozen=True, slots=True)
class Served:
    """One site with its delivery point and the series of its meter."""

    site: SiteRecord
    supply_point: SupplyPointRecord
    series: SeriesRecord


def format_prm(commune: Commune, kind: Kind, number: int) -> str:
    """A synthetic PRM, 14 digits. Example: `99544301000007`, cabinet 7 of Pompey."""
    return f"99{commune.insee_code}{_DIGIT[kind]}{number:06d}"


def build_lighting_point(commune: Commune, number: int, *, kva: int, kwh: float) -> Served:
    """The delivery point of one lighting cabinet."""
    site = SiteRecord(
        external_id=f"EP-{commune.insee_code}-{number:03d}",
        name=f"Éclairage public {number:02d}, {commune.name}",
        kind="public_lighting",
        insee_code=commune.insee_code,
        provenance="synthetic",
    )
    return _build_served(
        site, format_prm(commune, "lighting", number), "lighting", kva=float(kva), kwh=kwh
    )


def build_building_point(
    commune: Commune, kind: Kind, number: int, *, seed: int, holder: Holder = "commune"
) -> Served:
    """One building in *commune*, or another site of a grouping, with a drawn consumption."""
    tag, offset = _TAG[holder]
    name = f"{tag}-{commune.insee_code}-{kind.upper()}-{number:03d}"
    draw = Draw(seed, name)
    what = _NAMES[kind][(number - 1) % len(_NAMES[kind])]
    site = SiteRecord(
        external_id=name,
        name=f"{what} {number}, {commune.name}",
        kind="charging" if what.startswith("Recharge") else "building",
        insee_code=commune.insee_code,
        location=compute_built_area(commune).place(draw),
        provenance="synthetic",
    )
    low, high = _KWH[kind]
    kwh = float(draw.draw_integer(low // 10, high // 10) * 10)
    code = format_prm(commune, kind, offset + number)
    return _build_served(site, code, kind, kva=draw.choose(_KVA[kind]), kwh=kwh)


def _build_served(site: SiteRecord, code: str, kind: Kind, *, kva: float, kwh: float) -> Served:
    point = SupplyPointRecord(
        scheme="prm",
        code=code,
        site=site.external_id,
        market_segment=_SEGMENT[kind],
        tariff_code=_TARIFF[kind],
        subscribed_power_kva=kva,
        annual_kwh=kwh,
        usage=site.kind,
        personal_data="none",
        provenance="synthetic",
    )
    series = SeriesRecord(
        supply_point=point.external_id,
        quantity="active_power",
        form="mean_power",
        unit="W",
        provenance="synthetic",
    )
    return Served(site, point, series)

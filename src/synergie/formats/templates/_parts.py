"""Columns and words that several templates share."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from synergie.errors import BadInput
from synergie.formats.templates._columns import Column, Value, Values
from synergie.formats.values import point_fault, read_point
from synergie.schemas.location import Location

SEGMENTS = {name: name for name in ("C1", "C2", "C3", "C4", "C5", "P1", "P2", "P3", "P4")}
USAGES = {
    "building": "bâtiment",
    "public_lighting": "éclairage public",
    "water": "eau",
    "charging": "recharge de véhicules",
    "other": "autre",
}
OPTIONS = {
    name: name
    for name in (
        "BTINFCUST", "BTINFCU4", "BTINFMU4", "BTINFMUDT", "BTINFLU", "BTSUPCU", "BTSUPLU",
        "HTACU5", "HTALU5", "HTACUPM", "HTALUPM",
    )
}  # fmt: skip
"""Usual network tariff options; others are taken as they are."""
CLASSES = ("BASE", "HP", "HC", "POINTE", "HPH", "HCH", "HPB", "HCB")
SUPPORTS = {
    "MAT": "mât", "POT": "poteau", "MUR": "mur ou façade", "CAT": "caténaire", "BUS": "abribus",
    "ENS": "enseigne", "OUV": "ouvrage", "PAN": "panneau", "SOL": "sol", "AU": "autre",
    "XX": "inconnu",
}  # fmt: skip
"""EclExt support."""
PROVENANCES = {"partner": "partenaire", "public": "publique", "synthetic": "synthétique"}

_ENDS = ("latitude", "longitude")

INSEE = Column(
    name="insee_code", title="Code INSEE", kind="digits", example="54430",
    purpose="Commune : cinq caractères, en texte ; le zéro de tête compte.",
)  # fmt: skip
LATITUDE = Column(
    name="latitude", title="Latitude", kind="degrees", example="48,7712",
    purpose="Degrés décimaux vers le nord (WGS 84).",
)  # fmt: skip
LONGITUDE = Column(
    name="longitude", title="Longitude", kind="degrees", example="6,1295",
    purpose="Degrés décimaux vers l'est (WGS 84).",
)  # fmt: skip
PROVENANCE = Column(
    name="provenance", title="Provenance", kind="choice", words=PROVENANCES, example="partenaire",
    purpose="D'où vient la ligne ; « synthétique » pour des données de démonstration.",
)  # fmt: skip
POINT = Column(
    name="code", title="PRM ou PCE", kind="digits", example="99000000000017",
    purpose="Numéro du point de livraison : 14 chiffres, en texte.",
)  # fmt: skip
SCHEME = Column(
    name="scheme", title="Type de point", kind="choice", example="PRM",
    words={"prm": "PRM", "pce": "PCE", "other": "AUTRE"},
    purpose="PRM pour l'électricité, PCE pour le gaz ; vide : PRM.",
)  # fmt: skip


def located(values: Values) -> dict[str, object]:
    """The fields of *values*, its two coordinates made one place."""
    fields: dict[str, object] = {k: v for k, v in values.items() if k not in _ENDS}
    found = {end: float(str(values[end])) for end in _ENDS if end in values}
    return fields | {"location": found} if found else fields


def place(location: Location | None) -> Values:
    """The two cells of a place."""
    if location is None:
        return {}
    return {
        "latitude": exact(location.latitude),
        "longitude": exact(location.longitude),
    }


def exact(number: float) -> Decimal:
    """The digits that *number* shows, without a decimal that says nothing."""
    told = Decimal(repr(number))
    return told.quantize(Decimal(1)) if number.is_integer() else told


def after(day: date, where: str, expected: str) -> date:
    """The day after *day*, the last one of a period; BadInput at *where* when there is none."""
    try:
        return day + timedelta(days=1)
    except OverflowError as error:
        raise BadInput(where, day, expected) from error


def provenance_of(values: Values, code: str = "") -> Value:
    """What the row says, else `synthetic` for a delivery point that begins with 99."""
    return values.get("provenance", "synthetic" if code.startswith("99") else "partner")


def key_of(values: Values) -> str:
    """The key of the delivery point of a row: `prm:99000000000017`.

    BadInput at `/code` for another form; never completed: a zero that is lost is told.
    """
    scheme, code = str(values.get("scheme", "prm")), str(values["code"])
    key = read_point(code, scheme)
    if key is None:
        raise point_fault("/code", code, scheme)
    return key


def split(key: str) -> Values:
    """The two cells of a key of a delivery point."""
    scheme, code = key.split(":", 1)
    return {"scheme": scheme, "code": code}


def known(fields: Mapping[str, Value | None]) -> Values:
    """Those that are not None."""
    return {name: value for name, value in fields.items() if value is not None}

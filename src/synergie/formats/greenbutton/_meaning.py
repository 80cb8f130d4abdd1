"""What the values of a meter reading are: from its reading type and its usage point."""

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import Head
from synergie.formats.greenbutton import _codes as codes
from synergie.formats.greenbutton._codes import Meaning
from synergie.formats.greenbutton._feed import Point, ReadingType
from synergie.schemas.readings.profile import Profile
from synergie.units import Provenance

MOST_POWER = 12
"""Largest power of ten, either way."""

_POINT = "readings that belong to one usage point"
_UOM = "a unit that is read: Wh, W, VA, VAr, VArh, V, therm, m3 of gas (uom 72, 38, 61, 63, 73…)"
_SERVICE = "a service of electricity or gas (kind 0 or 1)"
_FLOW = "a flow that is forward or reverse (flowDirection 1 or 19)"
_TENS = "a power of ten from -12 to 12"


def head(point: Point | None, kind: ReadingType | None, profile: Profile) -> Head:
    """The series that the readings are of.

    BadInput when the feed does not tell, or tells of another service, unit or flow than are read.
    """
    if point is None:
        raise BadInput("/UsagePoint", Words("no usage point, or several"), _POINT)
    if point.kind not in {"", codes.ELECTRICITY, codes.GAS}:
        raise BadInput("/ServiceCategory/kind", point.kind, _SERVICE)
    gas = point.kind == codes.GAS or (kind is not None and kind.commodity == codes.NATURAL_GAS)
    flow = "" if kind is None else kind.flow
    meaning = _find_meaning(kind, profile, gas=gas)
    if meaning.quantity.startswith("reactive"):
        if flow == codes.LEADING:
            meaning = meaning._replace(quantity="reactive_capacitive")
    elif flow not in codes.FLOWS:
        raise BadInput("/ReadingType/flowDirection", flow, _FLOW)
    return Head(
        supply_point=point.key,
        quantity=meaning.quantity,
        unit=meaning.unit,
        form=meaning.form,
        direction="export" if flow == codes.REVERSE else "import",
        provenance=profile.provenance or _derive_provenance(point.key),
    )


def _find_meaning(kind: ReadingType | None, profile: Profile, *, gas: bool) -> Meaning:
    if kind is None or not kind.uom:
        if profile.unit == "W" and not gas:
            return codes.UNITS["38"]
        code = checks.UNIT_UNKNOWN.code
        raise BadInput("/ReadingType/uom", Words("nothing"), _UOM, code)
    meaning = codes.UNITS.get(kind.uom)
    if meaning is None or (meaning.quantity == "gas_volume" and not gas):
        raise BadInput("/ReadingType/uom", kind.uom, _UOM, checks.UNIT_UNKNOWN.code)
    if meaning.quantity == "active_energy" and gas:
        return meaning._replace(quantity="gas_energy")
    if kind.qualifier == codes.MAXIMUM and meaning.unit in {"W", "VA"}:
        return meaning._replace(quantity="apparent_power_max", form="peak")
    return meaning


def power_of_ten(kind: ReadingType | None) -> int:
    """The power of ten that values are multiplied by; 0 when nothing says."""
    text = "" if kind is None else kind.multiplier
    if not text:
        return 0
    if not text.removeprefix("-").isdecimal() or not text.isascii() or len(text) > len("-12"):
        raise BadInput("/ReadingType/powerOfTenMultiplier", text, _TENS)
    if abs(int(text)) > MOST_POWER:
        raise BadInput("/ReadingType/powerOfTenMultiplier", text, _TENS)
    return int(text)


def interval_length(kind: ReadingType | None) -> int | None:
    """Seconds of an interval that has no duration of its own; None when nothing says."""
    text = "" if kind is None else kind.length
    return int(text) if text.isdecimal() and text.isascii() and len(text) < len("1" * 9) else None


def _derive_provenance(key: str) -> Provenance:
    return "synthetic" if key.startswith("prm:99") else "partner"

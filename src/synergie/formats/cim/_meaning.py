"""What a TimeSeries is of: its point, quantity, unit and direction, from its codes."""

import re
from xml.etree.ElementTree import Element

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import Head
from synergie.formats.cim import _codes as codes
from synergie.formats.cim._codes import Measure
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Direction, Form, Quantity
from synergie.units import Provenance

_POINT = "marketEvaluationPoint.mRID"
_TYPE = "marketEvaluationPoint.meterReadings.readings.readingType."
_UNIT = "a unit that is read: KWH, MWH, GWH, WTT, KWT, MAW, KVR, MAR, MAH, or MTQ of gas"
_COMMODITY = "electricity or natural gas (commodity 0, 1, 2 or 7)"
_DIRECTION = "consumption (A04, or direction A02) or production (A01, or direction A01)"
_INTERVAL = "values of intervals (accumulation 4), not an index"
_IDENTIFIER = "an identifier of 1 to 33 letters and digits"

_QUANTITIES: dict[str, Quantity] = {
    "energy": "active_energy", "power": "active_power",
    "reactive_energy": "reactive_inductive", "reactive_power": "reactive_inductive",
    "volume": "gas_volume",
}  # fmt: skip


def head_of(series: Element, profile: Profile, report: Report) -> tuple[Head, Measure]:
    """The series that the points are of, and their unit. BadInput: not one that is read."""
    commodity = _reading_type(series, "commodity")
    if commodity not in codes.ELECTRICITY and commodity != codes.GAS:
        raise BadInput("/commodity", commodity, _COMMODITY)
    index = _reading_type(series, "accumulation")
    if index in codes.INDEXES:
        raise BadInput("/accumulation", index, _INTERVAL)
    measure = _read_measure(series, commodity, report)
    gas = commodity == codes.GAS or measure.dimension == "volume"
    key = _read_point_key(series, gas=gas)
    peak = measure.dimension == "power" and _reading_type(series, "aggregate") == codes.MAXIMUM
    head = Head(
        supply_point=key,
        quantity="apparent_power_max" if peak else _choose_quantity(measure, series, gas=gas),
        unit=measure.unit,
        form="peak" if peak else _choose_form(measure),
        direction=_read_direction(series, report),
        provenance=profile.provenance or _derive_provenance(key),
    )
    return head, measure


def text_of(element: Element, name: str) -> str:
    """Text of the child *name*, without the spaces and line ends around it; empty: none."""
    return (element.findtext(name) or "").strip()


def _reading_type(series: Element, name: str) -> str:
    """A member of the reading type; the older version writes it `ReadingType.aggregation`."""
    older = {"accumulation": "accumulate", "aggregate": "aggregation"}.get(name, name)
    return text_of(series, _TYPE + name) or text_of(
        series, _TYPE.replace("readingType", "ReadingType") + older
    )


def _read_measure(series: Element, commodity: str, report: Report) -> Measure:
    """The unit, which says what kind of quantity it is; the product says whether it is reactive.

    Real documents label reactive energy KWH, and energy as active power.
    """
    name, product = text_of(series, "energy_Measurement_Unit.name"), text_of(series, "product")
    measure = codes.UNITS.get(name)
    volume = measure is not None and measure.dimension == "volume"
    if measure is None or (volume and commodity not in {codes.GAS, ""}):
        code = checks.UNIT_UNKNOWN.code
        raise BadInput("/energy_Measurement_Unit.name", name or Words("nothing"), _UNIT, code)
    if product in codes.REACTIVE and measure.unit in codes.REACTIVE_UNITS:
        report.note("product {} is reactive, its unit {} is not: read as reactive", product, name)
        dimension, unit = codes.REACTIVE_UNITS[measure.unit]
        return Measure(dimension, unit, measure.factor)
    power = product in codes.POWERS
    if product and not volume and power != measure.dimension.endswith("power"):
        report.note("product {} and unit {} do not go together: the unit holds", product, name)
    return measure


def _choose_quantity(measure: Measure, series: Element, *, gas: bool) -> Quantity:
    if gas and measure.dimension == "energy":
        return "gas_energy"
    reactive = measure.dimension.startswith("reactive")
    if reactive and text_of(series, "product") in codes.CAPACITIVE:
        return "reactive_capacitive"
    return _QUANTITIES[measure.dimension]


def _choose_form(measure: Measure) -> Form:
    return "mean_power" if measure.dimension.endswith("power") else "interval_energy"


def _read_direction(series: Element, report: Report) -> Direction:
    """By the kind of business, else by the direction of the flow."""
    business, flow = text_of(series, "businessType"), text_of(series, "flowDirection.direction")
    known: dict[str, Direction] = {codes.PRODUCTION: "export", codes.CONSUMPTION: "import"}
    flows: dict[str, Direction] = {codes.UP: "export", codes.DOWN: "import"}
    told, flown = known.get(business), flows.get(flow)
    if told and flown and told != flown:
        report.note("business {} and direction {} contradict: the business holds", business, flow)
    found = told or flown
    if found is None:
        raise BadInput("/flowDirection.direction", flow or Words("nothing"), _DIRECTION)
    return found


def _read_point_key(series: Element, *, gas: bool) -> str:
    """Key of the point: a French PRM or PCE by its scheme, else what letters and digits it has."""
    node = series.find(_POINT)
    if node is None:
        raise BadInput(f"/{_POINT}", Words("nothing"), _IDENTIFIER, checks.BAD_IDENTIFIER.code)
    scheme = node.get("codingScheme") or text_of(node, "codingScheme")
    text = (text_of(node, "value") or node.text or "").strip()
    if scheme == codes.FRANCE:
        if gas and re.fullmatch(r"[0-9]{14}|GI[0-9]{6}", text, re.ASCII):
            return f"pce:{text}"
        if not gas and re.fullmatch(r"[0-9]{14}", text, re.ASCII):
            return f"prm:{text}"
    code = re.sub(r"[^0-9A-Za-z]", "", text)
    if not 1 <= len(code) <= 33:  # noqa: PLR2004 (the form of a key)
        raise BadInput(f"/{_POINT}", text, _IDENTIFIER, checks.BAD_IDENTIFIER.code)
    return f"other:{code}"


def _derive_provenance(key: str) -> Provenance:
    return "synthetic" if key.startswith("prm:99") else "partner"

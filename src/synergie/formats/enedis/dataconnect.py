"""Enedis DataConnect, metering and customer data (v4, v5): the JSON answers of its services.

Load curve: mean power, W, stamps the END of each step, local time without offset, a step a point.
Daily: Wh of each civil day, or the highest VA of it. Values are texts. An answer for day D may
lack the point labelled next midnight, which belongs to D: it comes with the next answer. The
answers do not say drawn or fed in: `direction` of the profile does. Some proxies give what is in
`meter_reading` alone. Of a customer, the contract only: names, telephones and addresses are never
read.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node, items
from synergie.formats.enedis import _codes, _terms
from synergie.formats.enedis._dataconnect_readings import read_answer_curves
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.faults import faults
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

# The usage points of a DataConnect customer: the point and its contract, nothing of people.

NAME = "enedis-dataconnect"


def read_contracts(
    customer: Node, where: str, profile: Profile, report: Report
) -> Iterator[SupplyPointRecord | SupplyTerms]:
    """The delivery point, then its terms, of each usage point: a row of the report.

    Terms whose beginning nothing tells are left out with a remark.
    """
    found = customer.fields.get("usage_points")
    for i, value in enumerate(found if isinstance(found, list) else [found]):
        place = f"{where}{customer.where}/usage_points/{i}"
        try:
            one = Node.of(value)
            point = one.node("usage_point")
            code = _codes.parse_prm(point.text("usage_point_id"), point.at("usage_point_id"))
            told = next(iter(one.nodes("contracts")), None) or Node({})
            records = _build_contract_records(code, point, told, profile)
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        report.kept += 1
        if "usage_point_addresses" in point.fields:
            report.find(checks.PERSONAL_DATA_DROPPED, place=place)
        if len(records) == 1 and told.fields:
            report.note("nothing tells since when the terms of {} hold: left out", code)
        yield from records


def _build_contract_records(
    code: str, point: Node, told: Node, profile: Profile
) -> list[SupplyPointRecord | SupplyTerms]:
    text = told.maybe("subscribed_power")
    power = None if text is None else _terms.power_of(text, told.at("subscribed_power"), None)
    dates = [
        _terms.day_in(told.maybe(name), told.at(name))
        for name in ("last_distribution_tariff_change_date", "last_activation_date")
    ]
    known = [day for day in dates if day is not None]
    facts: dict[str, Any] = {
        "market_segment": _terms.find_segment(told.maybe("segment")),
        "tariff_code": _terms.find_tariff(told.maybe("distribution_tariff")),
        "provenance": profile.provenance or _codes.derive_provenance(code),
    }
    kva = power.value if power is not None and power.unit == "kVA" else Decimal(0)
    try:
        first = SupplyPointRecord(
            scheme="prm",
            code=code,
            subscribed_power_kva=float(kva) if kva else None,
            time_zone=profile.time_zone,
            personal_data="possible",
            **facts,
        )
        if not known:
            return [first]
        terms = SupplyTerms(
            supply_point=f"prm:{code}",
            valid_from=max(known),
            meter_type=point.maybe("meter_type"),
            subscribed_powers=() if power is None else (power,),
            offpeak_hours=told.maybe("offpeak_hours"),
            state=told.maybe("contract_status"),
            source=NAME,
            **facts,
        )
    except ValidationError as error:
        raise faults(error)[0] from error
    return [first, terms]


_READINGS = (b'"meter_reading"', b'"interval_reading"')
_BARE = frozenset({"usage_point_id", "interval_reading"})
"""What an answer has whose `meter_reading` a proxy has taken away."""


def sniff(sample: Sample) -> float:
    """1.0 for the readings or the usage points of a customer; 0.9 for an error of the service."""
    start = sample.start
    if b'"usage_point_id"' in start and any(name in start for name in _READINGS):
        return 1.0
    if b'"customer"' in start and (b'"usage_points"' in start or b'"customer_id"' in start):
        return 1.0
    return 0.9 if b'"error_description"' in start[:4096] and b'"error"' in start[:4096] else 0.0


def read(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[MeterCurve | SupplyPointRecord | SupplyTerms], Report]:
    """What each answer of the file holds, in order: one answer, a list, or one a line.

    A wrong reading is refused. BadInput: an error of the service, or no answer of DataConnect.
    Memory grows with one answer.
    """
    report = Report()
    return _read_answers(source, profile, report), report


def _read_answers(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[MeterCurve | SupplyPointRecord | SupplyTerms]:
    for place, value in items(source):
        where = _format_answer_place(place)
        try:
            answer = Node.of(value)
            if "meter_reading" in answer.fields:
                yield from read_answer_curves(answer.node("meter_reading"), where, profile, report)
            elif answer.fields.keys() >= _BARE:
                yield from read_answer_curves(answer, where, profile, report)
            elif "customer" in answer.fields:
                customer = answer.node("customer")
                if set(customer.fields) - {"customer_id", "usage_points"}:
                    report.find(checks.PERSONAL_DATA_DROPPED, place=place)
                yield from read_contracts(customer, where, profile, report)
            else:
                raise _no_answer(answer)
        except BadInput as fault:
            raise fault.at(where) if where else fault from fault


def _format_answer_place(place: Place) -> str:
    """Nothing for the only answer of a file."""
    return "" if place == 1 else f"line {place}, " if isinstance(place, int) else str(place)


def _no_answer(answer: Node) -> BadInput:
    if (code := answer.fields.get("error")) is not None:
        return BadInput("/error", code, "readings; this is an error of the service: ask it again")
    return BadInput("/", ", ".join(list(answer.fields)[:3]), "meter_reading or customer")


FORMAT = Format(
    name=NAME,
    title="Enedis DataConnect: curves, days, peaks, contracts (JSON)",
    sniff=sniff,
    read=read,
)

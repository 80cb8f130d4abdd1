"""Enedis DataConnect, metering and customer data (v4, v5): the JSON answers of its services.

Load curve: mean power, W, stamps the END of each step, local time without offset, a step a point.
Daily: Wh of each civil day, or the highest VA of it. Values are texts. An answer for day D may
lack the point labelled next midnight, which belongs to D: it comes with the next answer. The
answers do not say drawn or fed in: `direction` of the profile does. Some proxies give what is in
`meter_reading` alone. Of a customer, the contract only: names, telephones and addresses are never
read.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node, items
from synergie.formats.enedis._dataconnect_contract import NAME, read_contracts
from synergie.formats.enedis._dataconnect_readings import read_answer_curves
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

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

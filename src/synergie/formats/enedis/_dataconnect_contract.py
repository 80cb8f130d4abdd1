"""The usage points of a DataConnect customer: the point and its contract, nothing of people."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats.enedis import _codes, _terms
from synergie.formats.report import Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile

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

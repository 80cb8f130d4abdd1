"""One row of a perimeter out of all that is known of its point; unknown stays null."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from synergie.exchange.readings.energies.bills import is_known, tariff_class
from synergie.formats.checks import N_
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.perimeter import PerimeterRow, ReferenceYear
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SubscribedPower, SupplyTerms
from synergie.schemas.file_source import FileSource

type Remark = Callable[..., None]
"""Takes a constant text and what fills it."""

_DIFFERS = N_("{}: {} is {} in the list that was given, {} in the flows; the flows hold")
_POWERS = N_("{}: its subscribed powers are in classes that a tender does not have; left blank")
_NAMED = ("member", "site_name", "insee_code", "usage")
"""What a table of bills says of a point; a list that somebody filled goes before it."""
_SAME = (
    "meter_type", "market_segment", "tariff_code", "supplier", "supplier_siren", "contract_end",
)  # fmt: skip


@dataclass(slots=True)
class PointKnowledge:
    """What is known of one delivery point."""

    key: str
    point: SupplyPointRecord | None = None
    terms: list[SupplyTerms] = field(default_factory=list)
    cabinet: CabinetRecord | None = None
    given: PerimeterRow | None = None
    """The row of a perimeter that somebody filled."""
    name: str | None = None
    """Name of the point in a table."""
    load_curve: bool = False
    """Whether a curve of it came by."""
    files: dict[date | None, FileSource] = field(default_factory=dict)
    """First day of terms → the file that tells them; None → that of the row that was given."""
    sources: dict[str, FileSource] = field(default_factory=dict)
    """Field of the row → the file that told it, once the row is made."""

    @property
    def zone(self) -> str:
        """Zone of its civil days."""
        return self.point.time_zone if self.point else "Europe/Paris"

    @property
    def offpeak_hours(self) -> str | None:
        """Its off-peak hours, as the newest source that tells them writes them."""
        return next((one.offpeak_hours for one in self.newest() if one.offpeak_hours), None)

    @property
    def provenance(self) -> str:
        """Where it comes from: `synthetic` when the number begins with 99 and nothing is told."""
        told = [self.given, self.point, *self.newest()]
        code = self.key.partition(":")[2]
        default = "synthetic" if code.startswith("99") else "partner"
        return next((one.provenance for one in told if one is not None), default)

    def newest(self) -> Iterator[SupplyTerms]:
        """Its terms, newest first; those that ended before the newest began are left out."""
        ordered = sorted(self.terms, key=lambda one: one.valid_from, reverse=True)
        for one in ordered:
            if one.valid_to is None or one.valid_to > ordered[0].valid_from:
                yield one


def row_of(
    known: PointKnowledge,
    sites: Mapping[str, SiteRecord],
    reference: ReferenceYear | None,
    *,
    defaults: Mapping[str, object],
    remark: Remark,
) -> PerimeterRow:
    """The row: what the flows tell, then what the given list tells, then *defaults*."""
    fields = {
        name: value for name, value in _build_point_fields(known, sites, remark).items() if value
    }
    named = {name: value for name in _NAMED if (value := _find_newest_term(known, name))}
    if reference is not None:
        fields["reference"] = reference
    given = {} if known.given is None else _get_row_fields(known.given)
    for name in _SAME:
        if name in fields and name in given and fields[name] != given[name]:
            remark(_DIFFERS, known.key, name, given[name], fields[name])
    if "subscribed_powers" in fields:
        given.pop("power_unit", None)
    for name in given.keys() - fields.keys() - {"supply_point", "provenance"}:
        _record_field_source(known, name, None)
    return PerimeterRow.model_validate(
        {
            **defaults,
            **named,
            **given,
            **fields,
            "supply_point": known.key,
            "provenance": known.provenance,
        }
    )


def _get_row_fields(row: PerimeterRow) -> dict[str, Any]:
    told = ((name, getattr(row, name)) for name in PerimeterRow.model_fields)
    return {name: value for name, value in told if value not in (None, ())}


def _build_point_fields(
    known: PointKnowledge, sites: Mapping[str, SiteRecord], remark: Remark
) -> dict[str, Any]:
    """What the flows and the inventories tell, field by field; blanks are None."""
    point = known.point
    site = sites.get(point.site) if point and point.site else None
    cabinet = known.cabinet
    told: dict[str, Any] = {name: _find_newest_term(known, name) for name in _SAME}
    told["member_siret"] = _find_newest_term(known, "holder_siret", "member_siret")
    told["market_segment"] = told["market_segment"] or (point and point.market_segment)
    told["tariff_code"] = told["tariff_code"] or (point and point.tariff_code)
    told["site_name"] = (site and site.name) or (cabinet and cabinet.name) or known.name
    told["insee_code"] = (site and site.insee_code) or (cabinet and cabinet.insee_code)
    told["usage"] = (point and point.usage) or (site and site.kind)
    if told["usage"] is None and cabinet is not None:
        told["usage"] = "public_lighting"
    told["load_curve"] = known.load_curve
    return told | _build_power_fields(known, remark)


def _find_newest_term(known: PointKnowledge, name: str, field: str = "") -> Any:
    """What the newest terms that tell *name* say; their file is that of the row's *field*."""
    for one in known.newest():
        if value := getattr(one, name):
            _record_field_source(known, field or name, one.valid_from)
            return value
    return None


def _record_field_source(known: PointKnowledge, field: str, start: date | None) -> None:
    if start in known.files:
        known.sources[field] = known.files[start]


def _build_power_fields(known: PointKnowledge, remark: Remark) -> dict[str, Any]:
    """Subscribed powers and their unit: of the newest terms that tell them, else the highest."""
    powers = _find_newest_term(known, "subscribed_powers") or ()
    if powers:
        return _build_power_classes(known.key, powers, remark)
    highest = known.point and known.point.subscribed_power_kva
    if not highest and known.cabinet:
        highest = known.cabinet.subscribed_power_kva
    if not highest:
        return {}
    value = Decimal(repr(highest)).normalize()
    plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    return {"power_unit": "kVA", "subscribed_powers": [{"value": plain}]}


def _build_power_classes(
    key: str, powers: tuple[SubscribedPower, ...], remark: Remark
) -> dict[str, Any]:
    unit = powers[0].unit
    values = {power.value for power in powers}
    names = [tariff_class(power.tariff_class) for power in powers]
    if len(values) == 1 and ("" in names or not all(map(is_known, names))):
        return {"power_unit": unit, "subscribed_powers": [{"value": powers[0].value}]}
    if len(set(names)) < len(names) or not all(map(is_known, names)):
        remark(_POWERS, key)
        return {}
    told = [
        {"tariff_class": name, "value": power.value}
        for name, power in zip(names, powers, strict=True)
    ]
    return {"power_unit": unit, "subscribed_powers": told}


def defaults_of(*, siret: str | None, entry: date | None) -> dict[str, object]:
    """What holds for every row that tells nothing else."""
    told = {"member_siret": siret, "entry_date": entry}
    return {name: value for name, value in told.items() if value is not None}

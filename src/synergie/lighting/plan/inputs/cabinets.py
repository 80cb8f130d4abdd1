"""Cabinets of inventories as those of a study, each with the terms of its delivery point."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from synergie.energy.records.power import OffPeakWindow
from synergie.lighting.plan._rows import set_aside
from synergie.lighting.plan.inputs import _text
from synergie.lighting.plan.inputs.assets import Terms
from synergie.lighting.records.study import CabinetTerms, StudyCabinet
from synergie.park.plan.cabinets import join_cabinets
from synergie.park.plan.owned import Owned
from synergie.park.records.park import SetAside
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.perimeter import PerimeterRow

_WINDOW = re.compile(r"(\d{1,2})\s*[Hh:]\s*(\d{2})?\s*-\s*(\d{1,2})\s*[Hh:]\s*(\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What cabinets are fed and switched by, beside what their rows say."""

    terms: Mapping[str, Terms]
    """Terms by key of the delivery point."""
    prices: str | None
    """Name of the price schedule. None: none was given."""
    tariff: str | None
    """Tariff option of cabinets that tell none, as it was asked for. None: not told."""
    windows: tuple[OffPeakWindow, ...]
    """Off-peak hours of points that tell none."""
    programmed: str | None
    """Schedule that cabinets which can be programmed follow today. None: not told."""
    body: str
    """Who pays where no row tells."""


@dataclass(slots=True)
class Cabinets:
    """Cabinets by identifier, and what was seen on the way."""

    found: dict[str, StudyCabinet] = field(default_factory=dict)
    aside: list[SetAside] = field(default_factory=list)
    tariff_asked: int = 0
    """How many take the option that was asked for."""
    several: int = 0
    """How many have several subscribed powers."""
    bare: set[str] = field(default_factory=set)
    """Those that lights name and no file tells."""
    unpaid: int = 0
    """How many no row tells the payer of."""


def cabinets_of(
    records: Iterable[Owned[CabinetRecord]], named: Iterable[str], served: Served
) -> Cabinets:
    """The cabinets; those that lights name (*named*) and no file tells have a name alone."""
    told = Cabinets()
    joined = join_cabinets(records, lambda one: one.record.external_id)
    for one in joined.apart:
        key = one.record.external_id
        told.aside.append(set_aside(f"{one.where}, {key}", key, _text.ONCE))
    for one in sorted(joined.rows, key=lambda one: one.record.external_id):
        told.found[one.record.external_id] = _build_study_cabinet(one, served, told)
    for key in named:
        if key not in told.found:
            told.unpaid += 1
            told.bare.add(key)
            told.found[key] = StudyCabinet(id=key, body=served.body)
    return told


def _build_study_cabinet(one: Owned[CabinetRecord], served: Served, told: Cabinets) -> StudyCabinet:
    record = one.record
    terms = served.terms.get(record.supply_point or "")
    payer = one.organisation or _find_terms_member(terms)
    told.unpaid += not payer
    return StudyCabinet(
        id=record.external_id,
        body=payer or served.body,
        insee_code=record.insee_code,
        location=record.location,
        programmable=record.programmable,
        control_type=record.control_type,
        schedule=served.programmed if record.programmable else None,
        terms=_find_cabinet_terms(record, terms, served, told),
    )


def _find_terms_member(terms: Terms | None) -> str | None:
    return terms.member if isinstance(terms, PerimeterRow) else None


def _find_cabinet_terms(
    record: CabinetRecord, terms: Terms | None, served: Served, told: Cabinets
) -> CabinetTerms | None:
    """Option and power; None: not known of one of the two at least."""
    code = terms.tariff_code if terms is not None else None
    powers = [float(one.value) for one in terms.subscribed_powers] if terms is not None else []
    if not powers and record.subscribed_power_kva is not None:
        powers = [record.subscribed_power_kva]
    if not powers:
        return None
    if code is None and served.tariff is not None:
        told.tariff_asked += 1
        code = served.tariff
    told.several += len(set(powers)) > 1
    return _build_cabinet_terms(
        code, max(powers), _parse_offpeak_windows(terms) or served.windows, served
    )


def _build_cabinet_terms(
    code: str | None, kva: float, windows: tuple[OffPeakWindow, ...], served: Served
) -> CabinetTerms | None:
    fields: dict[str, Any] = {
        "tariff_code": code, "subscribed_kva": kva, "windows": windows, "prices": served.prices,
    }  # fmt: skip
    try:
        return CabinetTerms(**fields) if code is not None else None
    except ValidationError:
        return None  # a power of nought, as cancelled points have


def _parse_offpeak_windows(terms: Terms | None) -> tuple[OffPeakWindow, ...]:
    """Off-peak hours as `HC (22H50-6H50)` tells them. Empty: none, or no time of day."""
    text = getattr(terms, "offpeak_hours", None)
    found = []
    for one in _WINDOW.finditer(text or ""):
        clocks = [(int(one[i]) % 24, int(one[i + 1] or 0)) for i in (1, 3)]
        if any(minute > 59 for _, minute in clocks):  # noqa: PLR2004 (a clock)
            return ()
        starts, ends = (f"{hour:02d}:{minute:02d}" for hour, minute in clocks)
        found.append(OffPeakWindow(starts=starts, ends=ends))
    return tuple(found)

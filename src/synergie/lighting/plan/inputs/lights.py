"""Light points of inventories as luminaires of a study; an absurd figure becomes "not known"."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from synergie.lighting.plan._rows import set_aside
from synergie.lighting.plan.inputs import _text
from synergie.lighting.records.schedule import LightingSchedule
from synergie.lighting.records.study import StudyLight
from synergie.park.plan.owned import Owned, rank_fullest
from synergie.park.records.park import SetAside
from synergie.schemas.assets.light_point import LightPointRecord

MOST_W, MOST_LM = 2_000, 300_000
"""Beyond, a figure is no luminaire of a street."""
EFFICACY = (3, 250)
"""lm/W from an incandescent lamp to beyond the best LED luminaire on the market."""
_FIRST_YEAR = 1900
ARTICLE_5 = ("power_w", "flux_lm", "ulr", "cct_k", "cie3", "installed_on")
"""What article 5 of the arrêté of 27/12/2018 has managers hold of each luminaire."""


@dataclass(slots=True)
class Lights:
    """Luminaires by identifier, and what was seen on the way."""

    found: dict[str, StudyLight] = field(default_factory=dict)
    provenances: set[str] = field(default_factory=set)
    aside: list[SetAside] = field(default_factory=list)
    off_untold: int = 0
    """How many are off for part of the night, at hours that nobody tells."""


@dataclass(frozen=True, slots=True)
class Follows:
    """Which schedule a light follows by itself."""

    profiles: Mapping[str, LightingSchedule]
    """By the name of its night profile."""
    off: str
    """Schedule of lights that are off at hours that nobody tells."""
    on: date
    """The day of the study."""
    no_cabinet: str
    """Schedule of lights that name no cabinet, as nothing else is told of them."""
    placed: Collection[str] = ()
    """Cabinets whose place is known."""
    only_known: bool = False
    """Whether lights whose power, kind, cabinet or place is not known are set aside."""


def lights_of(records: Iterable[Owned[LightPointRecord]], follows: Follows) -> Lights:
    """The luminaires in service, one row each; the others are set aside with their reason.

    Of rows that tell of one luminaire the fullest is kept, whatever order they come in.
    """
    told, rows = Lights(), list(records)
    repeated = _find_repeated_rows(rows, follows.on)
    for one in rows:
        reason = _find_exclusion_reason(one.record, follows.on)
        if reason is None and repeated.get(one.record.external_id, one) is not one:
            reason = _text.ONCE
        if reason is not None:
            told.aside.append(
                set_aside(_format_light_place(one), _describe_exclusion(one.record, reason), reason)
            )
            continue
        light = _build_study_light(one, follows, told)
        if follows.only_known and _is_vague(light, follows.placed):
            told.aside.append(
                set_aside(_format_light_place(one), _describe_missing_fields(light), _text.KNOWN)
            )
            continue
        told.provenances.add(one.record.provenance)
        told.found[light.id] = light
    return told


def _is_vague(one: StudyLight, placed: Collection[str]) -> bool:
    known = one.power_w is not None and one.source_type is not None and one.cabinet is not None
    return not known or (one.location is None and one.cabinet not in placed)


def _describe_missing_fields(one: StudyLight) -> str:
    """What is not known of a light, by the names of its fields."""
    names = ("power_w", "source_type", "cabinet", "location")
    return ", ".join(name for name in names if getattr(one, name) is None)


def _find_repeated_rows(
    rows: Sequence[Owned[LightPointRecord]], on: date
) -> dict[str, Owned[LightPointRecord]]:
    """The row to keep of each luminaire in service that several rows tell of."""
    usable = [one for one in rows if _find_exclusion_reason(one.record, on) is None]
    counts = Counter(one.record.external_id for one in usable)
    groups: dict[str, list[Owned[LightPointRecord]]] = {}
    for one in usable:
        if counts[one.record.external_id] > 1:
            groups.setdefault(one.record.external_id, []).append(one)
    return {key: min(some, key=rank_fullest) for key, some in groups.items()}


def _find_exclusion_reason(one: LightPointRecord, on: date) -> str | None:
    if one.is_public is False:
        return _text.NOT_PUBLIC
    return _text.ENDED if one.valid_to is not None and one.valid_to < on else None


def _describe_exclusion(one: LightPointRecord, reason: str) -> str:
    return str(one.valid_to) if reason is _text.ENDED else one.external_id


def _build_study_light(one: Owned[LightPointRecord], follows: Follows, told: Lights) -> StudyLight:
    record = one.record
    figures = _select_light_figures(one, follows.on, told)
    return StudyLight(
        id=record.external_id,
        cabinet=record.cabinet,
        insee_code=record.insee_code,
        location=record.location,
        source_type=None if record.source_type == "XX" else record.source_type,
        ulr=record.ulr_installed,
        ulr_nominal=record.ulr_nominal,
        cie3=record.cie3,
        cct_k=record.cct_k,
        usage=None if record.usage == "XX" else record.usage,
        schedule=_find_light_schedule(record, follows, told),
        reference=_format_light_reference(record),
        **figures,
    )


def _select_light_figures(one: Owned[LightPointRecord], on: date, told: Lights) -> dict[str, Any]:
    """Power, flux and day of installation; what is absurd is set aside and not known."""
    record = one.record
    power = _select_plausible_value(one, record.power_w, (MOST_W, _text.POWER), told)
    flux = _select_plausible_value(one, record.flux_lm, (MOST_LM, _text.FLUX), told)
    if power and flux and not EFFICACY[0] <= flux / power <= EFFICACY[1]:
        told.aside.append(
            set_aside(_format_light_place(one), f"{flux} lm, {power} W", _text.EFFICACY)
        )
        flux = None
    installed = record.installed_on
    if installed is not None and not date(_FIRST_YEAR, 1, 1) <= installed <= on:
        told.aside.append(set_aside(_format_light_place(one), str(installed), _text.INSTALLED))
        installed = None
    return {"power_w": power, "flux_lm": flux, "installed_on": installed}


def _select_plausible_value(
    one: Owned[LightPointRecord], value: int | None, rule: tuple[int, str], told: Lights
) -> int | None:
    if value is None or 0 < value <= rule[0]:
        return value
    told.aside.append(set_aside(_format_light_place(one), value, rule[1]))
    return None


def _find_light_schedule(one: LightPointRecord, follows: Follows, told: Lights) -> str | None:
    if one.night_profile is not None and one.night_profile in follows.profiles:
        return follows.profiles[one.night_profile].id
    if one.night_off:
        told.off_untold += 1
        return follows.off
    return follows.no_cabinet if one.cabinet is None else None


def _format_light_reference(one: LightPointRecord) -> str | None:
    told = " ".join(part for part in (one.manufacturer, one.luminaire_model) if part)
    return told[:200] or None


def _format_light_place(one: Owned[LightPointRecord]) -> str:
    return f"{one.where}, {one.record.external_id}" if one.where else one.record.external_id


def unknown(lights: Iterable[StudyLight]) -> Counter[str]:
    """How many luminaires have each field unknown, by its name; `all`: how many there are.

    `article_5`: how many lack one at least of what article 5 asks to hold.
    """
    counts: Counter[str] = Counter()
    names = (
        *ARTICLE_5, "source_type", "cabinet", "insee_code",
    )  # fmt: skip
    for one in lights:
        counts["all"] += one.count
        for name in names:
            if getattr(one, name) is None:
                counts[name] += one.count
        counts["article_5"] += one.count * any(getattr(one, name) is None for name in ARTICLE_5)
    return counts

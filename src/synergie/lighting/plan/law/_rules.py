"""The rules as rows: article, categories, limit, since when, and whether it was verified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from synergie.energy.records.power import ClockTime
from synergie.lighting.plan.law import _text
from synergie.schemas.assets.light_point import LightUsage
from synergie.schemas.plan import Phrase

type Kind = Literal["equipment", "hours", "order"]
"""What a rule is about: the luminaire, when it is lit, or what a mayor signs."""

_ORDER_2018 = "arrêté du 27 décembre 2018"
_NEW = date(2020, 1, 1)
_HOURS = date(2021, 1, 1)
_BANNED = date(2025, 1, 1)
_ROADS: frozenset[LightUsage] = frozenset(("A", "E"))
_HERITAGE: frozenset[LightUsage] = frozenset(("B1", "B2", "B3", "B4"))
_BUILDINGS: frozenset[LightUsage] = frozenset(("D",))
_CAR_PARKS: frozenset[LightUsage] = frozenset(("E",))
_ANY: frozenset[LightUsage] = frozenset()
_CCT, _ULR = "article 3, II, 3°", "article 3, II, 1°"
_ONE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRules:
    """What may be set. What was not verified is off until somebody who read the text sets it."""

    unknown_usage: LightUsage | None = None
    """Category that lights of unknown category are checked as. None: those that some category
    forbids are unknown."""
    activity_ends: ClockTime | None = None
    """When the activity beside car parks and shop windows ends. None: not known, car parks are not
    checked and windows are to be off at 01:00."""
    cie3: float | None = None
    """Least CIE flux code 3 of new luminaires, 0 to 1 (0.95 by article 3, II, 2° [unverified])."""
    lm_m2: float | None = None
    """Most lm/m2 of new luminaires (35 in, 25 outside built-up areas [unverified])."""
    surfaces_m2: Mapping[str, float] = field(default_factory=dict)
    """Surface that each light is there for, m2, by its id; needed for `lm_m2`."""
    reserve_cct_k: float | None = None
    """Most kelvins in corridors and reserves (2400 or 2700 by article 4 [unverified])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule."""

    key: str
    """Its name."""
    article: str
    """The text it stands in."""
    kind: Kind
    """What it is about."""
    usages: frozenset[LightUsage]
    """Categories of the arrêté (article 1, a to g) as EclExt letters; empty: all."""
    since: date
    """Day from which it holds; for rules of new luminaires: what is new."""
    limit: float
    """The limit, in the unit that `expected` says."""
    expected: Phrase
    """What it asks for."""
    verified: bool = True
    """Whether the text was read; otherwise it is off by default."""


def list_rules_in_force(law: LawRules, day: date) -> tuple[Rule, ...]:
    """The rules in force on *day*, in the order in which breaches are told.

    Streets (category a) have no legal switch-off hour: only an order of the mayor sets one.
    """
    return tuple(
        one
        for one in (*_list_verified_rules(law), *_list_unverified_rules(law))
        if one.since <= day
    )


def _list_verified_rules(law: LawRules) -> tuple[Rule, ...]:
    return (
        _build_equipment_rule("cct-road", 3000, _text.CCT, usages=_ROADS | _BUILDINGS, where=_CCT),
        _build_equipment_rule("ulr-installed", 0.04, _text.ULR_INSTALLED, where=_ULR),
        _build_equipment_rule("ulr-nominal", 0.01, _text.ULR_NOMINAL, where=_ULR),
        _build_equipment_rule(
            "upward-half", 0.5, _text.UPWARD_HALF, where="article 8", since=_BANNED
        ),
        _build_hours_rule("off-at-one", _ONE, _text.OFF_AT_ONE, usages=_HERITAGE),
        _build_hours_rule(
            "off-windows",
            _compute_window_minute(law.activity_ends),
            _text.OFF_WINDOWS,
            usages=_BUILDINGS,
        ),
        *_car_parks(law.activity_ends),
        Rule(
            key="mayor-order",
            article="CGCT, article L2212-1",
            kind="order",
            usages=_ANY,
            since=date.min,
            limit=0,
            expected=Phrase(text=_text.ORDER, values=("-",)),
        ),
    )


def _list_unverified_rules(law: LawRules) -> tuple[Rule, ...]:
    told = (
        ("cie3", law.cie3, _text.CIE3, _ROADS, "article 3, II, 2°"),
        ("lm-m2", law.lm_m2, _text.LM_M2, _ROADS, "article 3, II, 4°"),
        ("cct-reserve", law.reserve_cct_k, _text.RESERVE_CCT, _ANY, "article 4"),
    )
    return tuple(
        _build_equipment_rule(key, limit, text, usages=usages, where=where, verified=False)
        for key, limit, text, usages, where in told
        if limit is not None
    )


def _build_equipment_rule(
    key: str, limit: float, text: str, *, where: str, usages: frozenset[LightUsage] = _ROADS,
    since: date = _NEW, verified: bool = True,
) -> Rule:  # fmt: skip
    shown = f"{limit:g}" if limit > 1 else f"{100 * limit:g}"
    return Rule(
        key=key, article=f"{_ORDER_2018}, {where}", kind="equipment", usages=usages,
        since=since, limit=limit, expected=Phrase(text=text, values=(shown,)), verified=verified,
    )  # fmt: skip


def _build_hours_rule(key: str, minute: int, text: str, *, usages: frozenset[LightUsage]) -> Rule:
    shown = f"{minute // 60:02}:{minute % 60:02}"
    return Rule(
        key=key, article=f"{_ORDER_2018}, article 2", kind="hours", usages=usages, since=_HOURS,
        limit=minute, expected=Phrase(text=text, values=(shown,)),
    )  # fmt: skip


def _car_parks(ends: str | None) -> tuple[Rule, ...]:
    """Two hours after the activity; not checked while its end is not known."""
    if ends is None:
        return ()
    return (
        _build_hours_rule(
            "off-car-parks", _add_minutes_to_clock(ends, 120), _text.OFF_CAR_PARK, usages=_CAR_PARKS
        ),
    )


def _compute_window_minute(ends: str | None) -> int:
    """01:00, or one hour after the activity where that is later."""
    if ends is None:
        return _ONE
    return max(_ONE, _add_minutes_to_clock(ends, 60), key=lambda minute: (minute - 720) % 1440)


def _add_minutes_to_clock(clock: str, minutes: int) -> int:
    hours, rest = clock.split(":")[:2]
    return (60 * int(hours) + int(rest) + minutes) % 1440

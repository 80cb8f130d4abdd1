"""The rules as rows: article, categories, limit, since when, and whether it was verified."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from synergie.lighting.plan.law import _text
from synergie.schemas.assets.light_point import LightUsage
from synergie.schemas.plan import Phrase

type Kind = Literal["equipment", "hours", "order"]
"""What a rule is about: the luminaire, when it is lit, or what a mayor signs."""
type LightFigure = Literal["cct_k", "ulr", "ulr_nominal", "cie3", "lm_m2", "illuminance_lx"]
"""What a rule about the luminaire looks at."""
type LightFact = Literal["new", "may_be_old", "built_up", "natural", "accessible", "garden"]
"""What a rule hangs on beside the category: yes, no, or not known of each luminaire."""

_ORDER_2018 = "arrêté du 27 décembre 2018"
_NEW = date(2020, 1, 1)
_HOURS = date(2021, 1, 1)
_BANNED = date(2025, 1, 1)
_ROADS: frozenset[LightUsage] = frozenset(("A", "E"))
_STREETS: frozenset[LightUsage] = frozenset(("A",))
_OTHERS: frozenset[LightUsage] = frozenset(("D", "E"))
_ANY: frozenset[LightUsage] = frozenset()
_UNREAD = ("lm-m2", "cct-natural", "hours-works")
"""Limits that the trade works with, not read in the text."""
_CCT, _ULR, _CIE, _DENSITY = (f"article 3, II, {n}°" for n in (3, 1, 2, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRules:
    """What may be set beside the data."""

    unknown_usage: LightUsage | None = None
    """Category that lights of unknown category are checked as. None: those that some category
    forbids are unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule."""

    key: str
    """Its name."""
    article: str
    """The text it stands in."""
    kind: Kind
    """What it is about."""
    since: date
    """Day from which it holds; for rules of new luminaires: what is new."""
    expected: Phrase
    """What it asks for."""
    usages: frozenset[LightUsage] = _ANY
    """Categories of the arrêté (article 1, a to g) as EclExt letters; empty: all."""
    limit: float = 0.0
    """The limit, in the unit that `expected` says."""
    figure: LightFigure | None = None
    """What it looks at, for rules about equipment."""
    facts: tuple[tuple[LightFact, bool], ...] = ()
    """What must be so for the rule to hold."""
    verified: bool = True
    """Whether the text was read; otherwise the limit is that which the trade works with."""


def list_rules_in_force(day: date) -> tuple[Rule, ...]:
    """The rules in force on *day*, in the order in which breaches are told.

    Streets (category a) have no legal switch-off hour: only an order of the mayor sets one.
    """
    rules = (*_iterate_equipment_rules(), *_iterate_hours_rules(), _build_order_rule())
    return tuple(one for one in rules if one.since <= day)


def _iterate_equipment_rules() -> Iterator[Rule]:
    new: tuple[tuple[LightFact, bool], ...] = (("new", True),)
    yield _build_limit("cct-road", "cct_k", 3000, _text.CCT, where=_CCT, usages=_ROADS | {"D"})
    yield _build_limit("ulr-installed", "ulr", 0.04, _text.ULR_INSTALLED, where=_ULR)
    yield _build_limit("ulr-nominal", "ulr_nominal", 0.01, _text.ULR_NOMINAL, where=_ULR)
    yield _build_limit("cie3", "cie3", 0.95, _text.CIE3, where=_CIE)
    yield _build_limit(
        "upward-half", "ulr", 0.5, _text.UPWARD_HALF,
        where="article 8", since=_BANNED, facts=(("may_be_old", True),),
    )  # fmt: skip
    for name, inside in (("in", True), ("out", False)):
        built: tuple[tuple[LightFact, bool], ...] = (*new, ("built_up", inside))
        open_: tuple[tuple[LightFact, bool], ...] = (*built, ("accessible", False))
        text = _text.LM_M2_IN if inside else _text.LM_M2_OUT
        for key, limits, usages, facts in (
            ("road", (25, 35), _STREETS, open_),
            ("garden", (10, 25), _ANY, (*open_, ("garden", True))),
            ("other", (20, 25), _OTHERS, open_),
        ):
            yield _build_limit(
                f"lm-m2-{key}-{name}", "lm_m2", limits[inside], text,
                where=_DENSITY, usages=usages, facts=facts,
            )  # fmt: skip
        yield _build_limit(
            f"cct-natural-{name}", "cct_k", 2700 if inside else 2400, _text.NATURAL_CCT,
            where="article 4", usages=_ANY, facts=(*built, ("natural", True)),
        )  # fmt: skip
    yield _build_limit(
        "lux-accessible", "illuminance_lx", 20, _text.LUX, where=_DENSITY,
        usages=_ANY, facts=(*new, ("accessible", True)),
    )  # fmt: skip


def _build_limit(
    key: str, figure: LightFigure, limit: float, text: str, *, where: str,
    usages: frozenset[LightUsage] = _ROADS, since: date = _NEW,
    facts: tuple[tuple[LightFact, bool], ...] = (("new", True),),
) -> Rule:  # fmt: skip
    shown = f"{limit:g}" if limit > 1 else f"{100 * limit:g}"
    return Rule(
        key=key, article=f"{_ORDER_2018}, {where}", kind="equipment", usages=usages, since=since,
        limit=limit, expected=Phrase(text=text, values=(shown,)), figure=figure, facts=facts,
        verified=not key.startswith(_UNREAD),
    )  # fmt: skip


def _iterate_hours_rules() -> Iterator[Rule]:
    for key, text in _text.HOURS.items():
        yield Rule(
            key=key, article=f"{_ORDER_2018}, article 2", kind="hours", since=_HOURS,
            expected=Phrase(text=text), verified=not key.startswith(_UNREAD),
        )  # fmt: skip


def _build_order_rule() -> Rule:
    return Rule(
        key="mayor-order", article="CGCT, article L2212-1", kind="order", since=date.min,
        expected=Phrase(text=_text.ORDER, values=("-",)),
    )  # fmt: skip

"""Equity: the commune that has least, how gains are spread, and who is worse off."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, mean, phrase, unknown
from synergie.lighting.plan.criteria._view import Column, View
from synergie.lighting.plan.criteria.service import each_hours, mark_priority_luminaires
from synergie.lighting.plan.measured import Lit
from synergie.lighting.records.effects import CriterionTold
from synergie.schemas.plan import Phrase

_TINY = 1e-6


def _compute_least_light_hours(view: View) -> Figure:
    """The least mean hours with light over communes; no commune can have less than none."""
    lit = view.lit_communes()
    told = [mean(view.commune(n), each_hours, _text.NO_HOURS).value for n in lit]
    known = [one for one in told if one is not None]
    if not lit:
        return unknown(phrase(_text.NO_COMMUNE))
    if len(known) == len(told):
        return Figure(value=min(known))
    why = phrase(_text.NO_SERVICE, len(told) - len(known), len(told))
    return Figure(value=None, low=0.0, high=min(known, default=None), unknown=why,
                  known=len(known) / len(told))  # fmt: skip


def _compute_gain_spread(view: View) -> Figure:
    """Least over most gain by inhabitant: 1 where all gain the same, -1 at the worst.

    A gain is what the bill of a year falls by. Where nobody gains: 1 when nobody loses, else -1.
    """
    lit = view.lit_communes()
    gains = [_compute_inhabitant_gain(view, n) for n in lit]
    known = [one for one in gains if one is not None]
    if not lit:
        return unknown(phrase(_text.NO_COMMUNE))
    if len(known) < len(gains):
        why = phrase(_text.NO_GAIN, len(gains) - len(known), len(gains))
        return unknown(why, len(known) / len(gains))
    least, most = min(known), max(known)
    if most <= 0:
        return Figure(value=1.0 if least == 0 else -1.0)
    return Figure(value=max(-1.0, float(least / most)))


def _compute_inhabitant_gain(view: View, place: int) -> Decimal | None:
    """EUR a year by inhabitant of a commune. None: not known."""
    before, after = _find_commune_bills(view, place)
    people = view.study.communes[place].population
    return None if before is None or after is None or not people else (before - after) / people


def _find_commune_bills(view: View, place: int) -> tuple[Decimal | None, Decimal | None]:
    """Bill of a year of a commune: of what it is compared with, and after."""
    after, first = view.whole.money.communes[place], view.whole.first
    before = after.bill_today_eur if first is None else first.money.communes[place].bill_eur
    return before, after.bill_eur


def _count_worse_communes(view: View) -> Figure:
    """How many communes lose in bill or light and gain in neither."""
    told = [_is_worse(view, n) for n in view.lit_communes()]
    worse, open_ = told.count("worse"), told.count("unknown")
    if not told:
        return unknown(phrase(_text.NO_COMMUNE))
    if not open_:
        return Figure(value=float(worse))
    why = phrase(_text.NO_COMPARISON, open_, len(told))
    return Figure(value=None, low=worse, high=worse + open_, unknown=why,
                  known=1 - open_ / len(told))  # fmt: skip


def _is_worse(view: View, place: int) -> Literal["worse", "not", "unknown"]:
    (paid, pays), (had, has) = _find_commune_bills(view, place), _compute_commune_light(view, place)
    if has > had + _TINY or (paid is not None and pays is not None and pays < paid):
        return "not"
    if paid is None or pays is None or np.isnan(had + has):
        return "unknown"
    return "worse" if pays > paid or has < had - _TINY else "not"


def _compute_commune_light(view: View, place: int) -> tuple[float, float]:
    """Mean hours with light of a commune, before and after; NaN: not known.

    Of its priority places where they are all known and there are some, else of all luminaires.
    """
    here, first = view.commune(place), view.whole.first
    marks = here.column(mark_priority_luminaires)
    chosen = marks == 1 if (marks >= 0).all() and (marks == 1).any() else np.ones(len(marks), bool)
    count = here.count[chosen]
    before = view.effects.lit_today if first is None else first.found.lit
    return _compute_mean_hours(before, here, chosen, count), _compute_mean_hours(
        view.effects.lit, here, chosen, count
    )


def _compute_mean_hours(lit: Lit, here: View, chosen: Column, count: Column) -> float:
    return float(lit.hours[here.rows][chosen] @ count / count.sum())


def unsure_communes(view: View) -> Iterator[str]:
    """INSEE codes of the communes of which it is not known whether they are worse off."""
    for n in view.lit_communes():
        if _is_worse(view, n) == "unknown":
            yield view.study.communes[n].insee_code


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="least_service",
            stake="equity",
            unit="h/y",
            direction="max",
            purpose=Phrase(text="how long the commune with the least light is lit"),
            source=Phrase(text="hours with light, dimmed or not, mean of each commune, the least"),
        ),
        of=_compute_least_light_hours,
        by_commune=False,
    ),
    Criterion(
        told=CriterionTold(
            criterion="gain_spread",
            stake="equity",
            unit="1",
            direction="max",
            purpose=Phrase(text="whether all communes gain alike: 1 when they do"),
            source=Phrase(
                text="fall of the bill by inhabitant, the least over the most of the communes"
            ),
        ),
        of=_compute_gain_spread,
        by_commune=False,
    ),
    Criterion(
        told=CriterionTold(
            criterion="worse_off",
            stake="equity",
            unit="communes",
            direction="constraint",
            purpose=Phrase(text="how many communes pay more or are lit less, and gain nothing"),
            source=Phrase(
                text="bill and hours of light of each commune against the first scenario: worse in "
                "one, better in neither"
            ),
        ),
        of=_count_worse_communes,
        by_commune=False,
    ),
)

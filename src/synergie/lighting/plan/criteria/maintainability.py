"""Maintainability: models to keep in stock, closed protocols, lamps that can still be bought."""

from datetime import date

import numpy as np

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._criterion import Criterion
from synergie.lighting.plan.criteria._figure import Figure, phrase, share, unknown
from synergie.lighting.plan.criteria._view import Column, ScenarioEvaluation, View
from synergie.lighting.plan.measured import SOURCES
from synergie.lighting.records.effects import CriterionTold
from synergie.park.plan.sales import purchasable_until
from synergie.schemas.plan import Phrase

AFTER = date(2027, 12, 31)
"""Lamps that are sold beyond this day count as available (domain.md §12.1: after 2027)."""
_SOLD, _GONE, _UNKNOWN = 1, 0, -1
_NO_KIND = ("XX", "AU")


def _number_references(whole: ScenarioEvaluation) -> Column:
    """A number for each reference at the end; -1: not known.

    An entry of the catalogue without maker and model is a class of products: it counts as one.
    """
    names = {name: n for n, name in enumerate(whole.ground.names)}
    entries = [
        names.setdefault(one.reference or f"\0{one.id}", len(names))
        for one in whole.found.study.retrofits
    ]
    stays = np.array([one.source_type is None for one in whole.found.study.retrofits] + [True])
    by_entry = np.array([*entries, -1])[whole.found.retrofit]
    own = stays[whole.found.retrofit]
    found: Column = np.where(own, whole.ground.reference, by_entry)
    return found


def _count_references(view: View) -> Figure:
    told, count = view.column(_number_references), view.count
    lost = told < 0
    distinct = len(np.unique(told[~lost]))
    if not lost.any():
        return Figure(value=float(distinct))
    why = phrase(_text.NO_REFERENCE, round(float(count[lost].sum())))
    return unknown(why, float(count[~lost].sum() / count.sum()))


def _read_retrofit_places(whole: ScenarioEvaluation) -> Column:
    return whole.found.retrofit


def _count_closed_entries(view: View) -> Figure:
    """Entries of the catalogue that are put up and speak a protocol of their maker only."""
    used = np.unique(view.column(_read_retrofit_places))
    told = [view.study.retrofits[int(n)].protocol for n in used if n >= 0]
    closed, lost = told.count("closed"), told.count(None)
    if not lost:
        return Figure(value=float(closed))
    return Figure(value=None, low=closed, high=closed + lost, known=1 - lost / len(told),
                  unknown=phrase(_text.NO_PROTOCOL, lost))  # fmt: skip


def _mark_lamps_on_sale(whole: ScenarioEvaluation) -> Column:
    """1: the lamp is sold after 2027; 0: not; -1: its kind is not known."""
    kinds = [_of_kind(purchasable_until(kind), kind) for kind in SOURCES]
    lamp = np.array([*kinds, _UNKNOWN], np.int8)[whole.found.source]
    ends = [one.sold_until for one in whole.found.study.retrofits]
    gone = np.array([end is not None and end <= AFTER for end in ends] + [False])
    found: Column = np.where(gone[whole.found.retrofit], np.int8(_GONE), lamp)
    return found


def _of_kind(until: date | None, kind: str) -> int:
    if kind in _NO_KIND:
        return _UNKNOWN
    return _SOLD if until is None or until > AFTER else _GONE


def _compute_spares_share(view: View) -> Figure:
    state = view.column(_mark_lamps_on_sale)
    return share(view, state == _SOLD, state == _UNKNOWN, _text.NO_KIND)


CRITERIA = (
    Criterion(
        told=CriterionTold(
            criterion="references",
            stake="maintainability",
            unit="references",
            direction="min",
            purpose=Phrase(text="how many different models must be kept in stock"),
            source=Phrase(
                text="distinct makers and models of the inventory and the catalogue; an entry "
                "without a model counts as one"
            ),
        ),
        of=_count_references,
    ),
    Criterion(
        told=CriterionTold(
            criterion="closed_protocols",
            stake="maintainability",
            unit="entries",
            direction="min",
            purpose=Phrase(text="how many of the new products only their maker can command"),
            source=Phrase(text="protocols of the entries of the catalogue that are put up"),
        ),
        of=_count_closed_entries,
    ),
    Criterion(
        told=CriterionTold(
            criterion="spares",
            stake="maintainability",
            unit="%",
            direction="max",
            purpose=Phrase(text="for how many lights a lamp can still be bought after 2027"),
            source=Phrase(
                text="end of sale of each kind of lamp in the European Union (RoHS), and that of "
                "the catalogue"
            ),
        ),
        of=_compute_spares_share,
    ),
)

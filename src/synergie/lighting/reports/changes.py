"""What each scenario changes of each effect, better or worse, side by side: no score in it."""

from collections.abc import Iterator
from functools import partial
from itertools import batched
from typing import Literal

from synergie.lighting.records.effects import CriterionTold
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import (
    describe_criterion_briefly,
    format_colon,
    format_relative_change,
    is_better,
    is_same,
)
from synergie.reports.document import Figure
from synergie.reports.figure.bars import Bar, BarCell, SmallMultiples
from synergie.reports.figure.picture import build_figure
from synergie.reports.figure.scale import Linear, fit_scale
from synergie.reports.language import choose_text
from synergie.reports.written import format_number

_MOST_CHANGE = 200
"""Changes that are drawn, %: of one that is larger all others would be flat."""
_ABREAST = 5
"""Scenarios side by side in one figure; of more, there are several on one scale."""


def iterate_change_figures(brief: LightingBrief, commune: str = "") -> Iterator[Figure]:
    """What each scenario changes of each effect, % of today, on one scale; none: all unknown.

    *commune*: its code, where the effects are those on it alone.
    """
    others = [one for one in brief.scenarios_in_play_first if one is not brief.today]
    read = partial(brief.commune_value, commune=commune) if commune else brief.value
    told = [
        key
        for key in brief.criteria
        if not commune or brief.concerns(brief.today.scenario, commune, key)
    ]
    lines = {
        key: cells
        for key in told
        if any(map(_is_change, cells := [
            _build_change_cell(brief.criteria[key], read(one.scenario, criterion=key),
                               read(brief.today.scenario, criterion=key)) for one in others
        ]))
    }  # fmt: skip
    if not lines:
        return
    drawn = (one.bar.value for cells in lines.values() for one in cells)
    scale = fit_scale(one for one in drawn if one is not None and abs(one) <= _MOST_CHANGE)
    title = choose_text("ce que chaque choix change, par rapport à aujourd'hui",
                        "what each choice changes, against today")  # fmt: skip
    for group in batched(range(len(others)), _ABREAST):
        names = [brief.full(others[n].scenario) for n in group]
        chart = SmallMultiples(
            title=f"{brief.communes[commune]}{format_colon()}{title}"
            if commune else title[0].upper() + title[1:],
            columns=[brief.mark(others[n].scenario) for n in group],
            lines=[(describe_criterion_briefly(key), [cells[n] for n in group])
                   for key, cells in lines.items()],
            legend=(choose_text("mieux", "better"), choose_text("pire", "worse")),
            head=choose_text("Effet", "Effect"),
            source=_describe_scale(names, scale, len(told) - len(lines)),
            scale=scale,
        )  # fmt: skip
        yield build_figure(chart)


def _describe_scale(names: list[str], scale: Linear, left: int) -> str:
    """Who the panels are, the one scale of all of them, and what only tables hold."""
    told = choose_text(
        "{}. Même échelle partout, de {} % à {} % ; au-delà, le chiffre est écrit sans barre.",
        "{}. One scale for all, from {}% to {}%; beyond, the figure is written without a bar.",
    ).format(", ".join(names).replace("\u00a0", " "),
             format_number(scale.low, 0), format_number(scale.high, 0))  # fmt: skip
    if left:
        told += " " + choose_text(
            "Effets pareils partout ou inconnus, dans les tableaux seulement : {}.",
            "Effects that are the same everywhere or unknown, in the tables alone: {}.",
        ).format(left)
    return told


def _is_change(one: BarCell) -> bool:
    return one.bar.quality != "unknown" and one.bar.value != 0


def _build_change_cell(told: CriterionTold, value: float | None, today: float | None) -> BarCell:
    """One effect of one scenario; unknown where it is not known of both."""
    unknown = choose_text("inconnu", "unknown")
    if value is None or today is None:
        return BarCell(unknown, Bar("", None, unknown, "unknown"))
    if is_same(value, today):
        same = choose_text("pareil", "the same")
        return BarCell(same, Bar("", 0.0, same))
    look: Literal["s1", "s2"] = "s2"
    word = choose_text("pire", "worse")
    if is_better(told, value, today):
        word, look = choose_text("mieux", "better"), "s1"
    change = format_relative_change(value, today)
    if not change:
        return BarCell(word, Bar("", None, word))
    share = 100 * (value - today) / abs(today)
    return BarCell(change, Bar("", share, f"{change}, {word}", look=look))

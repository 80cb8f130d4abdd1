"""A criterion: what it is, and how it is found."""

from collections.abc import Callable
from dataclasses import dataclass

from synergie.lighting.plan.criteria import _text
from synergie.lighting.plan.criteria._figure import Figure, phrase, unknown
from synergie.lighting.plan.criteria._stated import stated_of
from synergie.lighting.plan.criteria._view import (
    First,
    ScenarioEvaluation,
    StudyContext,
    View,
    build_study_context,
)
from synergie.lighting.plan.measured import Measured
from synergie.lighting.plan.money import Money
from synergie.lighting.records.effects import CriterionTold, Indicator
from synergie.lighting.records.study import Stated

_DIGITS = 12


def not_told(view: View) -> Figure:
    """What nobody has told: no file holds it, and nothing is made up."""
    del view
    return unknown(phrase(_text.NOBODY_TOLD))


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One indicator."""

    told: CriterionTold
    """Unit, direction, purpose and source, for every page that shows it."""
    of: Callable[[View], Figure] = not_told
    """Finds it; never called for a commune without luminaires."""
    by_commune: bool = True
    """Whether it has a meaning for one commune."""
    stated: Callable[[Stated], Figure] | None = None
    """What is made of what people told (`LightingScenario.stated`), which goes before what is
    found. None: it may not be told."""
    only_stated: bool = False
    """Whether nothing but what people told is known of it: no file holds it."""
    least: float | None = None
    """No stated value lies below. None: no bound."""
    most: float | None = None
    """No stated value lies above. None: no bound."""

    def indicator(
        self, found: Measured, money: Money, where: int | None = None, *,
        ground: StudyContext | None = None, first: First | None = None,
    ) -> Indicator:  # fmt: skip
        """The indicator of a scenario; *where*: place of a commune, None for the whole.

        *ground* spares what all scenarios share (`ground_of`); *first* is what it is compared
        with, None the park as it is today.
        """
        shared = ground or build_study_context(found.study, found.park)
        return self.measure_view(View(ScenarioEvaluation(found, money, shared, first), where))

    def concerns(self, view: View) -> bool:
        """Whether it has a meaning for what *view* looks at."""
        if view.where is None:
            return True
        told = not self.only_stated or stated_of(view, self.told.criterion) is not None
        return self.by_commune and told

    def measure_view(self, view: View) -> Indicator:
        """The same of a view that is at hand."""
        figure = self._figure(view)
        return Indicator(
            criterion=self.told.criterion,
            value=_round_twelve_digits(figure.value),
            low=_round_twelve_digits(figure.low),
            high=_round_twelve_digits(figure.high),
            known=min(1.0, max(0.0, _round_twelve_digits(figure.known) or 0.0)),
            unknown=figure.unknown,
            source=figure.source or self.told.source,
        )

    def _figure(self, view: View) -> Figure:
        told = stated_of(view, self.told.criterion)
        if told is not None and self.stated is not None:
            return self.stated(told)
        if view.where is not None and not len(view.count):
            return unknown(phrase(_text.NO_LIGHTS))
        return self.of(view)


def _round_twelve_digits(value: float | None) -> float | None:
    """Twelve digits: the same bytes on every machine, whatever the order of its sums."""
    return None if value is None else float(f"{value:.{_DIGITS}g}") + 0.0

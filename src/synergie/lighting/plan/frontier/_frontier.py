"""From a study to the plans that no other beats."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan.criteria import StudyContext, build_study_context
from synergie.lighting.plan.effects import Setting
from synergie.lighting.plan.front import Front, FrontOptions, Point, front
from synergie.lighting.plan.frontier import _text as text
from synergie.lighting.plan.frontier._additive import Traded, select_traded_criteria
from synergie.lighting.plan.frontier._apart import Apart
from synergie.lighting.plan.frontier._options import (
    NOT_DONE,
    UNKNOWN,
    UNLAWFUL,
    Maker,
    Option,
    Options,
)
from synergie.lighting.plan.frontier._point import (
    build_point_scenario,
    measured_values,
    restore_value_signs,
)
from synergie.lighting.plan.law import LawRules
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.retrofit import Problem
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.frontier import (
    CabinetChoice,
    CriterionRange,
    FrontierValue,
    LightingFrontier,
    LightingPlanPoint,
)
from synergie.lighting.records.study import Budget, LightingStudy
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase
from synergie.schemas.plan_bytes import digest

# Options and budgets as numbers.

_DIGITS = 12


def build_programme(
    study: LightingStudy, found: Options
) -> tuple[FrontOptions, list[int], list[Option]]:
    """The numbers, the cabinet of each segment, the option of each place in the row."""
    cabinets = sorted(found.of)
    row = [(n, cabinet, one) for n, cabinet in enumerate(cabinets) for one in found.of[cabinet]]
    segment = np.array([n for n, _, _ in row], dtype=np.int64)
    bodies = [study.cabinets[cabinet].body for _, cabinet, _ in row]
    options = [one for _, _, one in row]
    uses = np.array(
        [
            [
                float(one.eur) if _is_paid_from_budget(budget, body, one) else 0.0
                for budget in study.budgets
            ]
            for body, one in zip(bodies, options, strict=True)
        ]
    ).reshape(len(row), len(study.budgets))
    problem = Problem(
        segment=segment,
        cost=np.zeros(len(row)),
        uses=uses,
        limits=np.array([float(budget.eur) for budget in study.budgets]),
        keep=np.searchsorted(segment, np.arange(len(cabinets))),
    )
    values = np.array([one.values for one in options])
    return FrontOptions(problem, _round_to_largest(values)), cabinets, options


def _is_paid_from_budget(budget: Budget, body: str, one: Option) -> bool:
    """Whether an option is paid from a budget."""
    return (budget.body is None or budget.body == body) and (
        budget.year is None or budget.year == one.year
    )


def _round_to_largest(values: np.ndarray) -> np.ndarray:
    """Twelve significant digits of the largest: what is less is noise of sums."""
    size = np.abs(values).max(axis=0, initial=0.0)
    digits = [_DIGITS - 1 - int(np.floor(np.log10(one))) if one > 0 else 0 for one in size]
    return np.column_stack([np.round(values[:, k], max(d, 0)) for k, d in enumerate(digits)]) + 0.0


def years_of(study: LightingStudy) -> tuple[int, ...]:
    """Years in which works may be done: those that have a budget of their own, else the first."""
    told = sorted({one.year for one in study.budgets if one.year is not None})
    first, last = study.rules.starts, study.rules.starts + study.rules.horizon_years
    return tuple(year for year in told if first <= year < last) or (first,)


_MOST_POINTS = 1_000
_SHARE = 0.85
"""Share of the time that is left for the programmes; the rest measures the points again."""
_FAR = 1e-6
_NAMES = 5


@check_seconds
def frontier(
    study: LightingStudy,
    criteria: tuple[LightingCriterion, ...],
    *,
    points: int = 20,
    seconds: float = 60,
    law: LawRules | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LightingFrontier:
    """The plans of *study* that no other beats in *criteria*, the first of which moves freely.

    Steps of all other criteria give about *points* points in about *seconds*. What is 'more is
    better' is kept so. *progress* gets how much is done, of a hundred. BadInput for a criterion
    that is no sum over cabinets, or a study of which no cabinet is known; OutOfTime, Cancelled,
    SolverFailed, MissingExtra.
    """
    began = time.thread_time()
    if not 2 <= points <= _MOST_POINTS:  # noqa: PLR2004 (the ends)
        raise BadInput("/points", points, f"2 to {_MOST_POINTS}")
    asked = _FrontierRequest.of(study, tuple(criteria), law)
    tell = _Tell(progress)
    maker = Maker(asked.setting, asked.apart, asked.traded, years_of(study))
    found = maker.options(cancel=cancel, told=tell.measured)
    if not found.of:
        raise BadInput("/cabinets", "none whose values are known", "one at least")
    ground, cabinets, row = build_programme(study, found)
    left = max(seconds - (time.thread_time() - began), 1.0)
    solved = front(
        ground, points=points, limit_s=left * _SHARE, cancel=cancel,
        progress=tell.solved,
    )  # fmt: skip
    opened = _Opened(asked, found, cabinets, row, solved)
    made = opened.frontier()
    tell.ended()
    return made


@dataclass(frozen=True, slots=True)
class _Tell:
    """Progress in hundredths: options are the first part, programmes the rest."""

    to: Callable[[int, int], None] | None

    def measured(self, done: int, of: int) -> None:
        """Kinds of options."""
        if self.to is not None:
            self.to(30 * done // max(of, 1), 100)

    def solved(self, _: int, share: float) -> None:
        """The walk over the steps."""
        if self.to is not None:
            self.to(30 + round(60 * share), 100)

    def ended(self) -> None:
        """All."""
        if self.to is not None:
            self.to(100, 100)


@dataclass(frozen=True, slots=True, eq=False)
class _FrontierRequest:
    """The study with all that is found once."""

    study: LightingStudy
    criteria: tuple[LightingCriterion, ...]
    setting: Setting
    ground: StudyContext
    apart: Apart
    traded: tuple[Traded, ...]

    @classmethod
    def of(
        cls, study: LightingStudy, criteria: tuple[LightingCriterion, ...], law: LawRules | None
    ) -> "_FrontierRequest":
        setting = Setting(study, park_of(study))
        park = setting.park
        return cls(
            study,
            criteria,
            setting,
            build_study_context(study, park, law),
            Apart(study, park, law),
            select_traded_criteria(study, park, criteria),
        )


@dataclass(slots=True, eq=False)
class _Opened:
    """The points, measured again as scenarios."""

    asked: _FrontierRequest
    options: Options
    cabinets: list[int]
    row: list[Option]
    front: Front

    def frontier(self) -> LightingFrontier:
        """All of it."""
        measured = [self._point(n, one) for n, one in enumerate(self.front.points, 1)]
        kept = [one for one in measured if one is not None]
        signs = self._signs()
        points = sorted(
            (one for one, _ in kept if not any(_is_better_plan(o, one, signs) for o, _ in kept)),
            key=lambda one: [s * v.value for s, v in zip(signs, one.values, strict=True)],
        )
        return LightingFrontier(
            criteria=self.asked.criteria,
            points=tuple(points),
            ranges=tuple(self._ranges(points)),
            status=self.front.status,
            steps=tuple(float(step) for step in self.front.steps),
            solves=self.front.solves,
            grid=self.front.grid,
            tolerance=self.front.tolerance,
            assumptions=tuple(self._assumptions([off for _, off in kept])),
            inputs_digest=digest(self.asked.study),
            run=self.front.run,
        )

    def _signs(self) -> tuple[int, ...]:
        return tuple(one.sign for one in self.asked.traded)

    def _point(
        self, number: int, one: Point
    ) -> tuple[LightingPlanPoint, tuple[float | None, ...]] | None:
        """The point with its values as measured, and how far each is off. None: over budget."""
        asked, name = self.asked, f"p{number:03d}"
        choices, among = self._choices(one), self._find_sizes(one)
        values, within = measured_values(
            asked.setting, asked.ground, build_point_scenario(name, choices, among), asked.criteria
        )
        if not within:
            return None
        added = restore_value_signs(one.values, self._signs())
        pairs = list(zip(values, added, strict=True))
        off = tuple(None if value is None else abs(value - sum_) for value, sum_ in pairs)
        point = LightingPlanPoint(
            id=name,
            values=tuple(
                FrontierValue(criterion=criterion, value=sum_ if value is None else value)
                for criterion, (value, sum_) in zip(asked.criteria, pairs, strict=True)
            ),
            choices=choices,
            sized_among=among,
            supported=one.supported,
            is_knee=one.is_knee,
            gap=one.gap,
        )
        return point, off

    def _choices(self, one: Point) -> tuple[CabinetChoice, ...]:
        study = self.asked.study
        pairs = zip(self.cabinets, one.choice.tolist(), strict=True)
        return tuple(_build_cabinet_choice(study, cabinet, self.row[j]) for cabinet, j in pairs)

    def _find_sizes(self, one: Point) -> tuple[str, ...]:
        """Entries among which luminaires are sized at this point."""
        each = (self.row[j].retrofits for j in one.choice.tolist())
        return next((sizes for sizes in each if len(sizes) > 1), ())

    def _ranges(self, points: list[LightingPlanPoint]) -> Iterator[CriterionRange]:
        for k, (criterion, sign) in enumerate(zip(self.asked.criteria, self._signs(), strict=True)):
            values = sorted((one.values[k].value for one in points), key=lambda v: sign * v)
            yield CriterionRange(
                criterion=criterion,
                best=values[0],
                worst=values[-1],
                worst_is_estimate=self.front.worst_is_estimate,
            )

    def _assumptions(self, off: list[tuple[float | None, ...]]) -> Iterator[Phrase]:
        study, left_out = self.asked.study, self.options.left_out
        yield Phrase(text=text.PAIRS)
        yield Phrase(text=text.ADDED)
        yield from _iterate_year_notes(study)
        for why, sentence in (
            (NOT_DONE, text.NOT_DONE),
            (UNLAWFUL, text.UNLAWFUL),
            (UNKNOWN, text.UNKNOWN),
        ):
            if left_out[why]:
                yield Phrase(text=sentence, values=(str(left_out[why]),))
        stays = self.options.unknown
        if stays:
            names = ", ".join(stays[:_NAMES])[:200]
            yield Phrase(text=text.STAYS, values=(str(len(stays)), names))
        yield Phrase(text=text.SUPPORTED)
        if self.front.worst_is_estimate:
            yield Phrase(text=text.ESTIMATE)
        if any(one.allowed_schedules is not None for one in study.communes):
            yield Phrase(text=text.ORDERS)
        yield from self._differences(off)

    def _differences(self, off: list[tuple[float | None, ...]]) -> Iterator[Phrase]:
        """Where what was measured is not the sum of the cabinets, beyond rounding to cents."""
        for k, criterion in enumerate(self.asked.criteria):
            column = [one[k] for one in off]
            if any(one is None for one in column):
                yield Phrase(text=text.PART, values=(criterion,))
                continue
            far = max((one for one in column if one is not None), default=0.0)
            span = max(abs(float(self.front.worst[k])), abs(float(self.front.best[k])))
            if far > _FAR * span:
                yield Phrase(text=text.FAR, values=(criterion, f"{far:.2g}"))


def _build_cabinet_choice(study: LightingStudy, cabinet: int, one: Option) -> CabinetChoice:
    return CabinetChoice(
        cabinet=study.cabinets[cabinet].id,
        retrofit=one.retrofits[0] if len(one.retrofits) == 1 else None,
        is_sized=len(one.retrofits) > 1,
        schedule=None if one.schedule is None else study.schedules[one.schedule].id,
        year=one.year,
    )


def _is_better_plan(
    one: LightingPlanPoint, other: LightingPlanPoint, signs: tuple[int, ...]
) -> bool:
    pairs = [
        (s * a.value, s * b.value) for s, a, b in zip(signs, one.values, other.values, strict=True)
    ]
    less = any(a < b for a, b in pairs)
    return all(a <= b for a, b in pairs) and (less or one.id < other.id)


def _iterate_year_notes(study: LightingStudy) -> Iterator[Phrase]:
    years = years_of(study)
    if not study.budgets:
        yield Phrase(text=text.NO_BUDGET)
    if len(years) == 1:
        yield Phrase(text=text.ONE_YEAR, values=(str(years[0]),))
    else:
        yield Phrase(text=text.YEARS, values=(", ".join(map(str, years))[:200],))

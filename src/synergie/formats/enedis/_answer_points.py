"""The load curves of an answer of the Enedis web service: which side, which step, which quality."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import Head, Points, build_stamped_curves
from synergie.formats._runs import Side
from synergie.formats.enedis import _codes
from synergie.formats.enedis._flow import MOST, POWER_UNITS, Clock, parse_power, parse_whole_texts
from synergie.formats.report import Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import UNITS
from synergie.units import STEP_SECONDS

_SIDE = "the side of the step that stamps mark, declared: start (C1-C4) or end (C5)"
_STEP = "a step as PT30M: 1, 5, 10, 15, 30 or 60 minutes"
_MINUTES = {"PT60M": 3600, **STEP_SECONDS}


class Rows(NamedTuple):
    """The points of one quantity as columns of texts, blank where an element is absent."""

    first: int
    """Number of the first one in the file."""
    values: list[str]
    stamps: list[str]
    steps: list[str]
    natures: list[str]
    likelihoods: list[str]
    states: list[str]


@dataclass(frozen=True, slots=True)
class Curve:
    """One load curve."""

    head: Head

    @classmethod
    def of(cls, told: tuple[str, str, str, str], profile: Profile) -> "Curve":
        """By PRM, `grandeurMetier`, `grandeurPhysique` and unit; BadInput when one is wrong."""
        prm, metier, code, unit = told
        quantity, direction = _codes.POWERS[code], _codes.DIRECTIONS.get(metier)
        if direction is None:
            raise BadInput("/grandeurMetier", metier, "CONS or PROD")
        known = POWER_UNITS.get(unit)
        if known is None or known not in UNITS[quantity]:
            raise BadInput("/unite", unit, "a unit of this quantity", checks.UNIT_UNKNOWN.code)
        provenance = profile.provenance or _codes.derive_provenance(prm)
        return cls(
            Head(
                supply_point=f"prm:{prm}",
                quantity=quantity,
                unit=known,
                direction=direction,
                provenance=provenance,
            )
        )

    def records(self, rows: Rows, clock: Clock, profile: Profile) -> Iterator[MeterCurve]:
        """Its runs; a step that changes begins another."""
        report = clock.report
        side = _choose_side(set(rows.natures), profile, report)
        points, steps = self._points(rows, clock)
        yield from build_stamped_curves(
            self.head, points, side=side, steps=_fill_steps(steps), report=report
        )

    def _points(self, rows: Rows, clock: Clock) -> tuple[Points, list[int | None]]:
        """What can be read, and the step that each point tells."""
        numbers = range(rows.first, rows.first + len(rows.stamps))
        instants = clock.instants(rows.stamps, numbers)
        limit = MOST // 1000 if self.head.unit.startswith("k") else MOST
        values = parse_whole_texts(rows.values, limit) if rows.values else None
        seconds = {text: _parse_step_seconds(text) for text in set(rows.steps)}
        usual = set(rows.natures) <= {"B", "R"} and set(rows.likelihoods) <= {"", "0"}
        if values is not None and usual and None not in instants and 0 not in seconds.values():
            stamps = [one for one in instants if one is not None]
            points = Points(stamps, list(values), ["measured"] * len(stamps), list(numbers), True)
            return points, [seconds[text] for text in rows.steps]
        return self._read_points_singly(rows, instants, seconds, (limit, clock.report))

    def _read_points_singly(
        self,
        rows: Rows,
        instants: list[int | None],
        seconds: dict[str, int | None],
        told: tuple[int, Report],
    ) -> tuple[Points, list[int | None]]:
        limit, report = told
        points, steps = Points(counted=True), list[int | None]()
        for i, instant in enumerate(instants):
            if instant is None:
                continue
            step = seconds[rows.steps[i]]
            if step == 0:
                report.refuse(f"record {rows.first + i}", BadInput("/p", rows.steps[i], _STEP))
                continue
            try:
                value = parse_power(rows.values[i], "/v", limit)
            except BadInput as fault:
                report.refuse(f"record {rows.first + i}", fault)
                continue
            quality = _codes.derive_quality(rows.natures[i], rows.likelihoods[i], rows.states[i])
            points.add(instant, value, quality, rows.first + i)
            steps.append(step)
        return points, steps


def _fill_steps(steps: list[int | None]) -> int | list[int] | None:
    """One step for all, or that of each: a point that tells none has that of the one before."""
    known = [step for step in steps if step is not None]
    if not known:
        return None
    if len(set(known)) == 1:
        return known[0]
    last, out = known[0], []
    for step in steps:
        last = last if step is None else step
        out.append(last)
    return out


def _parse_step_seconds(text: str) -> int | None:
    """Of a step; 0 for one that is none, None for a blank."""
    return _MINUTES.get(text, 0) if text else None


def _choose_side(natures: set[str], profile: Profile, report: Report) -> Side:
    """What is declared, else what the natures show. BadInput when neither tells."""
    shown: Side | None = None
    if "R" in natures and "B" not in natures:
        shown = "start"
    elif "B" in natures and "R" not in natures:
        shown = "end"
    side = profile.stamp or shown
    if side is None:
        found = ", ".join(sorted(natures - {""})) or Words("no nature")
        raise BadInput("/n", found, _SIDE, checks.STAMP_SIDE_UNKNOWN.code)
    if shown not in (None, side):
        report.note("stamps read as {} of step, as declared; the rows show {}", side, shown)
    return side

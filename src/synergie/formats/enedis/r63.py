"""Enedis R63: load curve on demand or recurrent (R63A, R63B), JSON or the portal's CSV.

A point is the mean power of one step (Enedis.SGE.GUI.0503 v1.5.2, §4.2): its stamp is the start
of the step for C1-C4 and P1-P3, its end for C5 and P4. The file does not name the segment, but
some codes exist for one side only: `n` B, an `iv` and steps of 15, 30 or 60 minutes are Linky's
(C5, P4); `n` R or E, a `tc`, steps of 5 minutes and the stage BEST are the others'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node, describe_json_value
from synergie.formats._points import Head, Number, Points, build_stamped_curves, parse_exact_number
from synergie.formats._runs import Side
from synergie.formats.checks import N_
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.series import Form, Quantity
from synergie.units import STEP_NAMES

# The points of one R63 series: each cell is understood once, what is wrong is refused.

MOST = 10**9
"""Watts of one point."""

_STEP = re.compile(r"(?:PT)?(\d{1,2})M?", re.ASCII)
_LINKY, _OTHERS = frozenset({900, 1800, 3600}), frozenset({300})
_SHORT = 9
MAX_CODES = 10_000
"""Different sets of codes in one series; a real one has a few."""


@dataclass(slots=True)
class Column:
    """The points of one quantity and direction of one delivery point, in file order."""

    facts: Node
    """`idPrm`, `etapeMetier`, `grandeurMetier`, `grandeurPhysique`, `unite`, perhaps `segment`."""
    place: Place
    times: list[datetime] = field(default_factory=list)
    values: list[Number] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    """Seconds."""
    qualities: list[Quality] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    signs: set[Side] = field(default_factory=set)
    """The sides that the codes tell (GUI.0503 §4.2); one when they agree."""
    known: dict[tuple[object, ...], tuple[int, Quality, Side | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        stage, segment = self.facts.fields.get("etapeMetier"), self.facts.fields.get("segment")
        if stage == "BEST" or segment in ("C1", "C2", "C3", "C4", "P1", "P2", "P3"):
            self.signs.add("start")
        elif segment in ("C5", "P4"):
            self.signs.add("end")

    def __len__(self) -> int:
        return len(self.times)

    def add(self, point: object, place: Place, report: Report) -> None:
        """One point; it is refused when a part of it is wrong."""
        try:
            fields = point if type(point) is dict else Node.of(point).fields
            time = _r6x.time(_check_text(fields.get("d"), "/d"), "/d")
            value = _parse_point_value(fields.get("v"))
            codes = (fields.get("p"), fields.get("n"), fields.get("iv"), fields.get("ec"),
                     fields.get("tc"))  # fmt: skip
            told = self._codes(codes)
        except BadInput as fault:
            report.refuse(place, fault)
            return
        step, quality, side = told
        if side is not None:
            self.signs.add(side)
        self.times.append(time)
        self.values.append(value)
        self.steps.append(step)
        self.qualities.append(quality)
        self.places.append(place)

    def _codes(self, codes: tuple[object, ...]) -> tuple[int, Quality, Side | None]:
        try:
            found = self.known.get(codes)
        except TypeError as error:  # a list or an object among them
            raise BadInput(
                "row", describe_json_value(codes), "codes that are texts or numbers"
            ) from error
        if found is None and len(self.known) < MAX_CODES:
            pas, *rest = codes
            n, iv, ec, tc = (None if one in (None, "") else str(one) for one in rest)
            step = _parse_step_code(pas)
            told = _codes.derive_quality(n, iv, ec)
            found = self.known[codes] = step, told, _derive_side(step, n, iv, tc)
        if found is None:
            raise BadInput("row", describe_json_value(codes), "codes that are texts or numbers")
        return found


def _check_text(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    raise BadInput(where, describe_json_value(value), "a time as 2026-11-25 00:30:00")


def _parse_point_value(value: object) -> Number:
    """None for null, a blank or the text `null`: not measured, which is not zero."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST:
        return value
    text = "" if value is None else str(value).strip()
    if text in ("", "null"):
        return None
    if len(text) <= _SHORT and text.isdigit() and text.isascii():
        return int(text)
    found = parse_exact_number(
        text.replace(",", "."), "/v", "a power of at least 0, or null", most=MOST
    )
    if found < 0:
        raise BadInput("/v", text, "a power of at least 0, or null")
    return found


def _parse_step_code(pas: object) -> int:
    found = _STEP.fullmatch(pas.upper()) if isinstance(pas, str) else None
    seconds = int(found[1]) * 60 if found else 3600 if pas == "PT1H" else 0
    if seconds not in STEP_NAMES:
        raise BadInput("/p", describe_json_value(pas), "PT5M, PT10M, PT15M, PT30M or PT60M")
    return seconds


def _derive_side(step: int, n: str | None, iv: str | None, tc: str | None) -> Side | None:
    """The side that these codes belong to; None when they tell none, or both."""
    linky = n == "B" or iv is not None or step in _LINKY
    others = n in ("R", "E") or tc is not None or step in _OTHERS
    if linky == others:
        return None
    return "end" if linky else "start"


NAME = "enedis-r63"

_NEEDED = ("identifiantprm", "grandeurphysique", "grandeurmetier", "horodate", "valeur", "nature",
           "pas")  # fmt: skip
_POINTS = re.compile(rb'"points"\s*:\s*\[\s*\{[^{}]*"p"\s*:')
_ENERGIES: dict[Quantity, Quantity] = {"active_power": "active_energy"}


def sniff(sample: Sample) -> float:
    """1.0 for a header of the flow, 0.9 for its columns, 0.8 for points with `p`."""
    if flow := _r6x.flow_of(sample):
        return 1.0 if flow == "R63" else 0.0
    if columns := _r6x.columns_of(sample):
        return 0.9 if set(_NEEDED) <= set(columns) else 0.0
    return 0.8 if _POINTS.search(sample.start) else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """Runs of each quantity of each point, in order of time; a point is a row of the report.

    A point that is wrong is refused. BadInput: another flow, no `mesures`, or nothing tells the
    side that is stamped (`stamp` of *profile* does). Memory grows with one quantity of one point.
    """
    report = Report()
    columns = (
        _read_r63_columns(source, report)
        if _r6x.is_json(source)
        else _read_r63_table(source, report)
    )
    return _build_r63_curves(columns, profile, report), report


def _build_r63_curves(
    columns: Iterator[Column], profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    for column in columns:
        try:
            head = _build_r63_head(column.facts, profile)
        except BadInput as fault:
            report.refuse(column.place, fault)
            report.refusals += max(0, len(column) - 1)
            continue
        if len(column):
            yield from _build_column_curves(head, column, profile, report)


def _read_r63_columns(source: BinaryIO, report: Report) -> Iterator[Column]:
    for place, mesure in _r6x.iterate_mesures(source, "R63", report):
        try:
            parts = mesure.nodes("grandeur")
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        for part in parts:
            told = {k: v for k, v in (mesure.fields | part.fields).items() if k != "points"}
            column = Column(Node(told), place)
            points = part.fields.get("points")
            for i, point in enumerate(points if isinstance(points, list) else [points]):
                column.add(point, f"{place}{part.where}/points/{i}", report)
            yield column


def _read_r63_table(source: BinaryIO, report: Report) -> Iterator[Column]:
    """Rows of one series after another; the same labels as in JSON."""
    rows = _r6x.read_portal_table(source, _NEEDED, report)
    for facts, same in groupby(rows, lambda row: tuple(row[1].get(name) for name in _FACTS)):
        column = Column(Node(dict(zip(_FACTS.values(), facts, strict=True))), None)
        for line, cells in same:
            column.place = column.place or line
            column.add({own: cells.get(name) for name, own in _POINT.items()}, line, report)
        yield column


_FACTS = {
    "identifiantprm": "idPrm", "grandeurphysique": "grandeurPhysique",
    "grandeurmetier": "grandeurMetier", "unite": "unite", "etapemetier": "etapeMetier",
}  # fmt: skip
_POINT = {
    "horodate": "d", "valeur": "v", "pas": "p", "nature": "n", "indicedevraisemblance": "iv",
    "etatcomplementaire": "ec", "typedecompletion": "tc",
}  # fmt: skip


def _build_r63_head(facts: Node, profile: Profile) -> Head:
    code = _codes.parse_prm(facts.text("idPrm"), "/idPrm")
    physical = facts.text("grandeurPhysique")
    quantity = _codes.POWERS.get(physical.upper())
    if quantity is None:
        raise BadInput("/grandeurPhysique", physical, "PA, PRI, PRC or E")
    unit, form = facts.maybe("unite") or profile.unit, _choose_unit_form(facts.maybe("unite"))
    if form == "interval_energy":
        quantity = _ENERGIES.get(quantity, quantity)
    return Head(
        supply_point=f"prm:{code}",
        quantity=quantity,
        unit=_r6x.parse_unit(unit, quantity, "/unite"),
        form=form,
        direction=_r6x.parse_direction(facts.text("grandeurMetier"), "/grandeurMetier"),
        provenance=profile.provenance or _codes.derive_provenance(code),
    )


def _choose_unit_form(unit: str | None) -> Form:
    """Other publishers write the energy of the step under the same names, in Wh or VArh."""
    return "interval_energy" if unit is not None and unit.endswith("h") else "mean_power"


def _build_column_curves(
    head: Head, column: Column, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    side = _find_column_side(head, column, profile, report)
    points, steps = Points(), list[int]()
    moments = _r6x.resolve_instants(column.times, column.places, profile.time_zone, report)
    for i, moment in enumerate(moments):
        if moment is not None:
            points.add(moment, column.values[i], column.qualities[i], column.places[i])
            steps.append(column.steps[i])
    if steps:
        same = len(set(steps)) == 1
        yield from build_stamped_curves(
            head, points, side=side, steps=steps[0] if same else steps, report=report
        )


def _find_column_side(head: Head, column: Column, profile: Profile, report: Report) -> Side:
    """What is declared, else the one side that the codes of the points tell."""
    shown = next(iter(column.signs)) if len(column.signs) == 1 else None
    if profile.stamp is None and shown is None:
        found = f"{len(column)} points of {head.supply_point}"
        code = checks.STAMP_SIDE_UNKNOWN.code
        raise BadInput(_format_column_place(column.place), found, _DECLARED, code)
    if profile.stamp is not None and shown not in (None, profile.stamp):
        report.note(
            "stamps read as {} of step, as declared; the points show {}", profile.stamp, shown
        )
    side = profile.stamp or shown or "start"
    if _find_period_edge(column.facts, side) in column.times:
        report.note(_AT_START if side == "end" else _AT_END)
    return side


def _find_period_edge(facts: Node, side: Side) -> datetime | None:
    """The instant of the period that no stamp of that side can have; None when it is not told."""
    period = facts.fields.get("periode")
    told = (
        period.get("dateDebut" if side == "end" else "dateFin") if isinstance(period, dict) else ""
    )
    try:
        return _r6x.time(told, "/periode") if isinstance(told, str) else None
    except BadInput:
        return None  # only a remark hangs on it


_AT_START = N_("a point stands at the start of its period, where no step ends: look at the side")
_AT_END = N_("a point stands at the end of its period, where no step starts: look at the side")
_DECLARED = "the side of the step that stamps mark, declared: start (C1-C4) or end (C5)"


def _format_column_place(place: Place) -> str:
    return f"line {place}" if isinstance(place, int) else place or "row"


FORMAT = Format(name=NAME, title="Enedis load curve, R63 (JSON, CSV)", sniff=sniff, read=read)

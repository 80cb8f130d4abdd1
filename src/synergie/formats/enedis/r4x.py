"""Enedis R4x (R4Q daily, R4H weekly, R4M monthly): load curves of C1 to C4 points, XML.

Active power in kW, reactive in kVAr (written `kVAr` or `kWr`), voltage in V: the unit is the
file's own. Each time marks the START of its step (Enedis guide GUI.0497 v1.5.0, p. 15).
"""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._points import Head, Points, build_stamped_curves
from synergie.formats._xml import Part, iterate_parts, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._flow import (
    MOST,
    POWER_UNITS,
    Clock,
    Epochs,
    leave_out,
    opened,
    parse_power,
    parse_whole_texts,
    step_of,
)
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Quantity, Unit

NAME = "enedis-r4x"
ROOT = "Courbe"
ROW = "Donnees_Point_Mesure"
POINT = ("Horodatage", "Valeur_Point", "Statut_Point")
"""Attributes of a point."""
MAX_POINTS = 1_000_000
"""Points of one delivery point that are held at once; more come out as other curves."""

_QUANTITY = "EA, ERI, ERC or E"
_UNIT = "a unit of this quantity: kW or W, kVAr or VAr, V"
_DIRECTION = "CONS or PROD"


def sniff(sample: Sample) -> float:
    """1.0 for the root `Courbe` whose header says R4x, or that names a point's attributes."""
    if root_of(sample)[0] != ROOT:
        return 0.0
    known = b"R4" in sample.start or b"Donnees_Point_Mesure" in sample.start
    return 1.0 if known else 0.6


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """Curves of each quantity of each delivery point, their days joined; holes become null.

    BadInput: another root element, a curve whose unit neither the file nor *profile* tells, XML
    that is not well formed. A bad point is refused at its number in the file, a curve of another
    quantity whole. Memory grows with the curves of one delivery point.
    """
    opened(source, ROOT)
    report = Report()
    return _Flow(profile, report).curves(source), report


class _Kind(NamedTuple):
    """What a curve of the file measures."""

    head: Head
    step: int | None


class _Flow:
    """The file as it is read: the delivery point at hand and its curves."""

    def __init__(self, profile: Profile, report: Report) -> None:
        self._profile, self._report = profile, report
        self._clock = Clock(Epochs(), profile.time_zone, report)
        self._prm = ""
        self._curves: dict[_Kind, Points] = {}
        self._n = self._given = 0

    def curves(self, source: BinaryIO) -> Iterator[MeterCurve]:
        """Everything, one delivery point after another."""
        names = "Entete", "Identifiant_PRM", "Donnees_Courbe"
        for part in iterate_parts(source, *names, row=ROW):
            if part.name == "Identifiant_PRM" and part.text != self._prm:
                yield from self._done()
                self._prm = part.text
            elif part.name == "Donnees_Courbe":
                self._add(part)
                if self._n - self._given >= MAX_POINTS:
                    yield from self._done()
        yield from self._done()

    def _add(self, part: Part) -> None:
        """One curve; its points go to those of the same quantity."""
        columns = _split_point_columns(part.attributes)
        if not columns[0]:
            told = part.first_text("Grandeur_Physique") or part.name
            self._report.find(checks.SERIES_EMPTY, told)
        first = self._n + 1
        self._n += len(columns[0])
        try:
            kind = self._kind(part)
        except BadInput as fault:
            if fault.check == checks.UNIT_UNKNOWN.code:
                raise
            leave_out(self._report, f"record {first}", fault, len(columns[0]))
            return
        points = self._curves.setdefault(kind, Points(counted=True))
        self._fill(points, kind, columns, first)

    def _kind(self, part: Part) -> _Kind:
        prm = _codes.parse_prm(self._prm, "/Identifiant_PRM")
        code, metier = part.first_text("Grandeur_Physique"), part.first_text("Grandeur_Metier")
        quantity, direction = _codes.POWERS.get(code), _codes.DIRECTIONS.get(metier)
        if quantity is None:
            raise BadInput("/Grandeur_Physique", code, _QUANTITY)
        if direction is None:
            raise BadInput("/Grandeur_Metier", metier, _DIRECTION)
        head = Head(
            supply_point=f"prm:{prm}",
            quantity=quantity,
            direction=direction,
            unit=self._unit(part.first_text("Unite_Mesure"), quantity),
            provenance=self._profile.provenance or _codes.derive_provenance(prm),
        )
        minutes = part.first_text("Granularite")
        return _Kind(head, step_of(minutes, "/Granularite") if minutes else None)

    def _unit(self, text: str, quantity: Quantity) -> Unit:
        """The file's unit, else the declared one, when it is one of this quantity."""
        code = checks.UNIT_UNKNOWN.code
        if not text and self._profile.unit is None and quantity != "voltage":
            raise BadInput("/Unite_Mesure", Words("a blank"), _UNIT, code)
        unit = POWER_UNITS.get(text) if text else self._profile.unit
        wanted = {"active_power": ("kW", "W"), "voltage": ("V",)}
        if unit is None or unit not in wanted.get(quantity, ("kVAr", "VAr")):
            raise BadInput("/Unite_Mesure", text, _UNIT)
        return unit

    def _fill(self, points: Points, kind: _Kind, columns: list[list[str]], first: int) -> None:
        stamps, values, natures = columns
        numbers = range(first, first + len(stamps))
        limit = MOST // 1000 if kind.head.unit.startswith("k") else MOST
        instants = self._clock.instants(stamps, numbers)
        powers = parse_whole_texts(values, limit) if values else None
        if powers is None or None in instants or set(natures) > {"R"}:
            for i, instant in enumerate(instants):
                if instant is not None:
                    self._read_value(points, instant, numbers[i], (values[i], natures[i], limit))
            return
        points.stamps += [instant for instant in instants if instant is not None]
        points.values += powers
        points.qualities += ["measured"] * len(powers)
        points.places += numbers

    def _read_value(
        self, points: Points, instant: int, number: int, told: tuple[str, str, int]
    ) -> None:
        text, nature, limit = told
        try:
            value = parse_power(text.strip(), "/Valeur_Point", limit)
        except BadInput as fault:
            self._report.refuse(f"record {number}", fault)
            return
        points.add(instant, value, _codes.derive_quality(nature), number)

    def _done(self) -> Iterator[MeterCurve]:
        """The curves of the delivery point at hand, which is over."""
        held, self._curves, self._given = self._curves, {}, self._n
        for (head, step), points in held.items():
            yield from build_stamped_curves(
                head, points, side="start", steps=step, report=self._report
            )


def _split_point_columns(told: list[str]) -> list[list[str]]:
    """Times, values and natures of the points; blank where an attribute is absent."""
    width = 2 * len(POINT)
    n, names = len(told) // width, told[:width:2]
    regular = n * width == len(told) and tuple(names) == POINT
    # The parser gives a name as one object each time: such texts are equal at once.
    if regular and all(told[2 * i :: width] == [name] * n for i, name in enumerate(names)):
        return [told[2 * i + 1 :: width] for i in range(len(POINT))]
    return _split_irregular_points(told)


def _split_irregular_points(told: list[str]) -> list[list[str]]:
    """The same where attributes come in another order, or are absent: a name again is a row."""
    rows: list[dict[str, str]] = [{}]
    for name, value in zip(told[::2], told[1::2], strict=True):
        if name in POINT and name in rows[-1]:
            rows.append({})
        rows[-1][name] = value
    points = [row for row in rows if not row.keys().isdisjoint(POINT)]
    return [[row.get(name, "") for row in points] for name in POINT]


FORMAT = Format(
    name=NAME, title="Enedis R4x, load curves of C1 to C4 points (XML)", sniff=sniff, read=read
)

"""Enedis R50: load curves of C5 points (Linky, up to 36 kVA) on subscription, XML.

Mean powers in W; each time marks the END of its step (Enedis guide GUI.0497 v1.5.0, p. 15) and
carries its offset. The header tells the step (`Pas_Publication`, minutes).
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import Head, Number, Points, build_stamped_curves
from synergie.formats._xml import Part, iterate_parts, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._flow import (
    Clock,
    Epochs,
    Table,
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
from synergie.schemas.readings.quality import Quality

NAME = "enedis-r50"
ROOT = "R50"
MAX_WATTS = 10_000_000
"""A C5 point draws up to 36,000 W; more than this is no power of one."""
SUSPECT_WATTS = 54_000
"""One and a half times 36 kVA, the most that a C5 point subscribes."""
MAX_POINTS = 1_000_000
"""Points of one delivery point that are held at once; more come out as another curve."""


def sniff(sample: Sample) -> float:
    """1.0 for the root element `R50`."""
    return 1.0 if root_of(sample)[0] == ROOT else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
    """Curves of each delivery point in file order, its days joined; holes become null.

    BadInput: another root element, a step that is none, XML that is not well formed. A bad point
    is refused at its number in the file, and reading goes on. Memory grows with one delivery
    point, not with the file.
    """
    opened(source, ROOT)
    report = Report()
    return _Flow(profile, report).curves(source), report


class _Flow:
    """The file as it is read: what its header says, and the point at hand."""

    def __init__(self, profile: Profile, report: Report) -> None:
        self._profile, self._report = profile, report
        self._clock = Clock(Epochs(), profile.time_zone, report)
        self._table = Table(("PDC",), "H", "V", "IV")
        self._step: int | None = None
        self._prm = ""
        self._fault = BadInput("/Id_PRM", "", "a PRM of 14 digits, as text", "bad-identifier")
        self._points = Points(counted=True)
        self._n = 0

    def curves(self, source: BinaryIO) -> Iterator[MeterCurve]:
        """Everything, one delivery point after another."""
        for part in iterate_parts(source, "En_Tete_Flux", "Id_PRM", "Donnees_Releve"):
            if part.name == "En_Tete_Flux":
                self._step = _read_part_step(part)
            elif part.name == "Id_PRM":
                if part.text != self._prm:
                    yield from self._done()
                    self._name(part.text)
            else:
                columns = self._table.of(part).columns
                self._sided(columns[0], part.first_text("Date_Releve"))
                self._add(columns)
                if len(self._points.stamps) >= MAX_POINTS:
                    yield from self._done()
        yield from self._done()

    def _name(self, text: str) -> None:
        try:
            self._prm = _codes.parse_prm(text, "/Id_PRM")
        except BadInput as fault:
            self._prm, self._fault = "", fault

    def _sided(self, stamps: list[str], day: str) -> None:
        """Says that a day's points begin at its first instant, where ends of steps never are."""
        if day and stamps and stamps[0].startswith(f"{day[:10]}T00:00"):
            self._report.note(
                "a day begins at its 00:00, though an R50 marks the end of each step: read as ends"
            )

    def _add(self, columns: list[list[str]]) -> None:
        """The points of one day, whole when each is as usual, else one by one."""
        stamps, values, likelihoods = columns
        numbers = range(self._n + 1, self._n + len(stamps) + 1)
        self._n += len(stamps)
        if not self._prm:
            leave_out(self._report, f"record {numbers.start}", self._fault, len(stamps))
            return
        instants = self._clock.instants(stamps, numbers)
        powers = parse_whole_texts(values, SUSPECT_WATTS)
        if powers is None or None in instants or set(likelihoods) > {"0", ""}:
            for i, instant in enumerate(instants):
                if instant is not None:
                    self._read_value(instant, numbers[i], values[i], likelihoods[i])
            return
        points = self._points
        points.stamps += [instant for instant in instants if instant is not None]
        points.values += powers
        points.qualities += ["measured"] * len(powers)
        points.places += numbers

    def _read_value(self, instant: int, number: int, text: str, likelihood: str) -> None:
        try:
            value = parse_power(text, "/V", MAX_WATTS)
        except BadInput as fault:
            self._report.refuse(f"record {number}", fault)
            return
        quality = self._quality(value, likelihood, number)
        self._points.add(instant, value, quality, number)

    def _quality(self, value: Number, likelihood: str, number: int) -> Quality:
        """From the likelihood code, worse for a power that no C5 point can draw."""
        if value is not None and value > SUSPECT_WATTS:
            place = f"record {number}"
            found = f"{value} W"
            self._report.find(checks.POWER_OVER_SUBSCRIBED, found, "36 kVA", place=place)
            return "suspect"
        return _codes.derive_quality(None, likelihood)

    def _done(self) -> Iterator[MeterCurve]:
        """The curves of the point at hand, which is over."""
        points, self._points = self._points, Points(counted=True)
        if not points.stamps:
            return
        head = Head(
            supply_point=f"prm:{self._prm}",
            quantity="active_power",
            unit="W",
            provenance=self._profile.provenance or _codes.derive_provenance(self._prm),
        )
        yield from build_stamped_curves(
            head, points, side="end", steps=self._step, report=self._report
        )


def _read_part_step(part: Part) -> int | None:
    """Seconds of each step; None when the header does not tell."""
    text = part.first_text("Pas_Publication")
    return step_of(text, "/Pas_Publication") if text else None


FORMAT = Format(
    name=NAME, title="Enedis R50, load curves of C5 points (XML)", sniff=sniff, read=read
)

"""Answers of the Enedis web service "mesures détaillées" (SGE, versions 2.0 and 3.0), SOAP.

Curves (PA, PRI, PRC, E) of mean powers, daily energies (EA, Wh), daily or monthly highest powers
(PMA, VA) and, since 3.0, indexes. The answer does not name the segment: nature `B` is of a Linky
meter, whose times mark the END of the step, `R` of one above 36 kVA, whose times mark its START
(Enedis guide GUI.0497 v1.5.0, p. 15). What the sender declares wins.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._json import Node
from synergie.formats._xml import Part, iterate_parts, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._answer_days import Daily
from synergie.formats.enedis._answer_points import Curve, Rows
from synergie.formats.enedis._flow import Clock, Epochs, Table, leave_out, opened
from synergie.formats.enedis._r64_registers import Register, Registers
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile

NAME = "enedis-sge-measures"
ANSWER = "consulterMesuresDetailleesResponse"
"""Start of the name of the answer's element: version 3.0 ends it with `V3`."""
ROWS = ("mesure", "points")
"""Elements of one point: version 2.0, version 3.0."""
FIELDS = ("v", "d", "p", "n", "iv", "ec")

_CLASSES = ("classeTemporelle", "cadranTotalisateur")
_QUANTITY = "PA, PRI, PRC, E, EA or PMA"


def sniff(sample: Sample) -> float:
    """1.0 for an XML document that names the answer of this service."""
    return 1.0 if root_of(sample)[0] and ANSWER.encode() in sample.start else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Curves in file order, then days, then indexes.

    BadInput: another root element, a curve whose side of stamps neither its natures nor *profile*
    tell, XML that is not well formed. A bad point is refused at its number in the file. Memory
    grows with one curve.
    """
    opened(source, "Envelope", ANSWER, f"{ANSWER}V3")
    report = Report()
    return _Answer(profile, report).records(source), report


class _Answer:
    """The answer as it is read."""

    def __init__(self, profile: Profile, report: Report) -> None:
        self._profile, self._report = profile, report
        self._clock = Clock(Epochs(), profile.time_zone, report)
        self._table = Table(ROWS, *FIELDS)
        self._prm = ""
        self._outer: dict[str, object] = {}
        self._daily: list[Daily] = []
        self._registers = Registers(NAME, profile, report)
        self._n = 0

    def records(self, source: BinaryIO) -> Iterator[Record]:
        """Everything; what `pas` says of days comes after them."""
        for part in iterate_parts(source, "pointId", "periode", "grandeur", "pas"):
            if part.name == "pointId":
                self._prm = part.text
            elif part.name == "pas":
                for days in self._daily:
                    days.step = part.text
            elif part.name == "grandeur":
                yield from self._quantity(part)
        for days in self._daily:
            yield from days.records(self._report)
        self._registers.check()

    def _quantity(self, part: Part) -> Iterator[Record]:
        """One quantity: a curve, days, or registers."""
        if any(name in part.names for name in _CLASSES):
            yield from self._indexes(part)
            return
        columns = self._table.of(part).columns
        first, n = self._n + 1, len(columns[0])
        self._n += n
        rows = Rows(first, *columns)
        try:
            prm = _codes.parse_prm(self._prm, "/pointId")
            told = (
                prm,
                part.first_text("grandeurMetier"),
                _check_quantity_code(part),
                part.first_text("unite"),
            )
            if told[2] in {"EA", "PMA"}:
                self._daily.append(Daily.of(told, rows, self._profile))
                return
            curve = Curve.of(told, self._profile)
        except BadInput as fault:
            leave_out(self._report, f"record {first}", fault, n)
            return
        yield from curve.records(rows, self._clock, self._profile)

    def _indexes(self, part: Part) -> Iterator[Record]:
        """Registers of one quantity, each with its class; the total of all comes last."""
        told = self._outer
        values: list[tuple[str, object]] = []
        value: dict[str, object] = {}
        for name, text in part.leaves():
            if name in {"d", "v", "iv"}:
                value[name] = text
            elif name == "valeur":
                self._n += 1
                values.append((str(self._n), value))
                value = {}
            elif name in _CLASSES:
                node = Node({**told, "idPrm": self._prm})
                yield from self._registers.read(Register(node), "record ", values)
                values = []
                for one in ("idClasseTemporelle", "codeCadran"):
                    told.pop(one, None)
            elif name == "calendrier":
                told.pop("idCalendrier", None)
            else:
                told[name] = text


def _check_quantity_code(part: Part) -> str:
    """The code of the quantity; BadInput for one that no record holds."""
    code = part.first_text("grandeurPhysique")
    if code not in _codes.POWERS and code != "PMA":
        raise BadInput("/grandeurPhysique", code, _QUANTITY)
    return code


FORMAT = Format(
    name=NAME, title="Enedis SGE answer, detailed measures (SOAP)", sniff=sniff, read=read
)

"""Answers of the Enedis web service "mesures détaillées" (SGE, versions 2.0 and 3.0), SOAP.

Curves (PA, PRI, PRC, E) of mean powers, daily energies (EA, Wh), daily or monthly highest powers
(PMA, VA) and, since 3.0, indexes. The answer does not name the segment: nature `B` is of a Linky
meter, whose times mark the END of the step, `R` of one above 36 kVA, whose times mark its START
(Enedis guide GUI.0497 v1.5.0, p. 15). What the sender declares wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import BinaryIO, Literal

from synergie.calendar import day_of, load_time_zone, month_bounds
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats._points import Days, Head, Number, build_daily_curves
from synergie.formats._xml import Part, iterate_parts, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._answer_points import Curve, Rows
from synergie.formats.enedis._flow import (
    Clock,
    Epochs,
    Table,
    leave_out,
    opened,
    parse_civil_date,
    parse_power,
)
from synergie.formats.enedis._r64_registers import Register, Registers
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Quantity, Unit

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


# The daily energies and highest powers of an answer of the Enedis web service.

type _Form = Literal["interval_energy", "peak"]

_KINDS: dict[str, tuple[Quantity, _Form, dict[str, Unit]]] = {
    "EA": ("active_energy", "interval_energy", {"Wh": "Wh", "kWh": "kWh"}),
    "PMA": ("apparent_power_max", "peak", {"VA": "VA", "kVA": "kVA", "W": "W", "kW": "kW"}),
}
MOST = 10**12
SENTINEL = "65535"
"""A highest power that stands for none."""


@dataclass(slots=True)
class Daily:
    """One value a civil day, or a month when `pas` says so."""

    head: Head
    rows: Rows
    time_zone: str
    step: str = ""
    """`P1D` or `P1M`, told after the values by version 3.0; empty: days."""

    @classmethod
    def of(cls, told: tuple[str, str, str, str], rows: Rows, profile: Profile) -> "Daily":
        """By PRM, `grandeurMetier`, `grandeurPhysique` and unit; BadInput when one is wrong."""
        prm, metier, code, unit = told
        quantity, form, units = _KINDS[code]
        direction, known = _codes.DIRECTIONS.get(metier), units.get(unit)
        if direction is None:
            raise BadInput("/grandeurMetier", metier, "CONS or PROD")
        if known is None:
            raise BadInput("/unite", unit, "a unit of this quantity", checks.UNIT_UNKNOWN.code)
        step = next((text for text in rows.steps if text), "P1D")
        if step not in {"P1D", "P1M"}:
            raise BadInput("/p", step, "P1D or P1M, for an energy or a highest power")
        head = Head(
            supply_point=f"prm:{prm}",
            quantity=quantity,
            form=form,
            unit=known,
            direction=direction,
            provenance=profile.provenance or _codes.derive_provenance(prm),
        )
        return cls(head, rows, profile.time_zone, step)

    def records(self, report: Report) -> Iterator[Record]:
        """A curve of days; months as intervals, one each."""
        days, epochs = Days(), Epochs()
        for i, text in enumerate(self.rows.stamps):
            place = f"record {self.rows.first + i}"
            try:
                day, value = self._day(text, epochs), self._value(self.rows.values[i], report)
            except BadInput as fault:
                report.refuse(place, fault)
                continue
            told = self.rows.natures[i], self.rows.likelihoods[i], self.rows.states[i]
            days.add(day, value, _codes.derive_quality(*told), place)
        if self.step == "P1M":
            yield from self._months(days, report)
        else:
            yield from build_daily_curves(self.head, days, time_zone=self.time_zone, report=report)

    def _value(self, text: str, report: Report) -> Number:
        if text == SENTINEL and self.head.form == "peak":
            report.find(checks.SENTINEL)
            return None
        return parse_power(text, "/v", MOST)

    def _day(self, text: str, epochs: Epochs) -> date:
        """The civil day of a date, of a local time, or of a time with offset."""
        if text[19:].endswith("Z") or "+" in text[19:] or "-" in text[19:]:
            moment = datetime.fromtimestamp(epochs[text], UTC)
            return day_of(moment, load_time_zone(self.time_zone))
        return parse_civil_date(text[:10], "/d")

    def _months(self, days: Days, report: Report) -> Iterator[IntervalReading]:
        for day, value, quality in zip(days.days, days.values, days.qualities, strict=True):
            start, end = month_bounds(day, load_time_zone(self.time_zone))
            report.kept += 1
            yield IntervalReading(
                supply_point=self.head.supply_point,
                quantity=self.head.quantity,
                direction=self.head.direction,
                unit=self.head.unit,
                start=start,
                end=end,
                value=None if value is None else Decimal(value),
                quality=quality,
                source="enedis-sge-measures",
                provenance=self.head.provenance,
            )

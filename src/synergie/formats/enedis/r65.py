"""Enedis R65 (energy of each civil day) and R66 (highest power of each day), JSON or CSV.

R65: Wh or VArh; by difference of indexes, or by the load curve for C1-C4 (GUI.0503 v1.5.2, §4.4).
R66: VA, Linky only; the stamp is the moment of the peak and gives its civil day; 65535 stands for
no value; the power of one phase (PMA1 to PMA3) is not kept (§4.5).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node, describe_json_value
from synergie.formats._points import Days, Head, Number, build_daily_curves, parse_exact_number
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Form, Quantity

MOST = 10**11
"""Watt-hours of one day; 4,000 MW all day."""
NO_PEAK = 65_535

_FACTS = {
    "identifiantprm": "idPrm", "grandeurphysique": "grandeurPhysique",
    "grandeurmetier": "grandeurMetier", "unite": "unite",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Flow:
    """What differs between the two."""

    name: str
    code: str
    quantities: dict[str, Quantity]
    form: Form
    label: str
    """Column of the day in a table."""
    day: Callable[[str, str], date]
    other: tuple[str, ...] = ()
    """Quantities that are passed over."""


ENERGY = _Flow(
    name="enedis-r65",
    code="R65",
    quantities={
        "EA": "active_energy", "ERI": "reactive_inductive", "ERC": "reactive_capacitive",
    },
    form="interval_energy",
    label="date",
    day=_r6x.parse_civil_day,
)  # fmt: skip
PEAK = _Flow(
    name="enedis-r66",
    code="R66",
    quantities={"PMA": "apparent_power_max"},
    form="peak",
    label="horodate",
    day=lambda text, where: _r6x.time(text, where).date(),
    other=("PMA1", "PMA2", "PMA3"),
)


def _build_sniffer(flow: _Flow) -> Callable[[Sample], float]:
    def sniff(sample: Sample) -> float:
        if told := _r6x.flow_of(sample):
            return 1.0 if told == flow.code else 0.0
        columns = set(_r6x.columns_of(sample))
        if not columns:
            return 0.0
        needed = {*_FACTS, flow.label, "valeur", "pas"}
        return 0.9 if needed <= columns and not columns & {"nature", "cadran", "quantite"} else 0.0

    return sniff


def _build_reader(
    flow: _Flow,
) -> Callable[[BinaryIO, Profile], tuple[Iterator[MeterCurve], Report]]:
    def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[MeterCurve], Report]:
        """A run of civil days (P1D) a quantity of each point; each day is a row of the report.

        Absent days are null and told; a wrong one is refused. BadInput: another flow, or no
        `mesures`. Memory grows with one quantity of one point.
        """
        report = Report()
        parts = _read_r65_items if _r6x.is_json(source) else _read_r65_table
        return _build_r65_curves(parts(source, flow, report), flow, profile, report), report

    return read


type _Part = tuple[Place, Node, list[tuple[Place, object]]]
"""Place and facts of one series, and its points with their places."""


def _read_r65_items(source: BinaryIO, flow: _Flow, report: Report) -> Iterator[_Part]:
    for place, mesure in _r6x.iterate_mesures(source, flow.code, report):
        try:
            parts = mesure.nodes("grandeur")
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        for part in parts:
            points = part.fields.get("points")
            where = f"{place}{part.where}/points"
            each = points if isinstance(points, list) else [points]
            told = Node(mesure.fields | part.fields)
            yield place, told, [(f"{where}/{i}", point) for i, point in enumerate(each)]


def _read_r65_table(source: BinaryIO, flow: _Flow, report: Report) -> Iterator[_Part]:
    rows = _r6x.read_portal_table(source, [*_FACTS, flow.label, "valeur"], report)
    for facts, same in groupby(rows, lambda row: tuple(row[1].get(name) for name in _FACTS)):
        points: list[tuple[Place, object]] = [
            (line, {"d": cells[flow.label], "v": cells["valeur"]}) for line, cells in same
        ]
        told = Node(dict(zip(_FACTS.values(), facts, strict=True)))
        yield points[0][0], told, points


def _build_r65_curves(
    parts: Iterator[_Part], flow: _Flow, profile: Profile, report: Report
) -> Iterator[MeterCurve]:
    for place, facts, points in parts:
        try:
            physical = facts.text("grandeurPhysique").upper()
            if physical in flow.other:
                report.note("the highest power of one phase ({}) is not kept", physical)
                continue
            head = _build_r65_head(facts, physical, flow, profile)
        except BadInput as fault:
            report.refuse(place, fault)
            report.refusals += max(0, len(points) - 1)
            continue
        days = Days()
        for where, point in points:
            try:
                day, value = _parse_day_point(point, flow)
            except BadInput as fault:
                report.refuse(where, fault)
                continue
            if flow is PEAK and value == NO_PEAK:
                report.find(checks.SENTINEL, place=where)
                value = None
            days.add(day, value, "measured", where)
        yield from build_daily_curves(head, days, time_zone=profile.time_zone, report=report)


def _build_r65_head(facts: Node, physical: str, flow: _Flow, profile: Profile) -> Head:
    code = _codes.parse_prm(facts.text("idPrm"), "/idPrm")
    quantity = flow.quantities.get(physical)
    if quantity is None:
        raise BadInput("/grandeurPhysique", physical, "a quantity of this flow: EA, ERI, ERC; PMA")
    return Head(
        supply_point=f"prm:{code}",
        quantity=quantity,
        unit=_r6x.parse_unit(facts.maybe("unite"), quantity, "/unite", energy=True),
        form=flow.form,
        direction=_r6x.parse_direction(facts.text("grandeurMetier"), "/grandeurMetier"),
        provenance=profile.provenance or _codes.derive_provenance(code),
    )


def _parse_day_point(point: object, flow: _Flow) -> tuple[date, Number]:
    node = Node.of(point)
    return flow.day(node.text("d"), "/d"), _parse_daily_value(node.maybe("v"))


def _parse_daily_value(text: str | None) -> Number:
    """None for null, a blank or the text `null`: not measured, which is not zero."""
    if text is None or text == "null":
        return None
    found = parse_exact_number(
        text.replace(",", "."), "/v", "a number of at least 0, or null", most=MOST
    )
    if found < 0:
        code = checks.NEGATIVE_ENERGY.code
        raise BadInput("/v", describe_json_value(text), "a number of at least 0, or null", code)
    return found


FORMAT = Format(
    name=ENERGY.name,
    title="Enedis energy of each day, R65 (JSON, CSV)",
    sniff=_build_sniffer(ENERGY),
    read=_build_reader(ENERGY),
)
FORMAT_PEAK = Format(
    name=PEAK.name,
    title="Enedis highest power of each day, R66 (JSON, CSV)",
    sniff=_build_sniffer(PEAK),
    read=_build_reader(PEAK),
)

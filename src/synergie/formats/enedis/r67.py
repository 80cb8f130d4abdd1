"""Enedis R67: the energy that was billed, per period and time class, JSON or the portal's CSV.

Energy of half-open periods, never an index (Enedis.SGE.GUI.0503 v1.5.2, §5). The reasons for a
reading (`contexte[]`: CYCL, CFNS, MCT…) share time out between them, so all are read. A negative
quantity is a regularisation (`codeNature` C) and right. The distributor's and the supplier's
grids count the same energy: they stay apart by `grid`, never to be added.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node
from synergie.formats._points import parse_exact_number
from synergie.formats.enedis import _codes, _r6x
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.formats.text import normalize_column_name
from synergie.schemas.faults import faults
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality

NAME = "enedis-r67"

_NEEDED = ("identifiantprm", "grandeurphysique", "grandeurmetier", "unite", "debutdelamesure",
           "findelamesure", "quantite")  # fmt: skip
_CELLS = {
    "idPrm": "identifiantprm", "grandeurPhysique": "grandeurphysique",
    "grandeurMetier": "grandeurmetier", "unite": "unite", "dbtMesure": "debutdelamesure",
    "finMesure": "findelamesure", "quantite": "quantite", "dateCreation": "horodatedecreation",
    "idMotifReleve": "identifiantmotifdereleve", "libelleGrille": "libellegrille",
    "idClasseTemporelle": "identifiantclassetemporelle", "libelleNature": "libellenature",
    "libelleStatut": "libellestatut",
}  # fmt: skip
_NATURES: dict[str, Quality] = {
    "r": "measured", "c": "corrected", "e": "estimated", "i": "suspect",
    "reel": "measured", "regularise": "corrected", "estime": "estimated", "inconnu": "suspect",
}  # fmt: skip
_CANCELLED = ("a", "annule")
_MOST = 10**15
_LAST = "the quantity of this class and period that was made last"


def sniff(sample: Sample) -> float:
    """1.0 for a header of the flow, 0.9 for its columns, 0.8 for `quantite` and `dbtMesure`."""
    if flow := _r6x.flow_of(sample):
        return 1.0 if flow == "R67" else 0.0
    if columns := _r6x.columns_of(sample):
        return 0.9 if set(_NEEDED) <= set(columns) else 0.0
    return 0.8 if b'"quantite"' in sample.start and b'"dbtMesure"' in sample.start else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[PeriodEnergy], Report]:
    """The energy of each class of each period, kWh, in file order; each is a row of the report.

    A cancelled quantity is refused, as is one that another of the same period replaces later.
    BadInput: another flow, or no `mesures`. Memory grows with one delivery point.
    """
    report = Report()
    parts = _read_r67_items if _r6x.is_json(source) else _read_r67_table
    return _build_r67_energies(parts(source, report), profile, report), report


type _Quantity = tuple[Place, Node]
"""Place of one quantity, and what is told of it, its context merged in."""


def _read_r67_items(source: BinaryIO, report: Report) -> Iterator[_Quantity]:
    for place, mesure in _r6x.iterate_mesures(source, "R67", report):
        try:
            each = list(_iterate_quantities(mesure))
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        for where, told in each:
            yield f"{place}{where}", told


def _iterate_quantities(mesure: Node) -> Iterator[tuple[str, Node]]:
    for context in mesure.nodes("contexte"):
        for part in context.nodes("grandeur"):
            told = mesure.fields | context.fields | part.fields
            for calendar in part.nodes("calendrier"):
                for one in calendar.nodes("classeTemporelle"):
                    known = told | calendar.fields | one.fields
                    for quantity in one.nodes("quantite"):
                        yield quantity.where, Node(known | quantity.fields)


def _read_r67_table(source: BinaryIO, report: Report) -> Iterator[_Quantity]:
    for line, cells in _r6x.read_portal_table(source, _NEEDED, report):
        yield line, Node({name: cells.get(label) for name, label in _CELLS.items()})


def _build_r67_energies(
    quantities: Iterator[_Quantity], profile: Profile, report: Report
) -> Iterator[PeriodEnergy]:
    point, held = None, _PointEnergies(report)
    for place, told in quantities:
        if told.fields.get("idPrm") != point:
            yield from held.emit_once()
            point = told.fields.get("idPrm")
        try:
            energy = _build_period_energy(told, profile, report)
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        if energy is not None:
            held.add(energy, told.maybe("dateCreation") or "", place)
    yield from held.emit_once()


class _PointEnergies:
    """The energies of one delivery point: of two for one class and period, the later made."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._known: dict[str, tuple[str, Place, PeriodEnergy]] = {}

    def add(self, energy: PeriodEnergy, made: str, place: Place) -> None:
        """One more, that was *made* at that time (ISO 8601)."""
        other = self._known.setdefault(energy.external_id, (made, place, energy))
        if other[2] is energy:
            return
        if other[2].energy_kwh == energy.energy_kwh:
            self._report.duplicates += 1
            return
        lost = place, energy
        if made > other[0]:
            self._known[energy.external_id] = made, place, energy
            lost = other[1:]
        code = checks.CONFLICTING_DUPLICATE.code
        self._report.refuse(lost[0], BadInput("/quantite", lost[1].energy_kwh, _LAST, code))

    def emit_once(self) -> Iterator[PeriodEnergy]:
        """Those that hold, once."""
        for _, _, energy in self._known.values():
            self._report.kept += 1
            yield energy
        self._known.clear()


def _build_period_energy(told: Node, profile: Profile, report: Report) -> PeriodEnergy | None:
    """The record; None for what is no active energy. BadInput when a part of it is wrong."""
    code = _codes.parse_prm(told.text("idPrm"), "/idPrm")
    physical = told.text("grandeurPhysique").upper()
    if physical != "EA":
        report.note("{} is no active energy: passed over", physical)
        return None
    status = told.maybe("codeStatut") or told.maybe("libelleStatut") or ""
    if normalize_column_name(status) in _CANCELLED:
        raise BadInput("/codeStatut", status, "a quantity that was not cancelled")
    nature = told.maybe("codeNature") or normalize_column_name(
        _r6x.repair_encoding(told.maybe("libelleNature") or "")
    )
    raw = (told.maybe("idMotifReleve"), told.maybe("codeNature"), told.maybe("codeStatut"))
    facts: dict[str, Any] = {
        "name": code,
        "supply_point": f"prm:{code}",
        "direction": _r6x.parse_direction(told.text("grandeurMetier"), "/grandeurMetier"),
        "from_date": _r6x.parse_civil_day(told.text("dbtMesure"), "/dbtMesure"),
        "to_date": _r6x.parse_civil_day(told.text("finMesure"), "/finMesure"),
        "energy_kwh": _parse_kwh(told),
        "grid": _r6x.find_grid(told.maybe("codeGrille"), told.maybe("libelleGrille")),
        "calendar": told.maybe("codeCalendrier"),
        "tariff_class": told.maybe("idClasseTemporelle"),
        "quality": _NATURES.get(nature.lower(), "suspect"),
        "source_quality": " ".join(one for one in raw if one)[:200] or None,
    }
    try:
        return PeriodEnergy(
            **facts, source=NAME, provenance=profile.provenance or _codes.derive_provenance(code)
        )
    except ValidationError as error:
        raise faults(error)[0] from error


def _parse_kwh(told: Node) -> Decimal:
    unit = _r6x.parse_unit(told.maybe("unite"), "active_energy", "/unite")
    value = Decimal(
        parse_exact_number(told.text("quantite"), "/quantite", "a whole number", most=_MOST)
    )
    return value / 1000 if unit == "Wh" else value


FORMAT = Format(name=NAME, title="Enedis billed energy, R67 (JSON, CSV)", sniff=sniff, read=read)

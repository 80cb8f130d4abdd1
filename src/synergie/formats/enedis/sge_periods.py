"""Answers of the Enedis web service "mesures" (SGE, version 1.1): energies of periods, SOAP.

One series a time class of the distributor's calendar (`GrilleTurpe`) and of the supplier's
(`GrilleFrn`); both count the same energy. Dates are civil and half-open: [dateDebut, dateFin).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO, NamedTuple
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import parse_exact_number
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.checks import N_
from synergie.formats.enedis import _codes
from synergie.formats.enedis._dials import derive_index_quality, read_child_text
from synergie.formats.enedis._flow import leave_out, opened, parse_civil_date, scale_value
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.schemas.faults import faults
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import Grid

NAME = "enedis-sge-periods"
ANSWER = "consulterMesuresResponse"
GRIDS: dict[str, Grid | None] = {
    "seriesMesuresDateesGrilleTurpe": "distributor",
    "seriesMesuresDateesGrilleFrn": "supplier",
    "seriesMesuresDateesGrilleFournisseur": "supplier",
    "serie": None,
}
"""Whose calendar each element holds."""
KILO = {"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000)}
"""How many kWh each unit is."""

_ENERGY = N_("an energy, a number, or a blank")
_UNIT = "kWh, Wh or MWh"
_ONCE = "the energy already given for this class and period, or another period"


def sniff(sample: Sample) -> float:
    """1.0 for an XML document that names the answer of this service."""
    return 1.0 if root_of(sample)[0] and ANSWER.encode() in sample.start else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[PeriodEnergy], Report]:
    """Energies in file order.

    BadInput: another root element, XML that is not well formed. A bad energy is refused at its
    number in the file; series of another quantity are passed over with a remark.
    """
    opened(source, "Envelope", ANSWER)
    report = Report()
    return _read_period_energies(source, profile, report), report


class _Series(NamedTuple):
    """What all energies of one series have in common."""

    prm: str
    grid: Grid | None
    calendar: str
    code: str
    unit: str
    provenance: str


def _read_period_energies(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[PeriodEnergy]:
    prm, n = "", 0
    known: dict[str, PeriodEnergy] = {}
    for element in iterate_elements(source, "pointId", *GRIDS):
        if element.tag == "pointId":
            prm = (element.text or "").strip()
            continue
        grid = GRIDS[element.tag]
        for series in [element] if grid is None else element.findall("serie"):
            measures = series.findall("mesuresDatees/mesure")
            try:
                about = _read_series_facts(series, (prm, grid), profile, report)
            except BadInput as fault:
                leave_out(report, f"record {n + 1}", fault, len(measures))
            else:
                if about is not None:
                    yield from _build_series_energies(measures, about, (n, known), report)
            n += len(measures)


def _read_series_facts(
    series: Element, told: tuple[str, Grid | None], profile: Profile, report: Report
) -> _Series | None:
    prm, grid = told
    quantity, unit = _read_child_code(series, "grandeurPhysique"), read_child_text(series, "unite")
    if quantity != "EA":
        report.find(checks.SERIES_NOT_READ, quantity)
        return None
    if unit not in KILO:
        raise BadInput("/unite", unit, _UNIT, checks.UNIT_UNKNOWN.code)
    code = _codes.parse_prm(prm, "/pointId")
    return _Series(
        code,
        grid,
        _read_child_code(series, "calendrier"),
        _read_child_code(series, "classeTemporelle"),
        unit,
        profile.provenance or _codes.derive_provenance(code),
    )


def _build_series_energies(
    measures: list[Element],
    about: _Series,
    told: tuple[int, dict[str, PeriodEnergy]],
    report: Report,
) -> Iterator[PeriodEnergy]:
    n, known = told
    for number, measure in enumerate(measures, n + 1):
        try:
            made = _build_measure_energy(measure, about)
        except BadInput as fault:
            report.refuse(f"record {number}", fault)
            continue
        first = known.setdefault(made.external_id, made)
        if first is made:
            report.kept += 1
            yield made
        elif first.energy_kwh == made.energy_kwh:
            report.duplicates += 1
        else:
            code = checks.CONFLICTING_DUPLICATE.code
            again = BadInput("/valeur", made.energy_kwh, _ONCE, code)
            report.refuse(f"record {number}", again)


def _build_measure_energy(measure: Element, about: _Series) -> PeriodEnergy:
    told = read_child_text(measure, "valeur")
    value = None
    if told:
        value = scale_value(
            Decimal(parse_exact_number(told, "/valeur", _ENERGY)), KILO[about.unit], "/valeur"
        )
    codes = [_read_child_code(measure, name) for name in ("nature", "declencheur", "statut")]
    try:
        return PeriodEnergy.model_validate(
            {
                "name": about.prm,
                "supply_point": f"prm:{about.prm}",
                "from_date": parse_civil_date(read_child_text(measure, "dateDebut"), "/dateDebut"),
                "to_date": parse_civil_date(read_child_text(measure, "dateFin"), "/dateFin"),
                "energy_kwh": value,
                "grid": about.grid,
                "calendar": about.calendar or None,
                "tariff_class": about.code or None,
                "quality": "missing" if value is None else derive_index_quality(codes[0]),
                "source_quality": " ".join(code for code in codes if code) or None,
                "source": NAME,
                "provenance": about.provenance,
            }
        )
    except ValidationError as error:
        raise faults(error)[0] from error


def _read_child_code(element: Element, name: str) -> str:
    """The attribute `code` of a child, else its text."""
    child = element.find(name)
    return "" if child is None else (child.get("code") or child.text or "").strip()


FORMAT = Format(
    name=NAME, title="Enedis SGE answer, energies of periods (SOAP)", sniff=sniff, read=read
)

"""GRDF ADICT: consumptions of gas, published (billed) and informative, JSON or one item a line.

Each item has `pce/id_pce` and `consommation` (or `injection`): the interval, the raw volume in m³,
the energy in kWh of gross calorific value, how it was found. A gas day (`journee_gaziere`) or an
hour gives two interval readings, volume and energy; a published period gives one period energy.
The list of a customer's own space (`releves`, `energieConsomme`…) is read the same way. Sources:
the answers that public clients of the API show (Lowatt, MIT), ADICT data guide v1.9.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import BinaryIO

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats._json import Node, items
from synergie.formats.format import Format, Sample
from synergie.formats.grdf._adict_item import (
    CONSUMED,
    INJECTED,
    NAME,
    PORTAL,
    Names,
    parse_consumption,
    parse_pce,
)
from synergie.formats.report import Place, Report
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

_DONE = "0000000000"
"""Code of the line that ends a complete answer."""
_PEOPLE = ("nom_titulaire", "courriel_titulaire", "numero_telephone_titulaire")
_READINGS = "consommation or injection: the readings of one period"


def sniff(sample: Sample) -> float:
    """1.0 for consumptions or injections of a PCE, 0.9 for an answer of ADICT without any."""
    start = sample.start
    if b'"id_pce"' in start and (b'"consommation"' in start or b'"injection"' in start):
        return 1.0
    if b'"releves"' in start and b'"energieConsomme"' in start:
        return 1.0
    told = (b'"code_statut_traitement"', b'"statut_restitution"', b'"donnees_contractuelles"')
    return 0.9 if any(name in start for name in told) else 0.0


def read(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[IntervalReading | PeriodEnergy], Report]:
    """The readings of each item, in file order; an item is a row of the report.

    A wrong item, and one that says why there are no readings, is refused. BadInput: no JSON.
    """
    report = Report()
    return _read_adict_items(source, profile, report), report


def _read_adict_items(
    source: BinaryIO, profile: Profile, report: Report
) -> Iterator[IntervalReading | PeriodEnergy]:
    for place, value in items(source):
        for where, code, one in _iterate_pce_items(place, value):
            try:
                item = Node.of(one)
                found = (code, item, PORTAL) if code else _identify_item(item, where, report)
                if found is None:
                    continue
                read_one = parse_consumption(
                    parse_pce(found[0], "/pce/id_pce"), *found[1:], profile
                )
                records = read_one.records(profile)
            except BadInput as fault:
                report.refuse(where, fault)
                continue
            report.kept += 1
            _against_index(item, read_one.volume_m3, where, report)
            yield from records


def _iterate_pce_items(place: Place, value: object) -> Iterator[tuple[Place, str | None, object]]:
    """Place, PCE and item: the items of a customer's own space are lists under their PCE."""
    lists = {
        name: part["releves"]
        for name, part in (value.items() if isinstance(value, dict) else ())
        if isinstance(part, dict) and isinstance(part.get("releves"), list)
    }
    if not lists:
        yield place, None, value
    for name, some in lists.items():
        for i, one in enumerate(some):
            yield f"/{name}/releves/{i}", name, one


def _identify_item(item: Node, where: Place, report: Report) -> tuple[str, Node, Names] | None:
    """PCE, the part with the readings, the names of its members; None for the closing line."""
    if any(name in item.fields for name in _PEOPLE):
        report.find(checks.PERSONAL_DATA_DROPPED, place=where)
    for name, names in (("consommation", CONSUMED), ("injection", INJECTED)):
        if item.fields.get(name) is not None:
            return item.node("pce").text("id_pce"), item.node(name), names
    for status, code in (("statut_restitution", "code"), ("", "code_statut_traitement")):
        part = item.fields.get(status) if status else item.fields
        if isinstance(part, dict) and part.get(code) is not None:
            if part[code] == _DONE:
                return None
            raise BadInput(f"{'/' if status else ''}{status}/{code}", part[code], _READINGS)
    raise BadInput("row", Words("nothing"), _READINGS)


def _against_index(item: Node, volume: Decimal | None, where: Place, report: Report) -> None:
    """Tells when the volume is not the difference of the two indexes that stand beside."""
    first = _find_index(item, "releve_debut", "index_brut_debut")
    last = _find_index(item, "releve_fin", "index_brut_fin")
    if volume is None or first is None or last is None or last < first:
        return
    if last - first != volume:
        report.find(checks.PERIOD_AGAINST_INDEX, volume, last - first, place=where)


def _find_index(item: Node, name: str, inner: str) -> Decimal | None:
    reading = item.fields.get(name)
    index = reading.get(inner) if isinstance(reading, dict) else None
    value = index.get("valeur_index") if isinstance(index, dict) else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return None


FORMAT = Format(name=NAME, title="GRDF consumptions of gas, ADICT (JSON)", sniff=sniff, read=read)

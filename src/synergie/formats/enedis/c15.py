"""Enedis C15: what changed for C5 points, each event with the indexes before and after it, XML.

Each event gives the delivery point, the terms it is served under from that day, and its indexes
in kWh at the moments told (00:01 before, 00:02 after). The holder of the contract is never read:
only its category tells whether the point is a home.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO
from xml.etree.ElementTree import Element

from pydantic import ValidationError

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import parse_exact_number
from synergie.formats._xml import iterate_elements, root_of
from synergie.formats.enedis import _codes
from synergie.formats.enedis._dials import (
    CALENDARS,
    INDEX,
    Dial,
    Moments,
    build_register_reading,
    derive_index_quality,
    iterate_dials,
    read_child_text,
    read_dial,
)
from synergie.formats.enedis._flow import leave_out, opened, parse_civil_date
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SubscribedPower, SupplyTerms, VoltageDomain
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.register_reading import RegisterReading

NAME = "enedis-c15"
ROOT = "C15"
PERSONAL = ("Titulaire_Contrat", "Interlocuteur_Contrat", "Adresse_Installation")
"""Elements that tell of people; none is read."""
HOME = "RES"
"""Category of a holder who is at home there."""

_LOW_VOLTAGE: dict[str, VoltageDomain] = {
    "C5": "BT_UP_TO_36", "P4": "BT_UP_TO_36", "C4": "BT_ABOVE_36", "P3": "BT_ABOVE_36",
}  # fmt: skip
_POWER = "a power from 0"
_POWER_UNIT = "kVA or kW"
_ONCE = "the index already given for this register and time, or another time"


def sniff(sample: Sample) -> float:
    """1.0 for the root element `C15`."""
    return 1.0 if root_of(sample)[0] == ROOT else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Of each event: the delivery point, its terms, the indexes before and after, in that order.

    BadInput: another root element, XML that is not well formed. A point without a right PRM is
    refused whole; a bad register costs only itself. Memory holds one event.
    """
    opened(source, ROOT)
    report = Report()
    return _read_c15_records(source, profile, report), report


def _read_c15_records(source: BinaryIO, profile: Profile, report: Report) -> Iterator[Record]:
    moments = Moments(load_time_zone(profile.time_zone))
    for n, element in enumerate(iterate_elements(source, "PRM"), 1):
        if any(element.find(f".//{name}") is not None for name in PERSONAL):
            report.find(checks.PERSONAL_DATA_DROPPED, place=f"record {n}")
        releves = element.findall("Evenement_Declencheur/Releves/Donnees_Releve")
        try:
            point, terms = (
                _build_supply_point(element, profile),
                _build_c15_terms(element, profile, moments),
            )
        except BadInput as fault:
            rows = 1 + sum(len(list(iterate_dials(releve))) for releve in releves)
            leave_out(report, f"record {n}", fault, rows)
            continue
        report.kept += 1
        yield point
        yield terms
        yield from _Event(f"record {n}", report, moments).readings(releves, point)


def _build_supply_point(element: Element, profile: Profile) -> SupplyPointRecord:
    code = _codes.parse_prm(read_child_text(element, "Id_PRM"), "/Id_PRM")
    tariff = element.find("Situation_Contractuelle/Structure_Tarifaire")
    category = element.findtext("Situation_Contractuelle/Titulaire_Contrat/Categorie") or ""
    power = None if tariff is None else _read_subscribed_power(tariff)
    try:
        return SupplyPointRecord.model_validate(
            {
                "scheme": "prm",
                "code": code,
                "market_segment": read_child_text(element, "Segment_Clientele") or None,
                "tariff_code": _read_tariff(tariff),
                "subscribed_power_kva": None
                if power is None or power.unit != "kVA" or not power.value
                else float(power.value),
                "time_zone": profile.time_zone,
                "personal_data": "yes" if category.strip() == HOME else "possible",
                "provenance": profile.provenance or _codes.derive_provenance(code),
            }
        )
    except ValidationError as error:
        raise faults(error)[0] from error


def _build_c15_terms(element: Element, profile: Profile, moments: Moments) -> SupplyTerms:
    code = _codes.parse_prm(read_child_text(element, "Id_PRM"), "/Id_PRM")
    situation = element.find("Situation_Contractuelle")
    situation = Element("Situation_Contractuelle") if situation is None else situation
    tariff = situation.find("Structure_Tarifaire")
    power = None if tariff is None else _read_subscribed_power(tariff)
    connection = element.findtext("Alimentation/P_Raccordement_Soutirage")
    segment = read_child_text(element, "Segment_Clientele")
    domain = element.findtext("Alimentation/Domaine_De_Tension") or ""
    try:
        return SupplyTerms.model_validate(
            {
                "supply_point": f"prm:{code}",
                "valid_from": _find_terms_start(element, situation, moments),
                "market_segment": segment or None,
                "tariff_code": _read_tariff(tariff),
                "voltage_domain": _derive_domain(domain.strip(), segment),
                "meter_type": (element.findtext("Dispositif_De_Comptage/Compteur/Type") or "")
                or None,
                "calendar": None
                if tariff is None
                else read_child_text(tariff, "Id_Calendrier_Distributeur") or None,
                "subscribed_powers": () if power is None else (power,),
                "connection_power_kva": _parse_power_number(
                    connection, "/P_Raccordement_Soutirage"
                ),
                "offpeak_hours": None if tariff is None else _read_offpeak_hours(tariff),
                "state": read_child_text(situation, "Etat_Contractuel") or None,
                "source": NAME,
                "provenance": profile.provenance or _codes.derive_provenance(code),
            }
        )
    except ValidationError as error:
        raise faults(error)[0] from error


def _find_terms_start(element: Element, situation: Element, moments: Moments) -> date:
    """The day of the event; else the day this sequence of the situation began."""
    event = element.findtext("Evenement_Declencheur/Date_Evenement")
    if event:
        return moments.day(moments.at(event.strip(), "/Date_Evenement"))
    return parse_civil_date(
        read_child_text(situation, "Date_Debut_Num_Sequence"), "/Date_Debut_Num_Sequence"
    )


def _read_tariff(tariff: Element | None) -> str | None:
    return (
        None
        if tariff is None
        else read_child_text(tariff, "Formule_Tarifaire_Acheminement") or None
    )


def _read_subscribed_power(tariff: Element) -> SubscribedPower | None:
    value = _parse_power_number(
        read_child_text(tariff, "Puissance_Souscrite"), "/Puissance_Souscrite"
    )
    unit = read_child_text(tariff, "Unite_Puissance_Souscrite")
    if value is None:
        return None
    if unit not in {"kVA", "kW"}:
        code = checks.UNIT_UNKNOWN.code
        raise BadInput("/Unite_Puissance_Souscrite", unit, _POWER_UNIT, code)
    return SubscribedPower.model_validate({"value": value, "unit": unit})


def _parse_power_number(told: str | None, where: str) -> Decimal | None:
    if told is None or not told.strip():
        return None
    value = Decimal(parse_exact_number(told.strip(), where, _POWER, most=10**6))
    if value < 0:
        raise BadInput(where, told, _POWER)
    return value


def _derive_domain(domain: str, segment: str) -> VoltageDomain | None:
    """BT is up to 36 kVA for C5 and P4, above for C4 and P3, by their definition."""
    if domain.startswith("BT"):
        return _LOW_VOLTAGE.get(segment)
    return "HTA" if domain.startswith("HTA") else "HTB" if domain.startswith("HTB") else None


def _read_offpeak_hours(tariff: Element) -> str | None:
    """Off-peak hours as written; several periods are told one after another."""
    labels = [one.text for one in tariff.iter("Libelle_Plage_Heures_Creuses") if one.text]
    return "; ".join(label.strip() for label in labels)[:200] or None


class _Event:
    """The indexes of one event."""

    def __init__(self, place: str, report: Report, moments: Moments) -> None:
        self._place, self._report, self._moments = place, report, moments
        self._known: dict[str, RegisterReading] = {}
        self._ranks: dict[tuple[str, str], tuple[str, str | None]] = {}

    def readings(
        self, releves: list[Element], point: SupplyPointRecord
    ) -> Iterator[RegisterReading]:
        """The indexes before, then those after."""
        for releve in releves:
            rows = list(iterate_dials(releve))
            try:
                moment = self._moments.at(read_child_text(releve, "Date_Releve"), "/Date_Releve")
            except BadInput as fault:
                leave_out(self._report, self._place, fault, len(rows))
                continue
            nature = read_child_text(releve, "Nature_Index")
            about: dict[str, object] = {
                "supply_point": point.external_id,
                "instant": moment,
                "quality": derive_index_quality(nature),
                "source_quality": nature or None,
                "source": NAME,
                "provenance": point.provenance,
            }
            for child, grid in rows:
                calendar = read_child_text(releve, *CALENDARS[grid]) or None
                try:
                    one = read_dial(child, grid, self._report)
                    if one is not None and one.kind == INDEX:
                        yield from self._reading(one, about | {"calendar": calendar})
                except BadInput as fault:
                    self._report.refuse(self._place, fault)

    def _reading(self, one: Dial, about: dict[str, object]) -> Iterator[RegisterReading]:
        """Once each: a register has one index at one moment."""
        made = build_register_reading(one, one.value, about)
        first = self._known.setdefault(made.external_id, made)
        if first.value != made.value:
            code = checks.CONFLICTING_DUPLICATE.code
            raise BadInput("/Valeur", made.value, _ONCE, code)
        if first is not made:
            self._report.duplicates += 1
            return
        self._reuse(one, made.calendar)
        self._report.kept += 1
        yield made

    def _reuse(self, one: Dial, calendar: str | None) -> None:
        """A dial on which another class is read from now on: the index goes on, not the class."""
        now = one.code, calendar
        before = self._ranks.setdefault((one.grid, one.rank), now)
        if one.rank and before != now:
            self._report.note(
                "dial {} was read as {}, and is read as {} from the event on",
                one.rank,
                before[0],
                one.code,
            )
            self._ranks[one.grid, one.rank] = now


FORMAT = Format(
    name=NAME, title="Enedis C15, events and terms of C5 points (XML)", sniff=sniff, read=read
)

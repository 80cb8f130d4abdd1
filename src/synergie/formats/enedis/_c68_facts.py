"""What is taken of a C68 item or row: facts of the point and of its contract, nothing of people."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from synergie.formats._json import Node
from synergie.formats.enedis import _codes, _terms
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SubscribedPower, SupplyTerms
from synergie.schemas.faults import faults
from synergie.schemas.readings.profile import Profile
from synergie.units import is_siret

_PEOPLE = (
    "adresseInstallationNonNormalisee", "adresse", "coordonneesContact", "personnePhysique",
    "interlocuteurClient", "interlocuteurTechnique", "parametresTeleAcces",
)  # fmt: skip
_PEOPLE_COLUMNS = tuple(map(normalize_column_name, (
    "Nom", "Prenom", "IC Nom", "IT Nom", "Email", "Telephone fixe", "Telephone portable",
    "Numero et nom de la voie", "Adresse ligne 1", "Adresse ligne 4", "IC Adresse ligne 4",
    "IT Adresse ligne 4",
)))  # fmt: skip
_CHANGES = (
    "dateDerniereAugmentationPuissanceSouscrite", "dateDerniereDiminutionPuissanceSouscrite",
    "dateDerniereMiseEnServiceSoutirage", "dateDerniereModificationFormuleTarifaireAcheminement",
    "dateDernierModificationCalendrierFournisseur",
)  # fmt: skip
_CHANGE_COLUMNS = tuple(map(normalize_column_name, (
    "Date de derniere augmentation de puissance souscrite",
    "Date de derniere diminution de puissance souscrite",
    "Date de derniere mise en service en soutirage",
    "Date de derniere modification de la formule tarifaire acheminement",
    "Date de derniere modification de calendrier fournisseur",
)))  # fmt: skip


@dataclass(slots=True)
class Facts:
    """Facts of one delivery point; None where nothing is told."""

    code: str
    segment: str | None = None
    tariff: str | None = None
    domain: str | None = None
    meter: str | None = None
    calendar: str | None = None
    powers: list[SubscribedPower] = field(default_factory=list)
    connection: SubscribedPower | None = None
    offpeak: str | None = None
    state: str | None = None
    holder: str | None = None
    """SIRET."""
    since: date | None = None
    """First day of these terms: of the contract, or of the last change of its terms."""
    personal: bool = False
    """Whether data of people stand beside; they were not read."""
    person: bool = False
    """Whether a person holds the contract."""

    def point(self, profile: Profile) -> SupplyPointRecord:
        """The delivery point; BadInput when a fact has not its form."""
        known = [power.value for power in self.powers if power.unit == "kVA" and power.value > 0]
        facts: dict[str, Any] = {
            "scheme": "prm",
            "code": self.code,
            "market_segment": self.segment,
            "tariff_code": self.tariff,
            "subscribed_power_kva": float(max(known)) if known else None,
            "time_zone": profile.time_zone,
            "personal_data": "yes" if self.person else "possible",
            "provenance": profile.provenance or _codes.derive_provenance(self.code),
        }
        try:
            return SupplyPointRecord(**facts)
        except ValidationError as error:
            raise faults(error)[0] from error

    def terms(self, source: str, profile: Profile) -> SupplyTerms | None:
        """Its terms; None when nothing tells since when they hold."""
        if self.since is None:
            return None
        kva = self.connection.value if self.connection and self.connection.unit == "kVA" else None
        facts: dict[str, Any] = {
            "supply_point": f"prm:{self.code}",
            "valid_from": self.since,
            "market_segment": self.segment,
            "tariff_code": self.tariff,
            "voltage_domain": _parse_domain(self.domain),
            "meter_type": self.meter,
            "calendar": self.calendar,
            "subscribed_powers": tuple(self.powers),
            "connection_power_kva": kva,
            "offpeak_hours": self.offpeak,
            "state": self.state,
            "holder_siret": self.holder,
            "source": source,
            "provenance": profile.provenance or _codes.derive_provenance(self.code),
        }
        try:
            return SupplyTerms(**facts)
        except ValidationError as error:
            raise faults(error)[0] from error


def facts_of_item(node: Node, report: Report) -> Facts:
    """Facts of one JSON item; BadInput when its PRM or a number has not its form."""
    facts = Facts(_codes.parse_prm(node.text("idPrm"), "/idPrm"))
    supply = _find_inner_node(node, "situationAlimentation", "alimentationPrincipale")
    metering = _find_inner_node(node, "situationComptage")
    contract = _select_contract(node, report)
    tariff = _find_inner_node(contract, "structureTarifaire")
    client = _find_inner_node(contract, "clientFinal", "informationsClient")
    facts.segment = _terms.find_segment(_read_code(contract, "segment"))
    facts.tariff = _terms.find_tariff(_read_code(tariff, "formuleTarifaireAcheminement"))
    facts.domain = _read_code(supply, "domaineTension")
    facts.meter = _read_code(_find_inner_node(metering, "dispositifComptage"), "typeComptage")
    facts.calendar = _read_code(_find_inner_node(tariff, "grilleTurpe"), "calendrier")
    facts.powers = _read_powers(tariff)
    facts.connection = _read_power(supply, "puissanceRaccordementSoutirage", None)
    facts.offpeak = _read_code(
        _find_inner_node(metering, "relais"), "plageHeuresCreuses", "libelle"
    )
    facts.state = _read_code(
        _find_inner_node(contract, "informationsContractuelles"), "etatContractuel"
    )
    facts.holder = _clean_siret(
        _find_inner_node(client, "personneMorale").maybe("numSiret"), report
    )
    facts.since = _find_begin_date(contract, _find_inner_node(node, "syntheseContractuelle"))
    facts.person = bool(_has_content(client.fields.get("personnePhysique")))
    facts.personal = _holds_people(node.fields)
    return facts


def _select_contract(node: Node, report: Report) -> Node:
    """The one situation that holds: of drawing before feeding in, and the latest begun."""
    some = node.nodes("situationsContractuelles")
    drawn = [one for one in some if one.fields.get("typeInjection") is not True] or some
    dated = sorted(drawn, key=lambda one: one.maybe("dateDebut") or "")
    if not dated:
        return Node({})
    if len(dated) > 1 and dated[-1].maybe("dateDebut") == dated[-2].maybe("dateDebut"):
        report.note("two contracts of one point begin together: neither was taken")
        return Node({})
    return dated[-1]


def _find_inner_node(node: Node, *names: str) -> Node:
    """The object under *names*, one in the other; empty when it is absent."""
    for name in names:
        value = node.fields.get(name)
        node = Node(value, node.at(name)) if isinstance(value, dict) else Node({}, node.at(name))
    return node


def _read_code(node: Node, name: str, *others: str) -> str | None:
    """A text, or the `code` (else `libelle`) of an object; SGE writes it under `attributes`."""
    value = node.fields.get(name)
    if not isinstance(value, dict):
        return node.maybe(name)
    one = _find_inner_node(node, name)
    for part in (*others, "code"):
        if found := one.maybe(part) or _find_inner_node(one, "attributes").maybe(part):
            return found
    return one.maybe("libelle")


def _read_powers(tariff: Node) -> list[SubscribedPower]:
    """By class of the network tariff, else of the supplier's grid, else one for all."""
    for grid in ("grilleTurpe", "grilleFournisseur"):
        each = _find_inner_node(tariff, grid).nodes("classesTemporelles")
        found = [
            power for one in each if (power := _read_power(one, "puissance", one.maybe("code")))
        ]
        if found:
            return found
    one = _read_power(tariff, "puissanceSouscrite", None) or _read_power(
        tariff, "puissanceSouscriteMax", None
    )
    return [one] if one else []


def _read_power(node: Node, name: str, tariff_class: str | None) -> SubscribedPower | None:
    """`{valeur, unite}`, or a text as `36 kVA`; None when it is absent. BadInput otherwise."""
    value = node.fields.get(name)
    if isinstance(value, dict):
        one = _find_inner_node(node, name)
        if one.maybe("valeur") is None:
            return None
        return _terms.power_of(
            f"{one.text('valeur')} {one.text('unite')}", node.at(name), tariff_class
        )
    text = node.maybe(name)
    return None if text is None else _terms.power_of(text, node.at(name), tariff_class)


def _parse_domain(text: str | None) -> str | None:
    """`BTINF` and `BT<=36kVA` are up to 36 kVA, `BTSUP` and `BT>36kVA` above."""
    told = (text or "").upper().replace(" ", "")
    for start in ("HTA", "HTB"):
        if told.startswith(start):
            return start
    if told.startswith(("BTINF", "BT<", "BT≤")):
        return "BT_UP_TO_36"
    return "BT_ABOVE_36" if told.startswith(("BTSUP", "BT>")) else None


def _clean_siret(text: str | None, report: Report) -> str | None:
    if text is None or is_siret(text):
        return text
    report.note("a SIRET without its check digit was left out")
    return None


def _find_begin_date(contract: Node, changes: Node) -> date | None:
    """Beginning of the contract, else the last change of its terms."""
    begun = _terms.day_in(contract.maybe("dateDebut"), contract.at("dateDebut"))
    if begun is not None:
        return begun
    dates = [_terms.day_in(changes.maybe(name), changes.at(name)) for name in _CHANGES]
    return max((one for one in dates if one is not None), default=None)


def _has_content(value: object) -> bool:
    """Whether anything stands there."""
    if isinstance(value, dict):
        return any(_has_content(one) for one in value.values())
    return value not in (None, "", [])


def _holds_people(fields: dict[str, object]) -> bool:
    stack: list[object] = [fields]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            if any(name in value and _has_content(value[name]) for name in _PEOPLE):
                return True
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return False


def facts_of_row(cells: dict[str, str], report: Report) -> Facts:
    """Facts of one row of the table, by plain label; BadInput as for an item."""

    def find_cell(*labels: str) -> str | None:
        return next(
            (
                cells[normalize_column_name(one)]
                for one in labels
                if cells.get(normalize_column_name(one))
            ),
            None,
        )

    facts = Facts(_codes.parse_prm(cells["prm"], "/PRM"))
    facts.segment, facts.tariff = (
        _terms.find_segment(find_cell("Segment")),
        _terms.find_tariff(find_cell(_TARIFF_LABEL)),
    )
    facts.domain, facts.meter = find_cell("Domaine de tension"), find_cell("Type de comptage")
    calendar = find_cell("Calendrier (grille turpe)")
    facts.calendar = calendar.split()[0] if calendar else None
    facts.powers = _powers_of_row(find_cell)
    connection = find_cell("Puissance de raccordement principal en soutirage")
    facts.connection = (
        _terms.power_of(connection, "/Puissance de raccordement", None) if connection else None
    )
    facts.offpeak, facts.state = (
        find_cell("Relais plage heure creuse"),
        find_cell("Etat contractuel"),
    )
    facts.holder = _clean_siret(find_cell("Numero Siret", "SIRET"), report)
    begun = find_cell("date de debut de la situation contractuelle")
    changes = [_terms.day_in(cells.get(name) or None, f"/{name}") for name in _CHANGE_COLUMNS]
    known = [one for one in changes if one is not None]
    facts.since = _terms.day_in(begun, "/date de debut") or max(known, default=None)
    facts.person = find_cell("Nom") is not None
    facts.personal = any(cells.get(name) for name in _PEOPLE_COLUMNS)
    return facts


_TARIFF_LABEL = "Formule tarifaire acheminement"
_CELL = re.compile(r"([A-Z0-9_]{1,20})\b\D*?(\d{1,7}(?:[.,]\d{1,3})?\s*(?:kVA|kW))", re.ASCII)


def _powers_of_row(told: Callable[[str], str | None]) -> list[SubscribedPower]:
    """By class where a class says its power (`HPH 36 kVA`), else one for all."""
    powers = list[SubscribedPower]()
    for n in range(1, 9):
        found = _CELL.match(told(f"Classe temporelle {n} (grille turpe)") or "")
        if found:
            powers.append(_terms.power_of(found[2], f"/Classe temporelle {n}", found[1]))
    whole = told("Puissance souscrite")
    if powers or whole is None:
        return powers
    return [_terms.power_of(whole, "/Puissance souscrite", None)]

"""What a line of an invoice is for: its component and its time class, by its words."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from synergie.energy.plan.tariff.time_classes import CLASSES, time_class_name
from synergie.energy.records.bill import Component
from synergie.schemas.readings.invoice import InvoiceRow
from synergie.schemas.readings.supplier_profile import LineComponent

type Meaning = Component | Literal[
    "network", "vat", "whole", "gas_fixed", "gas_energy", "gas_capacity", "gas_cta", "gas_accise"
]  # fmt: skip
"""`network`: the fixed parts of the network tariff in one line; `vat`: an amount of VAT; `whole`:
a bill told in one line; `gas_…`: distribution and taxes of a gas point."""

_ENERGY_UNITS = frozenset({"kwh", "mwh", "wh", "gwh"})
_NETWORK = ("soutirage", "acheminement", "turpe", "reseau", "utilisation du reseau")
_VARIABLE = ("variable", "proportionnel", "consommation", "energie")
_FIXED = ("fixe", "souscrite", "puissance")

_NEVER = ("penalite", "penalites", "prestation", "prestations", "intervention", "remise")
"""Words of what is neither energy, network nor tax."""

_WORDS: Sequence[tuple[Meaning, tuple[str, ...]]] = (
    ("vat", (" tva ", " montant tva ", " total tva ")),
    ("cta", ("cta", "contribution tarifaire")),
    ("accise", ("accise", "accises", "cspe", "ticfe", "tcfe", "tdcfe", "service public")),
    ("reactive", ("reactive", "reactif", "kvarh")),
    ("cmdps", ("depassement", "depassements", "cmdps")),
    ("capacity", ("capacite",)),
    ("cee", ("cee", "economie d energie", "economies d energie")),
    ("guarantees", ("garantie", "garanties", "go", "verte", "vert", "renouvelable", "enr")),
    ("vnu", ("vnu", "versement nucleaire")),
    ("cc", ("comptage", "cc")),
)
"""The first of these whose words a line holds; what may hold others' words comes first. Words
between spaces are the whole of a line."""


def plain_words(text: str) -> str:
    """*text* in lower case without accents, its words between single spaces, one at both ends."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return f" {' '.join(re.findall(r'[a-z0-9]+', kept))} "


def classify_invoice_row(row: InvoiceRow) -> Meaning | None:
    """What *row* is for; None when its words do not say."""
    is_gas = (row.supply_point or "").startswith("pce:")
    if row.component is not None:
        return _find_told_meaning(row.component, is_gas=is_gas)
    return _classify_gas_row(row) if is_gas else _classify_power_row(row)


def _find_told_meaning(component: LineComponent, *, is_gas: bool) -> Meaning | None:
    """The meaning that the profile of a supplier tells. None: it is compared with nothing."""
    if component == "other":
        return None
    return _OF_GAS.get(component, component) if is_gas else component


_OF_GAS: dict[LineComponent, Meaning] = {
    "cta": "gas_cta", "accise": "gas_accise", "atrd_fixed": "gas_fixed",
    "atrd_energy": "gas_energy", "atrd_capacity": "gas_capacity",
}  # fmt: skip


def _classify_power_row(row: InvoiceRow) -> Meaning | None:
    if row.label is None and row.element is None and time_class(row) is None:
        return "whole"
    text = plain_words(f"{row.label or ''} {row.element or ''}")
    if _contains_word(text, _NEVER):
        return None
    component = classify_words(text)
    if component is not None:
        return component
    if _contains_word(text, ("gestion", "cgest", "cgcu", "cg")):
        return None if _contains_word(text, ("frais",)) else "cg"
    if _contains_word(text, _NETWORK):
        return _of_the_network(text, row)
    return _of_the_supply(text, row)


def classify_words(text: str) -> Meaning | None:
    """What words of a line of electricity are for, where they say it alone. None: they do not."""
    told = plain_words(text)
    found = (one for one, words in _WORDS if _contains_word(told, words) or told in words)
    return next(found, None)


def _classify_gas_row(row: InvoiceRow) -> Meaning | None:
    text = plain_words(f"{row.label or ''} {row.element or ''}")
    if _contains_word(text, _NEVER) or not text.strip():
        return None if text.strip() else "whole"
    for meaning, words in _GAS_WORDS:
        if _contains_word(text, words) or text in words:
            return meaning
    if _contains_word(text, _GAS_NETWORK):
        return _of_distribution(text, row)
    if _contains_word(text, ("abonnement", "prime fixe", "terme fixe", "part fixe")):
        return "subscription"
    return "supply" if is_energy(row) else None


def _of_distribution(text: str, row: InvoiceRow) -> Meaning:
    if is_energy(row) or _contains_word(text, _VARIABLE):
        return "gas_energy"
    return "gas_capacity" if _contains_word(text, ("capacite", "journaliere")) else "gas_fixed"


_GAS_NETWORK = ("atrd", "distribution", "acheminement", "reseau")
_GAS_WORDS: Sequence[tuple[Meaning | None, tuple[str, ...]]] = (
    ("vat", (" tva ", " montant tva ", " total tva ")),
    ("gas_cta", ("cta", "contribution tarifaire")),
    ("gas_accise", ("accise", "accises", "ticgn")),
    ("cpb", ("cpb", "biogaz", "biomethane")),
    ("cee", ("cee", "economie d energie", "economies d energie")),
    ("guarantees", ("garantie", "garanties", "go")),
    (None, ("transport", "stockage", "atrt")),
)
"""The first of these whose words a gas line holds; transport is compared with nothing."""


def _of_the_network(text: str, row: InvoiceRow) -> Meaning:
    if _contains_word(text, ("abonnement", "prime fixe", "fixes")):
        return "network"
    if is_energy(row):
        return "cs_energy"
    if _contains_word(text, _FIXED):
        return "cs_fixed"
    return "cs_energy" if _contains_word(text, _VARIABLE) or time_class(row) else "cs_fixed"


def _of_the_supply(text: str, row: InvoiceRow) -> Meaning | None:
    if _contains_word(text, ("abonnement", "prime fixe", "terme fixe", "part fixe")):
        return "subscription"
    if not text.strip() and time_class(row) is not None:
        return "supply"
    told = _contains_word(
        text, ("fourniture", "consommation", "energie", "electricite", "conso", "kwh")
    )
    if is_energy(row) and (told or time_class(row)):
        return "supply"
    return "supply" if told and time_class(row) else None


def _contains_word(text: str, words: tuple[str, ...]) -> bool:
    return any(f" {word} " in text for word in words)


def is_energy(row: InvoiceRow) -> bool:
    """Whether its quantity is an active energy, as far as its unit says."""
    return (row.quantity_unit or "").strip().lower().replace(" ", "") in _ENERGY_UNITS


_SPELLED = ((("heures pleines", "heure pleine"), "HP"), (("heures creuses", "heure creuse"), "HC"))
_HIGH = ("hiver", "haute", "hautes")
_LOW = ("ete", "basse", "basses")
_KNOWN = frozenset(CLASSES) | {"HPE", "HCE", "PTE"}


def time_class(row: InvoiceRow) -> str | None:
    """The time class of a line, under the name of the house: from its own column or its words."""
    if (row.supply_point or "").startswith("pce:"):
        return "BASE"
    if row.time_class:
        name = time_class_name(row.time_class)
        return name if name in CLASSES else _find_spelled_class(plain_words(row.time_class))
    text = plain_words(row.label or "")
    named = [word.upper() for word in text.split() if word.upper() in _KNOWN]
    return time_class_name(named[-1]) if named else _find_spelled_class(text)


def _find_spelled_class(text: str) -> str | None:
    for words, name in _SPELLED:
        if _contains_word(text, words):
            if _contains_word(text, _HIGH):
                return f"{name}H"
            return f"{name}B" if _contains_word(text, _LOW) else name
    return None

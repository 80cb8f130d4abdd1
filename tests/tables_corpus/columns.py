"""Columns of bills under the heads that suppliers, syndicates and town halls give them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from tests.tables_corpus.sheets import Cell, Row
from tests.tables_corpus.world import Bill

type Column = tuple[str, Callable[[Bill], Cell]]

HEADS: dict[str, tuple[str, ...]] = {
    "point": ("PRM", "Point de livraison", "N° PDL", "Référence PRM", "PDL", "Code point (PRM)"),
    "pce": ("PCE", "N° PCE", "Référence PCE", "Code PCE"),
    "site": ("Site", "Nom du site", "Libellé", "Bâtiment", "Désignation"),
    "from": ("Du", "Date début", "Début de période", "Début", "Date de début"),
    "to": ("Au", "Date fin", "Fin de période", "Fin", "Date de fin"),
    "kwh": ("Consommation (kWh)", "Conso kWh", "Énergie active (kWh)", "Quantité facturée (kWh)",
            "Volume (kWh)", "Consommation totale en kWh"),
    "mwh": ("Consommation (MWh)", "Livré (MWh)", "Quantité MWh"),
    "wh": ("Consommation (Wh)", "Énergie (Wh)"),
    "hp": ("HP (kWh)", "Consommation HP (kWh)", "Heures pleines (kWh)"),
    "hc": ("HC (kWh)", "Consommation HC (kWh)", "Heures creuses (kWh)"),
    "ht": ("Montant HT (€)", "Montant HT", "Total HT €"),
    "ttc": ("Montant TTC (€)", "Montant TTC", "Total TTC €"),
    "power": ("Puissance souscrite (kVA)", "PS (kVA)"),
    "m3": ("Volume (m3)", "Volume m³", "Consommation (m3)"),
    "coefficient": ("Coefficient de conversion (kWh/m3)", "Coef. conversion", "PCS (kWh/m3)"),
    "commune": ("Commune", "Ville"),
    "invoice": ("N° facture", "Facture", "Référence facture"),
    "segment": ("Segment", "Segment Turpe"),
    "fta": ("FTA", "Formule tarifaire d'acheminement"),
    "meter": ("N° compteur", "Matricule compteur"),
    "days": ("Nb jours", "Nombre de jours"),
}  # fmt: skip
VALUES: dict[str, Callable[[Bill], Cell]] = {
    "point": lambda b: b.point,
    "pce": lambda b: b.point,
    "site": lambda b: b.site,
    "from": lambda b: b.start,
    "to": lambda b: b.last,
    "kwh": lambda b: b.kwh,
    "mwh": lambda b: b.kwh / 1000,
    "wh": lambda b: b.kwh * 1000,
    "hp": lambda b: b.kwh - b.off_peak,
    "hc": lambda b: b.off_peak,
    "ht": lambda b: b.ht,
    "ttc": lambda b: b.ttc,
    "power": lambda b: b.power,
    "m3": lambda b: b.volume,
    "coefficient": lambda b: b.coefficient,
    "commune": lambda b: "Villeneuve",
    "invoice": lambda b: f"F{b.start:%Y%m}-{b.point[-4:]}",
    "segment": lambda b: "C5",
    "fta": lambda b: "BTINFMU4",
    "meter": lambda b: f"0{b.point[3:11]}",
    "days": lambda b: b.days,
}


def column(name: str, variant: int = 0) -> Column:
    """The column *name* under one of its heads."""
    return HEADS[name][variant % len(HEADS[name])], VALUES[name]


def columns(names: str, variant: int = 0) -> list[Column]:
    """Several, from their names in one text."""
    return [column(name, variant) for name in names.split()]


def of(head: str, values: Mapping[Bill, Cell]) -> Column:
    """A column whose cells are known bill by bill."""
    return head, values.__getitem__


def table(told: Sequence[Bill], cols: Sequence[Column]) -> list[Row]:
    """Head and rows."""
    return [[head for head, _ in cols], *([cell(one) for _, cell in cols] for one in told)]


def _eur(scale: str, per: int) -> Callable[[Bill], Cell]:
    return lambda b: (b.price / per).quantize(Decimal(scale))


def _share(part: str) -> Callable[[Bill], Cell]:
    return lambda b: (b.kwh * Decimal(part)).quantize(Decimal(1))


BESIDE: dict[str, tuple[Column, ...]] = {
    "price beside": (
        ("Prix unitaire (€/MWh)", _eur("0.01", 1)),
        ("Terme variable (€/MWh)", _eur("0.01", 1)),
        ("Prix moyen (c€/kWh)", _eur("0.001", 10)),
        ("Tarif HTT ct/kWh", _eur("0.001", 10)),
        ("Le kWh (€)", _eur("0.00001", 1000)),
        ("Prix du kWh", _eur("0.00001", 1000)),
        ("PU kWh", _eur("0.00001", 1000)),
        ("Accise (€/MWh)", lambda b: Decimal("22.50")),
    ),
    "ratio beside": (
        ("Ratio kWh/m²", lambda b: (b.kwh / b.surface).quantize(Decimal("0.01"))),
        ("kWh par m2", lambda b: (b.kwh / b.surface).quantize(Decimal("0.01"))),
        ("Intensité (kWh/DJU)", lambda b: (b.kwh / 310).quantize(Decimal("0.001"))),
        ("kWh/élève", lambda b: (b.kwh / 87).quantize(Decimal("0.1"))),
        ("Variation kWh (%)", lambda b: Decimal(b.power) / 10),
        ("Écart kWh", lambda b: Decimal(b.power * 7 - 120)),
    ),
    "mean beside": (
        ("Consommation moyenne (kWh/jour)", lambda b: (b.kwh / b.days).quantize(Decimal("0.01"))),
        ("kWh/jour", lambda b: (b.kwh / b.days).quantize(Decimal("0.01"))),
        ("Conso journalière moyenne kWh", lambda b: (b.kwh / b.days).quantize(Decimal("0.01"))),
        ("Moyenne mensuelle (kWh)", _share("0.93")),
        ("Max journalier kWh", lambda b: (b.kwh / b.days * 2).quantize(Decimal(1))),
    ),
    "forecast beside": (
        ("Consommation prévue (kWh)", _share("1.07")),
        ("Prévisionnel kWh", _share("1.07")),
        ("Budget (kWh)", _share("1.10")),
        ("Objectif 2026 (kWh)", _share("0.90")),
        ("Seuil d'alerte (kWh)", lambda b: Decimal(b.power * 60)),
        ("Consommation estimée (kWh)", _share("0.97")),
        ("Conso théorique kWh", _share("1.02")),
        ("Consommation normalisée (kWh)", _share("1.04")),
        ("CAR (kWh)", lambda b: Decimal(b.power * 500)),
    ),
    "previous year beside": (
        ("Consommation N-1 (kWh)", _share("1.12")),
        ("kWh même mois an passé", _share("1.12")),
        ("Consommation année précédente (kWh)", _share("1.12")),
        ("Conso 2024 kWh", _share("1.12")),
        ("Rappel N-2 (kWh)", _share("1.20")),
    ),
    "other quantity beside": (
        ("Énergie réactive (kVArh)", _share("0.31")),
        ("Pertes (kWh)", _share("0.03")),
        ("Pointe atteinte (kW)", lambda b: Decimal(b.power) * 8 / 10),
        ("Énergie primaire (kWh)", _share("2.3")),
        ("CO2 (kg)", _share("0.05")),
        ("Dépassement (kVA)", lambda b: 0),
        ("Puissance max (kVA)", lambda b: Decimal(b.power) * 9 / 10),
        ("Autoconsommation (kWh)", _share("0.12")),
        ("Production PV (kWh)", _share("0.42")),
        ("Injection (kWh)", _share("0.30")),
    ),
}
"""Columns that are not the energy of the row, by what they are."""


def _per(figure: str) -> Callable[[Bill], Cell]:
    return lambda b: (b.kwh / Decimal(figure)).quantize(Decimal("0.01"))


LATER: dict[str, tuple[Column, ...]] = {
    "price beside": (
        ("Px MWh HTT", _eur("0.01", 1)),
        ("Part fourniture €/MWh", _eur("0.01", 1)),
        ("Coût unitaire kWh (cts)", _eur("0.001", 10)),
        ("TURPE (c€/kWh)", lambda b: Decimal("4.58")),
        ("Tarif appliqué [€/MWh]", _eur("0.01", 1)),
        ("EUR/kWh", _eur("0.00001", 1000)),
    ),
    "ratio beside": (
        ("kWh/hab", _per("1200")),
        ("Conso. surfacique kWh/m²", _per("310")),
        ("Part du total kWh (%)", lambda b: Decimal("12.5")),
        ("Evol. kWh vs 2024", lambda b: Decimal(b.power * 3 - 40)),
    ),
    "mean beside": (
        ("Moy. kWh/j", _per("30.4")),
        ("kWh moyen mensuel", _share("0.95")),
        ("Médiane kWh", _share("0.97")),
        ("Talon (kWh)", _share("0.2")),
    ),
    "forecast beside": (
        ("kWh attendus", _share("1.05")),
        ("Conso cible kWh", _share("0.9")),
        ("kWh budgétés", _share("1.1")),
        ("Réf. climatique (kWh)", _share("1.03")),
        ("kWh contractuels", _share("1.01")),
    ),
    "previous year beside": (
        ("A-1 kWh", _share("1.12")),
        ("Conso hist. kWh", _share("1.12")),
        ("kWh exercice précédent", _share("1.12")),
    ),
    "other quantity beside": (
        ("Pmax kVA", lambda b: Decimal(b.power)),
        ("kWhEP", _share("2.3")),
        ("kWh autoconsommés", _share("0.12")),
        ("kWh ECS", _share("0.1")),
        ("Dont éclairage (kWh)", _share("0.2")),
        ("kWh renouvelables", _share("0.5")),
    ),
}
"""The same under heads that were written once the others were read right: words nobody listed."""

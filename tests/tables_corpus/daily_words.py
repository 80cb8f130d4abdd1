"""The twins of words that nobody knows: heads, titles and times as people write them every day."""

from collections.abc import Iterator
from random import Random

from tests.tables_corpus.columns import Column, columns, table
from tests.tables_corpus.held_out import words
from tests.tables_corpus.ordinary import case
from tests.tables_corpus.shapes import energies
from tests.tables_corpus.sheets import FRENCH, Row
from tests.tables_corpus.truth import Case
from tests.tables_corpus.world import bills

_HEADS = """
Énergie active soutirée (kWh)|Conso EDF (kWh)|Consommation Enedis (kWh)|Consommation élec (kWh)
Qté consommée kWh|Volume consommé (kWh)|Consommation du poste (kWh)
Consommation de la période (kWh)|Énergie soutirée au compteur (kWh)
Consommation distributeur (kWh)|Consommation sur la période (kWh)|kWh consommés|kWh facturés
kWh livrés|Total des consommations (kWh)|Total consommé kWh|Consommation tous postes (kWh)
Consommation toutes heures (kWh)|Quantité d'électricité (kWh)|Conso bâtiment (kWh)
Consommation des bâtiments communaux (kWh)|Conso (en kWh)|Consommation exprimée en kWh
Consommation Linky (kWh)|Consommation globale (kWh)|Conso. du mois (kWh)|Énergie consommée (kWh)
Énergie (kWh)|Consommation active (kWh)|Énergie facturée en kWh|Consommation fournisseur (kWh)
Consommation TOTALE kWh|CONSOMMATION (KWH)|CONSO_KWH|conso_totale_kwh|energie_kwh|Quantité kWh
Total kWh|kWh|Nb kWh|Nombre de kWh|Consommation électrique du site (kWh)
Consommation mensuelle (kWh)|Consommations mensuelles en kWh|Consommation relevée (kWh)
Consommation réelle (kWh)|Conso réelle kWh|Consommation mesurée (kWh)|Consommation période kWh
Conso éclairage public (kWh)|Consommation EP (kWh)|Total conso (kWh)|Energy consumption (kWh)
Electricity consumption (kWh)|Usage (kWh)|Energy (kWh)|Consumption kWh
Consommation totale du compteur (kWh)|Énergie totale (kWh)|Consommation de l'armoire (kWh)
Consommation point de livraison (kWh)|Consommation PDL (kWh)|Conso PRM kWh
Consommation électricité (kWh)
"""
_TITLES = """
Consommations électriques de la commune de Frouard|Consommation Mairie 2025
SUIVI DES CONSOMMATIONS ELECTRIQUES|Consommations EDF 2025 - Frouard
Export des consommations Enedis|Consommation électricité bâtiments communaux
Consommations du SDE54 2025|Consommations électriques – Communauté de communes du Bassin de Pompey
Relevé de consommation d'électricité|Données de consommation mensuelles
Tableau des consommations par PDL|Consommations des sites communaux|Bilan énergétique 2025
Détail des consommations facturées|Consommation énergie électrique des écoles|Conso élec 2025
Consommations réelles 2025|Énergies 2025|Consommations d'énergie 2025 (kWh)
Consommation annuelle par bâtiment|Consommation électrique Pompey|Consommation ville de Nancy
Consommations SDE 54|Annexe 3 : consommations des points de livraison
Consommations électriques lot 1|CONSOMMATIONS ELECTRIQUES 2025 COMMUNE DE POMPEY
Consommations mensuelles des bâtiments de la Ville de Toul
Récapitulatif des consommations d'électricité par site
Consommations électriques relevées au compteur|Relevés de consommation du 01/01/2025 au 31/12/2025
Consommations d'électricité du patrimoine communal|Suivi énergétique - année 2025
Consommation électrique totale par mois|Consommation d'électricité des équipements sportifs
Consommation des armoires d'éclairage public|Énergie facturée par EDF
Consommations électriques des membres du groupement|Électricité : consommations 2025
Consommations d'énergie des collectivités de Meurthe-et-Moselle
Facturation électricité - consommations et montants|Consommation (kWh) et coût (€) par site
"""
_MONTHS = """
Mois|Période|Mois de consommation|Mois conso.|Mois concerné|Mois relevé|Mois/Année|Mois année
Année-mois|Période (mois)|Mois de relève|Période de consommation|Période concernée
Mois de fourniture|Mois de livraison|mois_conso|Mois considéré|Mois de l'année|Mois (MM/AAAA)
Mois d'utilisation|Mois de la consommation|Période de relève|Période de fourniture|Mes de consumo
"""
_ENDS = """
Date début conso > Date fin conso|Date de début de fourniture > Date de fin de fourniture
Début relevé > Fin relevé|Date relève début > Date relève fin|Date index début > Date index fin
Début période conso > Fin période conso|Date du début > Date de la fin
Date de début période > Date de fin période|Période du > Période au
Date de départ > Date d'arrivée|DATE_DEBUT > DATE_FIN|date_deb > date_fin
Début de relève > Fin de relève|Date début mesure > Date fin mesure
Premier jour de consommation > Dernier jour de consommation
"""


def heads(draw: Random) -> Iterator[Case]:
    """One energy under a daily head: alone, beside what the bill costs, and of a month."""
    count = len(words(_HEADS))
    month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
    for n, head in enumerate(words(_HEADS) * 3):
        made = bills(draw, 2, 12)
        told = energies(made)
        more = columns("ht ttc") if n // count == 1 else []
        when = [month] if n // count > 1 else columns("from to", n)
        if more:
            told.costs = {b.key: [b.ht, b.ttc] for b in made}
        cols: list[Column] = [*columns("point site", n), *when, (head, lambda b: b.kwh), *more]
        yield case("a daily head", f"Factures électricité {n}", table(made, cols), told,
                   FRENCH[n % 9])  # fmt: skip


def titles(draw: Random) -> Iterator[Case]:
    """A daily title above bills, and above a column a month."""
    for n, title in enumerate(words(_TITLES) * 2):
        made = bills(draw, 2, 12)
        month: Column = ("Mois", lambda b: f"{b.start:%m/%Y}")
        when = columns("from to") if n < len(words(_TITLES)) else [month]
        rows: list[Row] = [[title], []]
        rows += table(made, [*columns("point site", n), *when, *columns("kwh", n)])
        yield case("a daily title", f"Factures électricité {n}", rows, energies(made),
                   FRENCH[n % 9])  # fmt: skip


def times(draw: Random) -> Iterator[Case]:
    """Months, and first and last days, under daily heads."""
    for n, head in enumerate(words(_MONTHS)):
        made = bills(draw, 2, 12)
        month: Column = (head, lambda b: f"{b.start:%m/%Y}")
        rows = table(made, [*columns("point site"), month, *columns("kwh")])
        yield case("a daily head of months", f"Suivi électrique {n}", rows, energies(made),
                   FRENCH[n % 9])  # fmt: skip
    for n, heads_ in enumerate(words(_ENDS)):
        made = bills(draw, 2, 12)
        first, last = heads_.split(" > ")
        ends: list[Column] = [(first, lambda b: b.start), (last, lambda b: b.last)]
        rows = table(made, [*columns("point site"), *ends, *columns("kwh")])
        yield case("daily heads of periods", f"Suivi électrique {n}", rows, energies(made),
                   FRENCH[n % 9])  # fmt: skip


def daily_words(draw: Random) -> Iterator[Case]:
    """Every one."""
    for family in (heads, titles, times):
        yield from family(draw)

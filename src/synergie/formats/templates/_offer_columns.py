"""The columns of the offers workbook. Their texts are French: they are a part of the file."""

from synergie.formats.templates._columns import Column
from synergie.formats.templates._parts import CLASSES, OPTIONS, PROVENANCE

PRICINGS = {
    "fixed": "ferme",
    "indexed": "indexé",
    "block_spot": "blocs et spot",
}
_WHO = (
    Column(
        name="lot", title="Lot", required=True, example="lot-1",
        purpose="Lot auquel l'offre répond : le même nom que dans le fichier du groupement.",
    ),
    Column(
        name="supplier", title="Fournisseur", required=True, example="Fournisseur Exemple",
        purpose="Candidat qui remet l'offre.",
    ),
    Column(
        name="offer", title="Référence de l'offre", example="lot-1-exemple",
        purpose="Vide s'il n'y a qu'une offre de ce fournisseur pour ce lot.",
    ),
)  # fmt: skip
_TIER = (
    Column(
        name="from_mwh", title="Tranche : à partir de (MWh/an)", kind="decimal", example="0",
        purpose="Volume annuel du lot à partir duquel ces prix valent, compris ; vide : 0.",
    ),
    Column(
        name="to_mwh", title="Tranche : jusqu'à (MWh/an)", kind="decimal", example="5000",
        purpose="Volume annuel du lot jusqu'auquel ces prix valent, compris ; vide : sans limite.",
    ),
)  # fmt: skip
_PRICE = (
    Column(
        name="tariff_code", title="FTA", kind="choice", free=True, words=OPTIONS,
        example="BTINFMU4",
        purpose="Formule tarifaire d'acheminement ; CU4/MU4, CU/LU, C4 ou C2 valent plusieurs.",
    ),
    Column(
        name="time_class", title="Poste horosaisonnier", kind="choice", free=True, example="HPH",
        words={name: name for name in CLASSES},
        purpose="Une ligne par poste ; HPE et HCE se lisent HPB et HCB.",
    ),
    Column(
        name="year", title="Année de livraison", kind="whole", example="2027",
        purpose="Vide : toutes les années du marché.",
    ),
    Column(
        name="supply", title="Fourniture (€/MWh)", kind="decimal", example="75,80",
        purpose="Énergie seule, hors taxes.",
    ),
    Column(
        name="capacity", title="Capacité (€/MWh)", kind="decimal", example="0,49",
        purpose="Mécanisme de capacité.",
    ),
    Column(
        name="cee", title="CEE (€/MWh)", kind="decimal", example="9,09",
        purpose="Certificats d'économies d'énergie (code de l'énergie, L221-1).",
    ),
    Column(
        name="guarantees", title="Garanties d'origine (€/MWh)", kind="decimal", example="1,52",
        purpose="Part verte comprise dans le prix.",
    ),
    Column(
        name="total", title="Prix total (€/MWh)", kind="decimal", example="86,90",
        purpose="Somme des quatre parts, ou le prix seul ; vide : non chiffré, jamais zéro.",
    ),
    Column(
        name="subscription_eur", title="Abonnement (€/an par point)", kind="decimal", example="0",
        purpose="Par point de livraison de cette FTA, hors acheminement.",
    ),
)  # fmt: skip
_OFFER = (
    Column(
        name="fixed_eur", title="Frais fixes du marché (€/an)", kind="decimal", example="0",
        purpose="Ce que coûte l'exécution du marché avec cette offre, partagé entre les membres.",
    ),
    Column(
        name="pricing", title="Nature du prix", kind="choice", words=PRICINGS, example="ferme",
        purpose="Seul un prix ferme est ce qui sera payé ; vide : ferme.",
    ),
    Column(
        name="index", title="Indexation", example="EEX Cal-27 Base",
        purpose="Ce que suit un prix indexé, et comment.",
    ),
    Column(
        name="green_percent", title="Part verte comprise (%)", kind="decimal", example="0",
        purpose="Part de l'énergie couverte par des garanties d'origine au prix indiqué.",
    ),
    Column(
        name="green_eur_per_mwh", title="Option verte (€/MWh)", kind="decimal", example="1,25",
        purpose="Supplément par MWh vert au-delà de la part comprise ; vide : pas d'option.",
    ),
    Column(
        name="valid_from", title="Valable du", kind="moment", example="25/11/2026 10:00",
        purpose="Heure de Paris ; vide : dès la remise.",
    ),
    Column(
        name="valid_until", title="Valable jusqu'au", kind="moment", example="25/11/2026 14:00",
        purpose="Date et heure de Paris, à la minute ; à ce moment l'offre n'est plus valable.",
    ),
    Column(
        name="below_percent", title="Tunnel : baisse admise (%)", kind="decimal", example="10",
        purpose="Baisse du volume sous laquelle rien n'est dû, en part du volume du contrat.",
    ),
    Column(
        name="above_percent", title="Tunnel : hausse admise (%)", kind="decimal", example="10",
        purpose="Hausse du volume jusqu'à laquelle rien n'est dû.",
    ),
    Column(
        name="below_eur_per_mwh", title="Pénalité sous le tunnel (€/MWh)", kind="decimal",
        example="15", purpose="Due par MWh manquant sous le tunnel.",
    ),
    Column(
        name="above_eur_per_mwh", title="Pénalité au-delà du tunnel (€/MWh)", kind="decimal",
        example="15", purpose="Due par MWh au-delà du tunnel, en plus de son prix.",
    ),
    PROVENANCE,
)  # fmt: skip

COLUMNS: tuple[Column, ...] = (*_WHO, *_TIER, *_PRICE, *_OFFER)
"""In the order of the file."""
BY_NAME = {column.name: column for column in COLUMNS}
PARTS = ("supply", "capacity", "cee", "guarantees")
"""Parts of a price, in the order of the file."""

"""The template of lighting cabinets."""

from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import (
    INSEE,
    LATITUDE,
    LONGITUDE,
    POINT,
    PROVENANCE,
    SCHEME,
)
from synergie.formats.templates._plain import plain_template
from synergie.schemas.cabinet import CabinetRecord

CONTROLS = {
    "photocell": "cellule",
    "astronomical_clock": "horloge astronomique",
    "clock": "horloge",
    "remote": "télégestion",
}
MIXES = {
    "separate": "séparé",
    "shared_supports": "supports communs",
    "shared_neutral": "neutre commun",
}
COLUMNS = (
    Column(
        name="external_id", title="Identifiant de l'armoire", required=True, example="A-54430-07",
        purpose="Votre identifiant : les points lumineux la nomment ainsi.",
    ),
    Column(
        name="name", title="Nom de l'armoire", example="Place de la mairie",
        purpose="Nom d'usage, pour la reconnaître sur place.",
    ),
    INSEE,
    LATITUDE,
    LONGITUDE,
    SCHEME,
    POINT,
    Column(
        name="control_type", title="Commande de l'armoire", kind="choice", words=CONTROLS,
        example="horloge astronomique", purpose="Ce qui allume et éteint.",
    ),
    Column(
        name="programmable", title="Horaires réglables", kind="yes_no", example="oui",
        purpose="Sans réponse, aucune extinction partielle n'est supposée possible.",
    ),
    Column(
        name="network_mix", title="Mixité du réseau", kind="choice", words=MIXES,
        example="séparé", purpose="Décide des équipes qui peuvent intervenir (NF C 18-510).",
    ),
    Column(
        name="subscribed_power_kva", title="Puissance souscrite de l'armoire (kVA)",
        kind="decimal", example="6", purpose="Puissance du contrat de fourniture.",
    ),
    Column(
        name="inspected_on", title="Vérifiée le", kind="date", example="15/03/2026",
        purpose="Dernière vérification électrique (décret 2010-1016).",
    ),
    PROVENANCE,
)  # fmt: skip

TEMPLATE = plain_template(
    "cabinets",
    "Armoires",
    "Une armoire de commande par ligne : elle alimente, compte et commande des points lumineux.",
    columns=COLUMNS,
    record=CabinetRecord,
)
FORMAT = template_format(TEMPLATE, title=N_("Lighting cabinets to fill (CSV, XLSX)"))

"""The templates of one asset a row: sites, cabinets, circuits, supports, and works on them."""

from synergie.formats.checks import N_
from synergie.formats.templates.columns import TABLES
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.plain import plain_template
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.work_order import WorkOrder

SITES = plain_template(
    "sites",
    "Sites",
    "Un lieu qui consomme par ligne : bâtiment, poste d'éclairage, station de pompage.",
    columns=TABLES["sites"],
    record=SiteRecord,
)
CABINETS = plain_template(
    "cabinets",
    "Armoires",
    "Une armoire de commande par ligne : elle alimente, compte et commande des points lumineux.",
    columns=TABLES["cabinets"],
    record=CabinetRecord,
)
CIRCUITS = plain_template(
    "circuits",
    "Départs",
    "Un départ d'armoire par ligne : les points lumineux derrière un disjoncteur.",
    columns=TABLES["circuits"],
    record=CircuitRecord,
)
SUPPORTS = plain_template(
    "supports",
    "Supports",
    "Un support par ligne : mât, poteau ou façade.",
    columns=TABLES["supports"],
    record=SupportRecord,
)
WORK_ORDERS = plain_template(
    "work-orders",
    "Interventions",
    "Un signalement ou une intervention par ligne.",
    columns=TABLES["work-orders"],
    record=WorkOrder,
)
SITES_FORMAT = template_format(SITES, title=N_("Sites to fill (CSV, XLSX)"))
CABINETS_FORMAT = template_format(CABINETS, title=N_("Lighting cabinets to fill (CSV, XLSX)"))
CIRCUITS_FORMAT = template_format(CIRCUITS, title=N_("Circuits of cabinets to fill (CSV, XLSX)"))
SUPPORTS_FORMAT = template_format(SUPPORTS, title=N_("Supports of lamps to fill (CSV, XLSX)"))
WORK_ORDERS_FORMAT = template_format(WORK_ORDERS, title=N_("Works and tickets to fill (CSV, XLSX)"))

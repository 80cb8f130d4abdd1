"""The template of circuits: the departures of lighting cabinets."""

from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import PROVENANCE
from synergie.formats.templates._plain import plain_template
from synergie.schemas.lighting_network import CircuitRecord

COLUMNS = (
    Column(
        name="external_id", title="Identifiant du départ", required=True, example="A-54430-07-D2",
        purpose="Votre identifiant : les points lumineux le nomment ainsi.",
    ),
    Column(
        name="cabinet", title="Armoire du départ", example="A-54430-07",
        purpose="Identifiant de l'armoire d'où il part.",
    ),
    Column(
        name="name", title="Nom du départ", example="Rue Haute, côté pair",
        purpose="Nom d'usage.",
    ),
    Column(
        name="protection", title="Protection du départ", example="16 A",
        purpose="Calibre du disjoncteur.",
    ),
    PROVENANCE,
)  # fmt: skip

TEMPLATE = plain_template(
    "circuits",
    "Départs",
    "Un départ d'armoire par ligne : les points lumineux derrière un disjoncteur.",
    columns=COLUMNS,
    record=CircuitRecord,
)
FORMAT = template_format(TEMPLATE, title=N_("Circuits of cabinets to fill (CSV, XLSX)"))

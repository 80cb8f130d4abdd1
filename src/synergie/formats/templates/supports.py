"""The template of supports: masts, poles and walls that carry lamps."""

from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import INSEE, LATITUDE, LONGITUDE, PROVENANCE, SUPPORTS
from synergie.formats.templates._plain import plain_template
from synergie.schemas.lighting_network import SupportRecord

COLUMNS = (
    Column(
        name="external_id", title="Identifiant du support", required=True, example="S-0142",
        purpose="Votre identifiant : les points lumineux le nomment ainsi.",
    ),
    Column(
        name="support_type", title="Type du support", kind="choice", words=SUPPORTS,
        example="mât", purpose="Ce qui porte le luminaire (EclExt).",
    ),
    Column(
        name="material", title="Matériau du support", example="acier",
        purpose="De quoi il est fait.",
    ),
    Column(
        name="height_m", title="Hauteur du support (m)", kind="decimal", example="8",
        purpose="Hauteur en mètres, jamais un code de classe.",
    ),
    INSEE,
    LATITUDE,
    LONGITUDE,
    Column(
        name="installed_on", title="Support posé le", kind="date", example="01/06/2012",
        purpose="Date de pose.",
    ),
    PROVENANCE,
)  # fmt: skip

TEMPLATE = plain_template(
    "supports",
    "Supports",
    "Un support par ligne : mât, poteau ou façade.",
    columns=COLUMNS,
    record=SupportRecord,
)
FORMAT = template_format(TEMPLATE, title=N_("Supports of lamps to fill (CSV, XLSX)"))

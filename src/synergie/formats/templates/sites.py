"""The template of sites: buildings and other places that consume."""

from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import INSEE, LATITUDE, LONGITUDE, PROVENANCE, USAGES
from synergie.formats.templates._plain import plain_template
from synergie.schemas.site import SiteRecord

COLUMNS = (
    Column(
        name="external_id", title="Identifiant du site", required=True, example="EP-54430-003",
        purpose="Votre identifiant : il relie le site à ses points de livraison.",
    ),
    Column(
        name="name", title="Nom du site", required=True, example="École du centre",
        purpose="Nom d'usage, celui que l'on reconnaît ; jamais le nom d'une personne.",
    ),
    Column(
        name="kind", title="Nature du site", kind="choice", words=USAGES, required=True,
        example="bâtiment", purpose="À quoi il sert.",
    ),
    INSEE,
    LATITUDE,
    LONGITUDE,
    Column(
        name="floor_area_m2", title="Surface de plancher (m²)", kind="decimal", example="850",
        purpose="Pour rapporter la consommation à la surface ; vide si ce n'est pas un bâtiment.",
    ),
    PROVENANCE,
)  # fmt: skip


TEMPLATE = plain_template(
    "sites",
    "Sites",
    "Un lieu qui consomme par ligne : bâtiment, poste d'éclairage, station de pompage.",
    columns=COLUMNS,
    record=SiteRecord,
)
FORMAT = template_format(TEMPLATE, title=N_("Sites to fill (CSV, XLSX)"))

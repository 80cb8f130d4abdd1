"""The template of interventions: what is reported, planned and done on lighting assets."""

from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import INSEE, LATITUDE, LONGITUDE, PROVENANCE
from synergie.formats.templates._plain import plain_template
from synergie.schemas.work_order import WorkOrder

KINDS = {
    "report": "signalement",
    "repair": "réparation",
    "preventive": "préventif",
    "inspection": "visite",
    "other": "autre",
}
ASSETS = {
    "light_point": "point lumineux",
    "cabinet": "armoire",
    "support": "support",
    "circuit": "départ",
    "unknown": "inconnu",
}
COLUMNS = (
    Column(
        name="external_id", title="Numéro de l'intervention", required=True, example="2026-0412",
        purpose="Votre numéro de ticket ou d'intervention.",
    ),
    Column(
        name="kind", title="Nature de l'intervention", kind="choice", words=KINDS, required=True,
        example="réparation", purpose="De quoi il s'agit.",
    ),
    Column(
        name="asset_kind", title="Type d'équipement", kind="choice", words=ASSETS,
        example="point lumineux", purpose="Ce qui est concerné.",
    ),
    Column(
        name="asset", title="Identifiant de l'équipement", example="PL-00731",
        purpose="Votre identifiant de l'équipement concerné.",
    ),
    INSEE,
    LATITUDE,
    LONGITUDE,
    Column(
        name="reported_at", title="Signalé le", kind="moment", example="03/11/2026 18:20",
        purpose="Date du signalement, avec l'heure si elle est connue.",
    ),
    Column(
        name="planned_at", title="Prévu le", kind="moment", example="05/11/2026",
        purpose="Date prévue de l'intervention.",
    ),
    Column(
        name="done_at", title="Fait le", kind="moment", example="05/11/2026 10:05",
        purpose="Date de réalisation ; vide tant que ce n'est pas fait.",
    ),
    Column(
        name="fault_type", title="Défaut constaté", example="lampe éteinte",
        purpose="Ce qui ne marche pas.",
    ),
    Column(
        name="cause", title="Cause du défaut", example="platine hors service",
        purpose="Pourquoi, si on le sait.",
    ),
    Column(
        name="crew", title="Équipe ou moyens", example="nacelle 2",
        purpose="L'équipe ou le matériel, jamais le nom d'une personne.",
    ),
    Column(
        name="contract", title="Référence du marché", example="MARCHE-2024-07",
        purpose="Le marché de maintenance qui la couvre.",
    ),
    PROVENANCE,
)  # fmt: skip

TEMPLATE = plain_template(
    "work-orders",
    "Interventions",
    "Un signalement ou une intervention par ligne.",
    columns=COLUMNS,
    record=WorkOrder,
)
FORMAT = template_format(TEMPLATE, title=N_("Works and tickets to fill (CSV, XLSX)"))

"""The four tables of the CNIG geostandard EclExt v1.1 (29/11/2022), and their Table Schemas.

Nobody has published a machine-readable schema of it: `specs/tables/eclext-*.json` are written from
here, in French, as the standard is. `identifiant`, `codeInsee`, `longitude`, `latitude` and
`provenance` are ours: the standard names no identifier, and leaves the place to the geometry.
"""

import json
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel

from synergie.schemas.assets.light_point import (
    AdaptiveKind,
    LightPointRecord,
    LightUsage,
    SourceType,
)
from synergie.schemas.assets.light_point import Structure as StructureCode
from synergie.schemas.assets.lighting_network import SupportType
from synergie.schemas.assets.night_profile import (
    DimmedQuantity,
    DimmingRange,
    EclExtTime,
    NightProfile,
)
from synergie.units import Provenance

type Kind = Literal["string", "boolean", "integer", "number", "date"]
"""Types of Table Schema."""


class Column(NamedTuple):
    """One attribute of a table."""

    name: str
    """As the standard writes it. Example: `typeSource`."""
    field: str
    """Field of our record. Example: `source_type`."""
    kind: Kind
    about: str
    """What it holds, in French."""
    mandatory: bool = False
    """Whether the standard wants it; we leave it blank when it is not known."""
    choices: tuple[str, ...] = ()
    bounds: tuple[float, float] | None = None
    pattern: str = ""


class Table(NamedTuple):
    """One table of the standard."""

    name: str
    """As the standard writes it. Example: `PointLumineux`."""
    title: str
    columns: tuple[Column, ...]
    record: type[BaseModel] | None
    """Our record of a row. None: the row only links two others."""
    key: tuple[str, ...]

    @property
    def slug(self) -> str:
        """Lower case with hyphens: `point-lumineux`."""
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in self.name).lstrip("-")


def _list_codes(alias: Any) -> tuple[str, ...]:
    return get_args(alias.__value__)


_TIME = next(part.pattern for part in get_args(EclExtTime) if hasattr(part, "pattern"))
_PROVENANCE = Column(
    "provenance", "provenance", "string",
    "Hors standard. synthetic : données de démonstration ; public ; partner.",
    choices=get_args(Provenance),
)  # fmt: skip
_WHEN = (
    "Heure et référence : 21:36HL heure locale, 20:36TU temps universel, -196MN minutes depuis le"
    " milieu de la nuit, -15CS depuis le coucher du soleil, +15LS depuis le lever."
)

POINTS = Table(
    "PointLumineux",
    "Points lumineux : un luminaire et sa ou ses sources",
    (
        Column("identifiant", "external_id", "string", "Hors standard. Celui du propriétaire."),
        Column("codeInsee", "insee_code", "string", "Hors standard. Commune (INSEE).",
               pattern="^([013-9][0-9]|2[AB1-9])[0-9]{3}$"),
        Column("longitude", "longitude", "number", "Hors standard. Degrés est, WGS 84.",
               bounds=(-180, 180)),
        Column("latitude", "latitude", "number", "Hors standard. Degrés nord, WGS 84.",
               bounds=(-90, 90)),
        Column("statut", "status", "string", "État d'utilisation, code INSPIRE.", mandatory=True),
        Column("eclairagePublic", "is_public", "boolean", "S'il s'agit d'éclairage public.",
               mandatory=True),
        Column("usage", "usage", "string", "Catégorie de l'arrêté du 27/12/2018.", mandatory=True,
               choices=_list_codes(LightUsage)),
        Column("typeSource", "source_type", "string", "Technologie de la source.", mandatory=True,
               choices=_list_codes(SourceType)),
        Column("structure", "structure", "string", "Forme du luminaire.", mandatory=True,
               choices=_list_codes(StructureCode)),
        Column("support", "support_type", "string", "Type de support.", mandatory=True,
               choices=_list_codes(SupportType)),
        Column("temperatureCouleur", "cct_k", "integer", "Température de couleur, en kelvins.",
               mandatory=True, bounds=(1000, 20_000)),
        Column("puissance", "power_w", "integer", "Lampe et appareillage, en watts.",
               mandatory=True, bounds=(0, 10_000_000)),
        Column("valideDe", "valid_from", "date", "Premier jour de validité.", mandatory=True),
        Column("extinctionNuit", "night_off", "boolean", "S'il est éteint une partie de la nuit.",
               mandatory=True),
        Column("estAdaptatif", "is_adaptive", "boolean", "S'il s'adapte de lui-même.",
               mandatory=True),
        Column("fabricant", "manufacturer", "string", "Fabricant du luminaire."),
        Column("modele", "luminaire_model", "string", "Modèle du luminaire."),
        Column("photometrie", "photometry", "string", "Fichier ou classe photométrique."),
        Column("hauteurFeu", "height_m", "number", "Hauteur du feu, en mètres.", bounds=(0, 1000)),
        Column("fluxSource", "source_flux_lm", "integer", "Flux de la source, en lumens.",
               bounds=(0, 10_000_000)),
        Column("fluxLuminaire", "flux_lm", "integer", "Flux du luminaire, en lumens.",
               bounds=(0, 10_000_000)),
        Column("cie3", "cie3", "number", "Code de flux CIE n° 3 : part du flux sous 75,5 degrés.",
               bounds=(0, 1)),
        Column("ulrNominal", "ulr_nominal", "number", "Part de lumière vers le haut, à plat.",
               bounds=(0, 1)),
        Column("ulrInstalle", "ulr_installed", "number", "Part de lumière vers le haut, posé.",
               bounds=(0, 1)),
        Column("inclinaisonMax", "tilt_max_deg", "number", "Inclinaison permise, en degrés.",
               bounds=(-180, 180)),
        Column("inclinaisonInstallee", "tilt_installed_deg", "number", "Inclinaison, en degrés.",
               bounds=(-180, 180)),
        Column("datePremiereInstallation", "installed_on", "date", "Première installation."),
        Column("valideJusque", "valid_to", "date", "Dernier jour de validité ; vide : en vigueur."),
        Column("profilNocturne", "night_profile", "string", "Nom du profil nocturne."),
        Column("eclairageAdaptatif", "adaptive_kind", "string", "Comment il s'adapte.",
               choices=_list_codes(AdaptiveKind)),
        _PROVENANCE,
    ),
    LightPointRecord,
    ("identifiant",),
)  # fmt: skip
PROFILES = Table(
    "ProfilNocturne",
    "Profils nocturnes : le déroulement d'une nuit",
    (
        Column("nomProfil", "external_id", "string", "Nom du profil.", mandatory=True),
        Column("allumageSoir", "on_at", "string", _WHEN, pattern=_TIME),
        Column("extinctionMatin", "off_at", "string", _WHEN, pattern=_TIME),
        _PROVENANCE,
    ),
    NightProfile,
    ("nomProfil",),
)
RANGES = Table(
    "PlageVariation",
    "Plages de variation : une partie de la nuit avec moins de lumière",
    (
        Column("nomPlage", "external_id", "string", "Nom de la plage.", mandatory=True),
        Column("grandeurVariation", "quantity", "string",
               "EX extinction, F flux, P puissance, TC température de couleur.", mandatory=True,
               choices=_list_codes(DimmedQuantity)),
        Column("heureDebut", "start", "string", _WHEN, mandatory=True, pattern=_TIME),
        Column("heureFin", "end", "string", _WHEN, mandatory=True, pattern=_TIME),
        Column("formatVariation", "value_kind", "string", "% ou VA (valeur absolue).",
               mandatory=True, choices=("%", "VA")),
        Column("valeur", "value", "number", "Ce qui reste.", mandatory=True,
               bounds=(0, 1_000_000)),
        Column("valideDe", "valid_from", "date", "Premier jour de validité."),
        Column("valideJusque", "valid_to", "date", "Dernier jour de validité."),
        _PROVENANCE,
    ),
    DimmingRange,
    ("nomPlage",),
)  # fmt: skip
LINKS = Table(
    "ProfilContientPlage",
    "Les plages de variation de chaque profil nocturne",
    (
        Column("nomProfil", "profile", "string", "Nom du profil.", mandatory=True),
        Column("nomPlage", "range", "string", "Nom de la plage.", mandatory=True),
    ),
    None,
    ("nomProfil", "nomPlage"),
)
TABLES = (POINTS, PROFILES, RANGES, LINKS)

_REFERS = {"nomProfil": PROFILES, "nomPlage": RANGES}


def table_schema(table: Table, *, packaged: bool = False) -> dict[str, Any]:
    """The Table Schema of *table* (Frictionless v1); keys to other tables when *packaged*."""
    schema: dict[str, Any] = {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": f"eclext-{table.slug}",
        "title": table.title,
        "fields": [_build_column_field(column, table) for column in table.columns],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    if packaged and table is LINKS:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": other.slug, "fields": [name]}}
            for name, other in _REFERS.items()
        ]
    return schema


def _build_column_field(column: Column, table: Table) -> dict[str, Any]:
    wanted = " Obligatoire dans le standard ; vide si inconnu." if column.mandatory else ""
    constraints: dict[str, Any] = {}
    if column.name in table.key:
        constraints["required"] = True
        wanted = ""
    if len(table.key) == 1 and column.name in table.key:
        constraints["unique"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.bounds:
        constraints["minimum"], constraints["maximum"] = column.bounds
    field = {"name": column.name, "type": column.kind, "description": column.about + wanted}
    return {**field, "constraints": constraints} if constraints else field


def schema_files() -> dict[str, str]:
    """The published Table Schemas: name below `specs/tables/` → its exact text."""
    return {
        f"eclext-{table.slug}.json": json.dumps(table_schema(table), ensure_ascii=False, indent=2)
        + "\n"
        for table in TABLES
    }


def data_package() -> str:
    """The `datapackage.json` beside the four tables (Frictionless v1)."""
    resources = [
        {
            "profile": "tabular-data-resource",
            "name": table.slug,
            "title": table.title,
            "path": f"{table.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": table_schema(table, packaged=True),
        }
        for table in TABLES
    ]
    package = {
        "profile": "data-package",
        "name": "eclext",
        "title": "Éclairage extérieur",
        "description": "CNIG, géostandard EclExt v1.1 (29/11/2022).",
        "keywords": ["éclairage public", "EclExt", "CNIG"],
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"

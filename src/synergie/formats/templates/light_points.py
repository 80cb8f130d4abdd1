"""The template of light points: one luminaire with its lamp a row (CNIG EclExt v1.1)."""

import re
from collections.abc import Iterable, Iterator

from synergie.formats._format import Record
from synergie.formats.checks import N_
from synergie.formats.templates._columns import Column, Template, Values
from synergie.formats.templates._engine import template_format
from synergie.formats.templates._parts import INSEE, LATITUDE, LONGITUDE, PROVENANCE, SUPPORTS
from synergie.formats.templates._plain import plain_template
from synergie.schemas.light_point import LightPointRecord

LAMPS = {
    "LED": "LED", "SHP": "sodium haute pression", "SBP": "sodium basse pression",
    "IM": "iodures métalliques", "VM": "vapeur de mercure (ballon fluo)", "FLUO": "fluorescent",
    "HAL": "halogène", "INC": "incandescence", "IND": "induction", "XEN": "xénon", "AU": "autre",
    "XX": "inconnu",
}  # fmt: skip
"""EclExt typeSource."""
USAGES = {code: code for code in ("A", "B1", "B2", "B3", "B4", "C", "D", "E", "F", "G", "PU", "IN")}
"""EclExt usage: the categories of the arrêté of 27/12/2018."""
STRUCTURES = {
    "LANT": "lanterne", "PROJ": "projecteur", "EN": "encastré", "BOR": "borne", "COL": "colonne",
    "APP": "applique", "BL": "boule", "REGL": "réglette", "TUBE": "tube", "VASQ": "vasque",
    "AU": "autre", "XX": "inconnu",
}  # fmt: skip
COLUMNS = (
    Column(
        name="external_id", title="Identifiant du point lumineux", required=True,
        example="PL-00731", purpose="Votre identifiant, unique pour chaque luminaire.",
    ),
    Column(
        name="cabinet", title="Armoire", example="A-54430-07",
        purpose="Identifiant de l'armoire qui l'alimente et le commande.",
    ),
    Column(
        name="circuit", title="Départ", example="A-54430-07-D2",
        purpose="Identifiant du départ qui l'alimente.",
    ),
    Column(
        name="support", title="Support", example="S-0142",
        purpose="Identifiant de ce qui le porte.",
    ),
    INSEE,
    LATITUDE,
    LONGITUDE,
    Column(
        name="source_type", title="Type de lampe", kind="choice", words=LAMPS, example="LED",
        purpose="Technologie de la source (EclExt typeSource).",
    ),
    Column(
        name="power", title="Puissance (W)", example="70",
        purpose="Lampe et appareillage ensemble, en watts ; vide si elle n'est pas connue.",
    ),
    Column(
        name="flux_lm", title="Flux du luminaire (lm)", kind="whole", example="5400",
        purpose="Flux lumineux du luminaire.",
    ),
    Column(
        name="cct_k", title="Température de couleur (K)", kind="whole", example="2700",
        purpose="3000 K au plus pour le neuf (arrêté du 27/12/2018).",
    ),
    Column(
        name="ulr_installed", title="ULR installé (0 à 1)", kind="decimal", example="0,01",
        purpose="Part de lumière au-dessus de l'horizon, une fois posé.",
    ),
    Column(
        name="height_m", title="Hauteur de feu (m)", kind="decimal", example="7,5",
        purpose="Hauteur en mètres, jamais un code de classe.",
    ),
    Column(
        name="installed_on", title="Posé le", kind="date", example="01/09/2023",
        purpose="Date de première installation.",
    ),
    Column(
        name="manufacturer", title="Fabricant", example="Exemple SA",
        purpose="Fabricant du luminaire.",
    ),
    Column(
        name="luminaire_model", title="Modèle du luminaire", example="Modèle 40 LED",
        purpose="Référence du luminaire.",
    ),
    Column(
        name="usage", title="Usage (arrêté du 27/12/2018)", kind="choice", words=USAGES,
        example="A", purpose="Catégorie de l'arrêté (EclExt usage).",
    ),
    Column(
        name="structure", title="Forme du luminaire", kind="choice", words=STRUCTURES,
        example="lanterne", purpose="Forme du luminaire (EclExt structure).",
    ),
    Column(
        name="support_type", title="Porté par", kind="choice", words=SUPPORTS, example="mât",
        purpose="Type de support (EclExt support).",
    ),
    Column(
        name="is_public", title="Éclairage public", kind="yes_no", example="oui",
        purpose="S'il s'agit d'éclairage public.",
    ),
    Column(
        name="night_off", title="Éteint la nuit", kind="yes_no", example="oui",
        purpose="S'il est éteint une partie de la nuit.",
    ),
    Column(
        name="status", title="État", example="en service", purpose="État d'utilisation.",
    ),
    PROVENANCE,
)  # fmt: skip

_WHOLE = re.compile(r"(\d{1,8})(?:[.,]0{1,6})?", re.ASCII)
_ONE_LAMP = re.compile(r"(\d{1,8})\s*(?:W|\([A-Za-z]{2,12}\))", re.ASCII)


def _records(values: Values) -> tuple[Record, ...]:
    """Watts of a plain number, or of one lamp whose text is kept; two lamps are not added up."""
    rest = {name: value for name, value in values.items() if name != "power"}
    if "power" in values:
        text = str(values["power"])
        found = _WHOLE.fullmatch(text)
        one = found or _ONE_LAMP.fullmatch(text)
        if one:
            rest["power_w"] = int(one[1])
        if not found:
            rest["power_text"] = text
    return _PLAIN.records(rest)


def _rows(records: Iterable[Record]) -> Iterator[Values]:
    for values in _PLAIN.rows(records):
        watts, text = values.pop("power_w", None), values.pop("power_text", None)
        power = watts if text is None else text
        yield values if power is None else values | {"power": power}


_HIDDEN = tuple(
    Column(name=name, title=name, purpose="", example="") for name in ("power_w", "power_text")
)
_PLAIN = plain_template(
    "light-points",
    "Points lumineux",
    "Un luminaire avec sa lampe par ligne.",
    columns=(*COLUMNS, *_HIDDEN),
    record=LightPointRecord,
)
TEMPLATE = Template(
    name=_PLAIN.name,
    title=_PLAIN.title,
    about=_PLAIN.about,
    columns=COLUMNS,
    records=_records,
    rows=_rows,
    fields={"power_w": "power", "power_text": "power"},
)
FORMAT = template_format(TEMPLATE, title=N_("Light points to fill (CSV, XLSX)"))

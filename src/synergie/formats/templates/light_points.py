"""The template of light points: one luminaire with its lamp a row (CNIG EclExt v1.1)."""

import re
from collections.abc import Iterable, Iterator

from synergie.formats.checks import N_
from synergie.formats.columns import Column, Values
from synergie.formats.format import Record
from synergie.formats.templates.columns import TABLES, Template
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.plain import plain_template
from synergie.schemas.assets.light_point import LightPointRecord

COLUMNS = TABLES["light-points"]
_WHOLE = re.compile(r"(\d{1,8})(?:[.,](?!000$)0{1,6})?", re.ASCII)
_ONE_LAMP = re.compile(r"(\d{1,8})\s*(?:W|\([A-Za-z]{2,12}\))", re.ASCII)
_ALIKE = re.compile(r"(\d{1,2})\s*[xX*\u00d7]\s*(\d{1,5})\s*W?", re.ASCII)

_BESIDE = (
    r"^(puissance|puiss|p|w|watts?)\b|\b(nb|nbre|nombre|qte|quantite|lampes|foyers|lanternes|tetes"
    r"|ballasts?|auxiliaires?|appareillage|driver|pertes?|coefficient)\b"
    r"|\bdepose(?:e|s)?\b|suppression|supprime|retrait|hors service|demontage|demonte"
)
"""Other powers, numbers of lamps, what the gear takes, days on which lights were taken down."""


def _build_light_records(values: Values) -> tuple[Record, ...]:
    """Watts of a plain number, of one lamp or of `2 x 70 W`; two other lamps are not added up."""
    rest = {name: value for name, value in values.items() if name != "power"}
    if "power" in values:
        text = str(values["power"])
        found = _WHOLE.fullmatch(text)
        one = found or _ONE_LAMP.fullmatch(text)
        if one:
            rest["power_w"] = int(one[1])
        elif alike := _ALIKE.fullmatch(text):
            rest["power_w"] = int(alike[1]) * int(alike[2])
        if not found:
            rest["power_text"] = text
    return _PLAIN.records(rest)


def _build_light_rows(records: Iterable[Record]) -> Iterator[Values]:
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
    records=_build_light_records,
    rows=_build_light_rows,
    beside=_BESIDE,
    fields={"power_w": "power", "power_text": "power"},
)
FORMAT = template_format(TEMPLATE, title=N_("Light points to fill (CSV, XLSX)"))

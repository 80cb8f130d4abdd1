"""The names that inventories give their columns, and the field that each stands for."""

import re
from collections.abc import Iterable, Sequence
from typing import cast

from synergie.formats.lighting._heads import Watts, lamps_of, watts_of
from synergie.formats.lighting._no_lights import is_removal
from synergie.formats.lighting._words import TABLES
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.lighting_mapping import LightField

_DBF = 10

NAMES: dict[LightField, tuple[str, ...]] = {
    cast("LightField", one.name): one.heads for one in TABLES["inventory"]
}
"""Names of columns as `plain` writes them, best first: EclExt v1.1, ress_ecl of Compiègne, open
data of Paris, of Mulhouse and of the Syane, usual French and English."""

TELLING: tuple[LightField, ...] = (
        "source_type", "power", "power_kw", "cabinet", "flux_lm", "source_flux_lm", "cct_k",
        "structure",
    "height_m", "is_public", "night_off", "ulr_installed",
)  # fmt: skip
"""Fields that make a table a lighting inventory; a name and a place could be anything."""
VAGUE = frozenset({
    "source", "structure", "temperature", "power", "puissance", "flux", "etat", "status", "code",
    "ref", "reference", "profil", "extinction", "tc", "pw", "make", "long", "puissancenominale",
    "puissancenominalew", "puissanceinstallee", "puissancetotale", "puissanceactive",
    "puissanceunitaire", "puissancereelle", "puissanceconsommee", "puiss", "puissreelle",
    "powerrating", "ratedpower", "technologie", "lighttype", "fixturetype", "mountingheight",
    "eclairagepublic", "ispublic", "nightoff", "extinctionnuit", "extinctionnocturne",
    "coupurenuit", "coupurenocturne",
})  # fmt: skip
"""Names that other tables have, too: alone they do not tell of lighting."""

_LIGHTS = re.compile(r"pl$|^pl|lum|foyer|lamp|light|fixture|candelabre|leucht|licht|puntoluce|luz")
_SUPPORTS = frozenset({*NAMES["support"], "support", "candelabre", "lampadaire", "mat", "pole"})
_WHOLE = frozenset(name for names in NAMES.values() for name in names)


_NUMBER = re.compile(r"^\s*(?:n[°º]|no\.)\s*", re.IGNORECASE)
_AFTER = re.compile(r"^(.*\w)\s*\bn[°º]\s*$", re.IGNORECASE)
_LINKS = re.compile(r"\b(?:d[eu]s?|l[ae]s?|[dl](?=['’ ]))\b", re.IGNORECASE)


def match_light_columns(header: Iterable[str]) -> dict[LightField, list[str]]:
    """The columns whose names stand for each field, best first; fields without any left out.

    When no name has over 10 letters, as in a dBASE table, those of 10 may begin a longer one.
    """
    columns = list(header)
    names = index_columns_by_name(columns)
    found: dict[LightField, list[str]] = {
        field: [names[n] for n in known if n in names] for field, known in NAMES.items()
    }
    found["installed_on"] = [one for one in found["installed_on"] if not is_removal(one)]
    _add_parsed_columns(columns, found)
    if all(len(column) <= _DBF for column in columns):
        for column in columns:
            for field in _find_cut_field(column):
                if column not in found[field]:
                    found[field].append(column)
    if not found["external_id"] and found["power"]:  # one row a support
        found["external_id"] = list(filter(is_of_supports, columns))
    return {field: chosen for field, chosen in found.items() if chosen}


def _add_parsed_columns(columns: Sequence[str], found: dict[LightField, list[str]]) -> None:
    """Adds the heads that are understood word by word: watts, kilowatts, numbers of lamps.

    Of several columns of watts the one of the whole luminaire comes first, totals last.
    """
    told = {column: watts_of(column) for column in columns}
    of_watts = {column: told[column] for column in found["power"] if "%" not in column} | {
        column: one
        for column, one in told.items()
        if one and not (one.kilo or one.second or one.gear)
    }
    found["power"] = sorted(of_watts, key=lambda column: rank_watts(of_watts[column]))
    found["power_2"] = [column for column, one in told.items() if one and one.second]
    found["power_gear"] = [column for column, one in told.items() if one and one.gear]
    found["power_kw"] = [c for c, one in told.items() if one and one.kilo and not one.gear]
    found["lamps"] = [column for column in columns if lamps_of(column) is not None]


def rank_watts(one: Watts | None) -> int:
    """Which of several columns of watts is that of the light: the least."""
    if one is None:
        return 1
    return 3 if one.total else ("light", "", "lamp").index(one.level)


def is_of_supports(column: str) -> bool:
    """Whether *column* names supports, and no lights."""
    return not _SUPPORTS.isdisjoint(_build_column_keys(column))


def index_columns_by_name(columns: Sequence[str]) -> dict[str, str]:
    """The columns by their names as `plain` writes them; N° and small words do not hide a name."""
    names = {key: column for column in reversed(columns) for key in _build_column_keys(column)}
    return names | {normalize_column_name(column): column for column in reversed(columns)}


def count_lighting_columns(header: Iterable[str]) -> int:
    """How many columns tell of lighting; vague names count only beside a plain one."""
    found = match_light_columns(header)
    chosen = {field: found[field][0] for field in TELLING if field in found}
    counts = chosen and any(lamps_of(column) for column in found.get("lamps", ()))
    if all(map(_is_vague, chosen.values())) and not (names_lights(found) or counts):
        return 0
    return len(chosen) if chosen.keys() != {"cabinet"} or names_lights(found) else 0


def _is_vague(column: str) -> bool:
    """Whether tables of other things have such a column, too."""
    one = watts_of(column)
    return normalize_column_name(column) in VAGUE or (
        one is not None and not one.level and normalize_column_name(column) not in NAMES["power"]
    )


def names_lights(found: dict[LightField, list[str]]) -> bool:
    """Whether the identifier is that of light points; a table of cabinets names cabinets alone."""
    return any(
        _LIGHTS.search(normalize_column_name(column)) for column in found.get("external_id", ())
    )


def _build_column_keys(column: str) -> tuple[str, str]:
    """Its name with N° spelt out, and then without the small words: `numeroarmoire`."""
    spelt = _AFTER.sub(r"numero \1", _NUMBER.sub("numero ", column))
    return normalize_column_name(spelt), normalize_column_name(_LINKS.sub(" ", spelt))


def _find_cut_field(column: str) -> set[LightField]:
    """The one field that a cut name can stand for; none when it is whole, or two would do."""
    name = normalize_column_name(column)
    if len(column) < _DBF or name in _WHOLE:
        return set()
    fields = {field for field, names in NAMES.items() if any(n.startswith(name) for n in names)}
    return fields if len(fields) == 1 else set()

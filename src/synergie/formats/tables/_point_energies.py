"""Names of points that tell another energy or flow than that of their rows: `Mairie - gaz`."""

import re
from collections.abc import Iterable

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._heading import plain_symbols
from synergie.formats.tables._span import Span

_PLACE = re.compile(
    r"(ep|eclairage|rues?|allees?|chemins?|impasses?|places?|avenues?|av|boulevards?|bd|quais?|routes?"
    r"|squares?|cites?|lotissements?|residences?|lieu.?dit|zac|za|zi|parcs?|hameau\w*|musees?"
    r"|anciennes?|usines?|ecoles?|colleges?|lycees?|gymnases?) "
)
"""What a place is called by, with a name that may be of anything: `Rue du Gaz`."""
_BEHIND = r"(?:^|.*[-–:(/,] ?)(?:{})\)?"
_HEAT = (
    r"chauffages? urbains?|r\.?c\.?u|reseaux? (?:de )?(?:chaleur|froid|chauffage)(?: urbaine?s?)?"
    r"|chaleur|froid|vapeur|bois|granules?|plaquettes?|fioul|fuel|mazout|biomasse"
    r"|eau(?: (?:chaude|froide))?"
)
_OTHERS = re.compile(
    rf"{_BEHIND.format(_HEAT)}"
    r"|.*\b(?:chaufferies?|chaudieres?)(?: (?:a|au|aux))?"
    r" (?:bois|fioul|fuel|granules?|pellets|plaquettes?|biomasse)\b.*"
    r"|.*\bsous.?stations?(?: de| du)? (?:chaleur|chauffage|rcu|reseau).*"
    r"|.*\bcompteurs? (?:d.? ?)?(?:eau|chaleur|calories|energie thermique)\b.*"
    r"|.*\b(?:eau (?:chaude|froide)|chauffage urbain|rcu)\b.*|fioul .*"
)
"""Names of what is delivered as heat, cold, fuel or water."""
_GAS = re.compile(
    rf"{_BEHIND.format(r'gaz(?: nat\w*\.?| de ville)?|gas|propane|butane|gpl|gnv')}"
    r"|.*\b(?:chaufferies?|chaudieres?|compteurs?|chauffages?)(?: (?:a|au|de))?"
    r" (?:gaz|gas|propane)\b.*"
    r"|.* gaz(?: nat\w*\.?)?|(?:gaz|gas) .*"
)
_PLANT = re.compile(
    r".*\b(?:centrales?|toitures?|champs?|panneaux?|ombrieres?|installations?|production)"
    r"(?: de production)? (?:solaires?|pv|photovoltaiques?)\b.*"
    r"|(?:panneaux?|modules?)(?: sur| en)?(?: le| la| les)? toi(?:t|ture)s?\b.*"
    r"|.*\b(?:(?:micro|mini|pico).?(?:centrales?|turbines?)|centrales? hydro\w*|photovoltaiques?"
    r"|cogenerations?|ombrieres?|eoliennes?|pv)\b.*"
)
"""Plants that feed in."""


def look_at_point_names(spans: Iterable[Span], report: Report) -> None:
    """Find points drawn from the electricity grid that are called after another energy or a plant.

    See `other_energy`.
    """
    for name, span in {span.one.name: span for span in spans if span.kwh}.items():
        one = span.one
        if one.energy != "electricity" or one.direction != "import":
            continue
        if (told := other_energy(name, one.supply_point)) is not None:
            report.find(checks.POINT_OF_OTHER_ENERGY, name, told, place=span.place)
        elif _PLANT.fullmatch(_normalize_own_words(name)):
            report.find(checks.PLANT_DRAWS, name, place=span.place)


def other_energy(name: str, supply_point: str | None) -> str | None:
    """What *name* tells of another energy; None: nothing against electricity.

    Heat and fuels count where *supply_point* is no PRM, which may be the meter of a boiler house.
    """
    text = _normalize_own_words(name)
    forms = (_GAS,) if (supply_point or "").startswith("prm:") else (_GAS, _OTHERS)
    return next((text for form in forms if form.fullmatch(text)), None)


def _normalize_own_words(name: str) -> str:
    """The plain words of a name; of a place, those behind a sign: `Rue Haute - gaz`."""
    text = plain_symbols(name)
    if not _PLACE.match(text):
        return text
    own = re.split(r" ?[-–:(/,] ?", text)
    return own[-1].rstrip(") ") if len(own) > 1 else ""

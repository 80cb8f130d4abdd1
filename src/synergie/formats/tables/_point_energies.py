"""Names of points that tell another energy or flow than that of their rows: `Mairie - gaz`."""

import re
from collections.abc import Iterable

from synergie.formats import checks
from synergie.formats.report import Report
from synergie.formats.tables._heading import ESTIMATED, list_denials, plain_symbols
from synergie.formats.tables._span import Span
from synergie.formats.tables._vocabulary import MONEY, PLACE, Role
from synergie.formats.tables._word_forms import find_made_word, find_part_words
from synergie.formats.tables.titles import DERIVED, OF_BUILDINGS, find_odd_participles, is_unsettled
from synergie.formats.values import normalize_words

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
    r"|cogenerations?|ombrieres?|eoliennes?|pv|onduleurs?|methanis\w*|(?:parc|ferme)s? solaires?)"
    r"\b.*"
    r"|(?:panneaux?|modules?|toit(?:ure)?s?|solaire|revente|surplus|injection|production|oa"
    r"|autoconso\w*|turbines?)"
    rf" (?:(?:de |du |des |d.|sur |la |le |l.)*(?:{OF_BUILDINGS.pattern})\b.*)"
)
"""Plants that feed in."""
_PLANT_END = re.compile(
    r"(?:.*[^ ])? ?\b(?<!\bdu )(?<!\bde )(?<!\bdes )(?<!\bla )(?<!\bau )"
    r"(?:pv|(?<=[-–/(] )solaires?|(?<=[(])solaires?|photovoltaiques?"
    r"|revente|surplus|injection|panneaux|oa|autoconso\w*"
    r"|production(?: solaire| pv)?|onduleurs?)\)?"
)
"""Names that end by what feeds in, places too: `École PV`."""


_OWN = re.compile(
    r"\s?(?:[(\[{*:;,]|\s?[-–/|]\s)\s?([^\W\d_].*|\d+ ?%.*|(?<=\()\d/\d\).*|[÷×x*/] ?\d.*)"
)
"""What stands behind a sign in a label."""
_SMALL = re.compile(r"\s((?:(?:[a-zéèêàâôûç][\w.'’-]*|DJU|kVA|[kMG]?Wh|k?€|\*\w+\*)(?:\s|$))+)$")
"""The last words of a label, which a small letter begins: no name of a place."""
_NAMED = re.compile(
    r"\b(?:historiques?|plans?|moyen\w*|haute?s?|basse?s?|min\w*|max\w*|talon|pic)\b"
)
_LESS = re.compile(
    r"\b(?:sans|hors|avant|apres) (?!sol\b|souci|nom\b|issue|les?\b|la\b|du\b|adresse)[a-z]+"
)
"""What leaves a part out, or tells of a time around works."""
_UNIT = re.compile(r"[mg]?wh|m3|kva|kvarh|[km]?€|euros?|eau|gaz|litres?|%")
_CUT = re.compile(
    r"(?!(?:prevert|prevost|prevot|provins|refuge|correze|objat)\b)(?:estim|simul|prev|theo|ref|obj|moy|prov|corr)\w{0,3}\.?|fictif|fictive|visee?"
)
_MADE = frozenset[Role]({
    "forecast", "previous", "statistic", "loss", "reactive", "coefficient", "self_consumed",
})  # fmt: skip
_SCENARIO = re.compile(
    r"\b(?:scenarios?|variantes?|hypotheses?|dju|versions?|ratios?|hors (?!sol|les?\b)[a-z]+)\b"
)

_NAME_OF_PLACE = re.compile(
    r"\b(?:[ée]coles?|scolaires?|cantines?|restaurants?|rpi)\b.*"
    r"\b(?:primaires?|moyenne section)\W*$"
    r"|\b(?:branchements?|raccordements?|vestiaires?|classes?|[ée]coles?|cantines?|loca(?:l|ux)"
    r"|^(?:mairies?|m[ée]diath[èe]ques?|biblioth[èe]ques?|gymnases?|salles?|cr[èe]ches?|halles?))"
    r" provisoires?\W*$|\bcamping-?cars?\W*$"
)
"""A school for the young, a connection for a while: no energy, no figure that may change."""


def find_label_claim(label: str, *, numbered: bool) -> str | None:
    """What words behind the name of a point say of its numbers: `(cible)`, `théorique`, `[MWh]`.

    They stand behind a sign, or at the end in small letters. Where no number tells the point what
    is behind a sign is looked at beside the others, and a mean or a history may be a name.
    """
    own, small = _OWN.search(label), _SMALL.search(label)
    if numbered and (less := _LESS.search(normalize_words(label))):
        return less[0]
    if not numbered and (own or (small and _NAMED.search(normalize_words(small[1])))):
        return None
    told = own[1] if own else small[1] if small else ""
    named = re.search(rf"\b{PLACE}\b", normalize_words(told)) or _NAME_OF_PLACE.search(
        label.casefold()
    )
    told = "" if named else told
    plain = normalize_words(told)
    if not told or ESTIMATED.search(plain):
        return None
    last = plain_symbols(told).strip(" )]}*").split()
    roles = _MADE | {"ratio"} if own else _MADE
    claims = any(
        (
            bool(roles.intersection(list_denials(told)) and not told[0].isupper()),
            find_part_words(told) is not None,
            any(map(_CUT.fullmatch, last)),
            re.match(r"n ?- ?[1-9]", plain_symbols(told)) is not None,
            own
            and not told[0].isupper()
            and find_made_word(told, [normalize_words(one) for one in last]),
            own and any(map(is_unsettled, find_odd_participles(told))) and not told[0].isupper(),
            DERIVED.search(plain) is not None,
            re.match(r"[÷×x*/] ?\d", told) is not None,
            last[-1] in {"kva", "kvarh", "mwh", "m3"},
            (own is not None and len(last) == 1 and _UNIT.fullmatch(last[0]) is not None),
            (MONEY.search(plain_symbols(told)) is not None and len(last) == 1),
            (_SCENARIO.search(plain) and (told.startswith("DJU") or not told[0].isupper())),
        )
    )
    return told.strip(" )]}*") if claims else None


def look_at_point_names(spans: Iterable[Span], report: Report) -> None:
    """Find points drawn from the electricity grid that are called after another energy or a plant.

    See `other_energy`.
    """
    twice = checks.SITE_TWICE.code in report.findings
    for name, span in {span.one.name: span for span in spans if span.kwh}.items():
        one = span.one
        if one.energy != "electricity" or one.direction != "import":
            continue
        told = other_energy(name, one.supply_point)
        if told is None and (one.supply_point is not None or not twice):
            told = find_label_claim(name, numbered=one.supply_point is not None)
        if told is not None:
            report.find(checks.POINT_OF_OTHER_ENERGY, name, told, place=span.place)
        elif is_plant(name):
            report.find(checks.PLANT_DRAWS, name, place=span.place)


def is_plant(name: str) -> bool:
    """Whether *name*, of a point or a file, is that of a plant: `Panneaux mairie`, `École PV`."""
    own, whole = _normalize_own_words(name), plain_symbols(name)
    return (_PLANT.fullmatch(own) or _PLANT_END.fullmatch(whole)) is not None


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

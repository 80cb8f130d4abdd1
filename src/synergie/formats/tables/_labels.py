"""Words by which rows and columns say that they sum others, tell of them, or were not measured."""

import re
from collections.abc import Sequence

from synergie.formats.checks import N_
from synergie.formats.tables._heading import (
    is_denied,
    is_only,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._vocabulary import Role
from synergie.formats.values import normalize_words
from synergie.schemas.readings.quality import Quality

_TAIL = (
    r"( ([\d ]+|kwh|mwh|wh|kw|eur|euros?|ht|ttc|m2|general\w*|globa\w*|annuel\w*|mensuel\w*"
    r"|trimestriel\w*|annee|an|mois|trimestre|semestre|periode|ville|commune|patrimoine|parc"
    r"|sites?|batiments?|points?|compteurs?|pdl|prm|consommations?|conso|energies?|electricite"
    r"|elec|gaz|eclairage|public|hors|n|de|du|des|la|le|les|l|par|sur|en|et|tous|toutes))*"
)
"""What may stand behind the word: it says of what, and names no place."""
_LABEL = re.compile(
    rf"(grand |sous |s )?(total|totaux)(?! (access|energies?$|direct))( .*)?"
    rf"|(somme|cumul|ensemble){_TAIL}|subtotal( .*)?|s t|ss? total( .*)?|summe|totale?|suma|somma"
)


_FOOT = (
    r"(moyennes?|moy|medianes?|ecarts?( type)?|evolution|variation|part|indice|average|mean|maximum"
    r"|minimum|max|min|mini|maxi|ratio)"
)
_NO_SUM = re.compile(rf"{_FOOT}{_TAIL}")
"""Rows at the foot that tell of those above, and are no sum."""
_PERHAPS = re.compile(rf"({_FOOT}|somme|cumul|ensemble) .*")
"""Such a row, or the name of a place (`Max Jacob`, `Cumul des Pins`): its numbers settle it."""


def is_total(text: str) -> bool:
    """Whether the plain words *text* name a sum."""
    return _LABEL.fullmatch(text) is not None


def is_no_sum(text: str) -> bool:
    """Whether they name a mean, a share or a difference of the rows above."""
    return _NO_SUM.fullmatch(text) is not None


def is_perhaps_no_sum(text: str) -> bool:
    """Whether they begin so, and may name a place as well: its numbers settle it."""
    return _PERHAPS.fullmatch(text) is not None


OTHER_QUANTITY = N_(
    "a row of measured energy: amounts, budgets, forecasts and other flows are not kept"
)
"""What is expected of a row that is of none."""


FUELS = r"fioul|bois|granules?|propane|butane|chaleur|froid|vapeur|eau|water|heat"
GAS = r"gaz(?: naturel)?|gas"
_OTHER_ROW = re.compile(
    r"(.*[-–:(/] ?)?(n ?[-–−] ?[1-9]|budgets?( (primitif|vote))?|previsions?|previsionnel"
    r"|objectifs?"
    r"|ecarts?|an(nee)? passee?)( ?(19|20)\d\d)?\)?|(bp|bs|dm|dob|rob) (20)?\d\d|base 100"
    r"|heures de pointe"
    r"|moyennes? (des|du|de) .*|economies?( d.energie)?|(19|20)\d\d|production( .*)?"
    r"|(rappels?|conso\w*|annee|exercice|total)( [a-z]+)? (19|20)\d\d|djus?( .*)?"
    r"|(couts?|montants?|depenses?)( \(?(ttc|ht|totaux|[km]?€|euros?)\)?)*"
    r"|(dont )?(eau|chaleur|fioul|bois|propane)( \(?(m3|kwh|mwh)\)?)?"
    r"|dont .*|reseaux? (de )?(chaleur|froid)( .*)?"
    r"|(fioul|fuel|mazout)( domestique)?|chauffage urbain|sous.?stations?|eau chaude( .*)?"
    r"|compteurs? (d.)?(eau|chaleur|froid)( .*)?"
    r"|.*[-–:(/] ?(fioul|propane|butane|granules?|chaleur|froid)\)?"
)
"""Names of rows that are another year's, or not measured: alone, or behind a sign."""
_QUANTITIES = re.compile(
    r"ref\w{0,8}|unifiee?s?|ventes?|reventes?|edf|oa|surplus|recettes?|evol\w*|tx|meteo"
    r"|temp|estim\w*"
    r"|souscrite?s?|tan|empreinte|carbone|aep|eaux|usees|assainissement|gasoil|communale"
    r"|provisions?"
    r"|soldes?|acomptes?|commentaires?|observations?|remarques?|specifiques?|performances?|cpe"
    r"|interessement|talons?|nocturnes?|realisation|ans|indices?|previsionnel\w*|projection\w*"
    r"|temperatures?|ext|exterieure?s?|jours?|nb|nombre|effectifs?|eleves?|agents?|habitants?|hab"
    r"|population"
    r"|surfaces?|chauffee?s?|m2|prix|pu|tarifs?|factures?|puissances?|pmax|kva|kw|cos|phi"
    r"|coefficients?"
    r"|ensoleillement|irradiation|precipitations?|pluviometrie|rigueur|climatique|climat"
    r"|taux|occupation"
    r"|heures?|fonctionnement|montants?|payee?s?|reglee?s?|abonnements?|tva|taxes?|accises?"
    r"|penalites?"
    r"|part|fixe|variable|fourniture|acheminement|turpe|hydrocarbures?|gains?|economies|realisee?s?"
    r"|decret|tertiaire|scenarios?|glissante?s?|moyen|objectifs?|cibles?|sobriete"
    r"|estimee?s?|estimations?|exercice|precedente?s?"
    r"|[kt]?g?co2\w*|ges|emissions?|kg|tonnes?|index|releves?|degres?|djus?|reports?"
    r"|rendements?|repas|servis"
    r"|nuitees?|ouverture|frequentation|visiteurs?|perimetre|refacturer|refacturation"
    r"|regul\w*|avoirs?"
    r"|rappels?|derniere?|essence|gazole|gnr|gpl|carburants?|granules?|pellets|plaquettes"
    r"|biomasse|rcu"
    r"|moyennes?|chaleur|froid|vapeur|ecarts?"
    r"|degree|degreedays|[hc]dd|dju\d*|(?:heiz)?gradtag\w*|grados|days|tage|dias|temperatur"
    r"|kosten|costs?|costes?|precio|flache|superficie|area|anteil|share|std|deviation|abweichung"
    r"|durchschnitt\w*|mittelwert|media|promedio|prognose|soll\w{0,4}|ziel\w{0,4}|targets?"
    r"|forecasts?|vorjahr\w*|anterior|previous|objetivos?|presupuesto|previstos?"
)
"""Words that, with none but neutral ones beside them, name what is no site."""
_BESIDE = re.compile(
    r"reseaux?|sous|stations?|de|du|des|la|le|les|l|d|en|a|au|aux|par|sur|et|n|t|h|an|annee"
    r"|mois|totale?|ttc|ht|kwh|mwh|hors"
    r"|communes?|compteurs?|moyennes?|mensuel(?:le)?s?|electricite|energie|conso\w*|led"
    r"|ouvree?s?|normal|types?|dev|dia|ano|year|last"
    r"|(?:19|20)\d\d|\d|haute|basse"
)
_RATIO = re.compile(r"wh|€|eur|kva|%|co2|m3")
_NOT_OF_A_SITE = frozenset[Role]({
    "forecast", "previous", "production", "self_consumed", "injected", "reactive", "ratio", "loss",
    "statistic",
})  # fmt: skip


def is_other_row(name: str, *, gas: bool) -> bool:
    """Whether *name*, where sites are named, is no site: another year, quantity or fuel.

    *gas*: the table is of gas, so that gas is no other fuel.
    """
    text = plain_symbols(name)
    fuels = FUELS if gas else rf"{GAS}|{FUELS}"
    if re.match(rf"({fuels}) (?!l['’ ]|d['’ ]|(les?|la|du|des?) )", text) and not text.startswith(
        "eau"
    ):
        return True
    if not gas and re.fullmatch(rf"(.*[-–:(/] ?)?({GAS})\)?", text):
        return True
    other = _OTHER_ROW.fullmatch(text) is not None or is_only(name, _NOT_OF_A_SITE)
    return other or _is_quantity(name)


_QUANTITY_OF = re.compile(
    r"(?:nombres?|nb|nbre|taux|temperatures?|surfaces?|frequentations?|budgets?|moyennes?"
    r"|objectifs?(?! emploi)"
    r"|medianes?|quartiles?|deciles?|(?:per)?centiles?|couts?|montants?|depenses?|prix|tarifs?"
    r"|factures?|valeurs?|reperes?|seuils?|plafonds?|volumes?|coef(?:ficient)?s?"
    r"|indices?(?! boheme)"
    r"|ecarts?(?! de la (?!consommation|facture|mesure|periode|prevision|saison))"
    r"|puissances?|previsions?|estimations?|ratios?|effectifs?|economies?(?! social\w*)"
    r"|gains?|consignes?|references?|rigueurs?|benchmarks?|inflation|profils?|kennw\w*|einspeis\w*"
    r"|heures(?! claires)|eleves|entrees(?! de ville)|passages|visiteurs|repas(?! a domicile)"
    r"|baigneurs|adherents|agents|usagers|habitants|population|average|number|share|anzahl|anteil"
    r"|kosten|costes?|promedio|producteurs?|reliquats?|residuels?|soldes?|sous[ -]ensembles?"
    r"|(?:ajust|corrig|correct|rectifi|redress|mutualis|refactur|regularis|recalcul|ventile|proratis"
    r"|repart|deduct|deduit|extrapol|reconstitu|forfait)\w*|non (?!stop)[a-z]+"
    r"|(?:tous|toutes) (?:(?:les|nos|ces) )?(?:sites?|batiments?|points?|compteurs?|installations?"
    r"|ecoles|equipements))\b.*"
)
"""How the name of a row begins that tells another quantity, or a part or sums of others."""


def names_quantity(name: str) -> bool:
    """Whether *name*, of a row of numbers, begins by a quantity: `Température Nancy`."""
    return _QUANTITY_OF.fullmatch(plain_symbols(name)) is not None


def _is_quantity(name: str) -> bool:
    """Whether *name* is that of another quantity: `Nb jours`, `Prix (€/MWh)`, `kWh/m²`."""
    text = plain_symbols(name)
    if _RATIO.search(text) and parse_heading(name).role in {"price", "ratio", "coefficient"}:
        return True
    bare = re.sub(r"\b(?:hors|toutes?) taxes\b", " ", text)
    left = [word for word in re.findall(r"[a-z0-9€]+", bare) if not _BESIDE.fullmatch(word)]
    return bool(left) and all(map(_QUANTITIES.fullmatch, left))


_QUALITIES: tuple[tuple[str, Quality], ...] = (
    ("estim", "estimated"),
    ("profil", "estimated"),
    ("regul", "corrected"),
    ("rectif", "corrected"),
    ("corrig", "corrected"),
    ("reconst", "reconstructed"),
    ("reel", "measured"),
    ("releve", "measured"),
    ("mesure", "measured"),
    ("telereleve", "measured"),
    ("actual", "measured"),
)

_NATURES = re.compile(
    r"\w|ok|auto|cyclique|periodiques?|special\w*|mise|service|resiliation|changement|fournisseur"
    r"|normale?|definitive?|valide\w*|oui|non|vrai|faux|yes|true|false|ordinaire|courante?|unique"
)
"""Words of how a reading came about that say nothing against it, and codes."""
_OF_KINDS = re.compile(
    r"\b(?:scenarios?|versions?|types?|natures?|grandeurs?|compteurs?|perimetres?|familles?|usages?"
    r"|statu[ts]s?|etats?|commentaires?|observations?|remarques?|categories?|postes?)\b"
)
"""Names of columns whose cells are looked at for what the row is of."""
_MOST_WORDS, _MOST_KINDS, _LEAST = 3, 6, 0.3


_CODES: dict[str, Quality] = {
    "E": "estimated", "EST": "estimated", "M": "measured", "R": "measured", "MES": "measured",
    "REE": "measured",
}  # fmt: skip
_ESTIMATE = re.compile(r"(?:.* )?(?:est|(?:estim|reconst)\w*)(?: .*)?")
_BARE = re.compile(r"\w+|(?:valeurs?|index|conso\w*|releves?|donnees?|energies?|factures?) \w+")
_IN_PART = re.compile(r"\b(?:dont|parts?|inclu\w*|taux|jours?|nb|nombre)\b|%")
_NONE = re.compile(r"|[-–]|0+(?:[.,]0+)? ?%?|n|non|no|faux|false")
_YES = re.compile(r"oui|o|x|yes|y|vrai|true|1")


def find_code_quality(cell: str) -> Quality | None:
    """How a value was found, by the letters of its table: E beside M or R, EST beside REE."""
    return _CODES.get(cell.upper())


def names_estimate(head: str) -> bool:
    """Whether the cells of a column *head* say that their row is estimated, or a part of it."""
    plain = normalize_words(head)
    told = _BARE.fullmatch(plain) or _IN_PART.search(plain_symbols(head))
    return told is not None and _ESTIMATE.fullmatch(plain) is not None


def tells_estimate(head: str, cell: str) -> bool:
    """Whether *cell* of such a column says so: a yes, or how much where *head* counts."""
    plain = cell.strip().lower()
    if _IN_PART.search(plain_symbols(head)):
        return not _NONE.fullmatch(plain)
    return _YES.fullmatch(plain) is not None


def find_quality(told: str) -> Quality | None:
    """How a value was found, by the word of its table; None: the word does not say it."""
    plain = normalize_words(told)
    return next((quality for start, quality in _QUALITIES if start in plain), None)


def is_unknown_nature(told: str) -> bool:
    """Whether *told* says how a value was found in words that nobody listed: `Nominé`."""
    known = find_quality(told) or find_code_quality(told)
    return not known and bool(list_unknown_words(normalize_words(told), _NATURES))


def tells_natures(cells: Sequence[str], name: str) -> bool:
    """Whether the cells of a column say how energies were found, whatever its *name* is.

    Not under a name of kinds where one says that its row is no energy of the period: then that is
    what is told.
    """
    kinds = set(cells)
    denied = any(find_quality(one) is None and is_denied(one) for one in kinds)
    if denied and _OF_KINDS.search(normalize_words(name)):
        return False
    if len(kinds) > _MOST_KINDS or any(len(one.split()) > _MOST_WORDS for one in kinds):
        return False
    if {*map(find_code_quality, kinds - {""})} == {"estimated", "measured"}:
        return True
    return sum(find_quality(one) is not None for one in cells) > _LEAST * len(cells)

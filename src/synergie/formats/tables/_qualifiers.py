"""Columns beside that nothing reads, and whose words say what the numbers of their rows are.

No list of such words is complete: `Scénario : Tendanciel`, `Statistique : P90`. They are told by
where they stand: the same few words in every row, or others in rows of one point. What differs from
point to point is theirs (`École`), and columns of the bill, of places and of people say nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from synergie.formats.tables._cells import Cell, month_of, strip_cell_text
from synergie.formats.tables._heading import (
    NO_ENERGY,
    is_denied,
    is_only,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._labels import find_quality, names_estimate
from synergie.formats.tables._row import CANCELLED, KIND, OTHERS
from synergie.formats.tables._vocabulary import OF_TIME, OF_WHOSE, PART, Role
from synergie.formats.tables._word_forms import find_made_word, find_part_words
from synergie.formats.tables._words import (
    OF_SHARES,
    class_in,
    find_name_meaning,
    normalize_words,
)
from synergie.formats.tables.titles import DERIVED, OF_BUILDINGS, OLD, SETTLED, names_body
from synergie.formats.values import are_grades, read_number

_OF_REMARKS = re.compile(
    r"\b(?:comm?(?:entaires?)?|obs\w*|remarques?|rmqs?|rqs?|notes?|mentions?|precisions?|details?"
    r"|libelles?|infos?|informations?|comments?|remarks?|bemerkung|anmerkung)\b"
)
_PLAIN = re.compile(
    r"\w|ok|oui|non|vrai|faux|yes|no|true|false|ras|neant|avoirs?|normale?s?|courante?s?|cyclique"
    r"|automne|printemps|hiver|ete|telereleve\w*|releve\w*|facture\w*|recue?s?|auto\w*|manuelle?s?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|ouvre\w*|chome\w*|ferie\w*|vacances"
    r"|mensuel\w*|bimestriel\w*|semestriel\w*|valide\w*|pay\w*|regl\w*|sold\w*|mandat\w*|liquid\w*"
    r"|actifs?|actives?|en|service|principale?s?|annexes?|gestion|linky|communicant\w*|enedis|sge"
    r"|scolaires?|sporti(?:f|ve)s?|culturel(?:le)?s?|cultuel(?:le)?s?|sociale?s?|sociaux|techniques?"
    r"|administrati(?:f|ve)s?|associati(?:f|ve)s?|enfance|voirie"
    r"|permanente?s?|mise|paiement|reglement|traitement"
    r"|portail|web|courrier|mail|papier|demat\w*|chorus|pdf|par|fichier|export|api|saisie"
    r"|controlee?s?|verifiee?s?|definiti\w*|ouverte?s?|fermee?s?|termine\w*|traitee?s?|soutiree?s?"
    r"|eaux?|contrats?|cours|conso\w*|constatee?s?|mesuree?s?|froide?s?|jaunes?|verte?s?|bleue?s?|monophase|triphase|mono|tri|unique|simple|bt|hta"
)
"""Words of rows that say nothing against their energy."""
_YES = re.compile(r"oui|o|x|yes|y|vrai|true|n|non|no|false|faux")
_NO = re.compile(r"n|non|no|false|faux")
_OF_KINDS = re.compile(
    r"\b(?:types?|typologies?|occupations?|natures?|statu[ts]s?|etats?|situations?|modes?|moyens?|frequences?|periodicites?"
    r"|categories?|(?:sous )?familles?|usages?|energies?|fluides?|unites?|um|qualites?|versions?"
    r"|sources?|origines?|grandeurs?|classes?|postes?|genres?|groupes?|niveaux?|labels?|activites?"
    r"|marques?|modeles?|materiels?|technologies?|supports?|alimentations?|raccordements?|phases"
    r"|domaines?|destinations?|chauffages?|abonnes?|calendriers?|plages?|horaires?|horosaisonnalites?"
    r"|kind|kinds|status|state|sector|category|currency|country|pays|art|sens|flux|direction"
    r"|erp|dpe|etiquettes?)\b"
)
"""Heads of kinds, whose cells tell what they say."""
_WAYS = re.compile(
    r"calculs?|correcti?\w*|corrig\w*|hypothes\w*|variant\w*|scenarios?|cas|simul\w*|ajust\w*"
    r"|estim\w*|horizons?|phase|etapes?|lissages?|redress\w*|traitements?|methodes?|regles?|bases?"
    r"|multipl\w*|coef\w*|echelles?|cles?|tirages?|jalons?"
    r"|(?:rangs?|classements?|notations?|candidats?|soumissionnaires?|consultations?)( .*)?"
)
"""Heads of how figures were made, or of which of several they are."""
_PAPERS = re.compile(r"budgets?(?: .*)?|devis|previsions?|contractuel\w*|theorique\w*")
"""Heads of figures of papers, where a cell says yes."""
_MEASURED = re.compile(
    r"(?:constat|mesur|reel|relev|factur|telerelev|soutir|consomm|linky|enedis|normal)\w*|consos?"
)
"""What a cell says of energies of a meter, under whatever head."""
_SIMULATED = re.compile(r"\b(?:simulations?|scenarios?|variantes?|hypotheses?)\b")
_OTHER_ROLES = frozenset[Role]({
    "power", "statistic", "forecast", "previous", "reactive", "ratio", "coefficient", "loss",
    "price", "running_sum", "register",
})  # fmt: skip
USE = re.compile(
    r"(usages? )?(ecs|eau chaude( sanitaire)?|clim|climatisation|chauffages?|ventilation|cuisson"
    r"|bureautique|informatique|froid|process|auxiliaires|vehicules?)( electriques?)?"
)
"""Uses that a site has: beside sites they are a part of one."""
FACTOR_ALONE = re.compile(r"\W*[x×*÷/] ?\d+(?:[.,]\d+)?\W*")
"""A factor that stands alone: `x 40`."""
_SHARE = re.compile(r"(\d+) ?/ ?(\d+)|\d+(?:[.,]\d+)? ?%")
_YEAR = re.compile(r"20\d\d")
_OF_YEAR = re.compile(r"\bn ?[-+] ?[1-9]\b")
_WHOLE = frozenset({"1", "1,0", "1.0", "1,00", "1.00", "100"})
_OF_PLACES = re.compile(r"\b(?:adresse|commune|ville|rue|lieu|batiment|site|nom|libelle|quartier)")
_LEAST_LABEL, _LEAST_DIGITS = 4, 9
_GONE = re.compile(r"n|non?|0|faux|false")
_HERE = re.compile(r"oui|o|x|yes|y|1|vrai|true")
_ENDED = re.compile(r"(?:est )?(?:inacti|ferme|hors|resili|clos|vendu|demoli|detruit)")
"""Heads by which a yes says that a point is no longer one."""
_CODE = re.compile(r"[^\W_]")
_KNOWN_CODE = re.compile(r"(?i)[remonx]")
"""Réel, estimé, mesuré; a yes and a no."""
_LIFE = re.compile(
    r"(?:est )?(?:(?:in)?acti(?:f|ve)|ouverte?|fermee?|(?:en|hors) (?:service|activite)|exist\w+"
    r"|resili\w+|clos|vendu|demoli|detruit|hors parc|en place|utilise\w*|exploite\w*|retenue?"
    r"|inclus\w*|comptee?|suivie?)s?(?! .*\b(?:march|group|contrat|lot|offre))( .*)?"
)
"""Heads that ask whether a point is still one, or counts."""
_OF_LABELS = re.compile(r"\b(?:dpe|ges|etiquettes?|classes?|erp)\b")
"""Heads of letters that grade buildings."""
_STATES = re.compile(r"(?:statu[ts]s?|etats?|situations?)(?: .*)?")
_APART: tuple[tuple[str, str], ...] = (
    (r"e|el|elec\w*", r"g|gn|gaz.*|w|eau|b|bois|f|fioul|rcu|c|chaleur"),
    ((r"tetes?|amont|gen|general\w*|tot|total|racines?|principal\w*|peres?|meres?|parents?"
      r"|arrivees?|maitres?|chefs?"),
     (r"departs?|aval|details?|feuilles?|div|divisionnaires?|secondaires?|fils|filles?|enfants?"
      r"|branche\w*|esclaves?")),
)  # fmt: skip
"""Of which points have this and others that: fluids, and meters behind a meter."""
_OF_FUELS = re.compile(r"\b(?:energies?|fluides?|vecteurs?|combustibles?)\b")
_FUEL_READ = re.compile(r"[eg]|[a-z ]{3,}")
"""Columns of fuels, and how their cells tell them that each row is read by."""
_LETTERS = re.compile(r"[A-Z]{1,2}|[a-z]")
_LEAST, MOST_KINDS, _LEAST_REMARK, _LONGEST = 2, 6, 2, 3


def iterate_unknown_kinds(
    beside: Mapping[int, str],
    rows: Sequence[Sequence[Cell]],
    whose: int | None,
    told: Collection[str],
) -> Iterator[str]:
    """Cells of the columns *beside* that call what is in their rows by words nobody listed.

    *beside*: their places and names. *whose*: the column of points, or of their names. *told*:
    plain words of titles and names of points and files. Each comes behind the name of its column:
    `Scénario : Tendanciel`.
    """
    points = [
        strip_cell_text(one[whose]) if whose is not None and whose < len(one) else ""
        for one in rows
    ]
    labels = [
        {strip_cell_text(cell) for i, cell in enumerate(row) if i not in beside} for row in rows
    ]
    for at, name in beside.items():
        texts = [strip_cell_text(one[at]) if at < len(one) else "" for one in rows]
        way = _find_way(name, texts)
        kinds = [one for one in dict.fromkeys(texts) if any(map(str.isalpha, one))]
        if way is not None:
            yield way
        elif codes := (
            _list_years_of_none(texts, at, rows, points)
            or _list_parents(name, texts, labels)
            or _list_codes(name, texts, points)
            or _list_kinds_of_points(name, texts, points)
        ):
            yield from (f"{name} : {one}" for one in codes)
        elif kinds and len(kinds) <= MOST_KINDS:
            theirs = _differs_by_point(texts, points, len(kinds))
            if not theirs:
                yield from (f"{name} : {one}" for one in kinds if _is_use(name, one))
            if is_of_whose(name):
                yield from (f"{name} : {one}" for one in kinds if _is_part(one))
            elif not _is_rare_remark(name, texts):
                yield from _list_odd_kinds(name, filter(_is_made, kinds) if theirs else kinds, told)


def _list_parents(
    head: str,
    texts: Sequence[str],
    labels: Sequence[Collection[str]],
) -> Sequence[str]:
    """Names or numbers of other points of the table: those behind which these stand."""
    if _OF_PLACES.search(normalize_words(head)) and not all(map(str.isdigit, filter(None, texts))):
        return []
    every = set[str]().union(*labels)
    return [
        one
        for one, own in dict.fromkeys(zip(texts, map(frozenset, labels), strict=True))
        if one in every
        and one not in own
        and (len(one) > _LEAST_DIGITS or (len(one) >= _LEAST_LABEL and one[0].isalpha()))
    ][:1]


def _list_codes(head: str, texts: Sequence[str], points: Sequence[str]) -> Sequence[str]:
    """Codes of a letter or a digit that change between the rows of a point, or tell a way.

    So do factors of some points, where those of most are 1 or 100.
    """
    plain, count = normalize_words(head), Counter(filter(None, texts))
    told = find_name_meaning(head)
    if told is not None and told.field == "direction" and all(map(_CODE.fullmatch, count)):
        return list(count)
    named = (told is not None and told.unit is not None) or is_of_whose(head)
    if shared := OF_SHARES.match(plain_symbols(head)):
        named = False
    named = named or any(one.search(plain) for one in (NO_ENERGY, PART, _OF_REMARKS))
    few = _LEAST <= len(count) <= MOST_KINDS and len(set(points)) < len(points)
    if named or not few or any(map(OF_TIME.fullmatch, plain.split())):
        return []
    usual, most = count.most_common(1)[0]
    others = [one for one in count if one != usual]
    numbers = [read_number(one.rstrip("% ")) for one in others]
    parted = shared and any(map(_is_share, count))
    if parted or (usual.rstrip("% ") in _WHOLE and most * 2 > len(texts) and all(numbers)):
        return others
    if _differs_by_point(texts, points, len(count)):
        return []
    known = all(map(_KNOWN_CODE.fullmatch, count)) or all(map(class_in, count))
    turns = sum(a != b for a, b in pairwise(zip(points, texts, strict=True)))
    measured = all(map(str.isdigit, count)) and turns >= len(set(points)) * len(count)
    known = known or measured  # numbers that come and go
    return list(count) if all(map(_CODE.fullmatch, count)) and not known else []


def _list_kinds_of_points(head: str, texts: Sequence[str], points: Sequence[str]) -> Sequence[str]:
    """Short texts by which points may be of other fluids, no more in use, or behind a meter."""
    kinds = list(dict.fromkeys(texts))
    if len(kinds) > MOST_KINDS or not _differs_by_point(texts, points, len(kinds)):
        return []
    plain, told = normalize_words(head), [normalize_words(one) for one in kinds]
    read = _OF_FUELS.search(plain) and all(map(_FUEL_READ.fullmatch, told))
    if read or _OF_LABELS.search(plain):
        return []
    for one, other in _APART:
        here, there = (
            {at for at, text in enumerate(told) if re.fullmatch(form, text)}
            for form in (one, other)
        )
        if here and there and len(here | there) == len(told):
            return kinds
    if _LIFE.fullmatch(plain):
        return kinds if all(_YES.fullmatch(one) or len(one) <= _LONGEST for one in told) else []
    if _STATES.fullmatch(plain):
        short = all(len(one) <= _LONGEST for one in kinds)
        return [] if not short or are_grades(head, kinds) else kinds
    known = is_of_whose(head) or names_body(head) or _OF_REMARKS.search(plain)
    letters = all(_LETTERS.fullmatch(one) for one in kinds)
    said = all(map(_YES.fullmatch, told))
    odd = letters and not known and not said and list_unknown_words(plain, _OF_KINDS)
    return kinds if odd else []


def _is_rare_remark(head: str, texts: Sequence[str]) -> bool:
    remark = _OF_REMARKS.search(normalize_words(head)) is not None
    return remark and sum(map(bool, texts)) * _LEAST_REMARK < len(texts)


def _list_odd_kinds(head: str, some: Iterable[str], told: Collection[str]) -> list[str]:
    """What of the texts *some* nobody listed, behind *head*; *head* alone where they say yes."""
    kinds = list(some)
    if all(map(_YES.fullmatch, map(normalize_words, kinds))):
        return [head] if _is_made(head) and find_quality(head) is None else []
    refused = KIND.search(normalize_words(head)) is not None  # its rows, where it denies them
    return [
        f"{head} : {one}"
        for one in kinds
        if (_YEAR.fullmatch(one) or is_unknown_kind(one, told))
        and not (refused and _is_denied_row(one))
    ]


def _list_years_of_none(
    texts: Sequence[str], at: int, rows: Sequence[Sequence[Cell]], points: Sequence[str]
) -> Sequence[str]:
    """Years in the column *at* that no other cell has, where it holds years alone, of no point."""
    years = dict.fromkeys(texts)
    own = len(years) > MOST_KINDS or _differs_by_point(texts, points, len(years))
    if own or not all(map(_YEAR.fullmatch, years)):
        return []
    others = " ".join(str(c) for row in rows for i, c in enumerate(row) if i != at)
    return [one for one in years if one not in others]


def is_of_whose(head: str) -> bool:
    """Whether *head* is of places, people, contracts or papers, or a field of its own."""
    plain = normalize_words(head)
    told = find_name_meaning(head)
    return OF_WHOSE.search(plain) is not None or (told is not None and told.field != "value")


def _is_use(head: str, cell: str) -> bool:
    """Whether *cell* tells what a part of a site's energy is for, in the column of its use."""
    told = find_name_meaning(head)
    usage = told is not None and told.field == "usage"
    return usage and USE.fullmatch(normalize_words(cell)) is not None


def _find_way(head: str, texts: Sequence[str]) -> str | None:
    """What a column that has one text in several rows tells of how figures were made, if it does.

    See `tells_way`.
    """
    kinds, plain = set(filter(None, texts)), normalize_words(head)
    if FACTOR_ALONE.fullmatch(plain_symbols(head)):
        return head
    if _LIFE.fullmatch(plain):
        away = _HERE if _ENDED.match(plain) else _GONE
        return head if any(map(away.fullmatch, map(normalize_words, kinds))) else None
    if names_estimate(head):  # its rows are estimated
        return None
    if len(kinds) > 1 and all(map(_YES.fullmatch, map(normalize_words, kinds))):
        kinds = {one for one in kinds if not _NO.fullmatch(normalize_words(one))}
    if len(kinds) != 1 or sum(map(bool, texts)) < _LEAST or not tells_way(head, *kinds):
        return None
    (cell,) = kinds
    return head if _YES.fullmatch(normalize_words(cell)) else f"{head} : {cell}"


def tells_way(head: str, cell: str) -> bool:
    """Whether a column of *cell* alone tells how figures were made, by its *head*: `Calcul : auto`.

    So does any word there that nobody knows as that of a place, a paper, a kind or a remark; but a
    no, and a number.
    """
    plain, told = normalize_words(head), normalize_words(cell)
    if _WAYS.fullmatch(plain) or _SIMULATED.search(plain):
        return not _NO.fullmatch(told)
    if _PAPERS.fullmatch(plain):
        return _YES.fullmatch(told) is not None and not _NO.fullmatch(told)
    if is_of_whose(head) or names_body(head) or _OF_REMARKS.search(plain) or not plain:
        return False
    if _NO.fullmatch(told):
        return find_quality(head) == "measured"
    odd = list_unknown_words(plain, _OF_KINDS)
    if _YES.fullmatch(told):  # `Payée : oui` is of the paper
        odd = [one for one in odd if not SETTLED.match(one)]
    quality = find_quality(head)
    corrected = quality == "corrected" and len(odd) > 1  # by what: `Corrigé climat`
    told_measured = (quality and not corrected) or _MEASURED.fullmatch(told)
    tells = any(map(str.isalpha, cell)) or _is_share(cell)
    return bool(odd) and tells and not told_measured


def _is_share(cell: str) -> bool:
    """Whether *cell* is a part of a whole; `100/5` is the ratio of a transformer."""
    told = _SHARE.fullmatch(cell)
    return told is not None and (told[1] is None or int(told[1]) < int(told[2]))


def _differs_by_point(texts: Sequence[str], points: Sequence[str], kinds: int) -> bool:
    """Whether each point has one text, and not all have the same: it tells of the point."""
    of: dict[str, set[str]] = {}
    for point, text in zip(points, texts, strict=True):
        of.setdefault(point, set()).add(text)
    return kinds >= _LEAST and all(len(some) == 1 for some in of.values())


def _is_made(cell: str) -> bool:
    """Whether *cell*, of some points only, tells by its form or a listed word of no measure."""
    words = normalize_words(cell).split()
    return is_denied(cell) or _is_part(cell) or find_made_word(cell, words) is not None


def _is_part(cell: str) -> bool:
    """Whether *cell*, under whatever head, tells a part of an energy: `Divisionnaire`, `1/3`."""
    return DERIVED.search(normalize_words(cell)) is not None or find_part_words(cell) is not None


def _is_denied_row(cell: str) -> bool:
    return is_only(cell, OTHERS) or CANCELLED.fullmatch(normalize_words(cell)) is not None


def is_unknown_kind(cell: str, told: Collection[str]) -> bool:
    """Whether *cell* calls what its row holds by a word that nobody listed, nor *told*."""
    if _OF_YEAR.search(plain_symbols(cell)):
        return True
    heading = parse_heading(cell)
    if OLD.search(normalize_words(cell)) or heading.role in _OTHER_ROLES:
        return True
    if find_quality(cell) or class_in(cell) or month_of(cell) or heading.unit:
        return False
    if names_body(cell):
        return False
    words = [
        one
        for one in normalize_words(plain_symbols(cell)).split()
        if one not in told and not one.isdecimal() and not OF_TIME.fullmatch(one)
    ]
    left = list_unknown_words(" ".join(words), _PLAIN)
    return any(not OF_BUILDINGS.fullmatch(one) for one in left)

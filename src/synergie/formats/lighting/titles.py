"""Titles, sheets and files of inventories: whether they are of lights in use, in watts.

Words that deny it are listed; a word that nobody listed as one of inventories is asked about, by
the same forms as the words around energies (`formats.tables.titles`): names of places are none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.formats.tables.titles import (
    KINDS,
    OF_BUILDINGS,
    SETTLED,
    find_treated_word,
    is_unmeasured,
    iterate_odd_file_words,
    list_qualifiers,
    names_body,
    parts_of,
)
from synergie.formats.values import normalize_words
from synergie.schemas.assets.light_point import LightPointRecord

_OTHER_LIGHTS = re.compile(
    r"projets?\b|projet[eé]|\bfuture?s?\b|provisoire|th[eé]orique|simul[eé]|fictif"
    r"|(?:à|a) (?:d[eé]poser|poser|cr[eé]er)|d[eé]pos[eé]|stock|r[eé]serve|\bkW\b"
    r"|(?:\bx|×) ?\d|(?<!points lumineux )par armoire|par d[eé]part|par rue"
    r"|\bconso(?:s|mmations?)?\b|prises|tricolores?|recharge|irve|illumination|simulation"
    r"|abandonn|\bcibles?\b|ramen[eé]e?s?\b|dixi[eè]mes?\b|vis[eé]e?s?\b"
    r"|(?:avant|apr[eè]s) (?:travaux|r[eé]novation)"
    r"|\bcommandes?\b|guirlande|no[eë]l\b|\ben VA\b|mod[eè]le\b|exemple\b|\bancien(?:ne)?s?\b|kWh\b"
    r"|projection|abaissement|r[eé]duite?s?\b|sc[eé]nario|magasin|command[eé]|\boffre"
    r"|rechange|\bmW\b"
    r"|pr[eé]vision|obsol|signalisation|d[eé]corations?\b|\btest\b|flux lumineux|\(lm\)"
    r"|propos[eé]e?s?\b|[eé]tudes?\b|programme|hypoth[eè]se|relamping|relampage|r[eé]novation"
    r"|catalogue|brouillon|\bdevis\b|\d lampes? par(?! armoires?$)"
    r"|\b(?:milieu|c[oœ]eur) de nuit|\bnuits?\b|lumens?\b|apparente?s?\b|dimensionnement|gradation"
    r"|gradee?s?\b|pr[eé]conisation|esquisse|d[eé]faut\b|diagnostic|\bDCE\b|chiffrage|livr[eé]e?s?\b"
    r"|remplacer\b|\b20(?:2[7-9]|[3-9]\d)\b|extinction|march[eé] de travaux",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"inventaires?|inventory|recensements?|parcs?|patrimoine|points?|lumineux|lumieres?|luminaires?"
    r"|lanternes?|foyers?|lampes?|lamps?|sources?|candelabres?|mats?|supports?|armoires?|cabinets?"
    r"|ep|pl|eclairages?|publi(?:c|cs|que|ques)|street|streetlights?|lights?|lighting|lanterns?|columns?|assets?"
    r"|led|leds|shp|sodium|iodures?|fluo|ballons?|w|watts?|puissances?|powers?|nominale?s?|reelles?"
    r"|sig|gis|gps|shape|shp|geojson|csv|xlsx?|ods|eclext|talq|gmao|sdal|wgs|rgf|lambert|cc|epsg"
    r"|geolocali\w*|georef\w*|carto\w*|plans?|couches?|reseaux?|ouvrages?|equipements?|materiels?"
    r"|bassins?|pays|val|agglo\w*|metropole|communaute|communa(?:l|le|les|ux)|intercommuna(?:l|le|les|ux)|communes?|villes?|villages?|quartiers?"
    r"|secteurs?|zones?|activites|lotissements?|hameaux?|bourgs?|centres?|rues?|voies?|voirie"
    r"|places?|adresses?|emplacements?|localisations?|coordonnees|territoires?|routes?|routiers?"
    r"|donnees|bases?|bdd?|factur\w*|electri\w*|energies?"
    r"|fichiers?|exports?|extractions?|extraits?|tables?|tableaux?|listes?"
    r"|listings?|liste|releves?|etats?|lieux|situation|existante?s?|actuel\w*|maj|mise|jour|au"
    r"|services?|en|exploitation|maintenance|gestion|regie|feuil(?:le)?s?|sheet|onglet|total"
    r"|complete?s?|vf|def|final\w*|v|codes?|numeros?|id|identifiants?|par|et|avec|types?|detail\w*"
    r"|tous|toutes?|rempli\w*|saisie?s?|realise\w*|edite\w*|etablie?s?|imprime\w*|genere\w*|rives?"
    r"|terrain|ballasts?|crosses?|consoles?|appareillages?|doubles?|leistung|nord|sud|ouest|droite|gauche"
    r"|chiffres|techniques?|caracteristiques?|alumbrado|publico|luminarias|puntos"
    r"|strassen\w*|beleuchtung\w*|leuchten|inventar|illuminazione|pubblica|punti|luce"
)
"""Words of inventories of lights in use, as `normalize_words` writes them."""
_QUANTITIES = re.compile(
    r"puissances?|powers?|watts?|w|valeurs?|donnees|chiffres|versions?|options?"
)
"""Nouns behind which no name of a place stands: `puissances_constructeur`."""
_HEADS_OF_PLACES = re.compile(
    r"\b(?:(?:nom|lib\w*|code)? ?(?:commune|com)|villes?|villages?|localites?|quartiers?|secteurs?"
    r"|zones?|hameaux?|lieu\w*|adresses?|rues?|voies?|territoires?|collectivites?|membres?"
    r"|municip\w+|towns?|city|parish\w*|street\w*|address\w*|localidad|barrios?|ort|comune)\b"
)
_LOOKED_AT = 2_000
"""Light points in which names of places are looked for."""
_OF_PLACES = re.compile(r"(?:quartiers?|secteurs?|zones?|hameaux?|lotissements?|bourgs?|cites?)\b")
"""Nouns behind which one stands, where it has a capital."""
_NO_PLACES = re.compile(
    r"options?|variantes?|maquettes?|bordereaux?|esquisses?|offres?|catalogues?"
)
"""Nouns that are no names of places, though nobody listed them as words of inventories."""
_IN_USE = "a title of an inventory of lights in use, in watts: leave it out if it does not hold"


def find_other_lights(text: str) -> str | None:
    """The words of a title or a name that say that these are no lights in use, or no watts."""
    found = _OTHER_LIGHTS.search(re.sub(r"[-_.]+", " ", text))
    return None if found is None else found[0]


def find_other_comment(text: str) -> str | None:
    """The words of the comment of a cell that say so, or tell a share; None: there are none."""
    return find_other_lights(text) or find_treated_word(text, [])


def find_odd_words(text: str) -> str | None:
    """The first word of a title, or of the name of a sheet, that nobody listed; None: none.

    Names of places are none: by a capital, behind `de`, or behind a noun of bodies.
    """
    parts = map(str.strip, parts_of(text))
    return next((odd for part in parts for odd in _list_odd_words(part)), None)


def find_odd_file_word(file: str) -> str | None:
    """The first word of the name of a *file* that denies lights in use; None: none."""
    plain = [one for one in _split_plain_words(file) if _tells(one)]
    denied = [one for one in plain if _denies(one) or SETTLED.match(one)]
    return find_treated_word(file, iterate_odd_file_words(file, ())) or next(iter(denied), None)


def list_place_words(file: str) -> list[str]:
    """The words of the name of a *file* that nobody listed: places, where its rows have them.

    A name by its capital (`EP_Liverdun`) and a code (`okl311`) are none of these.
    """
    plain = re.sub(r"(?<![^\W\d_])[^\W\d_]+\d+(?![^\W_])", " ", file)
    names = {one.lower() for one in re.findall(r"[^\W\d_]+", plain)[1:] if one.istitle()}
    odd = filter(_tells, iterate_odd_file_words(plain.lower(), ()))
    return [one for one in odd if one not in set(map(normalize_words, names))]


def check_places(
    records: Iterable[Record], words: Sequence[str], name: str, report: Report
) -> Iterator[Record]:
    """The *records*; a doubt in *report* where the first light points have not each of *words*.

    They are looked for in the columns of places.
    """
    odd = set(words)
    for rank, record in enumerate(records):
        if odd and rank < _LOOKED_AT and isinstance(record, LightPointRecord):
            for head, cell in (record.raw or {}).items():
                if _HEADS_OF_PLACES.search(normalize_words(head)):
                    odd.difference_update(normalize_words(cell).split())
        yield record
    if odd:
        report.find(checks.OTHER_LIGHTS, name[:80])


def _list_odd_words(part: str) -> list[str]:
    plain = [one for one in _split_plain_words(part) if _tells(one)]
    told = [one for one in plain if _denies(one)]
    odd = list(filter(_tells, list_qualifiers(part)))
    treated = find_treated_word(part, odd)
    if treated or told:
        return [treated or told[0]]
    single = part[:1].isupper() and len(part.split()) == 1
    named = single or names_body(part) or (part.isupper() and _is_place(odd, part))
    if _OF_PLACES.match(normalize_words(part)):
        odd = [one for one in odd if one not in {*_list_capital_words(part)}]
    return [one for one in odd if not named or _NO_PLACES.fullmatch(one)]


def _list_capital_words(part: str) -> list[str]:
    return [normalize_words(one) for one in part.split() if one[:1].isupper()]


def denies_lights(text: str) -> bool:
    """Whether a kind or a state is called by a word of drafts, or of what nobody measured."""
    return any(map(_denies, normalize_words(text).split()))


def _tells(word: str) -> bool:
    """Whether *word* is none of inventories, of sites or of numbers."""
    known = _KNOWN.fullmatch(word) or OF_BUILDINGS.fullmatch(word)
    return not known and not any(map(str.isdecimal, word)) and len(word) > 1


def _denies(word: str) -> bool:
    """Whether a listed word tells of drafts, of parts, or of what nobody measured."""
    return is_unmeasured(word) or any(KINDS[kind].fullmatch(word) for kind in ("draft", "part"))


def _is_place(odd: Sequence[str], part: str) -> bool:
    """Whether *part* has one odd word, beside no quantity: it names a place."""
    words = [one for one in _split_plain_words(part) if not one.isdecimal()]
    if len(odd) != 1 or odd[0] not in words or _NO_PLACES.fullmatch(odd[0]):
        return False
    at = words.index(odd[0])
    return not any(map(_QUANTITIES.fullmatch, words[max(at - 1, 0) : at] or words[1:2]))


def _split_plain_words(part: str) -> list[str]:
    return normalize_words(re.sub(r"(?<=[^\W\d])(?=\d)|[_\W]+", " ", part)).split()


def stop_at_titles(titles: Iterable[tuple[str, str]]) -> None:
    """BadInput at the place of a title that says that these are no lights in use, or no watts."""
    for where, title in titles:
        told = find_other_lights(title)
        if told is not None:
            raise BadInput(where, told, _IN_USE)

"""Words that tell by their form alone of an energy that was made, cut or shared out of another.

No list of such words is complete, their forms are few: a share (`1/3`, `30 %`), a part or a time
around (`sous-comptage`, `après travaux`), the noun or the adjective of a treatment (`pondération`,
`estimatif`), and the beginning of a word that is listed (`simu`, `Var. 2`).
"""

import re
from collections.abc import Iterable, Iterator

from synergie.formats.tables._heading import plain_symbols
from synergie.formats.tables._vocabulary import (
    DENIALS,
    FILLER,
    NEUTRAL,
    NOUN,
    OF_COST,
    OF_TIME,
    join_alternatives,
)
from synergie.formats.values import normalize_words

_SHARE = re.compile(
    r"(?<![\d/.,-])(?<!page )(?:\d{1,4} ?/ ?(?!19\d\d|20\d\d)\d{3,6}|1 ?/ ?[2-9])(?![\d/])"
    r"|(?<![\d/])(?!100(?:[.,]0+)? ?%)\d+(?:[.,]\d+)? ?%"
    r"|(?<![\d/])0[.,]\d+(?![\d/])"
    r"|\b(?:moitie|tiers(?! lieux?)|quarts?(?! d.?heure)|tantiemes?|milliemes?|quotites?)\b"
)
_NO_SHARE = re.compile(r"\b(?:tva|taxes?|renouvelables?|vertes?|remises?)\b")
_UNDER = re.compile(
    r"\bsous[ -](?!sols?\b|prefectures?\b|stations?\b|traitan\w*|bois\b|totaux\b|total\b"
    r"|directions?\b|commissions?\b|secteurs?\b|la\b|le\b|les\b|forme\b|excel\b)[a-z]+"
)
_AROUND = re.compile(
    r"\b(?:avant|apres|hormis|excepte|dont|moins|sans)"
    r" (?!le |la |les |l |un |une |engagement|objet|suite|taxes?|tva|ttc|ht\b)[a-z]{3,}"
)
"""What stands before or after a work or a correction, or leaves something out."""
_TREATED = re.compile(
    r"[a-z]{4,}(?:[ts]ion|xion|age|[a-z]ement|[ae]tif|[ae]tive|[tn]iel|[tn]ielle|nel|nelle)s?"
)
"""Nouns of what was done, and adjectives of it."""
_PLAIN = re.compile(
    join_alternatives("""
    action activation adaptation administration agglomeration alimentation animation
    association circulation climatisation collection commission communication concession
    construction consultation convention correction declaration destination dimension direction
    distribution edition education emission epuration exploitation exportation extension
    extraction facturation federation fonction fondation formation gestion habitation
    identification impression information injection installation intervention isolation
    jonction liaison livraison location mention mission modification natation notification
    observation occupation operation option organisation parution pension plantation population
    presentation prestation prevention production protection publication question reception
    region rehabilitation relation renovation restauration restitution section session
    situation station subvention telecommunication tension transaction transition transmission
    utilisation vegetalisation ventilation version consommation importation affichage arrosage
    barrage camping chauffage comptage cottage courage cuisage depouillage eclairage emballage
    equipage ermitage etage fromage garage heritage image langage levage menage management
    message ouvrage page partage passage patinage patronage paysage peage plage potage relevage
    repassage sauvetage stage telereportage tirage usage verrouillage village virage visage
    vitrage voisinage voyage telerelevage evolution gestation chalage pompage stockage
    fauconnage abonnement accompagnement agrement alignement amenagement appartement
    arrondissement assainissement batiment bombardement branchement cantonnement casernement
    changement classement complement departement developpement document element emplacement
    enseignement environnement equipement etablissement evenement financement fonctionnement
    fondement gouvernement groupement hebergement instrument internement investissement
    logement lotissement monument mouvement paiement parlement perfectionnement raccordement
    recensement reglement renouvellement segment stationnement supplement testament traitement
    versement vetement uniquement annuellement mensuellement actuellement seulement egalement
    administratif administrative associatif associative informatif informative justificatif
    justificative collectif collective definitif definitive sportif sportive educatif educative
    negatif positif recapitulatif indicatif indicative recapitulative creatif creative
    initiative natif native facultatif facultative residentiel residentielle essentiel logiciel
    industriel commercial materiel officiel confidentiel sequentiel differentiel presidentiel
    concurrentiel artisanal personnel professionnel professionnelle regional intercommunal
    communal traditionnel additionnel fonctionnel institutionnel national colonel tunnel panel
    charnel maternel maternelle fraternel fraternelle eternel eternelle patronnel
    """)
)
"""Words of those forms that stand in titles and names of places, too."""
_CUT = re.compile(r"\b([a-z]{3,})\b(\.| ?\d{1,2}\b)?")
_LEAST, _LEFT_OUT = 4, 2
_NO_CUT = re.compile(
    join_alternatives("""
    est prevost real reali potel plan plant limit sais annu mont pic pica talon base bas pro par
    per per con com the max min mini maxi moy ref car cible tax exp ant pass der an ann hist tar
    pri terme fix comp gain economie surf part perte vent pub col int sol tend
    """)
)
"""Beginnings of listed words that are words, names or short forms of their own."""


def find_made_word(text: str, words: Iterable[str]) -> str | None:
    """What in *text* tells by its form of no whole energy of a meter; None: nothing does.

    *words*: those of its plain words that are no names of places.
    """
    part = find_part_words(text)
    if part is not None:
        return part
    treated = (one for one in words if _TREATED.fullmatch(one) and not _is_plain(one))
    return next(treated, None) or next(_iterate_cut_words(text), None)


def find_part_words(text: str) -> str | None:
    """The words of *text* that tell a share, a part or a time around; None: there are none."""
    plain = normalize_words(text)
    share = _SHARE.search(plain_symbols(text)) or _SHARE.search(plain)
    if share is not None and not _NO_SHARE.search(plain):
        return share[0]
    found = _UNDER.search(plain) or _AROUND.search(plain)
    return None if found is None else found[0]


def _is_plain(word: str) -> bool:
    return _PLAIN.fullmatch(word.rstrip("s")) is not None or _is_listed(word)


def _iterate_cut_words(text: str) -> Iterator[str]:
    """Words that begin one that is listed as telling what nobody measured in the period.

    Those of three letters only before a dot or a small number, where words are cut.
    """
    for word, mark in _CUT.findall(plain_symbols(text.replace("-", " "))):
        short = len(word) < _LEAST and not mark
        if not short and not _NO_CUT.fullmatch(word) and not _is_listed(word) and _is_begin(word):
            yield word


def _is_begin(word: str) -> bool:
    return any(one.startswith(word) and len(one) >= len(word) + _LEFT_OUT for one in DENIALS)


def _is_listed(word: str) -> bool:
    return any(form.fullmatch(word) for form in (NEUTRAL, NOUN, FILLER, OF_COST, OF_TIME))

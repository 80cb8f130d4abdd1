"""What a title, or the name of a sheet or a file, calls its figures: another energy, a draft."""

import re
from collections.abc import Iterator, Sequence

from synergie.formats.tables._heading import parse_heading, plain_symbols
from synergie.formats.tables._vocabulary import NEUTRAL, NOUN
from synergie.formats.tables._words import normalize_words
from synergie.schemas.readings.table_profile import ENERGIES

KINDS = {
    "gas": re.compile(r"gaz|gas|naturel|pce"),
    "other": re.compile(
        r"eaux?|potable|assainissement|water|fioul|bois|granules?|pellets|plaquettes?"
        r"|propane|butane|gnv|gpl"
        r"|carburants?|vehicules?|chaleur|froid|vapeur"
    ),
    "production": re.compile(
        r"pv|prod|photovoltaiques?|solaires?|productions?|injections?|surplus|ventes?"
    ),
    "credit": re.compile(r"avoirs?|credits?|annulations?"),
    "draft": re.compile(
        r"modeles?|exemples?|brouillons?|tests?|essais?|copies?|archives?|anciens?|anciennes?|non"
        r"|valide\w*|provisoires?|sauvegardes?|drafts?|templates?|old|backup|doublons?"
        r"|projets?|devis|demos?|gabarits?|aps|apd|obsoletes?"
    ),
    "part": re.compile(
        r"hc|hp|pointes?|heures?|creuses?|pleines?|uniquement|part|nuits?|nocturnes?|week"
        r"|end|weekends?"
        r"|decomptes?|hors|ep|prorata"
    ),
    "quantity": re.compile(r"djus?|ratios?|cee|ecarts?|kwhep"),
}
"""Words that, with no other beside them, say what figures are; among others they name a place."""
_PAPER = re.compile(
    r"fichiers?|imports?|exports?|donnees?|tableaux?|bord|suivis?|listes?|documents?|feuilles?"
    r"|remplir|a|pour|index|compteurs?|releves?"
)
"""Words of the paper that say nothing of its figures."""
_PARTS = re.compile(r"\s[-–—/|]\s|[:;|()]")
_ANYWHERE = re.compile(
    r"\b(chauffages? urbains?|reseaux? de (chaleur|froid)|eau (chaude|froide)|notes? de credit"
    r"|annule(nt)? et remplace(nt)?|ne pas (utiliser|diffuser)|a verifier"
    r"|propane|gnv|kwhep|energie primaire|(h[pc]|heures? (pleines?|creuses?)) (uniquement|seule?s?)"
    r"|part h[pc]|conso\w* nocturnes?|sous ?compteurs?|extrapolee?s?|decalage|brouillons?"
    r"|x ?10{1,3}|tc \d+|(coefficient|coef|facteur|multiplier par) \d+"
    r"|milliers? de kwh|puissances? max\w*|pmax|variantes?|etudes?|profils? journali\w*"
    r"|garanties? cpe"
    r"|conso\w* (?:hiver|ete)|repartition locat\w*|cles? de repartition|(?:19"
    r"|20)\d\d vs (?:19|20)\d\d|refactur\w*"
    r"|(?<!periode de )(?<!annee de )ref(?:erence)? (?:19|20)\d\d"
    r"|(?:part|hors|dont|usage) (?:chauffages?|ecs|clim\w*|irve|process))\b"
)
"""Words that say so wherever they stand."""
_DRAWN = re.compile(r"\b(conso\w*|soutir\w*|prelev\w*)\b")
_CLASSED = re.compile(r"\b(hp\w*|hc\w*|heures?|base|classes?|postes?)\b")
_OTHER_HEADS = re.compile(r"\b(dju|ratios?|cee|ecarts?)\b")
_ELECTRIC = re.compile(r"\b(prm|pdl|rae)\b")
_OF_GAS = re.compile(r"\b(pce|gaz|pcs|m3)\b")


def kinds_of_part(part: str) -> list[str]:
    """What the words of *part* of a title say, the neutral ones left out; empty: a place, say."""
    left = [word for word in normalize_words(part).split() if _is_telling_word(word)]
    return [kind for kind, form in KINDS.items() if left and all(map(form.fullmatch, left))]


def _is_telling_word(word: str) -> bool:
    """Whether a word is none that stands in any title: of a kind, or neither neutral nor energy."""
    if any(form.fullmatch(word) for form in KINDS.values()):
        return True
    forms = NEUTRAL, NOUN, _PAPER
    return not (word.isdecimal() or any(form.fullmatch(word) for form in forms))


def parts_of(text: str) -> Iterator[str]:
    """The parts of a title between signs."""
    yield from filter(str.strip, _PARTS.split(text))


def denies_energy(text: str, names: Sequence[str], *, gas: bool) -> bool:
    """Whether *text* says that figures under *names* are no energies as their heads say.

    A production is none under a head of what is drawn; gas is none under the numbers of electric
    points, where *gas* is looked for: a title of gas is asked about by its own question.
    """
    heads = normalize_words(" ".join(names))
    kinds = {kind for part in parts_of(text) for kind in kinds_of_part(part)}
    if not _DRAWN.search(heads):
        kinds.discard("production")
    if not gas or not _ELECTRIC.search(heads) or _OF_GAS.search(heads) or "lectri" in text:
        kinds.discard("gas")
    if _CLASSED.search(heads):
        kinds.discard("part")
    if _OTHER_HEADS.search(heads):
        kinds.discard("quantity")
    return bool(kinds) or _ANYWHERE.search(normalize_words(plain_symbols(text))) is not None


def tells_other_unit(text: str, names: Sequence[str]) -> bool:
    """Whether *text* tells another unit of energy than the heads *names* do."""
    units = {unit for name in names if (unit := parse_heading(name).unit) in ENERGIES}
    return bool(units) and (unit := parse_heading(text).unit) in ENERGIES and unit not in units

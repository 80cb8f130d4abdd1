"""What a title, or the name of a sheet or a file, calls its figures: another energy, a draft.

A word that nobody listed qualifies its energy as well: `Consommations conventionnelles`, `Énergie
du bloc 2`. `Consommations de Pompey` names a place, and so does a word that stands among the rows.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

from synergie.formats.tables._cells import month_of
from synergie.formats.tables._heading import (
    is_denied,
    list_denials,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._vocabulary import (
    MONEY,
    NEUTRAL,
    NOUN,
    OF_COST,
    OF_TIME,
    OF_WHOSE,
    PART,
    PLACE,
    QUALIFIER,
    Role,
    join_alternatives,
)
from synergie.formats.tables._word_forms import find_made_word, find_part_words
from synergie.formats.tables._words import is_sold, normalize_words
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
        r"|projets?|devis|demos?|gabarits?|aps|apd|obsoletes?|calculs?|maquettes?|bim|std|jumeaux?|jumelle?s?"
        r"|ref dt"
    ),
    "part": re.compile(
        r"avant|apres|pendant|ete|hiver"
        r"|hc|hp|pointes?|heures?|creuses?|pleines?|uniquement|part|nuits?|nocturnes?|week"
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
    r"|plans? de charges?"
    r"|part h[pc]|conso\w* nocturnes?|sous ?compteurs?|extrapolee?s?|decal\w*|base 1000?"
    r"|brouillons?|jeux? (?:de |d )?(?:tests?|essais?)|x ?10{1,3}|tc \d+"
    r"|(coefficient|coef|facteur|multiplier par) \d+"
    r"|tgbt|cta|std|modeles?|maquettes? \w+|jumeaux? numeriques?|ref dt"
    r"|milliers? de kwh|puissances? max\w*|pmax|variantes?|etudes?|profils? journali\w*"
    r"|garanties? cpe|fictifs?|fictives?|baseline|ipmvp|n moins (?:un|1)"
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


_AMOUNT = re.compile(r"(?i)\d[\d .,]*(?:k?va|[km]?w|m3|m³)\b")
"""What is counted (`≤ 36 kVA`) is no unit of the figures."""


def tells_other_unit(text: str, names: Sequence[str]) -> bool:
    """Whether *text* tells a unit that none of *names* does, of which some tell one of energy."""
    units = {parse_heading(name).unit for name in names} - {None}
    told = parse_heading(_AMOUNT.sub(" ", text)).unit
    return not ENERGIES.isdisjoint(units) and told is not None and told not in units


_BREAKS = re.compile(r"\s[-–—/|]\s|[:;|,()\[\]]")
ADDRESS = re.compile(r"\S+@\S+|\b(?:https?://|www\.)\S+")
_UNIT_APART = re.compile(r"[(\[,:–-]\s*((?:en |in )?[kMmG]?[Ww][Hh])\s*[)\]]?")
_WORDS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SHORT = 3
_MANY = 2
_BEFORE_NAMES = re.compile(r"de|du|des|d|l|la|le|les|a|au|aux|of|von|der|di")
_OF_PAPER = re.compile(
    r"(?:feuil(?:le)?|sheet|tabelle|hoja|foglio|table|tableau|classeur|page)s?\d*|source|contact|documents?|usage|interne|techniques?|espace"
    r"|principal|commandes?|naturel|renouvelables?|restitution|locale?s?|perimetres?|pages?|quarts?|contradictoires?"
    r"|reglemente?e?s?|communautes?|cooperatives?|achats?|lois?|decrets?|recue?s?|eaux|regies?"
    r"|energies?|copie|etablie?s?|suivis?|tableaux?|tableur|bord|releves?|listes?|exports?|extrait|donnees?|details?"
    r"|detaillee?s?|historiques?|bilans?|syntheses?|recapitulatifs?|recap|fichiers?|feuilles?"
    r"|annexes?|etats?|rapports?|portail|clients?|par|pour|depuis|jusqu|entre|chaque|patrimoine"
    r"|municipa(?:l|le|les|ux)|publics?|publiques?|collectivites?|syndicats?|membres?|adherents?"
    r"|metropole|agglomeration|equipements?|sporti(?:f|fs|ve|ves)|groupements?|bureaux|services?"
    r"|abonnements?|contrats?|marches?|lots?|fournisseurs?|supply|douze|derniers?|dernieres?"
    r"|civile|scolaire|version|v|mise|edite\w*|vs|en|dans|avec|table|report|direction|regie|poles?"
    r"|departementa(?:l|le|les|ux)|intercommuna(?:l|le|les|ux)|regiona(?:l|le|les|ux)|mixte"
    r"|departements?|energetiques?|fluides?|utilities|annees?|type|tarif\w*|horosaisonni\w*"
    r"|courbes?|"
    + join_alternatives("""
    tresoreries? paieries? comptables? comptabilites? compta analys(?:es?|tiques?) gestion
    gestionnaires? conseil conseill(?:er|ere)s? issue?s? provenance origines? extractions?
    saisies? editions? chorus_pro chorus pro helios operat regroupee?s? regroupements? uniques?
    multi multisites? scolaires? sociale?s? sociaux culturel(?:le)?s? cultuel(?:le)?s?
    associati(?:f|ve)s? periscolaires? enfance jeunesse techniques? informations? fiches?
    bulletins? comptes? rendus? formulaires? depenses? mandats? mandatements? bordereaux?
    bordereau pieces? justificati(?:f|ve)s? ordonnateurs? imputations? articles? natures?
    chapitres? factur\\w* reporting dashboards? transition developpement durables?
    environnement territoires? territorial(?:e|es)? territoriaux urbanisme
    immobilier(?:s|e|es)? voirie espaces? verts? moyens generaux logistique finances?
    financi(?:er|ere)s? maires? presidents? elus? dgs dst agents? referents? concessions?
    concessionnaires? delegataires? exploitants? autorites? organisatrices? epci pays cantons?
    raisons? deliberations? siren siret responsables? joint(?:e|s|es)? ci dessous
    present(?:e|s|es)? suivant(?:e|s|es)? resultats? requetes? onglets? recherches? lignes?
    colonnes? definiti(?:f|ve)s? informati(?:f|ve)s? communicants? telereleve(?:e|s|es)?
    acheminee?s? acheminements? energetiquement evolutions? nombres? sites? centralisee?s?
    informatisee?s? syndicale?s? registres? journal journaux 1er export\\w* votre vos notre nos
    administrati(?:f|ve)s? notices? emploi consignes?
    """)
)
"""Words of the paper and of whose energy it is."""
_LABELLED = re.compile(r"\s*([^:]{2,40}?)\s*:\s*(.+)")
"""`Raison sociale : Commune de Pompey`."""
_SHARED_ADVICE = re.compile(r"(?i)\bconseil(?:ler)?s? en [ée]nergies? partag[ée]+s?")
"""What the person is called who looks after the energy of several communes."""
_NUMBERED_LOT = re.compile(r"(?i)\blots? ?(?:n ?° ?)?\d\d?\b")


_PART_NUMBERED = re.compile(
    r"\b(?:lots?|cadrans?|tranches?|blocs?|phases?|registres?|zones?) ?(?:n |no |numero )?\d\d?\b"
)
_OF_MARKETS = re.compile(
    r"\b(?:marches?|groupements?|contrats?|accords?|offres?|consultations?|achats?|bpu|dce)\b"
)
"""Words of a purchase, whose lots are groups of points."""
DERIVED = re.compile(
    r"\b(?:provisoires?|ecrete\w*|defalqu\w*|forfait\w*|retraitees?|retraitement|reparti(?:e?s?|tion)"
    r"|(?:au )?prorata|abattements?|lissages?|lisse(?:e|es|s)?|deduction|deduit\w*|divisionnaires?"
    r"|proratis\w*|reconduit\w*|reconduction|decale\w*|recalcul\w*|recale\w*|reconstitu\w*|extrapol\w*|abattue?s?|minoree?s?"
    r"|majoree?s?|ponderee?s?)\b"
)
"""Words of energies that were made of those of the meter, wherever they stand in a text."""
_QUALIFIES = re.compile(
    rf"{QUALIFIER.pattern}|\b(?:{NOUN.pattern}) (?:d[eu]s? |d )?{PART.pattern}"
    r"|\b(?:pro ?forma|brouillons?|puissances?|appelee?s?|cpe|solde|allocations?"
    r"|bases? de calcul|apres cee|quote ?part|prorata|cadrans?)\b"
    r"|\b(?:corrig|rectifi|simul|ajust)[a-z]*\b|\bparts? (?:d[eu]s? |d )?[a-z]+"
)
"""Words in the name of a file that make of its energy another."""
_PARTICIPLE = re.compile(
    r"(?!(?:lyc|mus|vall|all|jet|chauss|mosqu)[ée]es?$)\w+(?:é|és|ée|ées|ees|[ai]bles?)"
)
_OF_PLANTS = re.compile(r"(?i)\b(?:solaires?|photovoltaiques?|pv)\b")
"""Words of a production, which has questions of its own."""


def find_unknown_qualifier(
    title: str, told: Collection[str], *, strict: bool = False
) -> str | None:
    """The first part of *title* that calls its energy by a word that is not known; None: none.

    *told*: the plain words of the cells below, which name places, members and suppliers. *strict*:
    a part that names no energy speaks of the one below all the same (`Perspectives`).
    """
    bare = _UNIT_APART.sub(r" \1 ", title)
    plain = normalize_words(title)
    bare = _SHARED_ADVICE.sub(" ", bare)
    if _OF_MARKETS.search(plain):
        bare = _NUMBERED_LOT.sub(" ", bare)
    if any(form.search(plain) for form in (DERIVED, OLD, _TYPICAL)) or find_part_words(title):
        return title
    labelled = _LABELLED.fullmatch(bare)
    if labelled is not None and _is_of_whose_alone(labelled[1]):
        bare, strict = labelled[2], False
    parts = _BREAKS.split(ADDRESS.sub(" ", bare))
    return next(
        (
            part
            for rank, part in enumerate(parts)
            if _is_qualified(part, told, strict=strict and not (rank and part.strip().istitle()))
        ),
        None,
    )


def _is_of_whose_alone(label: str) -> bool:
    """Whether *label* is of places, people, contracts or papers, and says nothing else."""
    plain = normalize_words(label)
    odd = filter(_is_unknown, OF_WHOSE.sub(" ", plain).split())
    return OF_WHOSE.search(plain) is not None and not is_denied(label) and not any(odd)


def find_file_qualifier(file: str, told: Collection[str], *, strict: bool = False) -> str | None:
    """The name of a *file* that calls its energy by an unknown participle: `conso_allouée`.

    So do a number behind an unknown word (`conso_cadran_1`) and words of energies that are no whole
    ones (`bilan_provisoire`). *strict*: so does any word that nobody listed, nor *told*, but names:
    those with a capital that does not begin the file, and what stands behind `de` or a noun of
    sites or bodies (`offre_fournisseur`, not `conso_Frouard`, `mairie_toul`).
    """
    words = re.sub(r"(?<=[^\W\d])(?=\d)|[_\W]+", " ", file)
    plain = " ".join(one for one in normalize_words(words).split() if one not in told)
    if is_sold(words):
        return None
    words, plain = (_OF_PLANTS.sub(" ", one) for one in (words, plain))
    if _DRAFT_FILE.match(plain) or _STATE_ALONE.fullmatch(plain):
        return file
    part = _PART_NUMBERED.search(plain) and _tells_energy(words) and not _OF_MARKETS.search(plain)
    made = find_made_word(words, plain.split())
    forms = (_QUALIFIES, DERIVED, OLD, _TYPICAL)
    if part or made or any(form.search(plain) for form in forms):
        return file
    if strict and _list_odd_file_words(words, told):
        return file
    odd = list(list_qualifiers(words)) if _tells_energy(words) else []
    numbered = re.findall(r"\b([a-z]{3,}) [1-9]\d?\b(?! (?:19|20)\d\d)", plain)
    some = {*find_odd_participles(words), *filter(_is_unknown, numbered)} - set(told)
    return file if some and any(one not in told for one in odd) else None


_DRAFT_FILE = re.compile(r"(?:tests?|essais?|demos?|exemples?|brouillons?|maquettes?)\b")
"""How a file begins that holds no figures of anybody."""
_STATE_ALONE = re.compile(
    r"(?:renov|(?:in)?occup|chauff|isol|climatis|corrig|actualis|consolid|raccord)e?e?s?"
)
"""A state that is all that a name says: of buildings after works, of figures after a treatment."""
_BODIES = re.compile(
    r"(?:(?:ville|commune|mairie|metropole|departement|region|communaute|syndicat|direction|service"
    r"|pole|maison|station|rue|place|avenue|ecole|salle|client|agence|regie|office|association"
    r"|lycee|college|stade|hotel|centre|groupe|groupement|cooperative|societe|bureau|plan|chaufferie|usine|forage|poste|parking|armoire)s?"
    r")\b"
)
_SHORT_BODY = re.compile(r"[A-Z]{2,6}\d* (?:d[eu]s? |la |d['’])")
"""Nouns by which the name of a site or a body begins, and its short form before `de`."""
OLD = re.compile(
    r"\bancien(?:ne)?s?\b(?! (?:mairie|gare|poste|ecole|presbytere|eglise|usine|caserne|hopital"
    r"|couvent|abbaye|lavoir|moulin|perception|cure|halle|bains|tribunal|hotel|college|cinema"
    r"|maison|ferme|salle|piscine|gendarmerie|prm|pdl|compteur|index)\w*)"
)
"""What is no more, where it names no building."""
_TYPICAL = re.compile(
    r"\b(?:annees?|mois|semaines?|jours?|journees?|hivers?|conso\w*|profils?|sites?|batiments?)"
    r" types?\b"
)
"""A year or a site that nobody measured, for many."""
_PARTED = frozenset[Role]({"ratio", "coefficient"})
_EVEN = re.compile(r"evolutions?|taux|variations?|surface|indices?|economies?|gains?")
"""Words of comparisons that stand in titles of what is measured."""
_TO_DO = re.compile(
    r"\ba (?!remplir|payer|regler|mandater|conserver|retourner|renvoyer)[a-z]{4,}(?:er|ir|re)\b"
)
"""What is still to be done with figures: `à confirmer`."""
SETTLED = re.compile(
    r"(?:valid|acquitt|pay|regl|sold|envoy|mandat|control|verifi|transmis|compt|approuv|accept|comptabilis|liquid|import"
    r"|activ|ferm|resili|confirm|termin|cloturee?|traite|depose|integr|archiv|lettr|visee?|tele|dema"
    r"|communiqu|(?:in)?occup|chauff|situ|mensualis|renov|annex|edit|extrait|etabli|real|associ|priv|publi|imprim"
    r"|communaut|effectu|gener|elabor|concern|localis|gere|generalis|speciali|delegu|deleg|organis|cre|desserv|allong|attach|unifi"
    r"|fermee|classe|alimente|raccord|group|consolid|prepar|ouvr|actualis|arret|dat|signe|diffus|repar|disponib|loue"
    r"|renouvel|mutualis|marche|marie|ete|cite|sante|securit|qualit|propriet|societ|universit|activit"
    r"|collectivit|entit|intercommunalit|facult|electricit|duree|annee|journee|soiree|entree|idee|vallee"
    r"|mosel|meus|musee|lycee|arriv|unit|quantit|proprete|autonom|liberte|egalite|fraternite)\w*"
)
"""How words of that form begin that say nothing against the energies of a bill or of a site."""


_NOUNS = ("ite", "iete", "aute", "erte")
"""Ends of nouns (`sobriété`), without their accents."""


def is_unsettled(word: str) -> bool:
    """Whether a participle is none that stands in titles and remarks of what is measured."""
    return SETTLED.match(word) is None and not word.rstrip("s").endswith(_NOUNS)


def find_odd_participles(text: str) -> Iterator[str]:
    """The plain words of *text* that are participles which nobody listed: `allouée`."""
    some = (one for one in re.findall(r"[^\W_]+", text.casefold()) if _PARTICIPLE.fullmatch(one))
    return filter(_is_unknown, map(normalize_words, some))


def _is_qualified(part: str, told: Collection[str], *, strict: bool) -> bool:
    plain = re.sub(rf"\b{PLACE}\b", " ", normalize_words(part))
    if is_sold(part) or _OF_PLANTS.search(plain):
        return False
    odd = [one for one in list_qualifiers(part) if one not in told]
    treated = [one for one in find_odd_participles(part) if one not in told]
    made = find_made_word(part, odd) or next(filter(is_unsettled, treated), None)
    if not _tells_energy(part) and not strict:
        return made is not None
    numbered = _PART_NUMBERED.search(plain) and not _OF_MARKETS.search(plain)
    if not _tells_energy(part):  # what stands behind the noun of a site or a body is its name
        if names_body(part):
            return made is not None
        known = (re.compile(r"\d+"), SETTLED, OF_BUILDINGS)
        odd = [one for one in odd if not any(form.fullmatch(one) for form in known)]
    return bool(odd or made or numbered or (strict and _TO_DO.search(plain)))


def names_body(part: str) -> bool:
    """Whether *part* begins by the noun of a site or a body, or its short form before `de`."""
    short = _SHORT_BODY.match(part.strip())
    return short is not None or _BODIES.match(normalize_words(part)) is not None


def _tells_energy(part: str) -> bool:
    plain = re.sub(rf"\b{PLACE}\b", " ", normalize_words(part))
    return bool(NOUN.search(plain)) or parse_heading(part).unit in ENERGIES


_BEFORE_PLACES = re.compile(
    r"communes?|villes?|mairies?|agglo\w*|metropole|syndicat\w*|cc|sivom|si[a-z]{1,3}|sde[a-z]?"
    r"|sa?ints?|saintes?|ste?|sur|sous|les?|la|ecoles?|lycees?|colleges?|sites?|m|mme"
    r"|communaute|departement|region|client|rue|place|parc|zone|za|quartier|vers|chez|via"
)
"""Words in names of files behind which a name stands."""
_OF_SELLERS = re.compile(
    r"edf|engie|total(?:energies)?|ekwateur|vattenfall|eni|gazelec|soregies|geg|alpiq|axpo|octopus"
    r"|mint|ilek|enercoop|iberdrola|endesa|dyneff|antargaz|save|picoty|ohm|proxelia|elmy|seolis"
    r"|gedia|selia|primeo|uem|alterna|llum|volterres|planete|oui|valoris|grdf|enedis|rte|srd|es"
)
_OF_FILES = re.compile(
    r"extract\w*|batis?|bats?|patrimoine|factures?|factur\w*|csv|xlsx?|final\w*|complet\w*|copie|new"
    r"|nouveau|maj|vf|def|fichier|dossier|onglet|base|data|elecs?|kwh|mwh|synergie|mensuels?|annuels?"
    r"|portail|pris[em]*|liste|meter|readings?|usage|billing|invoices?|energie|puissances?|eclext"
    r"|household|domestic|residential|buildings?|schools?|points?|supply|sites?|prms?|pdls?|pces?|codes?|adherents?|membres?|communaux|communal"
)
_MARKETS = re.compile(
    r"ao|dce|aps|apd|avp|std|dpe|bp|pp[ie]|pcaet|sdie|tco|roi|anru|tepcv|detr|bacs"
)
"""Short forms of what is bought, drawn or planned, not measured."""
_LEAST_WORD = 3
_SHORT_FORM = re.compile(r"[A-Z]{2,5}")
"""A name that is an abbreviation alone: of a body, or of what figures are (`CEP`)."""
_COMMON = re.compile(
    r"offres?|audits?|essais?|devis|contrats?|annexes?|reponses?|hypotheses?|demos?|jeux?|refs?"
    r"|besoins?|vises?|chiffrages?|engagements?|contrefactuel\w*|modeles?|cas|variantes?|types?"
    r"|consultations?|candidats?|attributions?|cahiers?|charges|nplus|nomin\w*|dires?|maquettes?|fictif\w*"
    r"|avenants?|abatt\w*|formations?|stages?|fuel|mazout|recal\w*|minor\w*|major\w*|ponder\w*"
    r"|pannes?|anomalies?|litiges?|impayes?|avoirs?|diagnostics?|renovations?|reserves?|stocks?"
    r"|rebuts?|relamping|investissements?|pluriannuel\w*|palmares|benchmarks?|etalons?|horizons?"
    r"|programm\w+|travaux|chantiers?|projets?|tendances?|maintenances?|interventions?|cibles?|mix"
    r"|tops?|alertes?|doublons?|rejets?|erreurs?|ecarts?|classements?|comparaisons?|trajectoires?"
    r"|(?!lyc|vall|mus|chauss|mosqu)[a-z]{3,}ee"
)
"""Words of the same places that are no names of any."""
_OF_VOLUMES = re.compile(r"\b(?:volumes?|factur\w*|kwh|mwh|releves?|bilans?|electricite)\b")


def _list_odd_file_words(file: str, told: Collection[str]) -> list[str]:
    """The words of the name of a *file* of energies that nobody listed, nor *told*, nor are names.

    One alone at the end is the name of a place: `conso_frouard_2025`.
    """
    plain = normalize_words(re.sub(r"[_\W\d]+", " ", file))
    odd = list(iterate_odd_file_words(file, told))
    if not (NOUN.search(plain) or _OF_VOLUMES.search(plain)):
        alone = _COMMON.fullmatch(plain) or _SHORT_FORM.fullmatch(file.strip(" 0123456789"))
        return (
            [plain] if alone and _is_odd(plain) else [one for one in odd if _MARKETS.fullmatch(one)]
        )
    placed = len(odd) == 1 and plain.endswith(odd[0])
    known = _MARKETS, _COMMON
    return [one for one in odd if not placed or any(form.fullmatch(one) for form in known)]


def iterate_odd_file_words(file: str, told: Collection[str]) -> Iterator[str]:
    """The plain words of the name of a *file* that nobody listed, nor *told*, but names."""
    words = re.findall(r"[^\W\d_]+", file)
    shouted, before = file.isupper(), ""
    for rank, found in enumerate(words):
        word = normalize_words(found)
        named = _BEFORE_NAMES.fullmatch(before) or _BEFORE_PLACES.fullmatch(before)
        capital = not shouted and found[0].isupper() and (rank > 0 or found.isupper())
        before = word
        if named or word in told or _MARKETS.fullmatch(word):
            if _MARKETS.fullmatch(word) and not named:
                yield word
            continue
        if not (capital or len(word) < _LEAST_WORD or month_of(word)) and _is_odd(word):
            yield word


def _is_odd(word: str) -> bool:
    forms = (OF_BUILDINGS, _BEFORE_PLACES, _OF_SELLERS, _OF_FILES)
    return _is_unknown(word) and not any(form.fullmatch(word) for form in forms)


OF_BUILDINGS = re.compile(
    r"ecoles?|mairies?|hotel|colleges?|lycees?|creches?|gymnases?|stades?|salles?|piscines?|foyers?"
    r"|mediatheques?|bibliotheques?|ateliers?|eglises?|cimetieres?|casernes?|halles?|musees?"
    r"|theatres?|centres?|campings?|marches?|stations?|postes?|locaux|local|batiments?|logements?"
    r"|maisons?|garages?|tennis|vestiaires?|cantines?|groupes?|parkings?|armoires?|usines?"
    r"|eclairage|maternelles?|elementaires?|primaires?|c[1-5]|bt|hta"
)
"""Nouns of sites, and codes of their contracts."""


def find_shared_qualifier(labels: Collection[str], told: Collection[str]) -> str | None:
    """The first of *labels*, where all end or begin by a word that says what they hold.

    At an end any word that nobody listed (`Mairie CPE`, `École CPE`), but one behind `de`, a noun
    of sites and what *told*, plain words of titles, the file and other columns, has: these are
    places. At the begin only before nouns of sites (`Tantièmes Mairie`): `Espace` and `Square` are
    nouns themselves.
    """
    words = [_drop_numbers(normalize_words(one).split()) for one in labels]
    if len(words) < _MANY or min(map(len, words)) < _MANY or len(set(map(tuple, words))) < _MANY:
        return None
    plain = [normalize_words(one) for one in labels]
    derived = [(DERIVED.search(one) or OLD.search(one)) is not None for one in plain]
    numbers = {"".join(_PART_NUMBERED.findall(normalize_words(one))[:1]) for one in labels}
    if all(derived) or (len(numbers) == 1 and "" not in numbers):
        return next(iter(labels))
    end = _find_common_end(words)
    shared = [one for before, one in pairwise(["", *end]) if not _BEFORE_NAMES.fullmatch(before)]
    named = any(_BEFORE_NAMES.fullmatch(one[-len(end) - 1]) for one in words)
    shared = shared[1:] if named else shared
    if all(one[0] == words[0][0] and OF_BUILDINGS.fullmatch(one[1]) for one in words):
        shared.append(words[0][0])
    odd = [one for one in shared if one not in told and _says_of_what(one)]
    return next(iter(labels)) if odd else None


def _find_common_end(labels: Sequence[Sequence[str]]) -> Sequence[str]:
    """The last words that all *labels* have, one word of each left."""
    longest = min(map(len, labels)) - 1
    for size in range(longest, 0, -1):
        if len({tuple(one[-size:]) for one in labels}) == 1:
            return labels[0][-size:]
    return ()


def _drop_numbers(words: list[str]) -> list[str]:
    """*words* without a number at their end: `lot 3`."""
    return words[:-1] if len(words) > _MANY and words[-1].isdecimal() else words


def _says_of_what(word: str) -> bool:
    odd = is_denied(word) or _is_unknown(word) or MONEY.fullmatch(word) is not None
    return odd and not OF_BUILDINGS.fullmatch(word)


def list_qualifiers(part: str) -> Iterator[str]:
    """The unknown plain words of *part*; names are left out, by a capital or behind `de`."""
    words, shouted = _WORDS.findall(part), part.isupper()
    titled = sum(map(_is_capital, words[1:])) > sum(map(_is_small, words[1:]))
    named, before = False, ""
    for rank, (found, after) in enumerate(pairwise([*words, ""])):
        word = normalize_words(found)
        behind = named or _BEFORE_NAMES.fullmatch(before)
        named = bool(behind) and (shouted or found[0].isupper())
        lone = rank > 0 and not titled and _is_capital(found)
        numbered = found.isupper() and after.isdecimal()
        before = word
        counted = "-" in found and not any(map(str.isalpha, word))
        if not (named or lone or numbered or counted or month_of(word)) and _is_unknown(word):
            yield word


def _is_capital(word: str) -> bool:
    """Whether it is a name, or any word of a title that has capitals throughout."""
    return len(word) > _SHORT and word[0].isupper() and not word.isupper()


def _is_small(word: str) -> bool:
    return len(word) > _SHORT and word.islower()


def is_unmeasured(word: str) -> bool:
    """Whether a listed *word* says that nobody measured what it stands beside: `prévu`, `cible`."""
    return is_denied(word) or OLD.fullmatch(word) is not None


def find_treated_word(text: str, words: Iterable[str]) -> str | None:
    """What in *text* tells a share, a treatment or a time around by its form; None: nothing."""
    return find_made_word(text, words)


def _is_unknown(word: str) -> bool:
    if word == "depuis":
        return True  # sums since a day, or all that there is since then
    if _PARTED.intersection(list_denials(word)) and not _EVEN.fullmatch(word):
        return True  # no claim of a title tells of them
    listed = is_denied(word) or OF_TIME.fullmatch(word) or OF_COST.fullmatch(word)
    return not listed and bool(list_unknown_words(plain_symbols(word), _OF_PAPER))

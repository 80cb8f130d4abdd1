"""The words by which names of columns say what a number is, French and English, as patterns.

One pattern between blanks; `_` is a space. Plain words: lower case, no accents.
"""

import re
from typing import Literal

type Role = Literal[
    "energy", "power", "volume", "register", "running_sum", "price", "amount", "component",
    "ratio", "coefficient", "statistic", "forecast", "previous", "reactive", "loss",
    "production", "self_consumed", "injected", "drawn", "apparent", "unknown",
]  # fmt: skip
"""What a column of numbers is. `component`: a part of a bill. `loss`: losses, primary energy."""

_ROLES: tuple[tuple[Role, str], ...] = (
    ("reactive", "reactive?s? reactif kvarh?"),
    ("ratio", """ratios? intensites? taux pourcentages? variations? ecarts? evolutions? delta parts?
        gains? economies? economise?e?s? difference surface indices?"""),
    ("coefficient", "coefficients? coeffs? coefs? facteurs? rendements? conversions?"),
    ("forecast", """prevue?s? prev previsions? previsionnel(?:le)?s? budget\\w* bud objectifs? obj
        plafonds? seuils? engagements? engagee?s? theoriques? simule?e?s? simulations?
        normalise?e?s?
        corrige?e?s?_(?:du_|des_|de_la_|par_)?(?:climat\\w*|dju|rigueur) estimations? cibles?
        targets? forecasts? expected references? contractuel(?:le)?s? car projections?
        projetee?s? attendue?s? estimee?s? estimated potentiels? besoins? productibles? gisements?
        plan garantie?s? maxi?males? limites? alertes? evitee?s? avoided hypotheses? scenarios?
        trajectoires? tendance atterrissages? reprevisions? estimati\\w*
        soll(?:werte?|verbrauch) prognosen? planwerte? benchmarks? presupuestos? objetivos?
        previst[oa]s?"""),
    ("previous", """n_?[1-9] an(?:nee)?s?_(?:passee?|derniere?|precedente?)s? precedente?s? previous
        vorjahr\\w* ano_anterior last_year anterieure?s? an_dernier historiques?"""),
    ("statistic", """moyen(?:ne)?s? moy averages? avg mean medianes? median minimum maximum min max
        mini maxi atteinte?s? pics? talons? ecart_type peak_demand quantiles? p95 depassements?
        (?:charge|appel|demande|point)s?_de_pointe"""),
    ("running_sum", "cumule?e?s? cumulatif cumulative cumuls? depuis ytd a_date running"),
    ("price", """prix price unitaires? pu termes? tarifs? rate (?:arbeits|grund|strom|energie)?preis
        tarief prijs precio prezzo preco tariffa"""),
    ("component", """taxes? tva vat accises? cta turpe cspe tcfe ticgn ticfe abonnements? cee cumac
        redevances? contributions? fixes? acheminement_(?:ht|ttc) octroi penalites? remises?"""),
    ("loss", "pertes? losses primaires? pci"),
    ("self_consumed", "auto_?conso\\w* self_consum\\w*"),
    ("injected", """injections? injectee?s? surplus export(?:ed)? revendue?s? vendue?s? vente
        cedee?s?"""),
    ("production", "productions? produite?s? produced generation generated"),
    ("drawn", "soutirages? soutiree?s? import(?:ed)? achetee?s?"),
)  # fmt: skip
_NOUNS = """consommations? consos? consommee?s? energies? energy quantites? qtes? consumption
    soutirages? soutiree?s? injections? injectee?s? productions? produite?s? autoconsommations?
    autoconsommee?s? active_power surplus index
    (?:strom|gas)?verbrauch (?:netz)?bezug energiemenge entnahme einspeisung consum[oi] energia
    verbruik afname levering prelievo prelevata prelevements? strom"""
_NEUTRAL = """de du des la le les l d en et a au aux sur pour of the in total totale totaux totales
    globale? ensemble somme facture facturee?s? facturation mesuree?s? mesures? reel reelles?
    relevee?s? releves? livree?s? livraison fournie?s? fourniture electriques? electricite elec
    electricity gaz gas actives? periode mois mensuel(?:le)?s? month monthly trimestre
    trimestriel(?:le)? annee an annuel(?:le)?s? year yearly jour journaliere?s? journee daily day
    heures? horaires? hourly hour demi pas nette?s? brute?s? site batiment compteur points?
    volumes? finale?s? distribuee?s? hp hc hph hch hpe hce hpb hcb pleines? creuses? hiver ete
    base pointe peak off mid on saison haute basse hpsh hcsh hpsb hcsb p n kwh mwh wh gwh pcs ef
    kw w mw va kva m3 watts? tou time use meter power puissances? valeurs? values? load charge
    acheminee?s? delivered billed actual measured \\d\\d? (?:19|20)\\d\\d
    janv(?:ier)? fevr?(?:ier)? mars avr(?:il)? mai juin juil(?:let)? aout sept(?:embre)?
    oct(?:obre)? nov(?:embre)? dec(?:embre)? jan(?:uary)? feb(?:ruary)? march apr(?:il)? may june?
    july? aug(?:ust)? sep(?:tember)? october november december
    usage unite unit eclairage public ep grid reseau poste classe
    bleue?s? blan(?:c|che)s? rouges? nuit normales mobile night
    gesamt netto bedrag stroom elettrica electrica attiva activa total[ei] de del della
    column nombre nb moyennes? moy mean average"""


def join_alternatives(words: str) -> str:
    """One pattern for *words* between blanks; `_` in one is a space."""
    return "|".join(word.replace("_", " ") for word in words.split())


ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"\b(?:{join_alternatives(words)})\b")) for role, words in _ROLES
)
"""In the order in which they are looked for."""
_TOLD_CUT: frozenset[Role] = frozenset({"forecast", "previous", "statistic", "ratio"})
DENIALS = frozenset(
    stem[0]
    for role, words in _ROLES
    if role in _TOLD_CUT
    for word in words.split()
    if (stem := re.match(r"[a-z]{5,}", word))
)
"""How words begin that say of numbers that nobody measured them in the period."""
NOUN = re.compile(rf"\b(?:{join_alternatives(_NOUNS)})\b")
"""An energy by its noun."""
VAGUE = re.compile(r"\b(?:valeurs?|values?|load|charge)\b")
"""A number that may be an energy, when nothing else stands there."""
POWER = re.compile(r"\b(?:puissances?|power|pmax|pmin|pa)\b")
NEUTRAL = re.compile(join_alternatives(_NEUTRAL))
"""Words that say nothing against an energy; any other makes a name less sure."""
FILLER = re.compile(
    r"sites|batiments|compteurs|postes|ecoles?|mairies?|communes?|villes?|communa(?:l|le|les|ux)"
    r"|tous|toutes|exprimee?s?|armoires?|prm|pdl|pce|fournisseur|distributeur|enedis|grdf|edf|engie"
    r"|linky|achetee?s?|ventes?|vendue?s?"
)
"""Words of whose energy it is and who tells it, beside those that stand in any head."""
DIAL = re.compile(
    r"\b(?:index|indexes|dial|lecture)\b"
    r"|\b(?:ancien(?:ne)?|nouvel|nouveau|nouvelle|compteur|releve|meter reading)\b"
)
QUALIFIER = re.compile(
    r"\b(?:[ma] [1-9]|glissante?s?|rolling|evitee?s?|non|hors|sans|sauf|stockee?s?|stockage"
    r"|annualisee?s?|corrigee?s?|lissee?s?|extrapolee?s?|evitables?|souscrite?s?"
    r"|provisionnel(?:le)?s?|provisoires?|pv|thermiques?|chauffage|ecs"
    r"|destockee?s?|lhv|ncv|pci|residuelle?s?|perdue?s?|partage?e?s?|refacture?e?s?|recalcule?e?s?"
    r"|rapporte?e?s?|reference|equivalente?s?|lits?|repas|nuitees?|eleves?|agents?|habitants?|m2|pondere?e?s?)\b"
)
"""Words that may make of an energy another than that of the row: asked about."""
PART = re.compile(
    r"\b(nuit|soir|matin|week ?ends?|semaine|ouvree?s?|(?:in)?occupation|clim|climatisation|pac"
    r"|irve|bornes?|ve|vehicules?|cuisine|etages?|rdc|logements?|climat\w*|ete|hiver|a?12 ?m\w*"
    r"|mm12)\b"
)
"""Words of a part of the energy, or of twelve months, where no class of a tariff is named."""
OF_CLASS = re.compile(
    r"\b(h[pc]\w*|pleines?|creuses?|pointe|pte|base|saison|blan(?:c|che)s?|bleue?s?)\b"
)
OF_COST = re.compile(
    r"montants?|mt|couts?|costs?|amounts?|factures?|depenses?|ttc|ht|htva|htt|eur|euros?|h|t|tva"
    r"|taxes?|hors|toutes|comprises|avec|incl|excl|payer|due?|regle(?:e|s|es)?|paye(?:e|s|es)?"
    r"|(?:netto|brutto)?betrag|importe|importo|valor|montante|bedrag|kosten|costes?|costo|custo"
    r"|vat|paid|invoice|bill|somme|prix|net"
)
"""Words by which the cost of a whole bill is told, beside those that say nothing against it."""
OF_TIME = re.compile(
    r"dates?|debut|fin|premiere?|derniere?|exercice|civile|calendaire|index|lecture|releves?|mesure"
    r"|start|end|begin|from|to|until|time|horodat\w*|depart|initiale|finale|depuis|jusqu|ancien(?:ne)?s?"
    r"|nouveau|nouvelle|precedent\w*|monat|jahr|datum|fecha|mes|ano|data|mese|anno|maand|jaar"
    r"|inizio|desde|hasta|dal|al|beginn|ende|von|bis|tag|dia|consomm?\w*|bimestre|semestre"
    r"|semaines?|deb|colonnes|tarifaire|local|utc|gmt|tu|cet|d|a|concernee?s?|considere?e?s?"
    r"|utilisation|jj|mm|aaaa|yyyy|dd|arrivee|incluse?s?|exclue?s?"
)
"""Words by which the time of an energy is told."""
MONEY = re.compile(r"€|\b(?:eur|euros?|cts?|centimes?|ttc|ht|htva|htt)\b")
PLACE = (
    r"(?:rue|(?<!en )place|avenue|boulevard|allee|chemin|espace|cinema|maison|clos|quartier|usine)"
    r" (?:de |du |des |la |le |les |[dl] )*[a-z]+"
)
"""Names of places: what they are called by is no word of what is measured."""
OF_WHOSE = re.compile(
    r"\b(?:payeurs?|services?|directions?|poles?|fournisseurs?|suppliers?|agents?|auteurs?|saisi\w*"
    r"|budgets?|competences?|fonctions?|chapitres?|articles?|natures? comptables?|comptables?"
    r"|releveurs?|contrats?|offres?|marches?|lots?|factures?|num\w*|no?|refs?|references?|id\w*"
    r"|codes?|communes?|villes?|departements?|regions?|cantons?|epci|insee|adresses?|adr|rues?"
    r"|voies?|quartiers?|secteurs?|zones?|localites?|lieux?|site|sites|batiments?|ensembles?"
    r"|equipements?|installations?|etablissements?|mois|periodes?|jours?|annees?|trimestres?"
    r"|saisons?|tarif\w*|options?|segments?|fta|formules?|turpe|tensions?|domaines?|imputations?"
    r"|comptes?|mandats?|titulaires?|clients?|gestionnaires?|proprietaires?|membres?|adherents?"
    r"|organismes?|entites?|collectivites?|devises?|tva|taux|couleurs?|canal|responsables?"
    r"|emetteurs?|paiements?|reglements?|contacts?|mails?|telephones?|interlocuteurs?|exploitants?"
    r"|grd|distributeurs?|prm|pdl|pce|rae|compteurs?|matricules?|puissances?|dates?|noms?|names?"
    r"|delegations?|abonnements?|acces|acheteurs?|circonscriptions?|city|town|street|address|owner|customer|supplier|building|site|account|invoice|profils?"
    r"|raisons? sociales?|bailleurs?|conseillers?|titres?"
    r"|(?:edite|exporte|etabli|genere|imprime|extrait)e?s? (?:par|le)"
    r"|tiers|creanciers?|debiteurs?|beneficiaires?|ordonnateurs?|bordereaux?"
    r"|bordereau|pieces?|efa|regroupements?|tresoreries?"
    r"|libelles? (?:du |des? )?(?:sites?|batiments?|points?)|denominations?|designations?)\b"
)
"""Heads of places, people, contracts and papers: what stands below names them."""

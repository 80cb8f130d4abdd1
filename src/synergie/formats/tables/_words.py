"""The words that heads of tables use, French and English, and the field each means."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from synergie.formats.tables._cells import month_of
from synergie.formats.tables._heading import (
    BARE_CLASS,
    ENERGY,
    Heading,
    list_denials,
    list_unknown_words,
    parse_heading,
    plain_symbols,
)
from synergie.formats.tables._vocabulary import OF_COST, OF_TIME, POWER, VAGUE, Role
from synergie.formats.values import normalize_words as normalize_words  # noqa: PLC0414 (for those of tables)
from synergie.schemas.readings.table_profile import TableField, TableUnit


class Meaning(NamedTuple):
    """What the name of a column says."""

    field: TableField
    tariff_class: str | None = None
    unit: TableUnit | None = None


PERSONAL = re.compile(
    r"\b(titulaire|nom client|nom du client|nom et prenom|nom prenom|prenom|civilite|telephone|tel"
    r"|(?<!pointe )mobile|portable|courriel|e ?mail|mail|contact|interlocuteur|adresse|address"
    r"|rue|voie"
    r"|nom de famille|occupant|customer name|phone)\b"
)
"""Columns that may tell of a person: never read, and said to be there."""

_CLASS_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("PM", ("pointe mobile", "pm")),
    ("HN", ("heures normales", "hn")),
    *(
        (f"{hours}J{code}", (rf"{hours.lower()} {colour}", rf"{colour} {hours.lower()}",
                             rf"({hours.lower()}|{words}) jours? {colour}", rf"{words} {colour}",
                             rf"{colour} {words}"))
        for hours, words in (("HP", "heures pleines"), ("HC", "heures creuses"))
        for code, colour in (("B", "bleue?s?"), ("W", "blan(?:c|che)s?"), ("R", "rouges?"))
    ),
    ("NUIT", ("nuit", "night")),
    ("JOUR", ("(?<!kwh )(?<!par )jour(?= [km]?wh$)|(?<=conso )jour$|(?<=consommation )jour$",)),
    ("POINTE", (
        "(?<!charge de )(?<!appel de )(?<!appels de )pointe(?! atteinte)", "pte", "hpte", "h pte",
        "^p(?= [km]?wh$)",
    )),
    ("HPH", (
        "hph", "hp hiver", "heures pleines (d )?hiver", "hp saison haute", "hpsh", "hp sh",
        "heures pleines saison haute",
    )),
    ("HCH", (
        "hch", "hc hiver", "heures creuses (d )?hiver", "hc saison haute", "hcsh", "hc sh",
        "heures creuses saison haute",
    )),
    ("HPE", ("hpe", "hp ete", "heures pleines (d )?ete")),
    ("HCE", ("hce", "hc ete", "heures creuses (d )?ete")),
    ("HPB", ("hpb", "hp saison basse", "hpsb", "hp sb", "heures pleines saison basse")),
    ("HCB", ("hcb", "hc saison basse", "hcsb", "hc sb", "heures creuses saison basse")),
    ("HP", ("hp", "heures pleines", "pleines", "(?<!off )(?<!mid )peak")),
    ("HC", ("hc", "heures creuses", "creuses", "off ?peak")),
    ("BASE", ("base",)),
)  # fmt: skip
_CLASSES = tuple((code, re.compile(rf"\b({'|'.join(forms)})\b")) for code, forms in _CLASS_FORMS)
_LABELS = re.compile(
    r"\b(unites?|unit|sub ?metering|numero|type|nature|fournisseur|date|code|option|profil"
    r"|segment)\b"
)
_TIME = re.compile(
    r"(mois|periode|(?:premier|dernier) jour|debut|fin|annee|jour|date|du|au|monat|jahr|datum"
    r"|fecha|mes|ano|data|mese|anno"
    r"|1er jour|(?:conso\w*|factur\w*|relev\w*) (?:du|depuis|au)$"
    r"|maand|jaar|inizio|fine|desde|hasta|dal|beginn|ende|von|bis)\b"
)

_AS_VALUE: frozenset[Role] = ENERGY | {"power", "register", "running_sum", "production"}
_APART: frozenset[Role] = frozenset({
    "price", "ratio", "coefficient", "statistic", "forecast", "previous", "component", "loss",
    "reactive", "self_consumed",
})  # fmt: skip
"""Numbers that are never read for another word in their name."""
_WEIGHED: frozenset[TableField] = frozenset({"cost", "cost_ht", "cost_ttc", "emissions"})
_SURE = 0.9
"""Least score of a volume in words that are all known."""
_NOT_EUROS = re.compile(
    r"[kmcd]\s?€|€\s?cents?|[$£]|\b(?:[km]eur(?:os?)?|milliers?|millions?|centimes?|cents?|cts?"
    r"|chf|usd|gbp|francs?|dollars?)\b"
)
_VAT = re.compile(r"\b(?:hors|sans|toutes?|avec|incl\w*|excl\w*) (?:les )?(?:taxes?|tva)\b")
_KILOGRAMS = re.compile(r"\bkg|kilogrammes?")
_SUBSCRIBED = re.compile(
    r"\b(puissances? (souscrites?|actuelles?|contractuelles?)|p souscrite|ps|subscribed power)\b"
)
_YEAR_TOLD = re.compile(r"\b(annee|annuel(le)?s?|an|annual|year)\b")
_DAY = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:20)?\d\d)\b")
_PART = re.compile(r"\b((?!12 )\d{1,2} (?:derniers )?mois|semestre|trimestre|[st][1-4])\b")
_YEAR_DAYS = range(360, 371)
_YEARLY = re.compile(r"\b(car|annuelle?s?|annual|consommation de reference)\b")
_OLD_INDEX = re.compile(
    r"\b(debut|fin|ancien|nouvel|nouveau|precedent)\b.*\bindex\b"
    r"|\bindex\b.*\b(debut|fin|ancien|nouvel|nouveau|precedent|depart)\b"
)
_COUNTED = re.compile(r"(n|nb|nbre|nombre|duree)( de| en| d)? mois( .*)?|mois factures")
"""How many months a row is of: no month."""
_NUMBERED = re.compile(r"\s*n\s*[°º]", re.IGNORECASE)
_ALONE = frozenset({
    "du", "au", "de", "a", "deb", "to", "from", "von", "bis", "ab", "van", "tot", "al", "dal",
    "valor",
})  # fmt: skip
"""Words that name a column when they are alone, and mean anything inside a longer name."""


def _build_word_pattern(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b({'|'.join(one for one in forms if one not in _ALONE)})\b")


_FORMS: tuple[tuple[TableField, tuple[str, ...]], ...] = (
    ("supply_point", ("prm", "pdl", "rae", "rag", "pce", "mpan", "mprn", "cups",
        "points? de livraison", "point de mesure", "point reference mesure",
        "ref(erence)? acheminement.*", "ref(erence)? (du )?(point|site|pdl|prm)",
        "identifiant (du )?(point|prm|pdl|pce)", "usage point", "supply point", "meter point",
        "meter number", "account (number|no)", "zahlpunkt(bezeichnung|nummer)?", "messpunkt",
        "messlokation", "marktlokation", "malo( id)?", "pod", "punto di (prelievo|fornitura)",
        "pdr", "cpe", "ponto de (entrega|consumo)", "punto de (suministro|consumo)",
        "ean( code| nummer)?", "code ean", "codigo cups", "aansluitpunt", "aansluiting")),
    ("holder_siret", ("siret",)),
    ("insee_code", ("insee", "code commune")),
    ("member", ("membres?", "adherent", "collectivite", "entite payeuse", "member")),
    ("tariff_code", ("fta", "formule tarifaire.*", "option tarifaire.*", "tarif acheminement",
        "tarif d acheminement")),
    ("market_segment", ("segment", "segmentation", "profil de comptage", "categorie de point")),
    ("offpeak_hours", ("plages? (d )?heures? creuses?", "plages? hc", "horaires? hc",
        "plage horaire")),
    ("contract_end", ("fin de contrat", "date de fin de contrat", "echeance( contrat)?",
        "fin contrat", "contract end")),
    ("valid_from", ("date d effet", "date d entree", "date entree", "date effet", "valable du",
        "date de debut de contrat", "debut contrat")),
    ("from_date", ("date (de )?(debut|depart)", "debut",
        r"debut (de )?(periode|conso\w*|facturation)", "periode du", "premier jour.*", "de", "deb",
        "date deb", "depuis le", "date initiale", "du", "from", "start", "start date",
        "date debut.*", "1er jour.*", r"(periode|conso\w*|factur\w*|relev\w*) (du|depuis)",
        "(derniere )?releve precedente?", "ancien(ne)? (date|releve).*",
        r"date (de |du )?releve precedent\w*", "begin", "period start", "beginn", "von", "ab",
        "startdatum", "begindatum", "van", "desde", "dal", "fecha (de )?(inicio|desde)",
        "data (de )?inicio", "data inizio", "inizio( periodo)?")),
    ("to_date", ("date (de )?fin", "fin", r"fin (de )?(periode|conso\w*|facturation)", "periode au",
        "au", "dernier jour.*", "a", "date finale", "jusqu au", "to", "until", "end", "end date",
        "date fin.*", "nouve(au|lle) (date|releve).*", r"(periode|conso\w*|factur\w*|relev\w*) au",
        r"(date (de |du )?)?releve actuel\w*", "period end", "ende", "bis", "enddatum", "einddatum",
        "tot( en met)?", "hasta", "al", "fecha (de )?(fin(al)?|hasta)", "data (de )?fim",
        "data fine", "fine( periodo)?")),
    ("year", ("annee", "year", "exercice", "jahr", "ano", "anno", "jaar")),
    ("month", ("mois", "month", "monat", "mes", "mese", "maand", "(bi|tri|se)mestres?", "semaines?",
        r"periode( de (conso\w*|facturation))?", r"mois (de )?(conso\w*|fact\w*)")),
    ("datetime", (r"horodat\w*", "datetime", "date ?time", "timestamp", "date (et )?heure",
        "date heure", "instant", "time utc", "ds", "zeitstempel", "(mess)?zeitpunkt",
        "fecha y hora", "data e ora", "data (e )?hora", "tijdstip", "datum (und )?(uhr)?zeit")),
    ("date", ("date", "jour", "day", "datum", "tag", "fecha", "data", "dia", "giorno", "dag",
        "date (de )?(releve|mesure|index|lecture)")),
    ("time", ("heure", "hour", "time", "uhrzeit", "hora", "ora", "uur", "tijd",
        "heure (de )?(debut|fin)( .*)?", "(start|end) time")),
    ("tariff_class", ("poste", "poste (horosaisonnier|tarifaire|horaire)", "classe",
        "classe temporelle", "cadran", "periode tarifaire", "tariff class")),
    ("unit", ("unite", "unites", "unit")),
    ("direction", ("sens", "direction", "nature (de )?(flux|energie)", "grandeur metier")),
    ("nature", (r"nature( (de )?(releve|index|donnee|conso\w*))?", "type (de )?(releve|index)",
        "estime", "reel estime", "qualite")),
    ("cost_ttc", ("montant ttc", "total ttc", "cout ttc", "ttc", "total facture ttc",
        "amount incl")),
    ("cost_ht", ("montant ht", "total ht", "cout ht", "ht", "montant hors taxes?", "hors taxes?",
        "htva", "montant h t", "amount excl")),
    ("cost", ("couts?", "montants?", "cost", "amount", "total facture", "(netto|brutto)?betrag",
        "importe", "importo", "valor", "montante", "bedrag", "kosten", "costes?", "costo",
        "custo")),
    ("emissions", ("emissions?", "co2", r"kgco2\w*")),
    ("subscribed_power", ("puissances? souscrites?.*", "ps", "p souscrite", "puissance contrat",
        "subscribed power")),
    ("annual_energy", ("car", "consommation annuelle.*", "conso annuelle.*",
        "consommation de reference", "annual consumption")),
    ("meter", ("compteur", "numero (de )?(serie|compteur)", "matricule", "n compteur", "meter",
        "serial")),
    ("supplier", ("fournisseur", "supplier")),
    ("usage", ("usage", "type (de )?(site|batiment|usage)", "categorie")),
    ("commune", ("commune", "ville", "city", "localite", "town", "gemeinde", "ort", "municipio",
        "comune", "gemeente", "plaats")),
    ("name", ("site", "nom (du |de )?(site|point|lieu|batiment|pdl|prm|compteur)", "nom",
        r"batiment\w*", "libelle.*", "designation.*", "lieu( de (consommation|livraison))?",
        "espace de livraison", "name", "installation", "equipement", "ouvrage", "armoire",
        "intitule", "point", "dossier", "standort", "gebaude", "bezeichnung", "edificio",
        "instalacion", "locatie", "emplacement.*", "localisation.*", "gebouw", "sede", "local")),
)  # fmt: skip
_RULES = tuple(
    (field, re.compile(rf"\b({'|'.join(forms)})\b"), _build_word_pattern(forms))
    for field, forms in _FORMS
)
_WHOLE = frozenset({
    "from_date", "to_date", "cost", "cost_ht", "cost_ttc", "nature", "name", "year", "month",
    "date", "time", "meter",
})  # fmt: skip
"""Fields whose word may be a part of another's; the words are looked for in this order."""


@lru_cache(maxsize=4096)
def unit_in(name: str) -> TableUnit | None:
    """The unit that the name of a column tells; none of a price or a ratio (`€/MWh`)."""
    return parse_heading(name).unit


def counts_months(name: str) -> bool:
    """Whether a column tells how many months a row is of; `N° mois` tells which."""
    counted = _COUNTED.fullmatch(normalize_words(name))
    return counted is not None and _NUMBERED.match(name) is None


@lru_cache(maxsize=4096)
def class_in(name: str) -> str | None:
    """The tariff class that the name of a column tells, if it does."""
    text = normalize_words(name)
    if re.search(r"\bhp( et)? hc\b|\bhc( et)? hp\b", text):
        return None  # both together
    return next((code for code, form in _CLASSES if form.search(text)), None)


OF_SHARES = re.compile(
    r"(?:%|parts?|quote ?-?parts?|repartitions?|cles?|taux|prorata|pourcentages?)(?:\b|(?<=%))"
)
"""How heads of shares begin, of whatever place: `Part commune`, `% ville`."""


@lru_cache(maxsize=4096)
def find_name_meaning(name: str) -> Meaning | None:
    """What a column of that name holds. None: nothing that is read, or not known."""
    text = normalize_words(name)
    if not text or PERSONAL.search(text) or month_of(name) or counts_months(name):
        return None
    told = parse_heading(name)
    if _SUBSCRIBED.search(text) and told.role in {"apparent", "power", "unknown"}:
        if list_unknown_words(_SUBSCRIBED.sub(" ", text), POWER):
            return None
        return Meaning("subscribed_power", class_in(name), told.unit)
    if _YEARLY.search(text) and told.role in {"energy", "forecast", "unknown"}:
        return Meaning("annual_energy", class_in(name), told.unit)
    if (_TIME.match(text) and class_in(name) != "JOUR") or (
        told.unit is None and told.role not in {"price", "ratio"} and _LABELS.search(text)
    ):
        return None if OF_SHARES.match(plain_symbols(name)) else _by_rule(text)
    return _find_number_meaning(name, text, told)


def _find_number_meaning(name: str, text: str, told: Heading) -> Meaning | None:
    """What a column is that is named by no time and no label."""
    if told.role in _AS_VALUE or BARE_CLASS.fullmatch(text):
        return _find_value_meaning(name, told)
    if told.role == "volume":
        many = told.score < _SURE or told.lapse is not None
        return None if many else Meaning("volume", unit="m3")
    found = None if told.role in _APART else _by_rule(text)
    if found is None and told.role == "amount" and re.search(r"\bfactures?\b", text):
        found = Meaning("cost")
    if found is not None and found.field in _WEIGHED:
        return found if _is_whole(name, text, found.field, told) else None
    yearly = found is not None and found.field in {"annual_energy", "subscribed_power"}
    return None if yearly and told.role == "amount" else found


def _is_whole(name: str, text: str, field: TableField, told: Heading) -> bool:
    """Whether a cost or an emission is that of the row, in euros or kilograms."""
    if told.lapse is not None or set(list_denials(_VAT.sub(" ", text))) & _APART:
        return False
    symbols = plain_symbols(name)
    if field == "emissions":
        return _KILOGRAMS.search(symbols) is not None
    odd = list_unknown_words(text, OF_COST)
    return not odd and _NOT_EUROS.search(symbols) is None


def _find_value_meaning(name: str, told: Heading) -> Meaning | None:
    if told.role == "register" and told.unit == "m3":
        return None  # what a dial of gas shows is no volume
    if is_old_index(name):
        return None  # the index before or after, in a bill: its energy is in another column
    return Meaning("value", class_in(name), told.unit)


def is_old_index(name: str) -> bool:
    """Whether a column is what a dial showed before or after a period."""
    return _OLD_INDEX.search(normalize_words(name)) is not None


def _by_rule(text: str) -> Meaning | None:
    for field, form, searched in _RULES:
        if form.fullmatch(text) or (field not in _WHOLE and searched.search(text)):
            return Meaning(field)
    return next((Meaning(field) for field, _, form in _RULES if form.search(text)), None)


@lru_cache(maxsize=4096)
def is_of_unknown_time(name: str) -> bool:
    """Whether a head tells a time in words of which one is not known: `Mois de valeur`."""
    text = normalize_words(name)
    whole = any(form.fullmatch(text) for _, form, _ in _RULES)
    odd = VAGUE.search(text) or list_unknown_words(text, OF_TIME)
    return not whole and not month_of(name) and bool(odd)


def is_yearly(name: str, title: str) -> bool:
    """Whether a column, or the title above it, tells an energy of a whole year."""
    whole = is_whole_year(title)
    if any(month_of(word) for word in title.split() if word.isalpha()) or whole is False:
        return False
    if (
        _YEARLY.search(normalize_words(name))
        or parse_heading(name).lapse == "year"
        or parse_heading(name).year
    ):
        return True
    of_energy = parse_heading(title).role in ENERGY
    told = whole or _YEAR_TOLD.search(normalize_words(title)) or parse_heading(title).year
    return of_energy and told is not None


def is_whole_year(title: str) -> bool | None:
    """Whether the period of a title is a year, by its two days or a word; None: it tells none."""
    try:
        days = [date(int(y) % 100 + 2000, int(m), int(d)) for d, m, y in _DAY.findall(title)]
    except ValueError:
        return False
    if len(days) > 1:
        return (days[1] - days[0]).days in _YEAR_DAYS
    return None if _PART.search(normalize_words(title)) is None else False


def is_index(name: str) -> bool:
    """Whether the column shows what a dial shows."""
    return parse_heading(name).role == "register"


def is_export_name(name: str) -> bool | None:
    """True: fed into the grid; False: drawn from it; None: the words do not say."""
    text = normalize_words(name)
    if re.search(
        r"\b(production|injection|injectee?s?|export|exported|surplus|produite?s?"
        r"|einspeisung|ruckspeisung|vertid[oa]|excedentes?|immissione|immessa|teruglevering)\b",
        text,
    ):
        return True
    if re.search(
        r"\b(consommations?|conso|consos|consommee?s?|soutirages?|soutiree?s?|import|consumption|facture"
        r"|facturee?s?|facturation|montant|fournisseur|abonnement|livree?s?|acheminements?|acheminee?s?|prelevements?|fluides?|operat|efa|depenses?"
        r"|(strom)?verbrauch|(netz)?bezug|entnahme|consum[oi]|verbruik|afname|usage|prelievo"
        r"|prelevata)\b",
        text,
    ):
        return False
    return None


def is_export_title(text: str) -> bool | None:
    """As `exports`, of a title: an "export" there is the file itself."""
    plain = normalize_words(text)
    if is_sold(text):
        return True
    side = is_export_name(re.sub(r"\bexport\w*", " ", plain))
    if side and re.search(r"\b(conso|consommations?|soutir\w*|prelevements?)\b", plain):
        return None  # both are in the table: its rows tell which is which
    return False if side is None and _BILL.search(plain) else side


def is_sold(text: str) -> bool:
    """Whether a title says that the energy is sold: what is billed is then what was fed in."""
    return _SOLD.search(normalize_words(text)) is not None


_SOLD = re.compile(
    r"\b(edf oa|oa|obligation d achat|rachat|(surplus|energies?|electricite|kwh) vendue?s?)\b"
    r"|\b(livree?s?|fourniture|injectee?s?|injection) (au|sur le|dans le|vers le) reseau\b"
    r"|\bventes? (de |du |d |des )?(surplus|productions?|electricite|energie|kwh)\b"
)
_BILL = re.compile(
    r"\b(factures?|montants?|couts?|ttc|ht|htva|prix|tarifs?|turpe|courbes? de charge|bills?)\b"
)
"""Words of what is bought."""

"""Words of the deposit, French and English beside each other: kinds, columns, answers."""

from synergie.formats.tables.propose import Asked
from synergie.schemas.table_profile import Layout, TableField

type Pair = tuple[str, str]
"""French, English."""

KINDS: dict[str, Pair] = {
    "meter_curve": ("morceaux de courbes", "pieces of curves"),
    "supply_point": ("points de livraison", "delivery points"),
    "supply_terms": ("contrats de points de livraison", "terms of delivery points"),
    "site": ("sites", "sites"),
    "register_reading": ("relevés d'index", "index readings"),
    "interval_reading": ("relevés sur un intervalle", "readings over an interval"),
    "period_energy": ("énergies d'une période", "energies of a period"),
    "invoice_line": ("lignes de facture", "invoice lines"),
    "market_curve": ("courbes de marché", "market curves"),
    "light_point": ("points lumineux", "light points"),
    "cabinet": ("armoires", "cabinets"),
    "support": ("supports", "supports"),
    "circuit": ("départs", "circuits"),
    "night_profile": ("profils de nuit", "night profiles"),
    "dimming_range": ("plages d'abaissement", "dimming ranges"),
    "work_order": ("travaux et signalements", "works and tickets"),
    "perimeter_row": ("lignes d'un périmètre", "rows of a perimeter"),
}
"""What a file holds, by kind of record."""

LAYOUTS: dict[Layout, Pair] = {
    "periods": (
        "un tableau de factures : une ligne par point et par période",
        "a table of bills: a row a point and period",
    ),
    "wide_months": (
        "un tableau de mois : une ligne par point, une colonne par mois",
        "a table of months: a row a point, a column a month",
    ),
    "curve": ("une courbe de charge : une ligne par pas", "a load curve: a row a step"),
    "indexes": (
        "des index : une ligne par cadran et par date",
        "indexes: a row a register and day",
    ),
    "points": ("une liste de points de livraison", "a list of delivery points"),
}

FIELDS: dict[TableField, Pair] = {
    "supply_point": ("point de livraison", "delivery point"),
    "name": ("nom du point", "name of the point"),
    "commune": ("commune", "commune"),
    "from_date": ("début de la période", "start of the period"),
    "to_date": ("fin de la période", "end of the period"),
    "month": ("mois", "month"),
    "year": ("année", "year"),
    "date": ("date", "date"),
    "time": ("heure", "time of day"),
    "datetime": ("date et heure", "date and time"),
    "value": ("énergie ou puissance", "energy or power"),
    "volume": ("volume de gaz", "volume of gas"),
    "cost": ("coût", "cost"),
    "cost_ht": ("coût hors taxes", "cost without tax"),
    "cost_ttc": ("coût toutes taxes comprises", "cost with tax"),
    "emissions": ("émissions", "emissions"),
    "tariff_class": ("poste tarifaire", "tariff class"),
    "unit": ("unité", "unit"),
    "direction": ("soutirage ou injection", "drawn or fed in"),
    "nature": ("mesuré ou estimé", "measured or estimated"),
    "meter": ("compteur", "meter"),
    "market_segment": ("segment", "segment"),
    "tariff_code": ("formule tarifaire (FTA)", "tariff option (FTA)"),
    "subscribed_power": ("puissance souscrite", "subscribed power"),
    "annual_energy": ("énergie d'une année", "energy of a year"),
    "offpeak_hours": ("heures creuses", "off-peak hours"),
    "supplier": ("fournisseur", "supplier"),
    "contract_end": ("fin du contrat", "end of the contract"),
    "valid_from": ("valable à partir du", "valid from"),
    "holder_siret": ("SIRET du titulaire", "SIRET of the holder"),
    "usage": ("usage", "usage"),
    "member": ("membre", "member"),
    "insee_code": ("code INSEE de la commune", "commune code (INSEE)"),
}

ROLES: dict[str, Pair] = {
    "energy": ("énergie ou puissance", "energy or power"),
    "injected": ("énergie injectée", "energy fed in"),
    "register": ("index du compteur", "register of a meter"),
    "running_sum": ("cumul depuis le début de l'année", "sum since the year began"),
    **{
        name: told
        for name, told in FIELDS.items()
        if name not in {"value", "direction", "meter", "unit"}
    },
    "ignore": ("ne pas lire", "not to be read"),
}
"""What a person may say that a column is."""

QUESTIONS: dict[Asked, Pair] = {
    "sheet": (
        "Quelle feuille du classeur faut-il lire ?",
        "Which sheet of the workbook is to be read?",
    ),
    "energy": (
        "Quelle colonne contient les valeurs de la période ou du pas ?",
        "Which column holds the values of the period or step?",
    ),
    "production": (
        "Cette production est-elle toute injectée dans le réseau, ou seulement produite ?",
        "Is all of this production fed into the grid, or only produced?",
    ),
    "unit": ("Dans quelle unité sont les valeurs ?", "In which unit are the values?"),
    "direction": (
        "Cette énergie est-elle soutirée du réseau ou injectée ?",
        "Is this energy drawn from the grid or fed into it?",
    ),
    "stamp": (
        "Les heures marquent-elles le début ou la fin du pas ?",
        "Do the times mark the start or the end of the step?",
    ),
    "last_day": (
        "La fin d'une période est-elle son dernier jour, ou le jour d'après ?",
        "Is the end of a period its last day, or the day after?",
    ),
    "supply_point": (
        "De quel point de livraison est-ce ? Écrivez prm: ou pce: puis son numéro.",
        "Which delivery point is it? Write prm: or pce: then its number.",
    ),
    "scheme": (
        "Ces numéros sont-ils des PRM (électricité) ou des PCE (gaz) ?",
        "Are these numbers PRM (electricity) or PCE (gas)?",
    ),
    "dates": (
        "Les dates sont-elles écrites jour/mois ou mois/jour ?",
        "Are dates written day/month or month/day?",
    ),
    "decimal": ("Quel signe marque les décimales ?", "Which sign marks the decimals?"),
    "year": ("De quelle année sont ces mois ?", "Of which year are these months?"),
    "sites": (
        "Chacune de ces colonnes est-elle un site, avec son énergie dessous ?",
        "Is each of these columns a site, with its energy below?",
    ),
    "spelling": (
        "Ces mois mal écrits sont-ils ceux indiqués à côté ?",
        "Are these misspelt months the ones beside them?",
    ),
    "annual": (
        "Est-ce l'énergie d'une année entière de chaque point ?",
        "Is this the energy of a whole year of each point?",
    ),
    "measured": (
        "Ces énergies sont-elles mesurées au compteur du point ?",
        "Are these energies measured on the meter of the point?",
    ),
    "billed": (
        "Ce mois est-il celui de la consommation, et non celui de la facture ?",
        "Is this month that of the consumption, and not only of the bill?",
    ),
    "blank_point": (
        "Les lignes sans point sont-elles de celui du dessus ?",
        "Are rows without a point of the one above?",
    ),
}
"""What is asked of a table that leaves it open."""

CHOICES: dict[str, Pair] = {
    "start": ("le début", "the start"),
    "end": ("la fin", "the end"),
    "included": ("son dernier jour (31/01 pour janvier)", "its last day (31/01 for January)"),
    "excluded": ("le jour d'après (01/02 pour janvier)", "the day after (01/02 for January)"),
    "import": ("soutirée du réseau", "drawn from the grid"),
    "export": ("injectée dans le réseau", "fed into the grid"),
    "prm": ("PRM, électricité", "PRM, electricity"),
    "pce": ("PCE, gaz", "PCE, gas"),
    "other": ("un autre identifiant, gardé tel quel", "another identifier, kept as it is"),
    "yes": ("oui", "yes"),
    "no": ("non", "no"),
    "above": ("oui, de celui du dessus", "yes, of the one above"),
    "none": ("non, elles n'en ont pas", "no, they have none"),
    "dmy": ("jour/mois/année", "day/month/year"),
    "mdy": ("mois/jour/année", "month/day/year"),
    "injected": ("toute injectée", "all fed in"),
    "produced": (
        "produite, en partie consommée sur place",
        "produced, partly consumed there",
    ),
    ",": ("la virgule", "a comma"),
    ".": ("le point", "a dot"),
}
"""Answers to what a table leaves open; the others (units, years) are shown as they are."""

"""The words of the workbook of a comparison of lighting: its sheets and their heads."""

from synergie.reports.language import choose_text
from synergie.reports.sheets import Column, Kind
from synergie.reports.workbook import About

SHEETS: About = (
    (("Scénarios", "Scenarios"),
     ("Un scénario par ligne : ce qu'il fait, s'il est écarté ou battu.",
      "One scenario a row: what it does, whether it is excluded or beaten.")),
    (("Critères", "Criteria"),
     ("Un critère par ligne, un scénario par colonne ; une case vide : inconnu.",
      "One criterion a row, one scenario a column; a blank cell: unknown.")),
    (("Effets", "Effects"),
     ("Un effet d'un scénario par ligne : valeur, intervalle, part connue, pourquoi.",
      "One effect of one scenario a row: value, range, share known, why.")),
    (("Communes", "Communes"),
     ("Un effet d'un scénario sur une commune par ligne.",
      "One effect of one scenario in one commune a row.")),
    (("Gagnants", "Winners"),
     ("Une commune sous un scénario par ligne : mieux, moins bien, inconnu.",
      "One commune under one scenario a row: better, worse, unknown.")),
    (("Armoires", "Cabinets"),
     ("Une armoire sous un scénario par ligne : horaire, puissance, facture.",
      "One cabinet under one scenario a row: schedule, power, bill.")),
    (("Heures", "Hours"),
     ("Puissance moyenne de chaque heure locale, un scénario par colonne.",
      "Mean power of each local hour, one scenario a column.")),
    (("Années", "Years"),
     ("Une année d'un scénario par ligne : travaux, facture, entretien.",
      "One year of one scenario a row: works, bill, upkeep.")),
    (("Qui paie", "Who pays"),
     ("Un organisme sous un scénario par ligne.", "One body under one scenario a row.")),
    (("Loi", "Law"),
     ("Une règle non respectée par ligne, avec son article.",
      "One unmet rule a row, with its article.")),
    (("Conformité", "Compliance"),
     ("Un scénario par ligne : luminaires conformes, non conformes, non jugés, ce qui manque.",
      "One scenario a row: luminaires that comply, do not, are not judged, what is missing.")),
    (("Lumière sur la route", "Light on the road"),
     ("Un scénario par ligne : lumière maintenue après pour avant, flux estimés, sous la classe.",
      "One scenario a row: maintained light after for before, fluxes estimated, below the class.")),
    (("Sans équivalent", "Without a fit"),
     ("Un luminaire par ligne, qui reste faute de LED donnant sa lumière à la rue.",
      "One luminaire a row that stays for want of a LED that gives its road the light.")),
    (("Impossible", "Not possible"),
     ("Ce qu'un scénario n'a pas pu faire, et pourquoi.",
      "What a scenario could not do, and why.")),
    (("Groupes", "Groups"),
     ("Un scénario pour un groupe par ligne : part des tirages à chaque rang.",
      "One scenario for one group a row: share of the draws at each rank.")),
    (("Frontière", "Frontier"),
     ("Un plan de la frontière par ligne.", "One plan of the frontier a row.")),
    (("Mis de côté", "Set aside"),
     ("Une ligne ou une valeur qui n'a pas pu servir, et pourquoi.",
      "A row or a value that could not be used, and why.")),
    (("Hypothèses", "Assumptions"), ("Ce qui est supposé.", "What is assumed.")),
)  # fmt: skip
"""Each sheet, and what stands in it."""

_NAMES: dict[str, str] = {french: english for (french, english), _ in SHEETS}
_HEADS: dict[str, str] = {
    "Remplacés": "Replaced", "Comparés": "Compared", "Flux estimé": "Flux estimated",
    "Rapport le moins élevé": "Least ratio", "Rapport médian": "Median ratio",
    "Rapport le plus élevé": "Greatest ratio", "Moins de 90 %": "Below 90%",
    "Plus de 125 %": "Above 125%", "Sous leur classe": "Below their class",
    "Sans équivalent": "Without a fit", "Point lumineux": "Light point",
    "Règles": "Rules", "Conformes": "Comply", "Non conformes": "Do not comply",
    "Non jugés": "Not judged", "Ce qui manque": "What is missing",
    "Scénario": "Scenario", "Nom": "Name", "Ce qu'il fait": "What it does", "Écarté": "Excluded",
    "Battu par": "Beaten by", "Critère": "Criterion", "Enjeu": "Stake", "Unité": "Unit",
    "Sens": "Direction", "Valeur": "Value", "Au moins": "At least", "Au plus": "At most",
    "Part connue": "Share known", "Inconnu": "Unknown", "Mieux": "Better", "Moins bien": "Worse",
    "Les deux": "Both", "Armoire": "Cabinet", "Horaire": "Schedule", "Puissance (W)": "Power (W)",
    "Énergie (kWh)": "Energy (kWh)", "Option tarifaire": "Tariff option",
    "Puissance souscrite (kVA)": "Subscribed power (kVA)",
    "Facture ajustée (€)": "Bill, adjusted (€)",
    "Facture, option et puissance inchangées (€)": "Bill, option and power unchanged (€)",
    "Heure locale": "Local hour", "Année": "Year", "Travaux (€)": "Works (€)",
    "Facture (€)": "Bill (€)", "Entretien (€)": "Upkeep (€)", "En tout (€)": "In all (€)",
    "Organisme": "Body", "Règle": "Rule", "Texte": "Legal text", "Quoi": "What",
    "Trouvé": "Found", "Demandé": "Required",
    "Apporté par le scénario": "Brought by the scenario", "Pourquoi": "Why", "Groupe": "Group",
    "Rang": "Rank", "Part des tirages": "Share of the draws", "Coude": "Knee",
    "Écart à la borne": "Gap to the bound",
    "Luminaires": "Luminaires", "INSEE": "INSEE", "Commune": "Commune", "Verdict": "Verdict",
    "Plan": "Plan", "Source": "Source",
}  # fmt: skip
"""The English of each head."""


def sheet_name(french: str) -> str:
    """What a sheet is called."""
    return choose_text(french, _NAMES[french])


def column(french: str, kind: Kind = "text") -> Column:
    """A column under its head."""
    return Column(choose_text(french, _HEADS[french]), kind)


def format_yes_no(holds: bool) -> str:  # noqa: FBT001 (a cell)
    """Oui or non."""
    return choose_text("oui", "yes") if holds else choose_text("non", "no")

"""What is called how in scenarios of lighting: criteria, stakes, groups, units, kinds of files."""

from typing import NamedTuple

from synergie.lighting.records.effects import LightingCriterion, Stake
from synergie.lighting.records.weighing import GroupKind
from synergie.reports.language import Pair


class Name(NamedTuple):
    """What people call an indicator, and with how many decimals it is told."""

    name: Pair
    decimals: int
    short: Pair
    """Two or three words for sentences."""


NAMES: dict[LightingCriterion, Name] = {
    "energy": Name(("Énergie consommée", "Energy used"), 1, ("l'énergie", "energy")),
    "energy_inhabitant": Name(("Énergie par habitant", "Energy per inhabitant"), 1,
                              ("l'énergie par habitant", "energy per inhabitant")),
    "investment": Name(("Travaux à payer", "Cost of the works"), 0, ("les travaux", "the works")),
    "net_present_cost": Name(("Coût complet sur la durée", "Whole-life cost"), 0,
                             ("le coût complet", "the whole-life cost")),
    "bill": Name(("Facture d'une année", "Annual bill"), 0, ("la facture", "the bill")),
    "bill_stress": Name(("Facture si les prix montent", "Bill if prices rise"), 0,
                        ("la facture au pire des prix", "the bill at the worst prices")),
    "carbon": Name(("Émissions de l'électricité", "Emissions of the electricity"), 1,
                   ("les émissions", "the emissions")),
    "carbon_embodied": Name(("Émissions avec la fabrication", "Emissions including manufacture"), 1,
                            ("les émissions avec fabrication",
                             "the emissions including manufacture")),
    "upward_flux": Name(("Lumière perdue vers le ciel", "Light lost to the sky"), 2,
                        ("la lumière vers le ciel", "light to the sky")),
    "corridor_light": Name(("Lumière dans la trame noire", "Light in the dark corridor"), 2,
                           ("la lumière dans la trame noire", "light in the dark corridor")),
    "corridor_warm": Name(("Points de teinte chaude (≤ 2400 K) dans la trame noire",
                           "Warm light points (≤ 2400 K) in the dark corridor"), 1,
                          ("la teinte chaude dans la trame noire",
                           "warm light in the dark corridor")),
    "dark_hours": Name(("Heures noires, de 23 h à 5 h", "Dark hours, from 23:00 to 5:00"), 0,
                       ("les heures noires", "dark hours")),
    "legal": Name(("Points conformes à l'arrêté du 27/12/2018",
                   "Light points that comply with the arrêté du 27/12/2018 (light at night)"), 1,
                  ("la conformité", "legal compliance")),
    "priority_hours": Name(("Éclairage des lieux prioritaires", "Lighting of priority places"), 0,
                           ("les lieux prioritaires", "priority places")),
    "priority_light": Name(("Force de la lumière aux lieux prioritaires (100 : pleine)",
                            "Light level at priority places (100: full)"), 0,
                           ("la force de la lumière aux lieux prioritaires",
                            "the light level at priority places")),
    "points_out": Name(("Points en panne × jours", "Light points out × days"), 0,
                       ("les pannes", "faults")),
    "repair_delay": Name(("Délai de dépannage le plus long", "Longest time to repair"), 0,
                         ("le délai de dépannage", "the time to repair")),
    "felt_safety": Name(("Sentiment de sécurité (enquête)", "Feeling of safety (survey)"), 1,
                        ("le sentiment de sécurité", "the feeling of safety")),
    "least_service": Name(("Éclairage de la commune la moins éclairée",
                           "Lighting of the least lit commune"), 0,
                          ("la commune la moins éclairée", "the least lit commune")),
    "gain_spread": Name(("Partage du gain entre communes (1 : égal)",
                         "How evenly communes share the gain (1: equally)"), 2,
                        ("le partage du gain", "the sharing of the gain")),
    "worse_off": Name(("Communes qui perdent par rapport à aujourd'hui",
                       "Communes worse off than today"), 0,
                      ("les communes perdantes", "communes worse off")),
    "agent_minutes": Name(("Temps des agents", "Staff time"), 0,
                          ("le temps des agents", "staff time")),
    "personal_fields": Name(("Données personnelles gardées", "Personal data kept"), 0,
                            ("les données personnelles", "personal data")),
    "retention": Name(("Durée de conservation", "How long data are kept"), 0,
                      ("la durée de conservation", "the time data are kept")),
    "finest_step": Name(("Pas le plus fin publié", "Finest step published"), 0,
                        ("le pas publié", "the step published")),
    "references": Name(("Références de matériel différentes", "Different models of equipment"), 0,
                       ("le nombre de références", "the number of models")),
    "closed_protocols": Name(("Commandes propres à un fabricant",
                              "Controls tied to one manufacturer"), 0,
                             ("les commandes fermées", "proprietary controls")),
    "spares": Name(("Points dont les pièces se vendront encore",
                    "Light points whose parts will still be on sale"), 0,
                   ("les pièces", "spare parts")),
    "insertion_hours": Name(("Heures d'insertion", "Insertion hours (work integration)"), 0,
                            ("les heures d'insertion", "insertion hours")),
}  # fmt: skip
"""Each indicator."""

STAKES: dict[Stake, Pair] = {
    "energy": ("Énergie", "Energy"), "cost": ("Argent public", "Public money"),
    "carbon": ("Climat", "Climate"), "night_sky": ("Ciel nocturne", "Night sky"),
    "biodiversity": ("Faune et flore", "Wildlife"), "legality": ("Légalité", "Legality"),
    "service": ("Service", "Service"),
    "felt_safety": ("Sentiment de sécurité", "Feeling of safety"),
    "equity": ("Égalité entre communes", "Fairness between communes"),
    "work": ("Travail des agents", "Staff workload"), "privacy": ("Vie privée", "Privacy"),
    "maintainability": ("Entretien durable", "Maintainability"),
    "jobs": ("Emploi local", "Local jobs"),
}  # fmt: skip
"""Each of the thirteen criteria of domain.md §12.1."""

GROUPS: dict[GroupKind, Pair] = {
    "council": ("élus", "council"), "agents": ("agents", "staff"),
    "citizens": ("habitants", "inhabitants"), "companies": ("entreprises", "companies"),
    "naturalists": ("naturalistes", "naturalists"), "other": ("autre groupe", "other group"),
}  # fmt: skip
"""Who a group is."""

UNITS: dict[str, Pair] = {
    "MWh/y": ("MWh/an", "MWh/year"), "kWh/inh./y": ("kWh/hab. et an", "kWh/inhabitant/year"),
    "EUR": ("€", "€"), "EUR/y": ("€/an", "€/year"), "tCO2e/y": ("tCO2e/an", "tCO2e/year"),
    "Mlm.h/y": ("Mlm.h/an", "Mlm.h/year"), "h/y": ("h/an", "h/year"),
    "point-days/y": ("points × jours/an", "points × days/year"),
    "min/month": ("min/mois", "min/month"), "1": ("rapport", "ratio"),
    "0-10": ("sur 10", "out of 10"), "d": ("jours", "days"),
    "references": ("références", "models"), "entries": ("modèles", "models"),
    "fields": ("champs", "fields"),
}  # fmt: skip
"""Units whose word is not the one of the record."""

SYNTHETIC: Pair = (
    "L'étude le dit d'elle-même : aucun vrai patrimoine, aucun vrai chiffre.",
    "The study says so itself: no real assets, no real figures.",
)
"""What holds for all of a comparison of a demonstration."""

LAW_SUBJECTS: dict[str, Pair] = {
    "equipment": ("matériel (article 3)", "luminaires (article 3)"),
    "hours": ("horaires (article 2)", "hours (article 2)"),
}
LAW_FIELDS: dict[str, Pair] = {
    "usage": ("catégorie", "category"),
    "installed_on": ("date de pose", "day of installation"),
    "ulr": ("ULR installé", "installed ULR"),
    "ulr_nominal": ("ULR nominal", "nominal ULR"),
    "cct_k": ("température de couleur", "colour temperature"),
    "cie3": ("code de flux CIE 3", "CIE flux code 3"),
    "flux_lm": ("flux", "flux"),
    "surface_m2": ("surface à éclairer", "surface to be lit"),
    "illuminance_lx": ("éclairement", "illuminance"),
    "is_built_up": ("agglomération ou non", "built-up area or not"),
    "is_natural": ("espace naturel ou non", "natural area or not"),
    "is_accessible_path": ("cheminement accessible ou non", "accessible path or not"),
    "area_kind": ("nature de ce qui est éclairé", "kind of what is lit"),
    "opens": ("début d'activité", "beginning of the activity"),
    "closes": ("fin d'activité", "end of the activity"),
    "schedule": ("horaire suivi", "schedule"),
}
"""What the law has to know (`records.effects.LawField`)."""

FILES: dict[str, str] = {
    "étude": "study", "communes": "communes", "catalogue": "catalogue", "prix": "prices",
    "trame noire": "dark corridor", "lieux prioritaires": "priority places",
    "lieux éclairés": "lit areas",
    "scénarios": "scenarios", "chiffres dits par des personnes": "figures told by people",
    "inventaire": "inventory",
}  # fmt: skip
"""What a source is for, as the command line calls it, in English."""

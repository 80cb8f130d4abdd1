"""The columns of the crew book, a sheet a kind of row."""

from dataclasses import replace

from synergie.formats.templates._columns import Column
from synergie.formats.templates._parts import LATITUDE, LONGITUDE, PROVENANCE

KINDS = {
    "crew": "équipe",
    "depot": "dépôt",
    "road_order": "arrêté de circulation",
    "other_works": "travaux d'autres",
    "target": "délai",
    "rule": "tâche",
    "settings": "réglages",
}
TITLES = {
    "crew": "Équipes",
    "depot": "Dépôts",
    "road_order": "Arrêtés de circulation",
    "other_works": "Travaux d'autres",
    "target": "Délais",
    "rule": "Tâches",
    "settings": "Réglages",
}
"""The name of the sheet of each kind of row."""
ABOUT = {
    "crew": "Une équipe avec son véhicule par ligne : jamais le nom d'une personne.",
    "depot": "Un lieu de départ par ligne ; le stock n'est compté que s'il est écrit.",
    "road_order": "Un arrêté par ligne : quand les travaux sont permis, ou interdits.",
    "other_works": "Travaux d'un autre maître d'ouvrage au même endroit : s'y joindre économise.",
    "target": "Un délai de dépannage par ligne ; sans ligne, des délais supposés, qui sont dits.",
    "rule": "Une tâche par ligne : sa période, sa durée ; sans ligne, des valeurs supposées.",
    "settings": "Une seule ligne : calendrier, vitesse, temps gardé pour les urgences.",
}
SEVERITIES = {
    "danger": "danger",
    "street": "rue ou armoire éteinte",
    "point": "point lumineux éteint",
    "minor": "à réparer, fonctionne",
}
TASKS = {
    "repair": "dépannage",
    "inspection": "vérification électrique",
    "group_relamping": "relampage",
    "cleaning": "nettoyage",
    "led_conversion": "passage en LED",
    "cabinet_visit": "visite d'armoire",
    "other": "autre",
}
RULES = {"only": "travaux permis seulement alors", "never": "travaux interdits alors"}
HOLIDAYS = {"metropole": "France", "alsace-moselle": "Alsace-Moselle"}
SCHOOL = {
    "any": "sans effet",
    "only_holidays": "travaux pendant les vacances seulement",
    "never_holidays": "pas de travaux pendant les vacances",
}
SKILLS = {"platform": "nacelle"}
DAYS = {
    1: "lundi", 2: "mardi", 3: "mercredi", 4: "jeudi", 5: "vendredi", 6: "samedi", 7: "dimanche",
}  # fmt: skip

WHAT = Column(
    name="kind", title="Ligne", kind="choice", words=KINDS, required=True, example="équipe",
    purpose="Ce que la ligne décrit ; chaque sorte de ligne n'a que ses colonnes.",
)  # fmt: skip
_ID = Column(
    name="id", title="Identifiant", required=True, example="nacelle-2",
    purpose="Lettres, chiffres, tirets : l'équipe, le dépôt, le numéro de l'arrêté ou des travaux.",
)  # fmt: skip
_ORGANISATION = Column(
    name="organisation", title="Collectivité", required=True, example="cc-bassin-de-pompey",
    purpose="À qui elle est : le même nom que pour l'inventaire.",
)  # fmt: skip
_SKILLS = Column(
    name="skills", title="Compétences", example="nacelle",
    purpose="Ce que l'équipe sait faire, ou ce que la tâche demande ; séparées par des virgules.",
)  # fmt: skip
_COMMUNE = Column(
    name="insee_code", title="Code INSEE", kind="digits", example="54430",
    purpose="La commune entière ; vide si des armoires sont nommées.",
)  # fmt: skip
_CABINETS = Column(
    name="cabinets", title="Armoires", example="A-54430-07",
    purpose="Les armoires concernées, séparées par des virgules ; vide : toute la commune.",
)  # fmt: skip
_FROM = Column(
    name="from_day", title="Premier jour", kind="date", required=True, example="05/04/2027",
    purpose="Premier jour de la période.",
)  # fmt: skip
_TO = Column(
    name="to_day", title="Dernier jour", kind="date", required=True, example="16/04/2027",
    purpose="Dernier jour, compris.",
)  # fmt: skip
_SOURCE = Column(
    name="source", title="Origine", example="CCTP, article 5.6",
    purpose="Où c'est écrit : loi, contrat, usage.",
)  # fmt: skip

_CREW = (
    _ID,
    _ORGANISATION,
    Column(
        name="depot", title="Dépôt", required=True, example="depot-pompey",
        purpose="D'où elle part et où elle revient : un identifiant de la feuille Dépôts.",
    ),
    Column(
        name="hour_eur", title="Coût horaire (€)", kind="decimal", required=True, example="130",
        purpose="Une heure de l'équipe avec son véhicule, hors taxes.",
    ),
    Column(
        name="km_eur", title="Coût au km (€)", kind="decimal", example="0,60",
        purpose="Un kilomètre, hors taxes ; vide : compris dans l'heure.",
    ),
    Column(
        name="people", title="Personnes", kind="whole", example="2",
        purpose="Combien y travaillent ; vide : deux.",
    ),
    _SKILLS,
    Column(
        name="network_mixes", title="Réseaux habilités", example="séparé, supports communs",
        purpose="Habilitation (NF C 18-510) : séparé, supports communs, neutre commun ; vide : "
        "tous.",
    ),
    Column(
        name="carries", title="Emporte au plus", example="lamp-SHP-100 × 20",
        purpose="Pièces du véhicule, séparées par des virgules ; vide : non compté.",
    ),
    Column(
        name="weekdays", title="Jours de travail", example="lundi à vendredi",
        purpose="Jours de la semaine ; vide : du lundi au vendredi.",
    ),
    Column(
        name="starts_at", title="Départ", example="07:30",
        purpose="Heure de départ du dépôt ; vide : 07:30.",
    ),
    Column(
        name="ends_at", title="Retour", example="16:00",
        purpose="Heure de retour au dépôt ; vide : 16:00.",
    ),
    Column(
        name="break_minutes", title="Pause (min)", kind="whole", example="60",
        purpose="Durée de la pause ; 0 : aucune ; vide : 60.",
    ),
    Column(
        name="break_from", title="Pause à partir de", example="11:30",
        purpose="Début au plus tôt ; vide : 11:30.",
    ),
    Column(
        name="break_to", title="Pause finie à", example="13:30",
        purpose="Fin au plus tard ; vide : 13:30.",
    ),
    Column(
        name="days_off", title="Jours chômés", example="24/12/2027, 02/08/2027 au 20/08/2027",
        purpose="Jours ou périodes sans travail, outre les jours fériés.",
    ),
    Column(
        name="overtime_minutes", title="Dépassement au plus (min/jour)", kind="whole", example="30",
        purpose="Temps au-delà de l'heure de retour ; vide : aucun.",
    ),
    Column(
        name="overtime_hour_eur", title="Heure de dépassement (€)", kind="decimal", example="160",
        purpose="Vide : comme les autres heures.",
    ),
)  # fmt: skip
_DEPOT = (
    _ID,
    _ORGANISATION,
    Column(
        name="name", title="Nom du dépôt", example="Centre technique de Pompey",
        purpose="Nom d'usage ; vide : l'identifiant.",
    ),
    replace(LATITUDE, required=True),
    replace(LONGITUDE, required=True),
    Column(
        name="stock", title="Stock", example="lamp-SHP-100 × 40, platine-SHP-100 × 10",
        purpose="Pièces disponibles, séparées par des virgules ; vide : non compté.",
    ),
)  # fmt: skip
_ORDER = (
    _ID,
    Column(
        name="rule", title="Règle", kind="choice", words=RULES, required=True,
        example="travaux interdits alors", purpose="Ce que l'arrêté permet, ou interdit.",
    ),
    _COMMUNE,
    _CABINETS,
    _FROM,
    _TO,
    Column(
        name="from_time", title="De (heure)", example="09:00", purpose="Vide : toute la journée.",
    ),
    Column(
        name="to_time", title="À (heure)", example="16:00", purpose="Vide : toute la journée.",
    ),
)  # fmt: skip
_WORKS = (
    _ID,
    Column(
        name="by", title="Maître d'ouvrage", required=True, example="Syndicat des eaux",
        purpose="À qui sont les travaux.",
    ),
    _COMMUNE,
    _CABINETS,
    _FROM,
    _TO,
    Column(
        name="saves_eur", title="Économie par visite (€)", kind="decimal", required=True,
        example="80", purpose="Ce qu'une visite faite ces jours-là économise, hors taxes.",
    ),
)  # fmt: skip
_TARGET = (
    Column(
        name="severity", title="Gravité", kind="choice", words=SEVERITIES, required=True,
        example="point lumineux éteint", purpose="Gravité du défaut.",
    ),
    Column(
        name="contract", title="Référence du marché", example="MARCHE-2024-07",
        purpose="Vide : tous les marchés.",
    ),
    Column(
        name="max_delay_hours", title="Délai (h)", kind="decimal", required=True, example="72",
        purpose="Au plus, du signalement à la réparation.",
    ),
    Column(
        name="penalty_eur_day", title="Pénalité par jour (€)", kind="decimal", example="30",
        purpose="Ce que coûte chaque jour au-delà ; vide : rien.",
    ),
    _SOURCE,
)  # fmt: skip
_RULE = (
    Column(
        name="task", title="Tâche", kind="choice", words=TASKS, required=True,
        example="vérification électrique", purpose="Ce qui est fait sur place.",
    ),
    Column(
        name="every_months", title="Période (mois)", kind="whole", example="12",
        purpose="Tous les combien ; vide : quand il le faut.",
    ),
    Column(
        name="minutes_cabinet", title="Minutes par armoire", kind="whole", required=True,
        example="45", purpose="Temps d'équipe sur place pour l'armoire ; 0 pour aucun.",
    ),
    Column(
        name="minutes_light_point", title="Minutes par point lumineux", kind="whole", example="12",
        purpose="Temps d'équipe pour chaque point concerné ; vide : aucun.",
    ),
    _SKILLS,
    Column(
        name="months", title="Mois possibles", example="4, 5, 6, 9, 10",
        purpose="Numéros des mois où elle peut se faire ; vide : toute l'année.",
    ),
    _SOURCE,
)  # fmt: skip
_SETTINGS = (
    Column(
        name="holidays", title="Jours fériés", kind="choice", words=HOLIDAYS, required=True,
        example="France", purpose="Alsace-Moselle : deux jours de plus (code du travail L3134-13).",
    ),
    Column(
        name="school_zone", title="Zone scolaire", kind="choice",
        words={name: name for name in "ABC"}, example="B",
        purpose="Vide : les vacances scolaires ne comptent pas.",
    ),
    Column(
        name="school_work", title="Vacances scolaires", kind="choice", words=SCHOOL,
        example="sans effet", purpose="Si les travaux les attendent, ou les évitent.",
    ),
    Column(
        name="speed_km_h", title="Vitesse (km/h)", kind="decimal", example="30",
        purpose="Sans matrice de trajets ; vide : 30.",
    ),
    Column(
        name="detour", title="Détour", kind="decimal", example="1,3",
        purpose="Longueur par la route pour 1 à vol d'oiseau ; vide : 1,3.",
    ),
    Column(
        name="late_percent", title="Temps gardé pour les urgences (%)", kind="decimal",
        example="15", purpose="Part du temps des équipes qui reste libre ; vide : aucune.",
    ),
    Column(
        name="on_call", title="Astreinte", example="service technique, 03 99 00 00 00",
        purpose="Le service à appeler et son numéro, imprimés sur les feuilles de route ; jamais "
        "le nom d'une personne.",
    ),
)  # fmt: skip
SHEETS: dict[str, tuple[Column, ...]] = {
    "crew": (*_CREW, PROVENANCE),
    "depot": (*_DEPOT, PROVENANCE),
    "road_order": (*_ORDER, PROVENANCE),
    "other_works": (*_WORKS, PROVENANCE),
    "target": (*_TARGET, PROVENANCE),
    "rule": (*_RULE, PROVENANCE),
    "settings": (*_SETTINGS, PROVENANCE),
}
"""The columns of each kind of row."""


def _all() -> tuple[Column, ...]:
    """Every column once, provenance last; none is required, and a crew is the example."""
    found: dict[str, Column] = {}
    for columns in SHEETS.values():
        for column in columns:
            example = column.example if column in SHEETS["crew"] else ""
            found.setdefault(column.name, replace(column, required=False, example=example))
    last = found.pop(PROVENANCE.name)
    return WHAT, *found.values(), last


COLUMNS: tuple[Column, ...] = _all()
"""The columns of one table that holds every kind of row."""

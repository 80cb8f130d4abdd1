"""What can be asked of a body that holds data here: data × grain × purpose × legal basis, in words.

Nothing of what a server holds is in it: the same catalogue on every server. French and English
beside each other. Each kind of data tells its fields, and what each is for.
"""

from dataclasses import dataclass

from synergie.reports.language import Pair
from synergie.schemas.trust.agreement import Dataset, Grant, LegalBasis, Purpose


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is told of a place, and what it is for."""

    name: Pair
    use: Pair


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of data."""

    dataset: Dataset
    what: Pair
    fields: tuple[Field, ...]
    grants: Pair
    """Who can open it."""
    purposes: tuple[Purpose, ...]
    """What it usually serves."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a choice takes before it can be granted."""

    takes: Pair


def _build_catalogue_field(fr: str, en: str, use_fr: str, use_en: str) -> Field:
    return Field((fr, en), (use_fr, use_en))


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "consumption",
        (
            "Ce que consomment les points de livraison d'un service public.",
            "What the delivery points of a public service draw.",
        ),
        (
            _build_catalogue_field(
                "énergie par période",
                "energy by period",
                "suivre, comparer, prévoir une dépense",
                "to follow, compare, foresee a cost",
            ),
            _build_catalogue_field(
                "puissance moyenne",
                "mean power",
                "voir quand on consomme, et de quoi ajuster un abonnement",
                "to see when it is drawn, and what subscribed power would do",
            ),
            _build_catalogue_field(
                "qualité de chaque valeur",
                "quality of each value",
                "savoir si elle est mesurée ou estimée",
                "to know whether measured or estimated",
            ),
            _build_catalogue_field(
                "fraîcheur",
                "freshness",
                "savoir de quand datent les données et pourquoi",
                "to know how old the data are, and why",
            ),
        ),
        (
            "La collectivité qui tient le point de livraison.",
            "The body that holds the delivery point.",
        ),
        ("energy_monitoring", "joint_purchase", "tariff_optimisation", "public_reporting"),
    ),
    Entry(
        "assets",
        (
            "Les sites, les armoires et les points lumineux : ce qui existe et où.",
            "Sites, cabinets and light points: what there is, and where.",
        ),
        (
            _build_catalogue_field(
                "nom et genre du site",
                "name and kind of the site",
                "s'y retrouver",
                "to find one's way",
            ),
            _build_catalogue_field(
                "place", "location", "faire une tournée, une carte", "to make rounds, a map"
            ),
            _build_catalogue_field(
                "lampe, puissance, hauteur",
                "lamp, power, height",
                "préparer un remplacement",
                "to prepare a replacement",
            ),
            _build_catalogue_field(
                "horaires et gradation",
                "schedules and dimming",
                "simuler un éclairage plus sobre",
                "to simulate a sparer lighting",
            ),
        ),
        (
            "La collectivité propriétaire, ou le syndicat à qui elle l'a confié.",
            "The body that owns them, or the syndicate it entrusted them to.",
        ),
        ("joint_maintenance", "lighting_planning", "energy_monitoring"),
    ),
    Entry(
        "work_orders",
        ("Les travaux demandés et faits.", "Works that were asked for and done."),
        (
            _build_catalogue_field(
                "lieu et genre de la panne",
                "place and kind of the fault",
                "grouper les visites",
                "to group visits",
            ),
            _build_catalogue_field(
                "dates", "dates", "mesurer le délai de réparation", "to measure repair times"
            ),
        ),
        ("La collectivité qui commande les travaux.", "The body that orders the works."),
        ("joint_maintenance",),
    ),
    Entry(
        "contracts",
        ("Ce qui est souscrit et facturé.", "What is subscribed and billed."),
        (
            _build_catalogue_field(
                "puissance souscrite et tarif",
                "subscribed power and tariff",
                "ajuster un abonnement",
                "to adjust what is subscribed",
            ),
            _build_catalogue_field(
                "lignes de facture",
                "lines of bills",
                "contrôler une facture, préparer un achat",
                "to check a bill, to buy",
            ),
            _build_catalogue_field(
                "fin du contrat",
                "end of the contract",
                "savoir quand rejoindre un achat",
                "to know when to join a purchase",
            ),
        ),
        (
            "La collectivité cliente ; les prix d'un fournisseur peuvent rester secrets.",
            "The body that is the client; a supplier's prices may stay secret.",
        ),
        ("joint_purchase", "tariff_optimisation"),
    ),
    Entry(
        "needs",
        (
            "Les besoins qu'une collectivité déclare pour un achat groupé.",
            "The needs that a body declares for a pooled purchase.",
        ),
        (
            _build_catalogue_field(
                "points, volumes, dates",
                "points, volumes, dates",
                "constituer les lots",
                "to make up the lots",
            ),
        ),
        (
            "La collectivité, pour un achat nommé, à son seul coordonnateur.",
            "The body, for one named purchase, to its coordinator alone.",
        ),
        ("joint_purchase",),
    ),
)

GRAINS: dict[Grant, Condition] = {
    "aggregate": Condition((
        "Des sommes sur au moins 10 points, sans qu'un seul domine : publiables, pour tous.",
        "Sums over at least 10 points, none of which dominates: can be published, for all.",
    )),
    "year": Condition((
        "Le plus simple à accorder : un chiffre par an et par lieu.",
        "The simplest to grant: one figure a year and place.",
    )),
    "month": Condition((
        "Suffit le plus souvent : suivre, comparer, acheter.",
        "Mostly enough: to follow, compare, buy.",
    )),
    "day": Condition((
        "Pour repérer une dérive. Un logement parmi les lieux est à signaler.",
        "To spot a drift. A home among the places must be said.",
    )),
    "hour": Condition((
        "Montre les habitudes d'un lieu : consentement de chaque personne s'il y a un logement.",
        "Shows the habits of a place: the consent of each person if there is a home.",
    )),
    "half_hour": Condition((
        "Comme l'heure ; à justifier par un calcul qui ne peut s'en passer.",
        "As the hour; to be justified by a computation that cannot do without.",
    )),
    "raw": Condition((
        "Chaque valeur du compteur : rarement nécessaire, rarement accordé.",
        "Each value of the meter: rarely needed, rarely granted.",
    )),
}  # fmt: skip

BASES: dict[LegalBasis, Condition] = {
    "contract": Condition((
        "Un contrat ou une convention entre les deux organisations.",
        "A contract or convention between the two organisations.",
    )),
    "public_task": Condition((
        "Un texte qui donne la mission, cité (code de l'énergie, L.111-73, L.111-77, D.111-52).",
        "A text that gives the task, cited (code de l'énergie, L.111-73, L.111-77, D.111-52).",
    )),
    "consent": Condition((
        "Le oui de chaque personne, pour une finalité ; elle peut le retirer à tout moment.",
        "The yes of each person, for one purpose; it can be taken back at any time.",
    )),
    "own_data": Condition((
        "La collectivité dispose de ses propres données : bâtiments et éclairage publics.",
        "The body disposes of its own data: public buildings and lighting.",
    )),
}  # fmt: skip

ALWAYS: tuple[Pair, ...] = (
    (
        "Une seule finalité par accord : un autre usage est un autre accord.",
        "One purpose an agreement: another use is another agreement.",
    ),
    (
        "Des lieux désignés un à un, une durée, un délai d'effacement : jamais « tout ».",
        'Places named one by one, a span, a time to delete: never "everything".',
    ),
    (
        "Deux signatures ; chaque lecture est inscrite dans un journal que chacun peut vérifier.",
        "Two signatures; each reading is in a journal that anybody can verify.",
    ),
    (
        "Suspendu ou révoqué à tout moment : la demande suivante est refusée.",
        "Suspended or revoked at any time: the next request is refused.",
    ),
    (
        "Un programme inscrit, avec sa propre clé : aucun mot de passe partagé.",
        "A registered program, with a key of its own: no shared password.",
    ),
)

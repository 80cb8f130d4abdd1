"""Clauses that say what is opened, between whom, and to which programs."""

from synergie.policy.readings.sentence import DATA, FIELD, GRAIN, describe_selector, format_list
from synergie.policy.trust._clause_words import DIRECTION, FINE, SEEN, Case, Told


def describe_parties(case: Case) -> Told:
    """Who opens, and who receives."""
    owner, recipient = case.name(case.terms.owner), case.name(case.terms.recipient)
    return (
        case.say(
            f"Le présent accord lie {owner}, détenteur des données (« le détenteur »), et "
            f"{recipient}, qui les reçoit (« le destinataire »).",
            f"This agreement binds {owner}, who holds the data (“the owner”), and {recipient}, "
            "who receives them (“the recipient”).",
        ),
        case.say(
            "Ce sont les deux seules parties. Le serveur exécute l'accord ; il n'en est pas "
            "partie.",
            "They are the only two parties. The server carries the agreement out; it is not a "
            "party to it.",
        ),
    )


def describe_datasets(case: Case) -> Told:
    """Which kinds of data."""
    kinds = [name for name in DATA if name in case.terms.datasets]
    opened = format_list((case.pick(DATA[name]) for name in kinds), lang=case.lang)
    seen = format_list((case.pick(SEEN[name]) for name in kinds), lang=case.lang)
    return (
        case.say(
            f"Le détenteur ouvre ses données de {opened}.", f"The owner opens its data on {opened}."
        ),
        case.say(
            f"Le destinataire voit {seen} : rien d'autre.",
            f"The recipient sees {seen}: nothing else.",
        ),
    )


def describe_named_items(case: Case) -> Told:
    """Which things, and that the list does not grow by itself."""
    told = describe_selector(case.terms.selector, lang=case.lang)
    return (
        case.say(
            f"L'accord porte sur {told}, désignés un à un par leur "
            "identifiant ; un site comprend ses points de livraison, un point de livraison ses "
            "séries, une armoire ses points lumineux.",
            f"The agreement is about {told}, named one by one by their identifiers; a site "
            "includes its delivery points, a delivery point its series, a cabinet its light "
            "points.",
        ),
        case.say(
            "La liste est figée à la signature. Un lieu ajouté plus tard n'est pas couvert : il "
            "faut une nouvelle version, signée à nouveau par les deux parties.",
            "The list is fixed when it is signed. A place added later is not covered: it needs a "
            "new version, signed again by both parties.",
        ),
    )


def describe_granularity(case: Case) -> Told:
    """How fine curves are opened."""
    terms, scheme = case.terms, ""
    grain, sums = case.pick(GRAIN[terms.granularity]), terms.granularity == "aggregate"
    if terms.cell_scheme:
        scheme = case.say(
            f" selon le découpage {terms.cell_scheme}", f" by the scheme {terms.cell_scheme}"
        )
    most = "" if sums else case.say(", au plus fin", " and no finer")
    return (
        case.say(
            f"Les courbes sont ouvertes {grain}{scheme}{most}.",
            f"Curves are opened {grain}{scheme}{most}.",
        ),
        case.say(
            f"{case.pick(FINE[terms.granularity])} Une demande plus fine est refusée.",
            f"{case.pick(FINE[terms.granularity])} A finer request is refused.",
        ),
    )


def describe_opened_fields(case: Case) -> Told:
    """What is opened beyond the base of a record."""
    if not case.terms.fields:
        return (
            case.say(
                "Aucune information complémentaire n'est ouverte.",
                "No further information is opened.",
            ),
            case.say(
                "Le numéro du point de livraison, la puissance maximale et l'énergie annuelle "
                "restent cachés.",
                "The number of the delivery point, the highest power and the energy of a year "
                "stay hidden.",
            ),
        )
    told = format_list((case.pick(FIELD[one]) for one in case.terms.fields), lang=case.lang)
    return (
        case.say(f"Sont ouverts en plus : {told}.", f"Also opened: {told}."),
        case.say(
            "Ces informations sont plus précises que le reste : elles ne sont données que parce "
            "que l'accord les nomme.",
            "This information is more precise than the rest: it is given only because the "
            "agreement names it.",
        ),
    )


def describe_direction(case: Case) -> Told:
    """To read, or to send as well."""
    allowed, meaning = DIRECTION[case.terms.direction]
    return (
        case.say(
            f"L'accord permet {case.pick(allowed)}.", f"The agreement allows {case.pick(allowed)}."
        ),
        case.say(f"Le destinataire : {case.pick(meaning)}", f"The recipient: {case.pick(meaning)}"),
    )


def describe_programs(case: Case) -> Told:
    """Which programs of the recipient."""
    some = case.terms.recipient_clients
    if not some:
        return (
            case.say(
                "Tous les programmes enregistrés du destinataire peuvent s'en servir.",
                "All registered programs of the recipient may use it.",
            ),
            case.say(
                "Chaque lecture est inscrite au journal avec le programme qui l'a faite.",
                "Each reading is written in the journal with the program that did it.",
            ),
        )
    told = format_list(some, lang=case.lang)
    return (
        case.say(
            f"Seuls s'en servent ces programmes du destinataire : {told}.",
            f"Only these programs of the recipient use it: {told}.",
        ),
        case.say(
            "Un autre programme du destinataire est refusé. Chaque lecture est inscrite au "
            "journal.",
            "Another program of the recipient is refused. Each reading is written in the journal.",
        ),
    )

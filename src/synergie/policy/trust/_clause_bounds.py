"""Clauses that bound what is opened: what for, on which basis, how long, and how it ends."""

from synergie.policy.readings.sentence import PURPOSE
from synergie.policy.trust._clause_words import BASIS, SUBJECT, Case, Told
from synergie.policy.trust.terms import needs_consents


def describe_purpose(case: Case) -> Told:
    """The one purpose."""
    told = case.pick(PURPOSE[case.terms.purpose])
    return (
        case.say(
            f"Les données servent à une seule finalité : {told}.",
            f"The data serve one purpose only: {told}.",
        ),
        case.say(
            "Tout autre usage est interdit. Une autre finalité demande un autre accord.",
            "Any other use is forbidden. Another purpose needs another agreement.",
        ),
    )


def legal_basis(case: Case) -> Told:
    """What the sharing rests on."""
    terms = case.terms
    told = case.pick(BASIS[terms.legal_basis])
    cited = f" ({terms.legal_reference})" if terms.legal_reference else ""
    return (
        case.say(f"Le partage repose sur {told}{cited}.", f"The sharing rests on {told}{cited}."),
        case.say(
            "C'est le détenteur qui juge qu'il a le droit de partager ; le logiciel l'enregistre "
            "et ne le vérifie pas.",
            "It is the owner who judges that it has the right to share; the software records it "
            "and does not check it.",
        ),
    )


def describe_persons(case: Case) -> Told:
    """Whom the data are about, and what these persons can do."""
    return _describe_data_subject(case), _describe_rights(case)


def _describe_data_subject(case: Case) -> str:
    subject = case.pick(SUBJECT[case.terms.data_subject])
    text = case.say(f"Les données concernent {subject}.", f"The data are about {subject}.")
    n = len(case.terms.consent_refs)
    if not n:
        return text
    held = (
        case.say("un consentement enregistré", "one consent recorded")
        if n == 1
        else case.say(f"{n} consentements enregistrés", f"{n} consents recorded")
    )
    return text + case.say(
        f" L'accord s'appuie sur {held} par le détenteur.",
        f" The agreement rests on {held} by the owner.",
    )


def _describe_rights(case: Case) -> str:
    if case.terms.data_subject == "legal_person" and not case.terms.consent_refs:
        return case.say(
            "Aucune donnée d'habitant n'est visée. Si un logement en fait partie, l'accord doit le "
            "dire.",
            "No residents' data are covered. If a dwelling is among the places, the agreement "
            "must say so.",
        )
    if needs_consents(case.terms):
        return case.say(
            "Les personnes ont dit oui, pour cette finalité. Chacune peut retirer son accord à "
            "tout moment auprès du détenteur, aussi simplement qu'elle l'a donné : sa courbe est "
            "fermée dès la demande suivante. Le destinataire ne sait pas qui elles sont.",
            "The persons have consented, for this purpose. Each may withdraw that consent with the "
            "owner at any time, as simply as it was given: their curve is closed from the next "
            "request on. The recipient does not know who they are.",
        )
    return case.say(
        "À ce pas, le logiciel n'exige pas l'accord de chaque personne ; chacune peut s'opposer "
        "auprès du détenteur.",
        "At this step the software does not ask for the consent of each person; each may object "
        "to the owner.",
    )


def data_period(case: Case) -> Told:
    """Of when readings are open."""
    period = case.terms.data_period
    start = case.day(period.start)
    text = case.say(
        f"Sont ouvertes les mesures faites à partir du {start}",
        f"Readings made from {start} on are open",
    )
    if period.end is None:
        return text + case.say(", sans date de fin.", ", with no end date."), case.say(
            "Les mesures plus anciennes restent fermées ; les nouvelles s'ajoutent tant que "
            "l'accord est en vigueur.",
            "Earlier readings stay closed; new ones are added as long as the agreement is in "
            "force.",
        )
    end = case.day(period.end)
    return (
        case.say(
            f"{text} et avant le {end}.",
            f"Readings made from {start} on and before {end} are open.",
        ),
        case.say(
            "Les mesures faites avant ou après restent fermées, même si l'accord est en vigueur.",
            "Readings made before or after stay closed, even while the agreement is in force.",
        ),
    )


def describe_validity(case: Case) -> Told:
    """From when to when it is in force."""
    start, end = case.day(case.terms.valid_from), case.day(case.terms.valid_until)
    return (
        case.say(
            f"L'accord est en vigueur du {start} au {end} (fuseau de Paris).",
            f"The agreement is in force from {start} to {end} (Paris time).",
        ),
        case.say(
            "Avant et après, rien n'est ouvert. À la fin, l'accès s'arrête tout seul.",
            "Before and after, nothing is open. At the end, access stops by itself.",
        ),
    )


def describe_retention(case: Case) -> Told:
    """How long the recipient keeps what it read."""
    days = case.terms.retention_days
    count = (
        case.say("un jour", "one day") if days == 1 else case.say(f"{days} jours", f"{days} days")
    )
    return (
        case.say(
            f"Le destinataire efface ce qu'il a lu au plus tard {count} après l'avoir lu.",
            f"The recipient deletes what it has read no later than {count} after reading it.",
        ),
        case.say(
            "Cette obligation voyage avec chaque envoi. Le serveur ne peut pas effacer chez le "
            "destinataire : c'est son engagement.",
            "This obligation travels with each delivery. The server cannot delete at the "
            "recipient's: it is the recipient's commitment.",
        ),
    )


def describe_onward_sharing(case: Case) -> Told:
    """To whom the recipient may pass it on."""
    if case.terms.onward == "open_data":
        return (
            case.say(
                "Le destinataire peut publier les sommes, et elles seules.",
                "The recipient may publish the sums, and them alone.",
            ),
            case.say(
                "Les sommes publiées portent sur des groupes assez grands pour qu'aucun lieu ne "
                "soit reconnu. Rien de plus fin n'est transmis à qui que ce soit.",
                "Published sums are over groups large enough that no place is recognised. "
                "Nothing finer is passed on to anybody.",
            ),
        )
    return (
        case.say(
            "Le destinataire ne transmet les données à personne.",
            "The recipient passes the data on to nobody.",
        ),
        case.say(
            "Ni à un sous-traitant, ni à un autre service, ni au public, sans un autre accord.",
            "Not to a subcontractor, nor to another department, nor to the public, without "
            "another agreement.",
        ),
    )


def describe_end(case: Case) -> Told:
    """Who may close it, and how a person objects."""
    return (
        case.say(
            "Le détenteur peut suspendre ou révoquer l'accord à tout moment ; le destinataire peut "
            "y mettre fin à tout moment. L'exploitant du serveur peut le suspendre.",
            "The owner may suspend or revoke the agreement at any time; the recipient may end it "
            "at any time. The operator of the server may suspend it.",
        ),
        case.say(
            "Sans motif ni préavis, l'effet est immédiat : la demande suivante est refusée, un "
            "export en cours s'arrête. Une personne qui s'oppose s'adresse au détenteur. Un accord "
            "révoqué ou terminé ne reprend jamais.",
            "No reason or notice is needed, and the effect is immediate: the next request is "
            "refused, an export under way stops. A person who objects turns to the owner. An "
            "agreement that was revoked or ended never resumes.",
        ),
    )


def describe_change(case: Case) -> Told:
    """That another term is another version, signed again."""
    version = case.agreement.version
    return (
        case.say(
            f"Le présent texte est la version {version}. Tout changement est une "
            "nouvelle version, signée à nouveau par les deux parties ; la précédente reste en "
            "vigueur jusque-là et reste lisible ensuite.",
            f"This text is version {version}. Any change is a new version, signed again by both "
            "parties; the one before stays in force until then and can still be read afterwards.",
        ),
        case.say(
            "Personne ne peut changer seul un mot de cet accord : l'empreinte signée ne serait "
            "plus la même.",
            "Nobody can change a word of this agreement alone: the signed digest would no longer "
            "be the same.",
        ),
    )

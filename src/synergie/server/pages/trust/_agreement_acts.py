"""What a person may do with an agreement on a page, and what each act will do, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from synergie.exchange.trust.agreement_watch import Looks
from synergie.policy.trust.agreement import LIVE
from synergie.schemas.trust.agreement import Act, Agreement
from synergie.server.pages.frame import Visit
from synergie.server.pages.words import format_page_moment, short_date

type Pair = tuple[str, str]

ACTS: dict[str, Act] = {
    "proposer": "propose", "accepter": "accept", "retirer": "withdraw", "suspendre": "suspend",
    "reprendre": "resume", "revoquer": "revoke", "terminer": "terminate",
}  # fmt: skip
"""Each act by the last part of its address."""

TITLES: dict[Act, Pair] = {
    "propose": ("Signer et proposer", "Sign and propose"),
    "accept": ("Signer", "Sign"),
    "withdraw": ("Refuser ou retirer la proposition", "Refuse the proposal or take it back"),
    "suspend": ("Suspendre", "Suspend"),
    "resume": ("Reprendre", "Resume"),
    "revoke": ("Révoquer", "Revoke"),
    "terminate": ("Mettre fin", "End it"),
}

_EXPORTS: Pair = (
    "Exports : celui qui est en cours s'arrête, les fichiers déjà prêts ne se téléchargent plus.",
    "Exports: one that runs stops, files that are ready cannot be downloaded any more.",
)
_TOKENS: Pair = (
    "Jetons d'accès : ceux qui sont encore valables n'ouvrent plus rien de cet accord.",
    "Access tokens: those that are still valid open nothing of this agreement any more.",
)
_NEWS: Pair = (
    "Notifications : l'autre partie est avertie de la fin, puis d'aucun changement.",
    "Webhooks: the other party is told of the end, then of no change.",
)
_GIVEN: Pair = (
    "Ce que {partner} a déjà lu y reste, à effacer au plus tard {days} jours après la lecture.",
    "What {partner} has read already stays there, to be deleted at most {days} days after.",
)
_EFFECTS: dict[Act, tuple[Pair, ...]] = {
    "propose": (
        (
            "{partner} voit la proposition et votre signature.",
            "{partner} sees the proposal and your signature.",
        ),
        (
            "Rien n'est ouvert tant que l'autre partie n'a pas signé la même version.",
            "Nothing is open until the other party has signed the same version.",
        ),
        ("Vous pouvez la retirer d'ici là.", "You may take it back until then."),
    ),
    "accept": (
        (
            "Les données nommées ici sont ouvertes du {begin} au {end}.",
            "The data named here are open from {begin} to {end}.",
        ),
        (
            "Chaque lecture est inscrite au journal ; le détenteur peut arrêter à tout moment.",
            "Each reading is in the journal; the owner can stop it at any time.",
        ),
    ),
    "withdraw": (
        (
            "La proposition redevient un projet, sans signature ; rien n'est ouvert.",
            "The proposal is a draft again, without signature; nothing is open.",
        ),
        (
            "L'autre partie en est avertie. Une nouvelle proposition reste possible.",
            "The other party is told. Another proposal stays possible.",
        ),
    ),
    "suspend": (
        (
            "La demande suivante de {partner} est refusée, dès maintenant.",
            "The next request of {partner} is refused, from now on.",
        ),
        ("Vous seuls pourrez reprendre l'accord.", "You alone can resume the agreement."),
        _GIVEN,
    ),
    "resume": (
        (
            "{partner} peut de nouveau lire, dès maintenant.",
            "{partner} can read again, from now on.",
        ),
    ),
    "revoke": (
        (
            "La demande suivante de {partner} est refusée, dès maintenant et pour toujours.",
            "The next request of {partner} is refused, from now on and for ever.",
        ),
        _GIVEN,
        _EXPORTS,
        _TOKENS,
        _NEWS,
        (
            "Un accord révoqué ne reprend jamais : il en faudrait un nouveau, signé par les deux.",
            "A revoked agreement never reopens: it would take a new one, signed by both.",
        ),
    ),
    "terminate": (
        (
            "Vous ne lisez plus rien de {partner}, dès maintenant.",
            "You read nothing of {partner} any more, from now on.",
        ),
        (
            "Ce que vous avez lu est à effacer au plus tard {days} jours après la lecture.",
            "What you have read is to be deleted at most {days} days after it was read.",
        ),
        _EXPORTS,
        _TOKENS,
        _NEWS,
        ("Un accord terminé ne reprend jamais.", "An ended agreement never reopens."),
    ),
}


@dataclass(frozen=True, slots=True)
class Gesture:
    """An act that the reader may do now: address, words, how it looks."""

    path: str
    text: str
    quiet: bool = False


def list_gestures(visit: Visit, shown: Agreement, versions: Sequence[Agreement]) -> list[Gesture]:
    """What the reader may do now with the version that is shown."""
    if not visit.may("agreements:write"):
        return []
    own = shown.terms.owner == visit.principal.organisation
    base = f"/accords/{shown.id}"
    told = _list_pending_choices(visit, shown, own=own)
    if told is None:
        waits = any(one.state == "proposed" for one in versions)
        told = (
            *_iterate_change_choices(shown, own=own, waits=waits),
            *_iterate_live_choices(shown, own=own),
        )
    return [Gesture(f"{base}/{path}", visit.say(*pair), quiet) for path, pair, quiet in told]


type _Choice = tuple[str, Pair, bool]


def _list_pending_choices(
    visit: Visit, shown: Agreement, *, own: bool
) -> tuple[_Choice, ...] | None:
    """On a version that both have not signed; None when they have."""
    signed = visit.principal.organisation in {one.organisation for one in shown.signatures}
    if shown.state == "draft":
        propose = ("proposer", ("Signer et proposer", "Sign and propose"), False)
        change = ("modifier", ("Changer le projet", "Change the draft"), True)
        return (propose, change) if own else (propose,)
    if shown.state != "proposed":
        return None
    if signed:
        return (("retirer", ("Retirer la proposition", "Take the proposal back"), True),)
    return (("accepter", ("Signer", "Sign"), False), ("retirer", ("Refuser", "Refuse"), True))


def _iterate_change_choices(shown: Agreement, *, own: bool, waits: bool) -> Iterator[_Choice]:
    if waits:
        return
    if own or shown.state in LIVE:
        yield "renouveler", ("Renouveler", "Renew"), True
    if own:
        yield "modifier", ("Changer les termes", "Change the terms"), True


def _iterate_live_choices(shown: Agreement, *, own: bool) -> Iterator[_Choice]:
    if own and shown.state == "active":
        yield "suspendre", ("Suspendre", "Suspend"), True
    if own and shown.suspended_by == "owner":
        yield "reprendre", ("Reprendre", "Resume"), False
    if shown.state in LIVE:
        yield ("revoquer", ("Révoquer", "Revoke"), True) if own else (
            "terminer", ("Mettre fin", "End it"), True,
        )  # fmt: skip


def describe_act_effects(
    visit: Visit, act: Act, one: Agreement, *, looks: Looks, partner: str
) -> list[str]:
    """What *act* will do, in sentences: read before the button that does it."""
    said = {
        "partner": partner,
        "days": one.terms.retention_days,
        "begin": short_date(visit.lang, one.terms.valid_from),
        "end": short_date(visit.lang, one.terms.valid_until),
    }
    told = [visit.say(fr, en, **said) for fr, en in _EFFECTS[act]]
    if looks.last is not None and _GIVEN in _EFFECTS[act]:
        last = looks.last + timedelta(days=one.terms.retention_days)
        sentence = visit.say(
            "Dernière lecture connue : {} ; tout doit être effacé le {} au plus tard.",
            "Last reading known: {}; all must be deleted by {}.",
            format_page_moment(visit.lang, looks.last),
            short_date(visit.lang, last),
        )
        told.insert(_EFFECTS[act].index(_GIVEN) + 1, sentence)
    return told

"""An agreement as a document that an elected official can read and sign, French or English.

Each clause stands beside what it means; then what is designated, the signatures with their keys,
and the boxes to sign by hand. It is printed out of the terms that both sign: their digest is on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from synergie.policy.readings.sentence import sentence
from synergie.reports.document import (
    Block,
    Boxes,
    Document,
    Fact,
    Items,
    Note,
    Paragraph,
    Section,
    Table,
)
from synergie.reports.language import Pair, say, spoken
from synergie.reports.trust.agreement_words import ACT, ROLE
from synergie.reports.written import count, long_date, moment, number
from synergie.schemas.trust.agreement import OPERATOR, Agreement, Party, State, Transition
from synergie.schemas.trust.clause import Clauses

_MOST = 1000
"""Identifiers printed; the others are in the agreement itself."""

_STATE: dict[State, Pair] = {
    "draft": ("projet, vu par son auteur seulement", "draft, seen by its author only"),
    "proposed": ("proposé, signé par une partie", "proposed, signed by one party"),
    "active": ("signé par les deux parties", "signed by both parties"),
    "suspended": ("suspendu", "suspended"),
    "revoked": ("révoqué par le détenteur", "revoked by the owner"),
    "terminated": ("terminé", "ended"),
    "expired": ("arrivé à son terme", "expired"),
    "invalid": (
        "n'est plus ce qui a été signé : n'ouvre rien",
        "no longer what was signed: opens nothing",
    ),
}
_BESIDE = (
    "This paper and the one in French tell the same terms; what both parties sign are the terms "
    "themselves, by this digest."
)
_MEANS: Pair = ("Ce que cela veut dire :", "What this means:")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyShown:
    """The key of one signature."""

    role: Party
    kid: str | None
    thumbprint: str | None
    """RFC 7638, SHA-256, base64url. None: the key is not in the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What is printed of one version of an agreement."""

    agreement: Agreement
    clauses: Clauses
    names: tuple[str, str]
    """Owner and recipient, by their official names."""
    items: Sequence[str]
    """What is designated, with what a named perimeter holds, by identifier."""
    keys: Sequence[KeyShown]
    """One a signature, in order."""
    tz: ZoneInfo


def agreement_document(printed: Printed) -> Document:
    """The agreement as a document."""
    agreement = printed.agreement
    last = agreement.history[-1].at
    return Document(
        title=agreement.terms.title,
        lead=sentence(agreement.terms, lang=spoken()),
        banner=None,
        dated=say(
            f"Accord {agreement.id}, version {agreement.version}, {_on(last, printed.tz)}",
            f"Agreement {agreement.id}, version {agreement.version}, {_on(last, printed.tz)}",
        ),
        facts=_facts(printed),
        sections=(*_clauses(printed.clauses), _items(printed), _signed(printed), _by_hand(printed)),
    )


def _on(at: datetime, tz: ZoneInfo) -> str:
    return long_date(at.astimezone(tz).date())


def _facts(printed: Printed) -> tuple[Fact, ...]:
    agreement, (owner, recipient) = printed.agreement, printed.names
    return (
        Fact(label=say("Détenteur", "Owner"), value=owner),
        Fact(label=say("Destinataire", "Recipient"), value=recipient),
        Fact(label=say("État", "State"), value=say(*_STATE[agreement.state])),
        Fact(label="Version", value=str(agreement.version)),
    )


def _clauses(told: Clauses) -> tuple[Section, ...]:
    return tuple(
        Section(
            f"clause-{one.key}",
            f"Article {rank}. {one.title}",
            (Paragraph(one.text), Note("plain", say(*_MEANS), one.meaning)),
        )
        for rank, one in enumerate(told.clauses, start=1)
    )


def _items(printed: Printed) -> Section:
    ids = list(printed.items)
    blocks: list[Block] = [
        Table(
            say(
                "Identifiants, comme le serveur les donne", "Identifiers, as the server gives them"
            ),
            (say("Rang", "Rank"), say("Identifiant", "Identifier")),
            tuple((number(rank), one) for rank, one in enumerate(ids[:_MOST], start=1)),
            frozenset({0}),
        )
    ]
    if len(ids) > _MOST:
        rest = len(ids) - _MOST
        told = say(
            f"Et {count(rest, 'autre')}, dans le texte signé de l'accord.",
            f"And {number(rest)} more, in the signed text of the agreement.",
        )
        blocks.append(Paragraph(told))
    named = printed.agreement.terms.selector.perimeter
    if named is not None:
        told = say(
            f"Avec le périmètre {named.id}, version {named.version}.",
            f"With the perimeter {named.id}, version {named.version}.",
        )
        blocks.insert(0, Paragraph(told))
    named_things = count(
        len(ids),
        say("objet désigné", "named thing"),
        say("objets désignés", "named things"),
    )
    title = say(f"Annexe : {named_things}", f"Annex: {named_things}")
    return Section("objets", title, tuple(blocks))


def _signed(printed: Printed) -> Section:
    blocks = [*_digest(printed.agreement), _given(printed), _life(printed)]
    title = say("Empreinte et signatures électroniques", "Digest and electronic signatures")
    return Section("signatures", title, tuple(blocks))


def _digest(agreement: Agreement) -> tuple[Block, ...]:
    """What is signed, and what that means; in English also that the French paper tells the same."""
    signed = say(
        "Empreinte des termes (SHA-256 des octets RFC 8785 que les deux signent) :",
        "Digest of the terms (SHA-256 of the RFC 8785 bytes that both sign):",
    )
    same = say(
        "si un seul mot des termes changeait, cette suite de signes ne serait plus la même.",
        "if a single word of the terms changed, this string of characters would no longer be the "
        "same.",
    )
    found: tuple[Block, ...] = (
        Paragraph(signed),
        Paragraph(agreement.terms_sha256),
        Note("plain", say(*_MEANS), same),
    )
    return found if spoken() == "fr" else (*found, Paragraph(_BESIDE))


def _given(printed: Printed) -> Block:
    if not printed.agreement.signatures:
        nobody = say(
            "Aucune partie n'a encore signé cette version.",
            "No party has signed this version yet.",
        )
        return Paragraph(nobody)
    title = say("Signatures électroniques", "Electronic signatures")
    return Items(title, tuple(_signatures(printed)))


def _signatures(printed: Printed) -> list[str]:
    names: dict[Party, str] = {"owner": printed.names[0], "recipient": printed.names[1]}
    told = []
    for one, key in zip(printed.agreement.signatures, printed.keys, strict=True):
        at, who, role = moment(one.signed_at, printed.tz), names[one.role], say(*ROLE[one.role])
        kid = key.kid or say("sans nom", "without a name")
        found = key.thumbprint or say("inconnue de l'annuaire", "unknown to the directory")
        told.append(
            say(
                f"{who}, {role}, le {at} ; clé {kid}, empreinte de la clé (RFC 7638) : {found}",
                f"{who}, {role}, {at}; key {kid}, thumbprint of the key (RFC 7638): {found}",
            )
        )
    return told


def _life(printed: Printed) -> Table:
    steps = tuple(_step(one, printed.tz) for one in printed.agreement.history)
    heads = (say("Quand", "When"), say("Quoi", "What"), say("Par qui", "By whom"))
    return Table(say("Vie de cette version", "Life of this version"), heads, steps)


def _step(one: Transition, tz: ZoneInfo) -> tuple[str, str, str]:
    operator = say("l'exploitant du serveur", "the operator of the server")
    by = operator if one.by == OPERATOR else one.by
    return moment(one.at, tz), say(*ACT[one.act]), by


def _by_hand(printed: Printed) -> Section:
    lines = (
        say("Nom et qualité", "Name and capacity"),
        say("Fait à, le", "Signed at, on"),
        say("Signature", "Signature"),
    )
    caption = say(
        "À remplir et à signer, en deux exemplaires", "To fill in and sign, in two copies"
    )
    title = say("Signatures des représentants", "Signatures of the representatives")
    return Section("main", title, (Boxes(caption, printed.names, lines),))

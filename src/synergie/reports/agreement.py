"""An agreement as a document that an elected official can read and sign, in French.

Each clause stands beside what it means; then what is designated, the signatures with their keys,
and the boxes to sign by hand. It is printed out of the terms that both sign: their digest is on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

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
from synergie.reports.french import long_date, moment, number
from synergie.schemas.agreement import OPERATOR, Agreement, Party, State, Transition
from synergie.schemas.clause import Clauses

_MOST = 1000
"""Identifiers printed; the others are in the agreement itself."""

_STATE: dict[State, str] = {
    "draft": "projet, vu par son auteur seulement",
    "proposed": "proposé, signé par une partie",
    "active": "signé par les deux parties",
    "suspended": "suspendu",
    "revoked": "révoqué par le détenteur",
    "terminated": "terminé",
    "expired": "arrivé à son terme",
}
_ACT = {
    "draft": "projet rédigé", "propose": "proposé et signé", "withdraw": "proposition retirée",
    "accept": "accepté et signé", "suspend": "suspendu", "resume": "repris", "revoke": "révoqué",
    "terminate": "terminé", "replace": "remplacé par une version suivante",
}  # fmt: skip
_ROLE: dict[Party, str] = {"owner": "détenteur", "recipient": "destinataire"}


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
        lead=agreement.summary,
        banner=None,
        dated=(f"Accord {agreement.id}, version {agreement.version}, {_on(last, printed.tz)}"),
        facts=_facts(printed),
        sections=(*_clauses(printed.clauses), _items(printed), _signed(printed), _by_hand(printed)),
    )


def _on(at: datetime, tz: ZoneInfo) -> str:
    return long_date(at.astimezone(tz).date())


def _facts(printed: Printed) -> tuple[Fact, ...]:
    agreement, (owner, recipient) = printed.agreement, printed.names
    return (
        Fact(label="Détenteur", value=owner),
        Fact(label="Destinataire", value=recipient),
        Fact(label="État", value=_STATE[agreement.state]),
        Fact(label="Version", value=str(agreement.version)),
    )


def _clauses(told: Clauses) -> tuple[Section, ...]:
    return tuple(
        Section(
            f"clause-{one.key}",
            f"Article {rank}. {one.title}",
            (Paragraph(one.text), Note("plain", "Ce que cela veut dire :", one.meaning)),
        )
        for rank, one in enumerate(told.clauses, start=1)
    )


def _items(printed: Printed) -> Section:
    ids = list(printed.items)
    blocks: list[Block] = [
        Table(
            "Identifiants, comme le serveur les donne",
            ("Rang", "Identifiant"),
            tuple((number(rank), one) for rank, one in enumerate(ids[:_MOST], start=1)),
            frozenset({0}),
        )
    ]
    if len(ids) > _MOST:
        rest = number(len(ids) - _MOST)
        blocks.append(Paragraph(f"Et {rest} autres, dans le texte signé de l'accord."))
    named = printed.agreement.terms.selector.perimeter
    if named is not None:
        blocks.insert(0, Paragraph(f"Avec le périmètre {named.id}, version {named.version}."))
    return Section("objets", f"Annexe : {number(len(ids))} objets désignés", tuple(blocks))


def _signed(printed: Printed) -> Section:
    agreement = printed.agreement
    blocks: list[Block] = [
        Paragraph("Empreinte des termes (SHA-256 des octets RFC 8785 que les deux signent) :"),
        Paragraph(agreement.terms_sha256),
        Note(
            "plain",
            "Ce que cela veut dire :",
            "si un seul mot des termes changeait, cette suite de signes ne serait plus la même.",
        ),
    ]
    if agreement.signatures:
        blocks.append(Items("Signatures électroniques", tuple(_signatures(printed))))
    else:
        blocks.append(Paragraph("Aucune partie n'a encore signé cette version."))
    steps = tuple(_step(one, printed.tz) for one in agreement.history)
    blocks.append(Table("Vie de cette version", ("Quand", "Quoi", "Par qui"), steps))
    return Section("signatures", "Empreinte et signatures électroniques", tuple(blocks))


def _signatures(printed: Printed) -> list[str]:
    names: dict[Party, str] = {"owner": printed.names[0], "recipient": printed.names[1]}
    told = []
    for one, key in zip(printed.agreement.signatures, printed.keys, strict=True):
        at = moment(one.signed_at, printed.tz)
        found = key.thumbprint or "inconnue de l'annuaire"
        told.append(
            f"{names[one.role]}, {_ROLE[one.role]}, le {at} ; clé {key.kid or 'sans nom'}, "
            f"empreinte de la clé (RFC 7638) : {found}"
        )
    return told


def _step(one: Transition, tz: ZoneInfo) -> tuple[str, str, str]:
    by = "l'exploitant du serveur" if one.by == OPERATOR else one.by
    return moment(one.at, tz), _ACT[one.act], by


def _by_hand(printed: Printed) -> Section:
    lines = ("Nom et qualité", "Fait à, le", "Signature")
    boxes = Boxes("À remplir et à signer, en deux exemplaires", printed.names, lines)
    return Section("main", "Signatures des représentants", (boxes,))

"""An agreement as a document that an elected official can read and sign, French or English.

Each clause stands beside what it means; then what is designated, the signatures with their keys,
and the boxes to sign by hand. It is printed out of the terms that both sign: their digest is on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from synergie.policy.readings.sentence import describe_terms
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
from synergie.reports.language import Pair, choose_text, get_language
from synergie.reports.trust.agreement_words import ACT, ROLE
from synergie.reports.written import format_count, format_moment, format_number, long_date
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
        lead=describe_terms(agreement.terms, lang=get_language()),
        banner=None,
        dated=choose_text(
            f"Accord {agreement.id}, version {agreement.version}, {_format_day(last, printed.tz)}",
            f"Agreement {agreement.id}, version {agreement.version}"
            f", {_format_day(last, printed.tz)}",
        ),
        facts=_build_facts(printed),
        sections=(
            *_build_clause_sections(printed.clauses),
            _build_items_section(printed),
            _build_signature_section(printed),
            _by_hand(printed),
        ),
    )


def _format_day(at: datetime, tz: ZoneInfo) -> str:
    return long_date(at.astimezone(tz).date())


def _build_facts(printed: Printed) -> tuple[Fact, ...]:
    agreement, (owner, recipient) = printed.agreement, printed.names
    return (
        Fact(label=choose_text("Détenteur", "Owner"), value=owner),
        Fact(label=choose_text("Destinataire", "Recipient"), value=recipient),
        Fact(label=choose_text("État", "State"), value=choose_text(*_STATE[agreement.state])),
        Fact(label="Version", value=str(agreement.version)),
    )


def _build_clause_sections(told: Clauses) -> tuple[Section, ...]:
    return tuple(
        Section(
            f"clause-{one.key}",
            f"Article {rank}. {one.title}",
            (Paragraph(one.text), Note("plain", choose_text(*_MEANS), one.meaning)),
        )
        for rank, one in enumerate(told.clauses, start=1)
    )


def _build_items_section(printed: Printed) -> Section:
    ids = list(printed.items)
    blocks: list[Block] = [
        Table(
            choose_text(
                "Identifiants, comme le serveur les donne", "Identifiers, as the server gives them"
            ),
            (choose_text("Rang", "Rank"), choose_text("Identifiant", "Identifier")),
            tuple((format_number(rank), one) for rank, one in enumerate(ids[:_MOST], start=1)),
            frozenset({0}),
        )
    ]
    if len(ids) > _MOST:
        rest = len(ids) - _MOST
        told = choose_text(
            f"Et {format_count(rest, 'autre')}, dans le texte signé de l'accord.",
            f"And {format_number(rest)} more, in the signed text of the agreement.",
        )
        blocks.append(Paragraph(told))
    named = printed.agreement.terms.selector.perimeter
    if named is not None:
        told = choose_text(
            f"Avec le périmètre {named.id}, version {named.version}.",
            f"With the perimeter {named.id}, version {named.version}.",
        )
        blocks.insert(0, Paragraph(told))
    named_things = format_count(
        len(ids),
        choose_text("objet désigné", "named thing"),
        choose_text("objets désignés", "named things"),
    )
    title = choose_text(f"Annexe : {named_things}", f"Annex: {named_things}")
    return Section("objets", title, tuple(blocks))


def _build_signature_section(printed: Printed) -> Section:
    blocks = [
        *_build_digest_blocks(printed.agreement),
        _build_signatures_block(printed),
        _build_history_table(printed),
    ]
    title = choose_text("Empreinte et signatures électroniques", "Digest and electronic signatures")
    return Section("signatures", title, tuple(blocks))


def _build_digest_blocks(agreement: Agreement) -> tuple[Block, ...]:
    """What is signed, and what that means; in English also that the French paper tells the same."""
    signed = choose_text(
        "Empreinte des termes (SHA-256 des octets RFC 8785 que les deux signent) :",
        "Digest of the terms (SHA-256 of the RFC 8785 bytes that both sign):",
    )
    same = choose_text(
        "si un seul mot des termes changeait, cette suite de signes ne serait plus la même.",
        "if a single word of the terms changed, this string of characters would no longer be the "
        "same.",
    )
    found: tuple[Block, ...] = (
        Paragraph(signed),
        Paragraph(agreement.terms_sha256),
        Note("plain", choose_text(*_MEANS), same),
    )
    return found if get_language() == "fr" else (*found, Paragraph(_BESIDE))


def _build_signatures_block(printed: Printed) -> Block:
    if not printed.agreement.signatures:
        nobody = choose_text(
            "Aucune partie n'a encore signé cette version.", "No party has signed this version yet."
        )
        return Paragraph(nobody)
    title = choose_text("Signatures électroniques", "Electronic signatures")
    return Items(title, tuple(_list_signatures(printed)))


def _list_signatures(printed: Printed) -> list[str]:
    names: dict[Party, str] = {"owner": printed.names[0], "recipient": printed.names[1]}
    told = []
    for one, key in zip(printed.agreement.signatures, printed.keys, strict=True):
        at, who, role = (
            format_moment(one.signed_at, printed.tz),
            names[one.role],
            choose_text(*ROLE[one.role]),
        )
        kid = key.kid or choose_text("sans nom", "without a name")
        found = key.thumbprint or choose_text("inconnue de l'annuaire", "unknown to the directory")
        told.append(
            choose_text(
                f"{who}, {role}, le {at} ; clé {kid}, empreinte de la clé (RFC 7638) : {found}",
                f"{who}, {role}, {at}; key {kid}, thumbprint of the key (RFC 7638): {found}",
            )
        )
    return told


def _build_history_table(printed: Printed) -> Table:
    steps = tuple(_build_history_row(one, printed.tz) for one in printed.agreement.history)
    heads = (
        choose_text("Quand", "When"),
        choose_text("Quoi", "What"),
        choose_text("Par qui", "By whom"),
    )
    return Table(choose_text("Vie de cette version", "Life of this version"), heads, steps)


def _build_history_row(one: Transition, tz: ZoneInfo) -> tuple[str, str, str]:
    operator = choose_text("l'exploitant du serveur", "the operator of the server")
    by = operator if one.by == OPERATOR else one.by
    return format_moment(one.at, tz), choose_text(*ACT[one.act]), by


def _by_hand(printed: Printed) -> Section:
    lines = (
        choose_text("Nom et qualité", "Name and capacity"),
        choose_text("Fait à, le", "Signed at, on"),
        choose_text("Signature", "Signature"),
    )
    caption = choose_text(
        "À remplir et à signer, en deux exemplaires", "To fill in and sign, in two copies"
    )
    title = choose_text("Signatures des représentants", "Signatures of the representatives")
    return Section("main", title, (Boxes(caption, printed.names, lines),))

"""Whether each agreement is what was signed, and what the journal saw: for the operator's check."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, get_args

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.policy.trust.agreement import SIGNED
from synergie.proof.agreement import Flaw
from synergie.schemas.trust.agreement import Act
from synergie.schemas.trust.agreement_bytes import items_digest
from synergie.storage.soundness import Unsound
from synergie.storage.store import Session
from synergie.storage.tables import AgreementItemRow, AgreementRow
from synergie.storage.trust.agreements.agreement_flaws import Stored, agreement_pages, all_flaws
from synergie.storage.trust.journal.journal_tables import JournalRow, JournalSubjectRow

_ACTS = frozenset({*get_args(Act.__value__), "replace"})
"""Acts that are steps of a history; a draft may be written again and again."""

type _Records = list[dict[str, Any]]


def unsound_agreements(permit: Permit, session: Session) -> Iterator[Unsound]:
    """Every row of an agreement that is not what was signed, or not what the journal recorded.

    Reads everything, changes nothing; names the table, the row, what was found and expected.
    """
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
    for page in agreement_pages(session):
        seen = _find_recorded_steps(session, {one.id for one in page})
        for one in page:
            where = f"{one.id}/{one.version}"
            for flaw in (*all_flaws(one), *_compare_with_journal(one, seen.get(where, []))):
                yield Unsound(f"agreement {where}, {flaw.where}", _describe_flaw(flaw))
    yield from _without_agreement(session)


def _describe_flaw(flaw: Flaw) -> str:
    return f"found {flaw.found}; expected {flaw.expected}"


def _find_recorded_steps(session: Session, ids: Iterable[str]) -> Mapping[str, _Records]:
    """The steps of each version that the journal recorded, oldest first; erased ones are not."""
    query = (
        select(JournalRow.record)
        .join(JournalSubjectRow, col(JournalSubjectRow.seq) == col(JournalRow.seq))
        .where(col(JournalSubjectRow.subject).in_(sorted(ids)), col(JournalRow.record).is_not(None))
        .order_by(col(JournalRow.seq))
    )
    found: dict[str, _Records] = {}
    for text in session.connection().execute(query).scalars():
        record = json.loads(text)
        event = str(record.get("event", "")).partition(".")
        if event[0] == "agreement" and event[2] in _ACTS:
            found.setdefault(record["agreement"], []).append(record)
    return found


def _compare_with_journal(one: Stored, records: _Records) -> Iterator[Flaw]:
    """Where *one* differs from what the journal recorded of it; nothing of a text that is broken.

    The journal of an old store may begin after the first steps: they are not expected of it.
    """
    try:
        history = json.loads(one.history)
        steps = [(step["act"], step["by"]) for step in history if step["act"] != "draft"]
    except (ValueError, TypeError, KeyError):
        return
    seen = [(record["event"].partition(".")[2], record["by"]) for record in records]
    if seen and steps[-len(seen) :] != seen:
        yield Flaw(
            "state",
            "history",
            _describe_acts(steps),
            f"{_describe_acts(seen)}, as the journal recorded",
        )
    for record in records[-1:]:
        if one.changed_at is not None and one.changed_at < datetime.fromisoformat(record["at"]):
            yield Flaw("state", "changed_at", str(one.changed_at), f"{record['at']} or later")
    signed = [record for record in records if record["event"].partition(".")[2] in SIGNED]
    for record in signed[-1:]:
        yield from _unlike_signed(one, record)


def _unlike_signed(one: Stored, record: Mapping[str, Any]) -> Iterator[Flaw]:
    expected = {"terms_sha256": one.terms_sha256}
    if one.perimeter is not None:
        expected["items_sha256"] = items_digest(one.items.split("\n"))
    for name, found in expected.items():
        if record.get(name, found) != found:
            told = f"{record[name]}, as the journal recorded"
            yield Flaw("terms" if name == "terms_sha256" else "items", name, found, told)


def _describe_acts(steps: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{act} by {by}" for act, by in steps) or "no act"


def _without_agreement(session: Session) -> Iterator[Unsound]:
    """Items of a version that there is not."""
    item = AgreementItemRow
    there = select(col(AgreementRow.id)).where(
        col(AgreementRow.id) == col(item.agreement), col(AgreementRow.version) == col(item.version)
    )
    query = select(item.agreement, item.version).where(~there.exists()).distinct()
    for name, version in session.connection().execute(query):
        yield Unsound(f"agreement_item {name}/{version}", "found items; expected their agreement")

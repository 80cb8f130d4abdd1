"""Accesses in words, in the reader's language: who saw what, when, how fine, and why it might."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from datetime import datetime

    from synergie.schemas.trust.journal import Access, JournalRecord

_VERBS = {
    "data.read": N_("{} read {} of {}"),
    "data.exported": N_("{} was given an export of {} of {}"),
    "export.made": N_("{} had an export made of {} of {}"),
    "access.refused": N_("{} was refused {} of {}"),
    "aggregate.held": N_("{} refused what would let a published sum be solved, over {} of {}"),
}
_DATA = {
    "consumption": N_("consumption data"),
    "assets": N_("asset data"),
    "work_orders": N_("work order data"),
    "contracts": N_("contract data"),
}
_GRAINS = {
    "raw": N_("in the meter's own steps"),
    "half_hour": N_("by half-hour"),
    "hour": N_("by hour"),
    "day": N_("by day"),
    "month": N_("by month"),
    "year": N_("by year"),
    "aggregate": N_("in aggregates"),
}
_LISTED = 3


def describe_access(access: "Access") -> str:
    """One line a person can read aloud."""
    record = access.record
    data = _(_DATA[record.dataset]) if record.dataset else _("data")
    verb = _VERBS.get(record.event, N_("{} acted on {} of {}"))
    head = f"{_format_access_moment(record.at)}: {_(verb).format(record.by, data, record.owner)}"
    return ", ".join([head, *_describe_access_details(record)])


def _describe_access_details(record: "JournalRecord") -> Iterator[str]:
    if record.granularity:
        yield _(_GRAINS[record.granularity])
    if record.start and record.end:
        yield _("from {} to {}").format(
            _format_access_moment(record.start), _format_access_moment(record.end)
        )
    if record.agreement:
        yield _("under agreement {}").format(record.agreement)
    if record.reason:
        yield _("refused: {}").format(_(record.reason))
    n = len(record.subjects)
    if n > _LISTED:
        yield _("{} things").format(n)
    elif n:
        yield " ".join(record.subjects)


def _format_access_moment(at: "datetime") -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")

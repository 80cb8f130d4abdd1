"""A record of a file as a fact: its key, its content, whom it is about and when."""

from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from synergie.policy.readings.source_priority import source_priority
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.storage.readings.facts import Entry

_SUBJECTS = ("subject", "supply_point", "name", "zone", "cabinet", "asset")
"""Where a record says whom it is about; the first that is there."""

_MOMENTS = ("instant", "start", "from_date", "valid_from", "done_at", "planned_at", "reported_at")
"""Where a record says when; the first that is there."""

_BILLED = ("to_date", "from_date")
"""An invoice is as old as what it bills last."""


def build_fact_entry(record: BaseModel, source: str) -> Entry:
    """*record*, told by *source*. Its content is all it says but the name of the source."""
    content = record.model_dump_json(exclude={"source"})
    return Entry(
        key=str(_get_record_field(record, "external_id")),
        body=record.model_dump_json(),
        digest=sha256(content.encode()).hexdigest(),
        source=source,
        priority=source_priority(source),
        subject=_find_first_field(record, _SUBJECTS),
        point=_get_record_field(record, "supply_point"),
        at=_parse_fact_moment(
            _find_first_field(record, _BILLED if isinstance(record, InvoiceLine) else _MOMENTS)
        ),
    )


def source_of(record: BaseModel, form: str) -> str:
    """The source that *record* names, else the format *form* it came by."""
    told = _get_record_field(record, "source")
    return form if told is None else str(told)


def _get_record_field(record: BaseModel, name: str) -> Any:
    return getattr(record, name, None)


def _find_first_field(record: BaseModel, names: tuple[str, ...]) -> Any:
    told = (_get_record_field(record, name) for name in names)
    return next((value for value in told if value is not None), None)


def _parse_fact_moment(told: object) -> datetime | None:
    """A civil day begins at midnight UTC here: it only orders and bounds what is asked for."""
    match told:
        case datetime():
            return told
        case date():
            return datetime.combine(told, time(), UTC)
        case _:
            return None

"""What a file tells of a thing, on top of what is known: what it does not tell stays as it is."""

import json
from typing import Any

from pydantic import BaseModel


def merge_known_fields[RecordT: BaseModel](known: str | None, record: RecordT) -> RecordT:
    """*record* with the fields of *known* (the stored body, JSON) that it does not tell.

    A null tells nothing, and a default that the reader did not set neither. What an owner declared
    of personal data stays, unless the file says more than `possible`: a reader puts that word
    where it does not know.
    """
    if known is None:
        return record
    said = record.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    before: dict[str, Any] = json.loads(known)
    if said.get("personal_data") == "possible":
        said.pop("personal_data")
    return type(record).model_validate_json(json.dumps(before | said))


def fold_records[RecordT: BaseModel](records: list[RecordT]) -> RecordT:
    """Several records of one thing as one: of each field the last that tells it."""
    first, *others = records
    for one in others:
        first = merge_known_fields(first.model_dump_json(), one)
    return first

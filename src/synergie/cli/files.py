"""Files of the person at the terminal: read with a place in the error, written whole or not."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from synergie.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from pydantic import BaseModel

MAX_JSON = 64 * 1024 * 1024
"""Bytes of a JSON file that is read into memory."""


def load_record[T: "BaseModel"](path: Path, record: type[T]) -> T:
    """The JSON file *path* as a *record*.

    Raises BadInput with a JSON pointer after the file's name; OSError when it cannot be read.
    """
    from pydantic import ValidationError

    from synergie.schemas.faults import faults

    try:
        return record.model_validate_json(read_json_content(path))
    except ValidationError as error:
        raise faults(error)[0].at(f"{path.name} ") from error


def parse(path: Path) -> dict[str, Any]:
    """The JSON object in *path*; BadInput when it is not one."""
    import json

    try:
        value = json.loads(read_json_content(path))
    except (ValueError, RecursionError) as error:
        raise BadInput(path.name, "…", "JSON (RFC 8259)") from error
    if not isinstance(value, dict):
        raise BadInput(path.name, type(value).__name__, "an object")
    return value


def read_json_content(path: Path) -> bytes:
    """The whole JSON file; at most MAX_JSON are read of an endless one, then TooLarge."""
    with path.open("rb") as source:
        held = source.read(MAX_JSON + 1)
    if len(held) > MAX_JSON:
        raise TooLarge(MAX_JSON, "bytes")
    return held


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write *text* beside *path*, then rename: an interruption leaves no half file."""
    with write_whole_file(path, mode=mode) as sink:
        sink.write(text.encode())


@contextmanager
def write_whole_file(path: Path, *, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A binary file beside *path* that takes its name at the end, when nothing went wrong."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)

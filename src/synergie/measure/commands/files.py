"""Files of readings as records."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.formats import Record


def read_records(files: Sequence[Path]) -> "list[Record]":
    """The records of all *files*; what was refused of them is told on stderr."""
    from synergie import formats

    records: list[Record] = []
    for file in files:
        with formats.read(file) as result:
            records += result.records
            if result.report.refusals:
                text = _("{}: {} rows refused").format(file.name, result.report.refusals)
                typer.echo(text, err=True)
    return records

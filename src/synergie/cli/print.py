"""How results are written: stdout for results, stderr for refusals, plain characters."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel


def as_json(value: "BaseModel | dict[str, Any] | list[Any]") -> None:
    """One JSON document; times ISO 8601, dot decimals, whatever the language."""
    plain = value if isinstance(value, dict | list) else value.model_dump(mode="json")
    typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def print_aligned_rows(rows: Iterable[Sequence[object]]) -> None:
    """Rows with aligned columns, plain characters only."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())

"""Reference pages made from the code itself: they cannot fall behind it.

Directives: the keys of `MADE`.
"""

import contextlib
import inspect
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, override
from urllib.parse import unquote

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from typer.main import get_command

from synergie import errors
from synergie.cli import main
from synergie.cli._app import app as terminal
from synergie.server.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]


def commands() -> Iterator[tuple[str, str]]:
    """Each command of the terminal with its English help, groups before their commands."""
    for line in command_lines():
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            main(["--locale", "en", *line, "--help"])
        yield " ".join(["synergie", *line]), shown.getvalue().rstrip()


def command_lines() -> list[list[str]]:
    """The words that name each command: none, then `demo`, `plan purchase` and so on."""
    found: list[list[str]] = [[]]
    todo: list[tuple[list[str], Any]] = [([], get_command(terminal))]
    while todo:
        words, group = todo.pop(0)
        for name, command in getattr(group, "commands", {}).items():
            found.append([*words, name])
            todo.append(([*words, name], command))
    return sorted(found)


def record_tables() -> Iterator[tuple[str, str]]:
    """Each record that travels: its name, and its JSON Schema as Markdown."""
    for path in sorted((ROOT / "specs" / "schemas").glob("*.json")):
        if path.stem != "types":  # units and lists of words, of all records
            yield path.stem, _record(json.loads(path.read_text(encoding="utf-8")))


def _record(schema: dict[str, Any]) -> str:
    rows = [
        f"| `{name}` | {_kind(field)} | {_cell(field.get('description', ''))} |"
        for name, field in schema.get("properties", {}).items()
    ]
    head = ["", "| field | type | meaning |", "|---|---|---|"] if rows else []
    return "\n".join([_cell(schema.get("description", "")), *head, *rows])


def _kind(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return f"`{unquote(field['$ref']).rpartition('/')[2].removesuffix('.json')}`"
    if "anyOf" in field:
        return " or ".join(_kind(choice) for choice in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}))}"
    unit = f", {field['unit']}" if field.get("unit", "1") != "1" else ""
    return f"{field.get('const', field.get('type', 'any'))}{unit}"


def setting_rows() -> list[str]:
    """One table row a setting of the server."""
    return [
        f"| `{PREFIX}{name.upper()}` | `{field.default}` | {_cell(field.description or '')} |"
        for name, field in Settings.model_fields.items()
    ]


def error_rows() -> list[str]:
    """One table row an error class: its code, and what it means."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.SynergieError)
        and not kind.__name__.startswith("_")
    ]
    return [
        f"| `{kind.code}` | `{kind.__name__}` | {_cell(inspect.getdoc(kind) or '')} |"
        for kind in kinds
    ]


def operation_rows() -> list[str]:
    """One table row an operation of the HTTP interface, from the published document."""
    document = json.loads((ROOT / "specs" / "openapi.json").read_text(encoding="utf-8"))
    return [
        f"| `{verb.upper()}` | `{path}` | {_cell(operation.get('summary', ''))} |"
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if isinstance(operation, dict)
    ]


def _cell(text: str) -> str:
    """Text inside a table cell, on one line."""
    return " ".join(text.replace("|", "\\|").split())


def _joined(parts: Iterable[tuple[str, str]], *, fence: str = "") -> str:
    mark = f"```{fence}\n" if fence else ""
    end = "\n```" if fence else ""
    return "\n\n".join(f"**`{name}`**\n\n{mark}{text}{end}" for name, text in parts)


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows])


MADE: dict[str, Callable[[], str]] = {
    "command-line": lambda: _joined(commands(), fence="text"),
    "records": lambda: _joined(record_tables()),
    "settings": lambda: _table("| variable | default | meaning |", setting_rows()),
    "errors": lambda: _table("| code | class | meaning |", error_rows()),
    "operations": lambda: _table("| method | path | what it does |", operation_rows()),
}
"""Name of a directive, and what makes its Markdown."""


class Made(Directive):
    """A directive whose Markdown comes from the code."""

    @override
    def run(self) -> list[nodes.Node]:
        place = nodes.section()
        place.document = self.state.document
        lines = StringList(MADE[self.name]().splitlines(), source=f"<{self.name}>")
        self.state.nested_parse(lines, 0, place)
        return list(place.children)


def plain_docstrings(
    _app: Sphinx, what: str, _name: str, _thing: object, _options: object, lines: list[str]
) -> None:
    """Our docstrings are plain text: nothing in them is markup but `code` and *parameter*."""
    kept = lines[:1] if what == "module" else lines
    lines[:] = [_escaped(line) for line in kept]


def _escaped(line: str) -> str:
    pieces = re.split(r"(`[^`]+`|\*[a-z_]+\*)", line)
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if re.fullmatch(r"`[^`]+`", piece):
        return f"`{piece}`"
    if re.fullmatch(r"\*[a-z_]+\*", piece):
        return piece
    return re.sub(r"([\\*`|_])", r"\\\1", piece)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register what this file adds."""
    for name in MADE:
        app.add_directive(name, Made)
    app.connect("autodoc-process-docstring", plain_docstrings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

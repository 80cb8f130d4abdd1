"""The French catalogue: bring it up to date with the code, or say where it is not (`--check`).

The code holds constant English texts. Those that reach a person are found here in the syntax
tree: arguments of `_` and `N_`, and what errors expect. `src/synergie/locale/fr.po` gives the
French; `fr/LC_MESSAGES/synergie.mo` is the same, compiled, as `gettext` reads it.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "synergie"
CATALOGUE = SOURCE / "locale" / "fr.po"
COMPILED = SOURCE / "locale" / "fr" / "LC_MESSAGES" / "synergie.mo"

TEXT_AT = {
    "_": (0, "text"),
    "N_": (0, "text"),
    "Phrase": (0, "text"),
    "BadInput": (2, "expected"),
    "Conflict": (1, "expected"),
    "CursorExpired": (0, "why"),
    "Misconfigured": (0, "text"),
    "NotAllowed": (0, "reason"),
    "TooLarge": (1, "unit"),
    "Unreachable": (0, "text"),
    "_text": (2, "expected"),
}
"""Which argument of which call is a text for people: its place, or its name."""

FIELD = re.compile(r"\{[^}]*\}")


def texts(source: Path = SOURCE) -> dict[str, str]:
    """Each text for people in the code, with the file that first holds it."""
    found: dict[str, str] = {}
    for path in sorted(source.rglob("*.py")):
        for text in _of_file(path, source):
            found.setdefault(text, path.relative_to(source.parent).as_posix())
    return found


def _of_file(path: Path, source: Path) -> Iterator[str]:
    below = path.relative_to(source).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, validates=below.startswith(("schemas/", "units")))
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            yield from _of_table(node)


def _of_call(call: ast.Call, *, validates: bool) -> Iterator[str]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    place, keyword = TEXT_AT.get(name, (None, None))
    if name == "ValueError" and validates:  # pydantic hands its text on as what was expected
        place, keyword = 0, "text"
    if place is None:
        return
    given = call.args[place : place + 1] + [k.value for k in call.keywords if k.arg == keyword]
    for argument in given:
        yield from _constants(argument)


def _of_table(node: ast.AnnAssign | ast.Assign) -> Iterator[str]:
    """The values of the constant tables EXPECTED and REASONS."""
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    name = getattr(target, "id", "")
    if name == "EXPECTED" and isinstance(node.value, ast.Dict):
        for value in node.value.values:
            yield from _constants(value)
    elif name == "REASONS" and node.value is not None:
        yield from _constants(node.value)


def _constants(node: ast.expr) -> Iterator[str]:
    """Constant texts of an expression, through `a if b else c` and tuples; no f-string."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _constants(body)
            yield from _constants(other)
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _constants(part)


def catalogue(path: Path = CATALOGUE) -> Catalog:
    """The French catalogue as it is written."""
    with path.open("rb") as source:
        return read_po(source, locale="fr")


def faults(known: Catalog, wanted: dict[str, str]) -> list[str]:
    """What is wrong between the code and the catalogue, one line each; empty when they agree."""
    told = []
    for text, place in wanted.items():
        message = known.get(text)
        if message is None or not message.string or message.fuzzy:
            told.append(f"{place}: no French for {text!r}")
        elif sorted(FIELD.findall(text)) != sorted(FIELD.findall(str(message.string))):
            told.append(f"{place}: the French of {text!r} has other {{}} fields")
    told += [f"fr.po: no code says {m.id!r}" for m in known if m.id and m.id not in wanted]
    return told


def compiled(known: Catalog) -> bytes:
    """The catalogue as gettext reads it, the same bytes for the same texts."""
    sink = io.BytesIO()
    write_mo(sink, known)
    return sink.getvalue()


def update() -> int:
    """Write the catalogue with every text of the code, and compile it; count the blanks left."""
    old, new = catalogue(), Catalog(locale="fr", charset="utf-8", fuzzy=False)
    for text, place in sorted(texts().items()):
        message = old.get(text)
        new.add(text, message.string if message else "", locations=[(place, 0)])
    sink = io.BytesIO()
    write_po(sink, new, width=100, omit_header=True, include_lineno=False)
    header = (
        b'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    CATALOGUE.write_bytes(header + sink.getvalue())
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    COMPILED.write_bytes(compiled(catalogue()))
    return sum(not message.string for message in new if message.id)


def main() -> int:
    """Exit 0 when code, catalogue and compiled form agree."""
    if "--check" not in sys.argv[1:]:
        blanks = update()
        sys.stdout.write(f"{CATALOGUE.relative_to(ROOT)}: {blanks} texts without French\n")
        return 0
    told = faults(catalogue(), texts())
    if compiled(catalogue()) != COMPILED.read_bytes():
        told.append("synergie.mo: not as fr.po makes it; run make texts")
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())

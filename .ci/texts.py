"""The French catalogue: bring it up to date with the code, or say where it is not (`--check`).

The code holds constant English texts. Those that reach a person are found here in the syntax
tree: arguments of `_` and `N_`, and what errors expect. `src/synergie/locale/fr.po` gives the
French; `fr/LC_MESSAGES/synergie.mo.gz` is the same, compiled as `gettext` reads it,
and packed: the base install is to stay light.
"""

import ast
import gzip
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "synergie"
CATALOGUE = SOURCE / "locale" / "fr.po"
COMPILED = SOURCE / "locale" / "fr" / "LC_MESSAGES" / "synergie.mo.gz"

TEXT_AT: dict[str, tuple[int, str, tuple[str, ...]]] = {
    "_": (0, "text", ()),
    "N_": (0, "text", ()),
    "Argument": (99, "metavar", ("cli/",)),
    "BadInput": (2, "expected", ()),
    "Format": (99, "title", ("formats/",)),
    "Conflict": (1, "expected", ()),
    "CursorExpired": (0, "why", ()),
    "Misconfigured": (0, "text", ()),
    "NotAllowed": (0, "reason", ()),
    "Note": (0, "text", ("formats/",)),
    "Option": (99, "metavar", ("cli/",)),
    "Phrase": (0, "text", ()),
    "SolvableSumError": (2, "expected", ("exchange/",)),
    "Reason": (0, "text", ("plan/",)),
    "TooLarge": (1, "unit", ()),
    "Unreachable": (0, "text", ()),
    "Words": (0, "text", ()),
    "ValueError": (
        0,
        "text",
        ("schemas/", "server/api/", "server/settings", "units"),
    ),  # pydantic hands it on as what was expected
    "_text": (2, "expected", ("units",)),
    "all_accepted": (99, "expected", ("exchange/",)),
    "damage": (1, "expected", ("formats/",)),
    "is_not": (99, "expected", ("exchange/",)),
    "note": (0, "text", ("formats/",)),
    "parse_exact_number": (2, "expected", ("formats/",)),
    "phrase": (0, "text", ("plan/",)),
    "plan_is_named": (99, "expected", ("exchange/",)),
}
"""Which argument of which call is a text for people: its place, or its name; and where so."""

LAYERS = {
    "api": "server/api",
    "commands": "cli",
    "exchange": "exchange",
    "plan": "plan",
    "records": "schemas",
    "templates": "formats",
}
"""Layers of a subject (`purchase/`, `energy/` …), and what they are in the core."""

SPOKEN_CODES = ("overloaded", "storage-full", "too-many-requests")
"""Codes of errors that stand in a sentence (`errors._Wait`)."""

FIELD = re.compile(r"\{[^}]*\}")
_SPEAKS = re.compile(rf"\b(?:{'|'.join(TEXT_AT)})\(|\b(?:EXPECTED|REASONS|WITHIN)\b")
"""A module without any of these says nothing to people, and is not parsed."""


def texts(source: Path = SOURCE) -> dict[str, str]:
    """Each text for people in the code, with the file that first holds it."""
    found: dict[str, str] = {}
    for path in sorted(source.rglob("*.py")):
        place = path.relative_to(source.parent).as_posix()
        for text in _of_file(path, source):
            found.setdefault(text, place)
    for code in SPOKEN_CODES:
        found.setdefault(code, "synergie/errors.py")
    return found


def _of_file(path: Path, source: Path) -> Iterator[str]:
    below = _in_the_core(path.relative_to(source).as_posix())
    written = path.read_text(encoding="utf-8")
    sentences = re.fullmatch(r"plan/(?:\w+/)*_?(?:\w+_)?text\.py", below)
    if not sentences and not _SPEAKS.search(written):
        return
    tree = ast.parse(written)
    named = dict(_named(tree))
    for name, value in named.items():
        if name in {"EXPECTED", "REASONS", "WITHIN"} or (sentences and name.isupper()):
            yield from _constants(value, named)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for argument in _arguments(node, below):
                yield from _constants(argument, named)


def _in_the_core(below: str) -> str:
    """The path as the core has it: `purchase/commands/x.py` is like `cli/x.py`."""
    subject, _, rest = below.partition("/")
    layer, _, name = rest.partition("/")
    if not name or subject in {"formats", "server"} or layer not in LAYERS:
        return below
    return f"{LAYERS[layer]}/{name}"


def _named(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """What the names at the top of a module stand for."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, node.value


def _arguments(call: ast.Call, below: str) -> list[ast.expr]:
    """The arguments of *call* that are texts for people."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if name not in TEXT_AT:
        return []
    if name == "Misconfigured":  # its values may be texts, too
        return call.args
    place, keyword, folders = TEXT_AT[name]
    if folders and not below.startswith(folders):
        return []
    return call.args[place : place + 1] + [k.value for k in call.keywords if k.arg == keyword]


def _constants(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """Constant texts of an expression: through names, `a if b else c`, tuples and tables."""
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.Name(id=name) if name in named:
            yield from _constants(named[name], {})
        case ast.IfExp(body=body, orelse=other):
            yield from _constants(body, named)
            yield from _constants(other, named)
        case ast.Tuple(elts=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from _constants(part, named)
        case _:
            return


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
    known.creation_date = known.revision_date = datetime(2026, 11, 25, tzinfo=UTC)
    write_mo(sink, known)
    return sink.getvalue()


def update() -> int:
    """Write the catalogue with every text of the code, and compile it; count the blanks left."""
    old, new = catalogue(), Catalog(locale="fr", charset="utf-8", fuzzy=False)
    for text, place in sorted(texts().items()):
        message = old.get(text)
        new.add(text, message.string if message else "", locations=[(place, 0)])
    for message in old:
        if message.id and message.string and message.id not in new:
            sys.stdout.write(f"dropped, no code says it: {message.id!r}\n")
    sink = io.BytesIO()
    write_po(sink, new, width=100, omit_header=True, include_lineno=False)
    header = (
        b'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    CATALOGUE.write_bytes(header + sink.getvalue())
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    COMPILED.write_bytes(gzip.compress(compiled(catalogue()), mtime=0))
    return sum(not message.string for message in new if message.id)


def main() -> int:
    """Exit 0 when code, catalogue and compiled form agree."""
    if "--check" not in sys.argv[1:]:
        blanks = update()
        sys.stdout.write(f"{blanks} texts without French in {CATALOGUE.relative_to(ROOT)}\n")
        return 0
    told = faults(catalogue(), texts())
    if compiled(catalogue()) != gzip.decompress(COMPILED.read_bytes()):
        told.append("synergie.mo.gz: not as fr.po makes it; run make texts")
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())

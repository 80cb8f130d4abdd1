"""Every `synergie …` command that a page shows exists, with the options that the page gives it."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from synergie.cli._app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [ROOT / "README.md", *(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)]
)
INLINE = re.compile(r"`(synergie [^`\n]+)`")
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TREE = typer.main.get_command(app)


def shown(page: Path) -> Iterator[str]:
    """The commands of a page, from its sentences and from its blocks of shell."""
    text = page.read_text(encoding="utf-8")
    yield from INLINE.findall(BLOCK.sub("", text))
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            _, found, rest = line.strip().removeprefix("$ ").partition("synergie ")
            if found and not line.lstrip().startswith("#") and "pip install" not in line:
                yield f"synergie {rest.split(' | ')[0].split(' > ')[0].split(' && ')[0]}"


def fault(line: str) -> str | None:
    """What is wrong with a command as it is shown: a name or an option that does not exist."""
    words = [word for word in shlex.split(line, comments=True)[1:] if not set(word) <= set("[]|")]
    command, context = TREE, typer.Context(TREE, info_name="synergie")
    while isinstance(command, TyperGroup):
        while words and words[0] in {"--locale", "--debug"}:
            words = words[1 + (words[0] == "--locale") :]
        if not words or words[0] == "--help" or words[0].isupper():
            return None
        following = command.get_command(context, words[0])
        if following is None:
            return f"no command {words[0]!r}"
        command, words = following, words[1:]
        context = typer.Context(command, info_name=command.name, parent=context)
    try:
        command.make_parser(context).parse_args([word.strip("[]…") or "…" for word in words])
    except Exception as error:  # noqa: BLE001 (the parser's own error, whatever Typer calls it)
        return str(error) or type(error).__name__
    return None


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_a_page_shows_commands_that_exist(page: Path) -> None:
    faults = [f"{line}: {wrong}" for line in shown(page) if (wrong := fault(line)) is not None]
    assert not faults


def test_the_pages_show_commands() -> None:
    assert sum(1 for page in PAGES for _ in shown(page)) > 100


@pytest.mark.parametrize(
    "line", ["synergie clients disable X", "synergie audit who --who X", "synergie keys revok K"]
)
def test_a_command_that_is_not_there_is_found(line: str) -> None:
    assert fault(line) is not None

"""Each application taken away: the core no longer has it, and all else is as before."""

import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from typer.main import get_command

from synergie import applications
from synergie.application import Application, ClientCalls, Placement, load_parts, place_parts
from synergie.applications import list_applications, list_declared
from synergie.cli._app import build_commands
from synergie.client import AsyncClient, Client
from synergie.formats.registry import list_registered_formats
from synergie.formats.templates.catalogue import list_templates
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.access.asgi import Answer, Line


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What an application adds, which is gone without it."""

    base: str = ""
    """The tag of its operations, which is the first word of their paths. Empty: it has none."""
    commands: frozenset[str] = frozenset()
    calls: str = ""
    """Its attribute of the clients."""
    formats: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    menu: frozenset[str] = frozenset()


ADDED = {
    "purchase": Addition(
        base="purchases",
        commands=frozenset((
            "offers", "purchase", "plan purchase", "plan share", "plan hedge", "plan what-if",
            "plan forward", "tables",
        )),
        calls="purchases",
        formats=frozenset(
            ("offers", "offers-xlsx", "template-purchase-group", "template-forward-prices")
        ),
        templates=frozenset(("purchase-group", "offers", "forward-prices")),
    ),
    "maintenance": Addition(
        base="campaigns",
        commands=frozenset(("campaign", "plan maintenance", "plan depots", "plan strategy",
            "plan what-if-maintenance", "plan replan")),
        calls="campaigns",
        formats=frozenset(("template-crews",)),
        templates=frozenset(("crews",)),
    ),
    "lighting": Addition(
        base="lighting-studies",
        commands=frozenset(("consult", "lighting", "plan lighting", "plan what-if-lighting")),
        calls="lighting_studies",
        menu=frozenset(("/scenarios",)),
    ),
    "contract": Addition(
        base="contracts",
        commands=frozenset(("contract", "weather")),
        calls="contracts",
        menu=frozenset(("/contrats",)),
    ),
    "watch": Addition(
        base="alerts",
        commands=frozenset(("watch",)),
        calls="alerts",
        menu=frozenset(("/alertes",)),
    ),
    "budget": Addition(
        base="budget",
        commands=frozenset(("budget",)),
        calls="budgets",
        menu=frozenset(("/budget",)),
    ),
}  # fmt: skip


@contextmanager
def server(folder: Path) -> Iterator[FastAPI]:
    store = Store.open("sqlite://")
    try:
        yield create_app(store, Settings(data_dir=folder))
    finally:
        store.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with server(tmp_path_factory.mktemp("whole")) as app:
        app.openapi()  # while no application is absent
        yield app


@pytest.fixture(params=sorted(ADDED))
def absent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name: str = request.param
    left = tuple(each for each in applications.NAMES if each != name)
    monkeypatch.setattr(applications, "NAMES", left)
    return name


def _references(application: Application) -> Iterator[str]:
    for field in dataclasses.fields(application):
        value = getattr(application, field.name)
        for one in value if isinstance(value, tuple) else ():
            if isinstance(one, str):
                yield one
            elif isinstance(one, Placement):
                yield one.part
            elif isinstance(one, ClientCalls):
                yield from (one.part, one.async_part)


def test_every_application_names_its_own_package() -> None:
    assert tuple(one.name for one in list_applications()) == applications.NAMES
    assert set(applications.NAMES) == set(ADDED)


def test_a_template_may_be_imported_before_the_formats() -> None:
    code = "import synergie.purchase.templates.group, synergie.formats"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_part_that_an_application_names_is_there() -> None:
    references = list(chain.from_iterable(map(_references, list_applications())))
    assert len(references) > 30
    assert None not in load_parts(references)


def test_a_part_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        load_parts(["synergie.units:nothing"])


def test_an_absent_application_is_gone_from_the_contract_and_nothing_else_is(
    whole: FastAPI, absent: str, tmp_path: Path
) -> None:
    with server(tmp_path) as app:
        left = app.openapi()
    contract, base = whole.openapi(), ADDED[absent].base
    mine = {path for path in contract["paths"] if path.split("/")[2:3] == [base]}
    assert bool(mine) == bool(base)
    others = {path: item for path, item in contract["paths"].items() if path not in mine}
    assert left["paths"] == others
    assert left["tags"] == [tag for tag in contract["tags"] if tag["name"] != base]
    assert _schemas(left) <= _schemas(contract)
    assert (_schemas(left) < _schemas(contract)) == bool(base)


def _schemas(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Each schema by its short name: the document puts the module before where two share one."""
    schemas = document["components"]["schemas"].items()
    return {(_short(name), _short(json.dumps(schema, sort_keys=True))) for name, schema in schemas}


def _short(text: str) -> str:
    return re.sub(r"synergie__(?:[a-z_]+__)+", "", text)


def test_an_absent_application_does_nothing_over_the_store(
    whole: FastAPI, absent: str, tmp_path: Path
) -> None:
    with server(tmp_path) as app:
        left = set(app.state.house.services)
    gone = set(whole.state.house.services) - left
    own = [f"synergie.{absent}.services"] if ADDED[absent].base else []
    assert [kind.__module__ for kind in gone] == own


def test_an_absent_application_is_gone_from_the_command_line(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = dict(_commands(get_command(build_commands())))
    monkeypatch.undo()
    whole = dict(_commands(get_command(build_commands())))
    assert left.items() < whole.items()
    gone = {words[:2] if words[0] == "plan" else words[:1] for words in whole.keys() - left.keys()}
    assert {" ".join(words) for words in gone} == ADDED[absent].commands


def _commands(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each command below *command*, in the order of its help, with what it says of itself."""
    for name, below in getattr(command, "commands", {}).items():
        yield (*words, name), below.help
        yield from _commands(below, (*words, name))


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_an_absent_application_is_no_attribute_of_a_client(
    kind: type[Client | AsyncClient], absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, name = kind.__new__(kind), ADDED[absent].calls or "none_of_its_own"
    everyone = [one.calls for one in ADDED.values() if one.calls]
    with pytest.raises(AttributeError, match=name):
        getattr(client, name)
    left = {type(getattr(client, other)) for other in everyone if other != name}
    monkeypatch.undo()
    assert len({type(getattr(client, other)) for other in everyone}) == len(everyone)
    assert len(left) == len(everyone) - (name in everyone)


def test_parts_stand_where_they_say() -> None:
    first = Placement("a", "synergie.units", before="m")
    second = Placement("b", "synergie.errors", before="m")
    last = Placement("c", "synergie.calendar")
    assert list(place_parts({"k": 1, "m": 2}, (first, second, last))) == ["k", "a", "b", "m", "c"]
    with pytest.raises(ValueError, match="nowhere"):
        place_parts({"k": 1}, [Placement("a", "synergie.units", before="nowhere")])


def test_an_absent_application_reads_no_format_and_fills_no_template(
    absent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats, templates = _formats(), list(list_templates())
    monkeypatch.undo()
    assert set(_formats()) - set(formats) == ADDED[absent].formats
    assert [name for name in _formats() if name not in ADDED[absent].formats] == formats
    assert set(list_templates()) - set(templates) == ADDED[absent].templates
    assert [name for name in list_templates() if name not in ADDED[absent].templates] == templates


def _formats() -> list[str]:
    return [one.name for one in list_registered_formats()]


def test_formats_and_templates_stand_under_their_own_names() -> None:
    for one in (*list_declared("formats"), *list_declared("templates")):
        (part,) = load_parts([one.part])
        assert part.name == one.name


def test_an_absent_application_is_not_in_the_menu(
    whole: FastAPI, absent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(tmp_path) as app:
        left = _menu(app)
        without = {path: _answer(app, path).status for path in _list_menus()}
    monkeypatch.undo()
    gone = ADDED[absent].menu
    assert [path for path in _menu(whole) if path not in gone] == left
    assert gone <= set(_menu(whole))
    assert {path for path, status in without.items() if status == 404} == gone


def _list_menus() -> set[str]:
    return {path for one in ADDED.values() for path in one.menu}


def _menu(app: FastAPI) -> list[str]:
    navigation = _answer(app, "/aide").content.decode().partition("</nav>")[0]
    return re.findall(r'<li><a href="([^"]+)"', navigation)


def _answer(app: FastAPI, path: str) -> Answer:
    line = Line(app)
    try:
        return line.ask("GET", path, [("host", "testserver")])
    finally:
        line.close()


ABSENT = """
import sys
from datetime import UTC, datetime
from synergie import applications
from synergie.application import load_parts

absent = sys.argv[1]
before = applications.load_declared("rules")
applications.NAMES = tuple(name for name in applications.NAMES if name != absent)
left = applications.load_declared("rules")

from synergie.policy import Principal, permit_party
from synergie.storage.scope import scoped_select

now = datetime(2026, 3, 2, tzinfo=UTC)
caller = Principal(client_id="app", organisation="me", scopes=frozenset())
permit = permit_party(caller, action="read", now=now)
for rules in before:
    for table in rules:
        where = str(scoped_select(permit, table).whereclause)
        print(rules in left, where == "false")
"""
"""Whether each table's rules are there, and whether the table is closed to a party."""


@pytest.mark.parametrize("name", sorted(ADDED))
def test_the_tables_of_an_absent_application_are_closed(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ABSENT, name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = set(done.stdout.splitlines())
    assert "True False" in said  # others are as open as before
    assert ("False True" in said) == bool(_find(name).rules)
    assert "False False" not in said


def _find(name: str) -> Application:
    return next(one for one in list_applications() if one.name == name)

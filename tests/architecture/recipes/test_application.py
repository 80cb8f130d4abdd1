"""The recipe "Add an application", followed: it is in every part of the house, and gone again."""

import json

from tests.architecture.recipes.scratch import Scratch

FILES = {
    "__init__.py": '"""Pledges of energy."""\n',
    "application.py": '''"""What pledges add to the core."""

from synergie.application import Application, MenuEntry, Placement

APPLICATION = Application(
    name="pledge",
    tags={"pledges": "Pledges of energy: what a year may cost."},
    services=("synergie.pledge.services:PledgeServices",),
    routers=("synergie.pledge.api.pledges:router",),
    pages=("synergie.pledge.pages.pledges:router",),
    menu=(
        MenuEntry(
            "/pledges",
            "Pledges",
            "Pledges",
            "Que peut coûter une année ?",
            "What may a year cost?",
            before="/depot",
        ),
    ),
    groups=(Placement("pledge", "synergie.pledge.commands.pledge:app", before="keys"),),
)
''',
    "records/__init__.py": '"""What travels."""\n',
    "records/pledge.py": '''"""A pledge of energy."""

from synergie.schemas.wire import Wire
from synergie.units import Euros


class EnergyPledge(Wire):
    """What a year may cost."""

    limit_eur: Euros | None
    """The most that it may cost, EUR excluding VAT. Null: nobody decided it."""
''',
    "exchange/__init__.py": '"""What organisations do."""\n',
    "exchange/pledges.py": '''"""Pledges of the caller's own organisation."""

from dataclasses import dataclass
from datetime import datetime

from synergie.pledge.records.pledge import EnergyPledge
from synergie.policy import Principal, permit_own_data
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class Pledges:
    """Pledges; nobody else's are seen."""

    store: Store

    def read(self, caller: Principal, *, now: datetime) -> EnergyPledge:
        """The caller's pledge."""
        permit_own_data(caller, action="read", now=now)
        return EnergyPledge(limit_eur=None)
''',
    "services.py": '''"""What pledges do, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.pledge.exchange.pledges import Pledges
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class PledgeServices:
    """Its use cases."""

    pledges: Pledges

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(pledges=Pledges(store))
''',
    "api/__init__.py": '"""Its routes."""\n',
    "api/pledges.py": '''"""Pledges of energy."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.pledge.records.pledge import EnergyPledge
from synergie.pledge.services import PledgeServices
from synergie.policy import Principal
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import router_of
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("pledges")
Reader = Annotated[Principal, authorize_scope("pledges:read")]


@router.get("", operation_id="read_pledge", response_model=EnergyPledge, responses=READING)
def read_pledge(*, request: Request, caller: Reader, house: InHouse, now: Now) -> Response:
    """What a year may cost your organisation."""
    return json_response(request, house.of(PledgeServices).pledges.read(caller, now=now))
''',
    "pages/__init__.py": '"""Its pages."""\n',
    "pages/pledges.py": '''"""`/pledges`: what a year may cost."""

from typing import Annotated

from starlette.responses import Response

from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page

router = page_router()
Reader = Annotated[Visit, require_page_scopes("pledges:read")]


@router.get("/pledges")
def pledges_page(*, visit: Reader) -> Response:
    """The pledge of the visitor's organisation."""
    return render_page(visit, "pledges.html")
''',
    "commands/__init__.py": '"""Its commands."""\n',
    "commands/pledge.py": '''"""`synergie pledge`: what a year may cost."""

import typer

from synergie.cli.help import Command, build_command_group
from synergie.cli.texts import N_, _

app = build_command_group(N_("Pledges of energy."))


@app.command("show", cls=Command, help=N_("Say the pledge."), epilog="synergie pledge show")
def show() -> None:
    """Exit 0."""
    typer.echo(_("no pledge was decided"))


@app.command("forget", cls=Command, help=N_("Drop the pledge."), epilog="synergie pledge forget")
def forget() -> None:
    """Exit 0."""
''',
}
PAGE = """{% extends "base.html" %}
{% block title %}{{ say("Pledges", "Pledges") }}{% endblock %}
{% block main %}
<h1>{{ say("Pledges", "Pledges") }}</h1>
{% endblock %}
"""
FRENCH = {
    "Pledges of energy.": "Promesses d'énergie.",
    "Drop the pledge.": "Oublier la promesse.",
    "Say the pledge.": "Dire la promesse.",
    "no pledge was decided": "aucune promesse n'est décidée",
}
NAMES = '"purchase", "maintenance", "lighting"'
ABSENCE = "tests/architecture/test_applications.py"
ADDITION = """    "pledge": Addition(
        base="pledges", commands=frozenset(("pledge",)), menu=frozenset(("/pledges",))
    ),
"""
ASK = """
import json, sys
from pathlib import Path
from tempfile import TemporaryDirectory
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.access.asgi import Line

store = Store.open("sqlite://")
with TemporaryDirectory() as folder:
    app = create_app(store, Settings(data_dir=Path(folder)))
    line = Line(app)
    def ask(path):
        return line.ask("GET", path, [("host", "testserver")])
    menu = '<a href="/pledges"' in ask("/aide").content.decode()
    answers = {
        "api": ask("/v1/pledges").status,
        "page": ask("/pledges").status,
        "menu": menu,
        "path": "/v1/pledges" in app.openapi()["paths"],
        "tag": any(tag["name"] == "pledges" for tag in app.openapi()["tags"]),
    }
    line.close()
store.close()
print(json.dumps(answers))
"""


def _ask(scratch: Scratch) -> dict[str, object]:
    answers: dict[str, object] = json.loads(scratch.run("-c", ASK).splitlines()[-1])
    return answers


def test_an_application_of_the_recipe_comes_and_goes(scratch: Scratch) -> None:
    for name, text in FILES.items():
        scratch.write(f"src/synergie/pledge/{name}", text)
    scratch.write("src/synergie/server/pages/templates/pledges.html", PAGE)
    scratch.replace("src/synergie/schemas/scopes.py", '    "audit:read",\n',
                    '    "pledges:read",\n    "audit:read",\n')  # fmt: skip
    absent = _ask(scratch)
    assert absent == {"api": 404, "page": 404, "menu": False, "path": False, "tag": False}
    scratch.command("pledge", "show", status=2)
    scratch.replace("src/synergie/applications.py", NAMES, f'{NAMES}, "pledge"')
    present = _ask(scratch)
    assert present == {"api": 401, "page": 303, "menu": True, "path": True, "tag": True}
    scratch.translate(FRENCH)
    assert "aucune promesse n'est décidée" in scratch.command("pledge", "show")
    assert "pledge" in scratch.lint_imports(status=1)  # a layer of no place
    scratch.replace("pyproject.toml", '", "(park)", ', ' | (pledge)", "(park)", ')
    scratch.lint_imports()
    assert "pledge" in scratch.test(ABSENCE, status=1)  # nothing says yet what goes with it
    scratch.replace(ABSENCE, "ADDED = {\n", f"ADDED = {{\n{ADDITION}")
    scratch.test(ABSENCE)

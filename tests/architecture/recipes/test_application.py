"""The recipe "Add an application", followed: it is in every part of the house, and gone again."""

import json

from tests.architecture.recipes.scratch import Scratch

FILES = {
    "__init__.py": '"""Budgets of energy."""\n',
    "application.py": '''"""What budgets add to the core."""

from synergie.application import Application, MenuEntry, Placement

APPLICATION = Application(
    name="budget",
    tags={"budgets": "Budgets of energy: what a year may cost."},
    services=("synergie.budget.services:BudgetServices",),
    routers=("synergie.budget.api.budgets:router",),
    pages=("synergie.budget.pages.budgets:router",),
    menu=(
        MenuEntry(
            "/budgets",
            "Budgets",
            "Budgets",
            "Que peut coûter une année ?",
            "What may a year cost?",
            before="/depot",
        ),
    ),
    groups=(Placement("budget", "synergie.budget.commands.budget:app", before="keys"),),
)
''',
    "records/__init__.py": '"""What travels."""\n',
    "records/budget.py": '''"""A budget of energy."""

from synergie.schemas.wire import Wire
from synergie.units import Euros


class EnergyBudget(Wire):
    """What a year may cost."""

    limit_eur: Euros | None
    """The most that it may cost, EUR excluding VAT. Null: nobody decided it."""
''',
    "exchange/__init__.py": '"""What organisations do."""\n',
    "exchange/budgets.py": '''"""Budgets of the caller's own organisation."""

from dataclasses import dataclass
from datetime import datetime

from synergie.budget.records.budget import EnergyBudget
from synergie.policy import Principal, permit_own_data
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class Budgets:
    """Budgets; nobody else's are seen."""

    store: Store

    def read(self, caller: Principal, *, now: datetime) -> EnergyBudget:
        """The caller's budget."""
        permit_own_data(caller, action="read", now=now)
        return EnergyBudget(limit_eur=None)
''',
    "services.py": '''"""What budgets do, over one store."""

from dataclasses import dataclass
from typing import Self

from synergie.budget.exchange.budgets import Budgets
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetServices:
    """Its use cases."""

    budgets: Budgets

    @classmethod
    def of(cls, store: Store) -> Self:
        """The use cases over *store*."""
        return cls(budgets=Budgets(store))
''',
    "api/__init__.py": '"""Its routes."""\n',
    "api/budgets.py": '''"""Budgets of energy."""

from typing import Annotated

from fastapi import Request
from starlette.responses import Response

from synergie.budget.records.budget import EnergyBudget
from synergie.budget.services import BudgetServices
from synergie.policy import Principal
from synergie.server.api.answers import json_response
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import router_of
from synergie.server.api.words import READING
from synergie.server.guard import Now
from synergie.server.house import InHouse

router = router_of("budgets")
Reader = Annotated[Principal, authorize_scope("budgets:read")]


@router.get("", operation_id="read_budget", response_model=EnergyBudget, responses=READING)
def read_budget(*, request: Request, caller: Reader, house: InHouse, now: Now) -> Response:
    """What a year may cost your organisation."""
    return json_response(request, house.of(BudgetServices).budgets.read(caller, now=now))
''',
    "pages/__init__.py": '"""Its pages."""\n',
    "pages/budgets.py": '''"""`/budgets`: what a year may cost."""

from typing import Annotated

from starlette.responses import Response

from synergie.server.pages.door import require_page_scopes
from synergie.server.pages.frame import Visit, page_router, render_page

router = page_router()
Reader = Annotated[Visit, require_page_scopes("budgets:read")]


@router.get("/budgets")
def budgets_page(*, visit: Reader) -> Response:
    """The budget of the visitor's organisation."""
    return render_page(visit, "budgets.html")
''',
    "commands/__init__.py": '"""Its commands."""\n',
    "commands/budget.py": '''"""`synergie budget`: what a year may cost."""

import typer

from synergie.cli.help import Command, build_command_group
from synergie.cli.texts import N_, _

app = build_command_group(N_("Budgets of energy."))


@app.command("show", cls=Command, help=N_("Say the budget."), epilog="synergie budget show")
def show() -> None:
    """Exit 0."""
    typer.echo(_("no budget was decided"))


@app.command("forget", cls=Command, help=N_("Drop the budget."), epilog="synergie budget forget")
def forget() -> None:
    """Exit 0."""
''',
}
PAGE = """{% extends "base.html" %}
{% block title %}{{ say("Budgets", "Budgets") }}{% endblock %}
{% block main %}
<h1>{{ say("Budgets", "Budgets") }}</h1>
{% endblock %}
"""
FRENCH = {
    "Budgets of energy.": "Budgets d'énergie.",
    "Drop the budget.": "Oublier le budget.",
    "Say the budget.": "Dire le budget.",
    "no budget was decided": "aucun budget n'est décidé",
}
NAMES = '"purchase", "maintenance", "lighting"'
ABSENCE = "tests/architecture/test_applications.py"
ADDITION = """    "budget": Addition(
        base="budgets", commands=frozenset(("budget",)), menu=frozenset(("/budgets",))
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
    menu = '<a href="/budgets"' in ask("/aide").content.decode()
    answers = {
        "api": ask("/v1/budgets").status,
        "page": ask("/budgets").status,
        "menu": menu,
        "path": "/v1/budgets" in app.openapi()["paths"],
        "tag": any(tag["name"] == "budgets" for tag in app.openapi()["tags"]),
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
        scratch.write(f"src/synergie/budget/{name}", text)
    scratch.write("src/synergie/server/pages/templates/budgets.html", PAGE)
    scratch.replace("src/synergie/schemas/scopes.py", '    "audit:read",\n',
                    '    "budgets:read",\n    "audit:read",\n')  # fmt: skip
    absent = _ask(scratch)
    assert absent == {"api": 404, "page": 404, "menu": False, "path": False, "tag": False}
    scratch.command("budget", "show", status=2)
    scratch.replace("src/synergie/applications.py", NAMES, f'{NAMES}, "budget"')
    present = _ask(scratch)
    assert present == {"api": 401, "page": 303, "menu": True, "path": True, "tag": True}
    scratch.translate(FRENCH)
    assert "aucun budget n'est décidé" in scratch.command("budget", "show")
    assert "budget" in scratch.lint_imports(status=1)  # a layer of no place
    scratch.replace("pyproject.toml", '| (lighting)",', '| (lighting) | (budget)",')
    scratch.lint_imports()
    assert "budget" in scratch.test(ABSENCE, status=1)  # nothing says yet what goes with it
    scratch.replace(ABSENCE, "ADDED = {\n", f"ADDED = {{\n{ADDITION}")
    scratch.test(ABSENCE)

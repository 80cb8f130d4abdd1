"""The recipe "Add an endpoint", followed: notes are kept in a table, served, and in the matrix."""

import json

from tests.architecture.recipes.scratch import ROOT, Scratch

RECORD = '''"""A note that an organisation keeps under a name."""

from synergie.schemas.wire import Wire
from synergie.units import Text


class NoteRecord(Wire):
    """What its owner writes."""

    text: Text
    """What it says."""


class Note(NoteRecord):
    """A note as it is kept here."""

    name: Text
    """Its name, unique within the organisation."""
'''
ROW = '''

class NoteRow(Row, table=True):
    """A note that an organisation keeps under a name."""

    __tablename__ = "note"
    owner: str = key()
    name: str = key()
    text: str = define_text()
'''
MIGRATION = '''"""Notes."""

from alembic import op
from sqlalchemy import Column, Text

revision, down_revision = "@next@", "@head@"


def upgrade() -> None:
    """Their table."""
    names = [Column(name, Text(), nullable=False, primary_key=name != "text")
             for name in ("owner", "name", "text")]
    op.create_table("note", *names, sqlite_strict=True)
'''
STORAGE = '''"""Notes, by organisation and name."""

from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.assets.note import Note, NoteRecord
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import NoteRow


def find_note(permit: Permit, session: Session, name: str) -> Note | None:
    """The note of that name of the bearer's, or None."""
    row = session.exec(scoped_select(permit, NoteRow).where(col(NoteRow.name) == name)).first()
    return None if row is None else Note(name=row.name, text=row.text)


def save_note(permit: Permit, session: Session, name: str, body: NoteRecord) -> Note:
    """Keep *body* under *name*."""
    own_write(permit)
    session.merge(NoteRow(owner=permit.owner, name=name, text=body.text))
    return Note(name=name, text=body.text)
'''
EXCHANGE = '''"""What organisations do with their notes."""

from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotFound
from synergie.policy import Principal, permit_own_data
from synergie.schemas.assets.note import Note, NoteRecord
from synergie.storage.assets.notes import find_note, save_note
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of the caller's own organisation; nobody else's are seen."""

    store: Store

    def save(self, caller: Principal, name: str, body: NoteRecord, *, now: datetime) -> Note:
        """Keep *body* under *name*."""
        with self.store.write() as session:
            permit = permit_own_data(caller, action="write", now=now)
            return save_note(permit, session, name, body)

    def read(self, caller: Principal, name: str, *, now: datetime) -> Note:
        """One note. NotFound when it is absent or another's."""
        with self.store.read() as session:
            found = find_note(permit_own_data(caller, action="read", now=now), session, name)
        if found is None:
            raise NotFound
        return found
'''
ROUTES = '''"""Notes that you keep."""

from typing import Annotated

from fastapi import Path, Request
from pydantic import AfterValidator
from starlette.responses import Response

from synergie.policy import Principal
from synergie.schemas.assets.note import Note, NoteRecord
from synergie.server.api.answers import json_response
from synergie.server.api.bodies import build_act_body
from synergie.server.api.door import authorize_scope
from synergie.server.api.queries import check_identifier_form, router_of
from synergie.server.api.words import READING, SENDING, describe_request_body
from synergie.server.guard import Now
from synergie.server.house import InAssets

router = router_of("notes")

Reader = Annotated[Principal, authorize_scope("notes:read")]
Writer = Annotated[Principal, authorize_scope("notes:write")]
Name = Annotated[str, AfterValidator(check_identifier_form), Path(description="Name of the note.")]
Sent = Annotated[NoteRecord, build_act_body(NoteRecord)]


@router.get("/{name}", operation_id="read_note", response_model=Note, responses=READING)
def read_note(
    *, request: Request, caller: Reader, name: Name, assets: InAssets, now: Now
) -> Response:
    """One of your notes."""
    return json_response(request, assets.notes.read(caller, name, now=now))


@router.put(
    "/{name}",
    operation_id="save_note",
    response_model=Note,
    responses=SENDING,
    openapi_extra=describe_request_body(NoteRecord, keyed=False),
)
def save_note(
    *, request: Request, caller: Writer, name: Name, sent: Sent, assets: InAssets, now: Now
) -> Response:
    """Keep a note under this name."""
    return json_response(request, assets.notes.save(caller, name, sent, now=now))
'''
CALL = '''def save_note(name: str, body: NoteRecord) -> Call[Note]:
    """Keep a note under *name*."""
    return Call(
        method="PUT",
        path=f"/v1/notes/{_quote_path_part(name)}",
        body=BytesBody(body.model_dump_json().encode(), _JSON),
        parse=model_of(Note),
    )


'''
METHODS = '''    {0}def note(self, name: str) -> Note:
        """One note, by its name."""
        return {1}self._call(calls.NOTES.get(name))

    {0}def save_note(self, name: str, body: NoteRecord) -> Note:
        """Keep a note under *name*."""
        return {1}self._call(calls.save_note(name, body))

'''
BEFORE_CALL = "def save_profile(name: str, body: SavedProfileRecord) -> Call[SavedProfile]:\n"
IMPORT = "from synergie.schemas.assets.note import Note, NoteRecord\n"
SERVICES = "src/synergie/server/services/assets.py"
APP = "src/synergie/server/app.py"
CONTRACT = "src/synergie/server/contract.py"
ROUTE_TABLE = "tests/access/routes.py"
CLIENT_TABLE = "tests/client/test_calls.py"
MATRIX = "tests/access/test_matrix.py"
LINES = """    "read_note": Row("/v1/notes/{note}", 200, "note"),
    "save_note": Row("/v1/notes/autre", 200, body=lambda *_: {"text": "b"}, own=True),
"""
HTTP_TEST = '''"""Notes over HTTP."""

from tests.server.place import Furnished


def test_a_note_is_kept_and_read_by_its_owner_alone(furnished: Furnished) -> None:
    kept = furnished.owner.put("/v1/notes/compteurs", {"text": "à relever"})
    assert kept.json() == {"name": "compteurs", "text": "à relever"}
    assert furnished.owner.get("/v1/notes/compteurs").json() == kept.json()
    assert furnished.stranger.get("/v1/notes/compteurs").status_code == 404
    refused = furnished.owner.put("/v1/notes/compteurs", {"text": 7})
    assert (refused.status_code, "/text" in refused.text) == (422, True)
'''


def _add_layers(scratch: Scratch) -> None:
    """Steps 1 to 5: record, scopes, table, use case, routes."""
    scratch.write("src/synergie/schemas/assets/note.py", RECORD)
    scratch.replace("src/synergie/schemas/scopes.py", '    "audit:read",\n',
                    '    "notes:read",\n    "notes:write",\n    "audit:read",\n')  # fmt: skip
    tables = "src/synergie/storage/tables.py"
    scratch.replace(tables, "\n\nclass RelianceRow(", f"{ROW}\n\nclass RelianceRow(")
    scope = "src/synergie/storage/scope.py"
    scratch.replace(scope, "    LightPointRow,\n    OrganisationRow,\n",
                    "    LightPointRow,\n    NoteRow,\n    OrganisationRow,\n")  # fmt: skip
    scratch.insert(scope, after="    NewestFactRow,\n    OwnedHistoryRow,\n", text="    NoteRow,\n")
    versions = "src/synergie/storage/migrations/versions"
    head = max(path.name[:4] for path in (ROOT / versions).glob("[0-9]*.py"))
    following = f"{int(head) + 1:04}"
    migration = MIGRATION.replace("@head@", head).replace("@next@", following)
    scratch.write(f"{versions}/{following}_notes.py", migration)
    scratch.write("src/synergie/storage/assets/notes.py", STORAGE)
    scratch.write("src/synergie/exchange/assets/notes.py", EXCHANGE)
    before = "from synergie.exchange.assets.perimeters import Perimeters\n"
    scratch.replace(SERVICES, before, f"from synergie.exchange.assets.notes import Notes\n{before}")
    scratch.insert(SERVICES, after="    map_files: MapFiles\n", text="    notes: Notes\n")
    scratch.insert(SERVICES, after="            map_files=MapFiles(store),\n",
                   text="            notes=Notes(store),\n")  # fmt: skip
    scratch.write("src/synergie/server/api/assets/notes.py", ROUTES)
    scratch.replace(APP, "light_points, perimeters, ", "light_points, notes, perimeters, ")
    scratch.insert(APP, after="        perimeters.router,\n", text="        notes.router,\n")
    scratch.insert(CONTRACT, after="import NamedPerimeterRecord\n", text=(
        "from synergie.schemas.assets.note import NoteRecord\n"
    ))  # fmt: skip
    scratch.insert(CONTRACT, after="    NamedPerimeterRecord,\n", text="    NoteRecord,\n")
    scratch.insert(CONTRACT, after='    "cabinets": "Lighting cabinets.",\n',
                   text='    "notes": "Notes that you keep.",\n')  # fmt: skip


def _add_calls(scratch: Scratch) -> None:
    """Step 6: the calls, and a method in each client."""
    calls = "src/synergie/client/calls.py"
    before = "from synergie.schemas.readings.saved_profile import "
    for place in (calls, *(f"src/synergie/client/_{kind}.py" for kind in ("sync", "async"))):
        scratch.replace(place, before, IMPORT + before)
    noun = 'NOTES = Noun("notes", Note, Page[Note])\n'
    scratch.replace(calls, "\n\ndef send_curve(", f"{noun}\n\ndef send_curve(")
    scratch.replace(calls, BEFORE_CALL, CALL + BEFORE_CALL)
    for kind, words in (("sync", ("", "")), ("async", ("async ", "await "))):
        place = f"src/synergie/client/_{kind}.py"
        before = "    def freshness(self, "
        scratch.replace(place, before, METHODS.format(*words) + before)
    scratch.replace(CLIENT_TABLE, '    (lambda c: c.profiles(), "GET', (
        '    (lambda c: c.note("a-b"), "GET /v1/notes/a-b", "", b\'{"name":"a-b","text":"t"}\'),\n'
        '    (lambda c: c.save_note("a-b", NoteRecord(text="t")), "PUT /v1/notes/a-b", "",\n'
        '     b\'{"name":"a-b","text":"t"}\'),\n'
        '    (lambda c: c.profiles(), "GET'
    ))  # fmt: skip
    scratch.replace(CLIENT_TABLE, "from synergie.schemas.readings.saved_profile import", (
        "from synergie.schemas.assets.note import NoteRecord\n"
        "from synergie.schemas.readings.saved_profile import"
    ))  # fmt: skip


def test_an_endpoint_of_the_recipe_answers_and_is_asked_for_by_the_matrix(
    scratch: Scratch,
) -> None:
    _add_layers(scratch)
    _add_calls(scratch)
    red = scratch.test(MATRIX, only="each_route_has_a_row", status=1)
    assert "read_note" in red
    scratch.insert(ROUTE_TABLE, after="ROWS: dict[str, Row] = {\n", text=LINES)
    scratch.insert(ROUTE_TABLE, after="ABSENT = {\n", text='    "note": "no-such-note",\n')
    scratch.insert("tests/server/place.py", after="    ids = _declared(owner)\n", text=(
        '    ids["note"] = owner.put("/v1/notes/rappel", {"text": "a"}).json()["name"]\n'
    ))  # fmt: skip
    scratch.write("tests/server/test_notes.py", HTTP_TEST)
    matrix = scratch.test(MATRIX, only="(read_note or save_note or each_route) and not postgres")
    assert int(matrix.split(" passed")[0].split()[-1]) > 15
    scratch.test("tests/server/test_notes.py", only="not postgres")
    scratch.test(CLIENT_TABLE, only="notes")
    scratch.test("tests/storage/test_migrations.py", only="not postgres and not lines")
    scratch.command("specs")
    document = json.loads(scratch.read("specs/openapi.json"))
    assert set(document["paths"]["/v1/notes/{name}"]) == {"get", "put"}
    assert "text" in json.loads(scratch.read("specs/schemas/NoteRecord.json"))["properties"]

"""Who may call what, with `curl` and tokens made by hand, on the real server over https.

Every operation of the served OpenAPI document × {no token, wrong organisation, wrong scope,
replayed proof, expired token, right one}. What is called and how is the table of
`tests/access/routes.py`; a route that is not in it fails. A wrong scope, a used proof and an old
token are refused before a route is looked at: one of each kind is asked here, all in the matrix.
"""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt

from synergie.schemas.scopes import SCOPES
from synergie.server.keyring import Keyring
from synergie.storage.store import Store
from synergie.testing import server
from tests.access.routes import ABSENT, ALIKE, OPERATIONS, ROWS, TRACE, Case, inventory, operations
from tests.authority import Certificates
from tests.components import program
from tests.interop.curl import Curl
from tests.server.partner import URL, Clock
from tests.server.place import Furnished, Place, furnish

pytestmark = pytest.mark.interop

WITHOUT_TOKEN = {
    "authorization_server": 200,
    "list_open_releases": 200,
    "prove_consistency": 422,
    "prove_inclusion": 422,
    "read_open_release": 404,
    "read_tree_head": 200,
    "protected_resource": 200,
    "jwks": 200,
    "is_live": 200,
    "is_ready": 200,
    "token": 400,
    "revoke": 400,
    "introspect": 400,
}
"""Operation that asks for no token → the status of a call with nothing in it."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's folder."""
    return tmp_path_factory.mktemp("curl")


@pytest.fixture(scope="module")
def furnished(blank_sqlite: Path, certificates: Certificates, data: Path) -> Iterator[Furnished]:
    """The real server with one of everything, reached with curl under its public name."""
    curl = program("curl")
    shutil.copy(blank_sqlite, data / "store.db")
    store = Store.open(f"sqlite:///{data / 'store.db'}")
    with server(store, public_url=URL, data_dir=data, **certificates.settings()) as running:
        port = int(running.address.rpartition(":")[2])
        with httpx2.Client(
            base_url=URL, transport=Curl(curl, certificates, port), timeout=60
        ) as http:
            yield furnish(Place(running.app, http, store, Clock(), real=True))
    store.close()


@pytest.fixture(scope="module")
def served(furnished: Furnished) -> dict[str, Any]:
    """The OpenAPI document as the server gives it."""
    document: dict[str, Any] = furnished.place.http.get("/openapi.json").json()
    return document


@dataclass(frozen=True)
class Operation(Case):
    """A row of the matrix, with what the served document says of it."""

    answers: dict[str, Any]

    def is_told(self, answer: httpx2.Response, status: int) -> None:
        """The answer has *status*, the document tells of it, and it is a problem if it should."""
        assert answer.status_code == status, answer.text
        assert str(status) in self.answers, f"{self.row.path}: {status} is not documented"
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        assert kind in self.answers[str(status)].get("content", {"": None})
        if status // 100 == 4:
            assert kind == "application/problem+json"
            assert answer.json()["status"] == status


@pytest.fixture
def operation(
    request: pytest.FixtureRequest, furnished: Furnished, served: dict[str, Any]
) -> Operation:
    assert request.param in ROWS, f"{request.param} has no row in the access matrix"
    method, path, scope = operations(served)[request.param]
    answers = served["paths"][path][method.lower()]["responses"]
    return Operation(furnished, ROWS[request.param], method, scope, answers)


EVERY = pytest.mark.parametrize("operation", sorted(OPERATIONS), indirect=True)
SOME = pytest.mark.parametrize("operation", ALIKE, indirect=True)
NAMING = pytest.mark.parametrize(
    "operation", sorted(name for name, row in ROWS.items() if row.names), indirect=True
)
OWN = pytest.mark.parametrize(
    "operation", sorted(name for name, row in ROWS.items() if row.own), indirect=True
)


def test_the_served_document_has_the_operations_of_the_matrix(served: dict[str, Any]) -> None:
    assert operations(served) == OPERATIONS
    assert ROWS.keys() == OPERATIONS.keys()


@EVERY
def test_without_token_it_is_refused_with_a_challenge(operation: Operation) -> None:
    answer = operation.furnished.place.http.request(operation.method, operation.path())
    operation.is_told(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("DPoP ")


@NAMING
def test_another_organisation_reads_the_same_bytes_as_for_nothing(operation: Operation) -> None:
    foreign = operation.call(operation.furnished.stranger, headers=TRACE)
    absent = operation.call(operation.furnished.stranger, ABSENT, headers=TRACE)
    operation.is_told(foreign, 404)
    operation.is_told(absent, 404)
    assert foreign.content == absent.content


@OWN
def test_another_organisation_touches_its_own_data_only(operation: Operation) -> None:
    before = inventory(operation.furnished)
    operation.call(operation.furnished.stranger)
    assert inventory(operation.furnished) == before


@SOME
def test_with_every_scope_but_the_right_one_it_is_refused(operation: Operation) -> None:
    others = [scope for scope in SCOPES if scope != operation.scope]
    answer = operation.call(operation.right, token=operation.right.token(*others))
    operation.is_told(answer, 403)
    assert answer.json()["reason"] == operation.scope


@SOME
def test_a_proof_that_was_used_is_refused(operation: Operation) -> None:
    token = operation.right.token(operation.scope)
    signed = operation.right.headers(operation.method, operation.path(), token)
    first = operation.call(operation.right, headers=signed, token=token)
    again = operation.call(operation.right, headers=signed, token=token)
    assert first.status_code not in {401, 403}
    operation.is_told(again, 401)
    assert 'error="invalid_dpop_proof"' in again.headers["WWW-Authenticate"]
    operation.resume()


@SOME
def test_a_token_of_which_only_the_end_has_passed_is_refused(
    operation: Operation, data: Path
) -> None:
    token = operation.right.token(operation.scope)
    alive = operation.call(operation.right, token=_resigned(token, data, ends_in=60))
    expired = operation.call(operation.right, token=_resigned(token, data, ends_in=-1))
    assert alive.status_code not in {401, 403}, "signed by hand, it is as good as the server's own"
    operation.is_told(expired, 401)
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]
    operation.resume()


@EVERY
def test_the_right_caller_is_served(operation: Operation) -> None:
    answer = operation.call(operation.right, token=operation.right.token(operation.scope))
    told = answer.headers.get("Content-Type") == "application/json"
    replayed = answer.status_code == 200 and told and answer.json().get("replayed")
    operation.is_told(answer, 200 if replayed else operation.row.status)
    operation.resume()


def test_each_operation_without_token_answers_as_documented(
    furnished: Furnished, served: dict[str, Any]
) -> None:
    found = {}
    for path, verbs in served["paths"].items():
        for verb, told in verbs.items():
            if not told["security"]:
                answer = furnished.place.http.request(verb.upper(), path)
                found[told["operationId"]] = answer.status_code
                assert str(answer.status_code) in told["responses"], path
    assert found == WITHOUT_TOKEN


def _resigned(token: str, data: Path, *, ends_in: int) -> str:
    """*token* signed again by hand with the server's own key, ending *ends_in* seconds from now."""
    key = Keyring.open(data / "keys").current
    read = jwt.decode(token, key, algorithms=["ES256"])
    claims = read.claims | {"exp": int(time.time()) + ends_in}
    return jwt.encode(read.header, claims, key, algorithms=["ES256"])

"""Routers are looked through by the head of a path, and answer as those of FastAPI do."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from synergie.server.router import Router

PATHS = ("/", "/sites", "/sites/{name}", "/v1/{noun}/x", "/v1/sites/{a}", "/files/{rest:path}")
ASKED = (
    "/", "//", "/sites", "/sites/", "/sites/a", "/sites/a/b", "/v1", "/v1/", "/v1/any/x",
    "/v1/a%2Fx", "/v1/sites/1", "/v1%2Fsites%2F1", "/files/a/b/c", "/filesx", "/late/one",
    "/below/x", "/nowhere",
)  # fmt: skip


def serve(kind: type[APIRouter]) -> TestClient:
    app = FastAPI(redirect_slashes=False)
    for path in PATHS:
        router = kind()
        router.add_api_route(path, lambda path=path: path, methods=["GET"])
        app.include_router(router)
    late = kind()
    late.routes.append(Mount("/below", routes=[Route("/x", lambda _: None)]))
    app.include_router(late)
    late.add_api_route("/late/one", lambda: "late", methods=["GET"])
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_each_path_is_answered_as_by_fastapi(method: str, asked: str) -> None:
    ours, theirs = (serve(kind).request(method, asked) for kind in (Router, APIRouter))
    assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)


def test_below_another_root_nothing_is_refused_by_its_head() -> None:
    app = FastAPI()
    router = Router()
    router.add_api_route("/sites", lambda: "here", methods=["GET"])
    app.include_router(router)
    assert TestClient(app, root_path="/town").get("/town/sites").json() == "here"


def test_a_route_that_comes_later_is_known() -> None:
    router = Router()
    app = FastAPI()
    app.include_router(router)
    http = TestClient(app)
    assert http.get("/late").status_code == 404
    router.add_api_route("/late", lambda: "here", methods=["GET"])
    assert http.get("/late").json() == "here"

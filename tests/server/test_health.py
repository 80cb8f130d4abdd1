"""Health: alive without the store, ready only with it."""

from pathlib import Path
from threading import Event

from synergie.errors import Overloaded
from synergie.server.app import create_app
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.http_client import HttpClient
from tests.server.place import Place


def test_a_server_that_has_its_store_is_ready(store: Store, tmp_path: Path) -> None:
    http = Place.of(store, tmp_path / "data").http
    assert http.get("/health/live").json() == {"status": "live"}
    ready = http.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    check, clock = ready.json()["checks"]
    assert (check["name"], check["ok"]) == ("store", True)
    assert (clock["name"], clock["ok"]) == ("clock", True)
    assert abs(clock["behind_s"]) < 30


def test_a_server_that_lost_its_store_is_alive_and_not_ready(store: Store, tmp_path: Path) -> None:
    place = Place.of(store, tmp_path / "data")

    def away() -> None:
        raise Overloaded(1)

    object.__setattr__(place.app.state.house, "look", away)
    ready = place.http.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
    assert "Overloaded" not in ready.text
    assert place.http.get("/health/live").status_code == 200


def test_a_store_that_does_not_answer_in_time_is_not_ready(store: Store, tmp_path: Path) -> None:
    place, answers = Place.of(store, tmp_path / "data", ready_s=0.01), Event()
    object.__setattr__(place.app.state.house, "look", answers.wait)
    try:
        ready = place.http.get("/health/ready")
    finally:
        answers.set()
    assert (ready.status_code, ready.json()["status"]) == (503, "not ready")


def test_a_server_that_stops_is_not_ready_at_once(store: Store, tmp_path: Path) -> None:
    place = Place.of(store, tmp_path / "data")
    place.app.state.house.life.stopping = True
    ready = place.http.get("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (503, "stopping")


def test_a_store_without_its_tables_is_not_ready(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    app = create_app(store, Settings.read({}, data_dir=tmp_path))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'old'")
    assert HttpClient(app).get("/health/ready").status_code == 503
    store.close()


def test_health_asks_for_no_token_and_answers_head(store: Store, tmp_path: Path) -> None:
    http = Place.of(store, tmp_path / "data").http
    for path in ("/health/live", "/health/ready"):
        assert http.head(path).status_code == 200

"""Webhooks over HTTP: who may do what, and messages of the real server to a real receiver."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from synergie import formats
from synergie.client import Client
from synergie.client.trust import webhooks
from synergie.client.trust.webhooks import MessageStore, Notice
from synergie.errors import BadInput, NotAuthenticated
from synergie.formats import Record
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.storage.store import Store
from synergie.testing import server
from synergie.watch.client.alerts import Alerts
from tests.measure.watch.park import Cabinet, Fault, draw_curve
from tests.peer import Asked, Peer, Told, peer
from tests.server.mould import Mould
from tests.server.place import Furnished


@dataclass
class Receiver:
    """A partner's receiver, built with the client library alone."""

    keys: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    refused: int = 0
    seen: MessageStore = field(default_factory=MessageStore)

    def answer(self, asked: Asked) -> Told:
        if asked.method == "GET":
            body = webhooks.echo(urlsplit(asked.path).query)
            return Told(404) if body is None else Told(200, [body])
        try:
            with webhooks.receive(asked.headers, asked.body, self.keys, seen=self.seen) as notice:
                self.notices.append(notice)
        except NotAuthenticated:
            self.refused += 1
            return Told(400)
        return Told(204)


@contextmanager
def receiving() -> Iterator[tuple[Receiver, Peer]]:
    receiver = Receiver()
    with receiver.seen, peer(receiver.answer) as place:
        yield receiver, place


def _until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def test_the_real_server_tells_a_receiver_of_the_client_library(store: Store) -> None:
    with receiving() as (receiver, place):
        trusted = urlsplit(place.url).netloc
        with server(store, outbound_trusted=trusted, webhooks_every_s=0.05) as running:
            client = running.client("org-one")
            hook = client.webhooks.register(f"{place.url}/hook")
            receiver.keys = [str(hook.key)]
            client.publish_sites(
                [
                    SiteRecord(
                        external_id="S1", name="École", kind="building", provenance="synthetic"
                    )
                ]
            )
            _until(lambda: bool(receiver.notices))
            (notice,) = receiver.notices
            assert (notice.event.type, notice.new) == ("site.published", True)
            assert client.batch(notice.event.data.id).kept == 1  # what it tells can be fetched
            client.webhooks.test(hook.id)
            _until(lambda: len(receiver.notices) == 2)
            _until(
                lambda: {one.state for one in client.webhooks.deliveries(hook.id)} == {"delivered"}
            )
            fresh = client.webhooks.rotate(hook.id)
            receiver.keys = [str(fresh.key)]
            client.webhooks.test(hook.id)
            _until(lambda: len(receiver.notices) == 3)
            client.webhooks.remove(hook.id)
            assert list(client.webhooks.list()) == []
    assert receiver.refused == 0


def _write_dark_cabinet(folder: Path) -> list[Path]:
    """Files of a cabinet whose lamps are dark from its eightieth night on, and of its curve."""
    clock = Cabinet(5_001, 40, 90.0, photocell=False, below_deg=-2.0, offset_min=0.0, off=None,
                    share=0.0, base_w=30.0)  # fmt: skip
    dark = Fault("dark", 80, nights=12)
    drawn = draw_curve(clock, date(2025, 8, 12), 85, (dark,), failures=False, gaps=False)
    of: dict[str, Any] = {"supply_point": "prm:99000000000017", "provenance": "synthetic"}
    place = Location(longitude=6.13, latitude=48.77)
    curve = MeterCurve(
        **of, quantity="active_power", form="mean_power", direction="import", unit="W",
        start=drawn.start, step="PT30M", values=[int(one) for one in drawn.values],
    )  # fmt: skip
    cabinet = CabinetRecord(external_id="A-07", location=place, **of)
    written: list[tuple[str, Record]] = [("template-cabinets", cabinet), ("curves-csv", curve)]
    for form, record in written:
        with (folder / f"{form}.csv").open("wb") as file:
            formats.write([record], file, format=form)
    return [folder / f"{form}.csv" for form, _ in written]


def test_an_alert_of_a_curve_reaches_a_receiver_signed(store: Store, tmp_path: Path) -> None:
    """A curve is deposited, the watch raises dark nights, and the receiver checks who says so."""
    with receiving() as (receiver, place):
        trusted = urlsplit(place.url).netloc
        with server(store, outbound_trusted=trusted, webhooks_every_s=0.05) as running:
            client = running.client("org-one")
            receiver.keys = [str(client.webhooks.register(f"{place.url}/hook").key)]
            for path in _write_dark_cabinet(tmp_path):
                assert client.deposit(path, format=path.stem).refused == ()

            def told() -> list[Notice]:
                return [one for one in receiver.notices if one.event.type == "alert.raised"]

            _until(lambda: bool(told()))
            (notice,) = told()
            alerts: Alerts = client.alerts  # type: ignore[attr-defined]  # an application gives it
            alert = alerts.get(notice.event.data.id)
            assert (alert.fault, alert.cabinet, alert.state) == ("dark", "A-07", "open")
            asked = next(one for one in place.asked if b"alert.raised" in one.body)
            forged = replace(asked, body=asked.body.replace(b"alert.raised", b"alert.closed"))
            assert receiver.answer(forged).status == 400
            assert receiver.answer(asked).status == 204
    assert (receiver.refused, [one.new for one in told()]) == (1, [True, False])


def test_the_server_ends_cleanly_while_a_receiver_is_slow(store: Store) -> None:
    def slow(asked: Asked) -> Told:
        if asked.method == "GET":
            return Told(200, [webhooks.echo(urlsplit(asked.path).query) or b""])
        time.sleep(1)
        return Told(204)

    before = set(threading.enumerate())  # servers of other tests have threads of their own
    with peer(slow) as place:
        trusted = urlsplit(place.url).netloc
        with server(store, outbound_trusted=trusted, webhooks_every_s=0.05) as running:
            client = running.client("org-one")
            hook = client.webhooks.register(f"{place.url}/hook")
            for _ in range(5):
                client.webhooks.test(hook.id)
            _until(lambda: len(place.asked) > 1)
        assert not any(one.name == "synergie-round" for one in set(threading.enumerate()) - before)


@pytest.fixture
def told(
    engine: str, mould: Callable[..., Mould], tmp_path: Path
) -> Iterator[tuple[Furnished, str]]:
    """A server in process, and the address of a receiver that it may call."""
    with receiving() as (_, place):
        trusted = urlsplit(place.url).netloc
        with mould(engine).cast(tmp_path, outbound_trusted=trusted) as furnished:
            yield furnished, place.url


def test_each_route_tells_its_four_answers(told: tuple[Furnished, str]) -> None:
    furnished, url = told
    owner, stranger = furnished.owner, furnished.stranger
    made = owner.post("/v1/webhooks", {"url": f"{url}/hook"})
    assert made.status_code == 201, made.text
    hook = made.json()
    assert hook["secret"] is None
    assert furnished.ids["webhook"] != hook["id"]
    here = f"/v1/webhooks/{hook['id']}"
    routes = [
        ("GET", "/v1/webhooks", 200, "webhooks:read"),
        ("POST", "/v1/webhooks", 201, "webhooks:write"),
        ("GET", here, 200, "webhooks:read"),
        ("POST", f"{here}/rotate", 200, "webhooks:write"),
        ("POST", f"{here}/test", 202, "webhooks:write"),
        ("GET", f"{here}/deliveries", 200, "webhooks:read"),
        ("DELETE", here, 204, "webhooks:write"),
    ]
    weak = {"webhooks:read": "webhooks:write", "webhooks:write": "webhooks:read"}
    for method, path, status, scope in routes:
        body = {"url": f"{url}/hook"} if (method, path) == ("POST", "/v1/webhooks") else None
        bare = furnished.place.http.request(method, path)
        assert bare.status_code == 401, path
        refused = owner.call(method, path, body, token=owner.token(weak[scope]))
        assert refused.status_code == 403, path
        assert scope in refused.headers["www-authenticate"]
        if path.startswith(here):
            absent = path.replace(hook["id"], "wh_0000000000000000")
            foreign = stranger.call(method, path, body)
            nothing = stranger.call(method, absent, body)
            assert (foreign.status_code, foreign.content) == (404, nothing.content), path
        right = owner.call(method, path, body)
        assert right.status_code == status, (path, right.text)


def test_the_scope_to_follow_changes_is_needed_to_be_told_them(
    told: tuple[Furnished, str],
) -> None:
    furnished, url = told
    program = furnished.place.member("org-four", ["webhooks:write"])
    answer = program.post("/v1/webhooks", {"url": f"{url}/hook"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "changes:read")


def test_a_shared_secret_is_told_once_also_when_the_request_comes_again(
    told: tuple[Furnished, str],
) -> None:
    furnished, url = told
    owner = furnished.owner
    hook = owner.post("/v1/webhooks", {"url": f"{url}/v1", "signature": "v1"}).json()
    assert hook["secret"].startswith("whsec_")
    path = f"/v1/webhooks/{hook['id']}/rotate"
    first, again = owner.post(path, key="k1").json(), owner.post(path, key="k1").json()
    assert first["secret"] not in (None, hook["secret"])
    assert again == first | {"secret": None}
    assert furnished.place.http.get("/health/ready").status_code == 200
    assert hook["secret"] not in owner.get("/v1/webhooks").text


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/hook",
        "https://user@partner.example/hook",
        "https://127.0.0.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://partner.example:22/hook",
        "file:///etc/passwd",
        "x" * 3000,
    ],
)
def test_an_address_that_may_not_be_called_is_refused_with_its_place(
    furnished: Furnished, url: str
) -> None:
    answer = furnished.owner.post("/v1/webhooks", {"url": url})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == "/url"


def test_what_a_registrant_learns_is_the_same_for_closed_and_silent_addresses(
    furnished: Furnished,
) -> None:
    answers = [
        furnished.owner.post("/v1/webhooks", {"url": f"https://{host}/"})
        for host in ("10.0.0.1", "127.0.0.1", "absent.invalid")
    ]
    assert len({answer.content for answer in answers}) == 1


def test_registration_and_its_end_are_in_the_journal(told: tuple[Furnished, str]) -> None:
    furnished, url = told
    hook = furnished.owner.post("/v1/webhooks", {"url": f"{url}/hook"}).json()["id"]
    furnished.owner.call("DELETE", f"/v1/webhooks/{hook}")
    with furnished.place.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT record FROM journal ORDER BY seq").scalars()
        records = [bytes(row).decode() for row in rows if hook.encode() in bytes(row)]
    assert ["webhook.registered" in records[0], "webhook.disabled" in records[-1]] == [True, True]
    assert url not in "".join(records)


def test_the_client_says_what_is_wrong_with_an_address(store: Store) -> None:
    with server(store) as running:
        client: Client = running.client("org-one")
        with pytest.raises(BadInput, match="/url"):
            client.webhooks.register("https://127.0.0.1/hook")

"""Quotas: of a client, an organisation, an address; refused authentications; 429 and when."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from synergie.errors import TooManyRequests
from synergie.server import quota
from synergie.server.edge import watch
from synergie.server.quota import Quota, Quotas, get_source_name
from synergie.server.settings import Settings
from synergie.storage.store import Store
from tests.server.partner import GONE, URL, World
from tests.server.place import Place


@pytest.fixture(autouse=True)
def _time_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bucket fills again while a test asks, on a machine as slow as it may be."""
    for module in (quota, watch):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 1_000.0))


@pytest.fixture
def place(store: Store, tmp_path: Path) -> Place:
    return Place.of(
        store,
        tmp_path / "data",
        dev=False,
        limits=True,
        tokens_per_min=4,
        organisation_tokens_per_min=6,
        address_tokens_per_min=40,
        burst=5,
        organisation_burst=8,
        failures=10,
    )


def test_a_bucket_fills_again() -> None:
    bucket = Quota(burst=2, per_s=0.5)
    bucket.take("a", at=0)
    bucket.take("a", at=0)
    with pytest.raises(TooManyRequests) as caught:
        bucket.take("a", at=1)
    assert caught.value.retry_after == 1.0
    bucket.take("b", at=1)
    bucket.take("a", at=2)


def test_the_usual_limits_are_those_of_the_specification() -> None:
    quotas = Quotas.of(Settings())
    assert (quotas.tokens.burst, quotas.tokens.per_s * 60) == (30, 30)
    assert quotas.requests.per_s * 60 == 600
    free = Quotas.of(Settings(dev=True, limits=False))
    for _ in range(10_000):
        free.request("a", "b")
        free.call("192.0.2.1")


def test_what_is_nobodys_address_is_not_limited() -> None:
    """A proxy that names no caller leaves an empty address: not one for all of them."""
    quotas = Quotas.of(Settings(proxied=True, address_tokens_per_min=1, failures=1))
    for _ in range(10):
        quotas.call("")
        quotas.failed("")
    quotas.call("192.0.2.1")
    with pytest.raises(TooManyRequests):
        quotas.call("192.0.2.1")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_one_subscriber_is_one_source(address: str, name: str) -> None:
    assert get_source_name(address) == name


def test_a_clients_tokens_are_limited(place: Place) -> None:
    one, two = place.member("org-one"), place.member("org-two")
    for _ in range(4):
        one.token()
    answer = asked(place, one)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    two.token()  # another is not touched


def test_nobody_uses_up_the_tokens_of_another(place: Place) -> None:
    """The quota of a client is counted once it is authenticated."""
    one, two = place.member("org-one"), place.member("org-two")
    for _ in range(6):
        forged = one.partner.assertion(signer=two.partner.key)
        assert asked(place, one, client_assertion=forged).status_code == 400
    one.token()


def test_the_requests_of_one_organisation_are_limited_together(place: Place) -> None:
    quotas = place.app.state.house.quotas
    for _ in range(4):
        quotas.request("one-app", "org")
        quotas.request("two-app", "org")
    with pytest.raises(TooManyRequests):
        quotas.request("three-app", "org")
    quotas.request("three-app", "another")


def test_an_address_is_limited_before_anything_is_read(place: Place) -> None:
    place.app.state.house.quotas.failures.burst = 1e9
    answers = [place.http.post("/token").status_code for _ in range(42)]
    assert answers == [400] * 40 + [429] * 2


def test_refused_clients_are_counted_like_refused_tokens(place: Place) -> None:
    one = place.member("org-one")
    for _ in range(10):
        assert asked(place, one, client_assertion="x").status_code == 400
    assert asked(place, one).status_code == 429  # a good one, too: nobody knows it yet
    assert place.http.get("/v1/sites").status_code == 401  # each room has its own budget
    assert place.http.get("/health/live").status_code == 200


def test_strangers_of_an_address_lock_out_nobody_who_was_let_in(place: Place) -> None:
    one = place.member("org-one")
    token = one.token()
    assert one.get("/v1/sites", token=token).status_code == 200
    answers = [place.http.get("/v1/sites").status_code for _ in range(1000)]
    assert answers == [401] * 10 + [429] * 990
    for _ in range(12):
        place.http.post("/token", data={"grant_type": "x"})
    assert place.http.post("/token", data={"grant_type": "x"}).status_code == 429
    assert one.get("/v1/sites", token=token).status_code == 200
    assert asked(place, one).status_code == 200  # a new token, with the key of its proofs
    assert place.http.get("/v1/sites").status_code == 429


def test_what_was_never_let_in_is_a_stranger_whatever_it_bears(place: Place) -> None:
    for n in range(10):
        made_up = {"Authorization": f"DPoP {n}", "DPoP": f"{n}.x.y", "Cookie": f"sitting={n}"}
        assert place.http.get("/open/releases", headers=made_up).status_code == 200
        assert place.http.get("/v1/sites", headers=made_up).status_code == 401
    again = {"Authorization": "DPoP 3", "DPoP": "3.x.y", "Cookie": "sitting=3"}
    assert place.http.get("/v1/sites", headers=again).status_code == 429


def test_who_was_let_in_and_fails_locks_out_itself_alone(place: Place) -> None:
    one, two = place.member("org-one"), place.member("org-two")
    token = one.token()
    assert one.get("/v1/sites", token=token).status_code == 200
    used = one.headers("GET", "/v1/sites", token)
    assert place.http.get("/v1/sites", headers=used).status_code == 200
    failed = [place.http.get("/v1/sites", headers=used).status_code for _ in range(12)]
    assert failed == [401] * 10 + [429] * 2
    assert place.http.get("/v1/sites").status_code == 401
    assert two.get("/v1/sites").status_code == 200


def test_a_demand_for_a_nonce_is_no_failure(store: Store, tmp_path: Path) -> None:
    place = Place.of(store, tmp_path / "data", demand_nonce=True, failures=3)
    one = place.member("org-one")
    for _ in range(9):
        assert asked(place, one).json()["error"] == "use_dpop_nonce"
    assert place.http.get("/v1/sites").status_code == 401


def test_the_small_world_is_free(world: World) -> None:
    for _ in range(40):
        world.token(world.p1)


def asked(place: Place, member: Any, **fields: Any) -> Any:
    place.tick()
    headers = {"DPoP": member.partner.proof("POST", f"{URL}/token")}
    form = member.partner.form(scope=GONE, **fields)
    return place.http.post("/token", data=form, headers=headers)

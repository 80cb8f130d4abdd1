"""A key is registered by a request that it signed, for this server, with a word used once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from synergie.errors import BadInput, Conflict, NotFound, Unreachable
from synergie.exchange.trust.clients import Clients, keys_of
from synergie.exchange.trust.enrolment import Enrolment
from synergie.proof import enrolment, jose
from synergie.storage.store import Store
from synergie.storage.trust.organisations import key_history, signing_keys
from tests.server.partner import NOW, URL, enrol

DAY = timedelta(days=1)


class Desk:
    """The operator's desk, and a partner who asks."""

    def __init__(self, store: Store) -> None:
        self.store, self.enrolment, self.clients = store, Enrolment(store, URL), Clients(store)
        self.key = new_key()
        enrol(store, "org-one")
        enrol(store, "org-two")

    def word(self, organisation: str = "org-one") -> str:
        return self.enrolment.invite(organisation, now=NOW)

    def request(self, kind: Any = enrolment.CLIENT, key: Any = None, **said: Any) -> str:
        whole = {
            "iss": "one-app",
            "aud": URL,
            "organisation": "org-one",
            "scopes": ["sites:read", "curves:read"],
            **said,
        }
        whole["nonce"] = said["nonce"] if "nonce" in said else self.word()
        return enrolment.sign_enrolment_request(
            key or self.key, kind, now=said.pop("now", NOW), **_but(whole, "now")
        )


def _but(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def new_key() -> Any:
    return ECKey.generate_key("P-256", auto_kid=True)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.mark.parametrize("kind", ["ES256", "PS256", "Ed25519"])
def test_a_program_is_registered_from_its_request(desk: Desk, kind: str) -> None:
    made: dict[str, Any] = {
        "ES256": new_key,
        "PS256": lambda: RSAKey.generate_key(3072, auto_kid=True),
        "Ed25519": lambda: OKPKey.generate_key("Ed25519", auto_kid=True),
    }
    key = made[kind]()
    text = desk.request(key=key, name="A program")
    client = desk.enrolment.register(text, now=NOW)
    assert desk.clients.client("one-app") == client
    assert (client.name, client.organisation) == ("A program", "org-one")
    assert client.scopes == {"sites:read", "curves:read"}
    assert client.request == text  # the server keeps it
    assert [one.kid for one in keys_of(client.jwks).keys] == [key.kid]
    signed, _ = enrolment.read(client.request, enrolment.CLIENT)
    assert jose.verify_signature(signed, keys_of(client.jwks)) == signed


def test_the_operator_grants_no_more_than_was_asked(desk: Desk) -> None:
    with pytest.raises(BadInput, match="that the request asks for"):
        desk.enrolment.register(desk.request(), scopes=["sites:write"], now=NOW)
    client = desk.enrolment.register(desk.request(), scopes=["sites:read"], now=NOW)
    assert client.scopes == {"sites:read"}


def _other_signature(desk: Desk) -> str:
    """A request for a key that its sender does not hold: signed by another of the same name."""
    mine, theirs = new_key(), desk.key
    said = {"iss": "one-app", "aud": URL, "nonce": desk.word(), "organisation": "org-one"}
    jwks = {"keys": [theirs.as_dict(private=False)]}
    times = {"iat": int(NOW.timestamp()), "exp": int((NOW + DAY).timestamp())}
    claims = {**said, "scopes": ["sites:read"], "jwks": jwks, **times}
    forged: Any = ECKey.import_key({**mine.as_dict(private=True), "kid": theirs.kid})
    return jose.sign_compact(forged, enrolment.CLIENT, claims)


WRONG: dict[str, Any] = {
    "signed by another key": _other_signature,
    "for another server": lambda desk: desk.request(aud="https://other.example"),
    "of another kind": lambda desk: desk.request(enrolment.KEY),
    "over": lambda desk: desk.request(now=NOW - 8 * DAY),
    "made in the future": lambda desk: desk.request(now=NOW + DAY),
    "an unknown word": lambda desk: desk.request(nonce="made-up"),
    "a word of another organisation": lambda desk: desk.request(nonce=desk.word("org-two")),
    "an unknown organisation": lambda desk: desk.request(organisation="org-three"),
    "an unknown scope": lambda desk: desk.request(scopes=["everything"]),
    "no scope": lambda desk: desk.request(scopes=[]),
    "an identifier that is none": lambda desk: desk.request(iss="One App"),
    "a weak key": lambda desk: desk.request(key=RSAKey.generate_key(2048, auto_kid=True)),
    "an address, and no way to call it": lambda desk: desk.request(jwks_uri="https://x.example"),
    "garbage": lambda desk: "x",
    "nothing": lambda desk: "",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_request_registers_nothing(desk: Desk, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        desk.enrolment.register(WRONG[name](desk), now=NOW)
    assert desk.clients.client("one-app") is None
    assert "eyJ" not in str(caught.value)


def test_two_keys_are_one_too_many(desk: Desk) -> None:
    keys = {"keys": [new_key().as_dict(private=False), desk.key.as_dict(private=False)]}
    _, request = enrolment.read(desk.request(), enrolment.CLIENT)
    claims = request.model_dump(exclude_none=True) | {"jwks": keys, "nonce": desk.word()}
    with pytest.raises(BadInput, match="the one key"):
        desk.enrolment.register(jose.sign_compact(desk.key, enrolment.CLIENT, claims), now=NOW)


def test_a_word_is_good_once(desk: Desk) -> None:
    word = desk.word()
    desk.enrolment.register(desk.request(nonce=word), now=NOW)
    with pytest.raises(BadInput, match="/request/nonce"):
        desk.enrolment.register(desk.request(nonce=word, iss="two-app"), now=NOW)


def test_a_refused_request_leaves_its_word_good(desk: Desk) -> None:
    desk.enrolment.register(desk.request(), now=NOW)
    word = desk.word()
    with pytest.raises(Conflict):
        desk.enrolment.register(desk.request(nonce=word), now=NOW)  # the id is taken
    desk.enrolment.register(desk.request(nonce=word, iss="two-app"), now=NOW)


def test_an_old_word_is_refused(desk: Desk) -> None:
    word = desk.word()
    later = NOW + 7 * DAY
    with pytest.raises(BadInput, match="/request/nonce"):
        desk.enrolment.register(desk.request(nonce=word, now=later), now=later)


def test_only_who_is_in_the_directory_is_invited(desk: Desk) -> None:
    with pytest.raises(BadInput, match="/organisation"):
        desk.enrolment.invite("org-three", now=NOW)


def test_a_program_that_publishes_its_keys_is_registered(desk: Desk) -> None:
    url = "https://keys.one.example/jwks"
    published = {"keys": [desk.key.as_dict(private=False)]}
    client = desk.enrolment.register(
        desk.request(jwks_uri=url), fetch={url: published}.__getitem__, now=NOW
    )
    assert (client.jwks_uri, client.jwks_read_at) == (url, NOW)
    assert desk.clients.client("one-app") == client


def test_a_key_that_is_not_published_proves_nothing(desk: Desk) -> None:
    url = "https://keys.one.example/jwks"
    with pytest.raises(BadInput, match="/request"):
        desk.enrolment.register(
            desk.request(jwks_uri=url),
            fetch=lambda _: {"keys": [new_key().as_dict(private=False)]},
            now=NOW,
        )

    def nothing(_: str) -> Any:
        raise Unreachable("gone")

    with pytest.raises(Unreachable):
        desk.enrolment.register(desk.request(jwks_uri=url), fetch=nothing, now=NOW)
    assert desk.clients.client("one-app") is None


def test_a_key_is_added_then_the_old_one_taken_away(desk: Desk) -> None:
    desk.enrolment.register(desk.request(), now=NOW)
    fresh = new_key()
    desk.enrolment.add_key(desk.request(key=fresh), now=NOW)
    assert _kids(desk) == [desk.key.kid, fresh.kid]
    desk.enrolment.drop_key("one-app", desk.key.kid, now=NOW)
    assert _kids(desk) == [fresh.kid]
    with pytest.raises(BadInput, match="one of several"):
        desk.enrolment.drop_key("one-app", fresh.kid, now=NOW)
    with pytest.raises(NotFound):
        desk.enrolment.drop_key("two-app", "k", now=NOW)


def test_a_key_is_not_added_to_the_program_of_another(desk: Desk) -> None:
    desk.enrolment.register(desk.request(), now=NOW)
    theirs = desk.request(key=new_key(), organisation="org-two", nonce=desk.word("org-two"))
    with pytest.raises(BadInput, match="/request/iss"):
        desk.enrolment.add_key(theirs, now=NOW)
    assert len(_kids(desk)) == 1


def test_an_organisation_adds_a_signing_key_that_it_holds(desk: Desk) -> None:
    text = desk.request(enrolment.KEY, iss="org-one")
    before = _signing(desk)
    desk.enrolment.add_signing_key(text, now=NOW)
    assert set(_signing(desk)) == {*before, desk.key.kid}
    with desk.store.read() as session:
        kept = {one.jwk["kid"]: one for one in key_history(session, "org-one")}
    assert kept[desk.key.kid].request == text
    with pytest.raises(BadInput):
        desk.enrolment.add_signing_key(desk.request(enrolment.KEY, iss="org-one"), now=NOW)
    with pytest.raises(BadInput, match="itself"):
        desk.enrolment.add_signing_key(desk.request(enrolment.KEY, iss="one-app"), now=NOW)


def test_a_retired_signing_key_stays_in_the_history(desk: Desk) -> None:
    (kid,) = _signing(desk)
    desk.enrolment.retire_signing_key("org-one", kid, now=NOW + DAY)
    assert _signing(desk) == []
    with desk.store.read() as session:
        (kept,) = key_history(session, "org-one")
    assert (kept.jwk["kid"], kept.valid_from, kept.valid_until) == (kid, NOW, NOW + DAY)
    with pytest.raises(NotFound):
        desk.enrolment.retire_signing_key("org-one", kid, now=NOW + DAY)


def _kids(desk: Desk) -> list[str]:
    client = desk.clients.client("one-app")
    assert client is not None
    return [key["kid"] for key in json.loads(client.jwks)["keys"]]


def _signing(desk: Desk) -> list[str]:
    with desk.store.read() as session:
        return [key["kid"] for key in signing_keys(session, "org-one")]

"""A public key that signs for one organisation signs for no other."""

from typing import Any

import pytest

from synergie.client.keys import new_key, public_jwks
from synergie.errors import BadInput, Conflict
from synergie.exchange.trust.organisations import Directory
from synergie.policy import permit_operator
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from synergie.storage.trust.organisations import retire_key
from tests.server.partner import NOW


def body(name: str) -> Organisation:
    return Organisation(id=name, name=name, kind="company", siren=None, insee_code=None,
                        parent=None, provenance="synthetic")  # fmt: skip


def named(keys: dict[str, Any], kid: str) -> dict[str, Any]:
    return {"keys": [{**keys["keys"][0], "kid": kid}]}


@pytest.mark.parametrize("kind", ["ES256", "Ed25519"])
def test_the_same_public_key_for_two_organisations_is_refused(store: Store, kind: Any) -> None:
    keys, book = public_jwks(new_key(kind)), Directory(store)
    book.add(body("org-a"), keys, now=NOW)
    for told in (keys, named(keys, "another-name")):
        with pytest.raises(Conflict) as found:
            book.add(body("org-b"), told, now=NOW)
        assert found.value.found == "key-taken"
    assert book.keys("org-b") == []
    book.add(body("org-a"), keys, now=NOW)


def test_a_key_written_with_other_bits_at_its_end_is_no_key(store: Store) -> None:
    """The last character of base64url holds bits that no byte takes: RFC 4648 §3.5."""
    keys, book = public_jwks(new_key("ES256")), Directory(store)
    book.add(body("org-a"), keys, now=NOW)
    x = keys["keys"][0]["x"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = x[:-1] + alphabet[alphabet.index(x[-1]) ^ 1]
    told = {"keys": [{**keys["keys"][0], "x": other, "kid": "other"}]}
    with pytest.raises(BadInput):
        book.add(body("org-b"), told, now=NOW)


def test_a_retired_key_stays_that_of_its_organisation(store: Store) -> None:
    keys, book = public_jwks(new_key()), Directory(store)
    book.add(body("org-a"), keys, now=NOW)
    kid = keys["keys"][0]["kid"]
    with store.write() as session:
        assert retire_key(permit_operator(now=NOW), session, "org-a", kid, now=NOW)
    with pytest.raises(Conflict):
        book.add(body("org-b"), keys, now=NOW)

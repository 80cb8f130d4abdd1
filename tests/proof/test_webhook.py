"""Signed webhooks (Standard Webhooks): the vectors, and what is refused."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from time import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.proof import webhook
from synergie.proof.webhook import (
    Forged,
    derive_receiver_key,
    headers,
    new_secret,
    sign_webhook_message,
    verify_webhook,
)
from tests.components import package

ID, AT, BODY = "msg_1", 1795597499, b'{"type":"agreement.revoked"}'
SHARED = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
SEED = bytes(range(32))
SECRET = "whsk_" + b64encode(SEED).decode()
PUBLIC = "whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
V1 = "v1,v2UC5nMXnS9FrYT8lcGg/x4hezTXUTqI5RdIPph3Ohk="
V1A = "v1a,eglbfxMHxzVbTmUpYuutofDwoM1IS7QdN0cMgrly0Gw+sn3tIqWgWYomi3DaWnJ/PP/KRwh14u0/f1nzjYihBg=="


def _sent(**changed: str) -> dict[str, str]:
    told = {"webhook-id": ID, "webhook-timestamp": str(AT), "webhook-signature": f"{V1A} {V1}"}
    return told | {name.replace("_", "-"): value for name, value in changed.items()}


def test_the_published_vectors_come_out() -> None:
    assert sign_webhook_message(SHARED, id_=ID, timestamp=AT, body=BODY) == V1
    assert sign_webhook_message(SECRET, id_=ID, timestamp=AT, body=BODY) == V1A
    assert derive_receiver_key(SECRET) == PUBLIC
    assert derive_receiver_key(SHARED) == SHARED


def test_a_secret_of_sixty_four_bytes_is_the_same_key() -> None:
    whole = SEED + b64decode(PUBLIC.removeprefix("whpk_"))
    assert derive_receiver_key("whsk_" + b64encode(whole).decode()) == PUBLIC
    with pytest.raises(ValueError, match="halves"):
        derive_receiver_key("whsk_" + b64encode(SEED + bytes(32)).decode())


@pytest.mark.parametrize("key", [PUBLIC, SHARED])
def test_one_signature_by_a_trusted_key_is_enough(key: str) -> None:
    other = derive_receiver_key(new_secret("v1a"))
    found = verify_webhook(_sent(), BODY, [other, key], now=AT)
    assert (found.id, found.timestamp) == (ID, AT)


def test_names_of_headers_are_in_any_case() -> None:
    told = {name.title(): value for name, value in _sent().items()}
    assert verify_webhook(told, BODY, [PUBLIC], now=AT).id == ID


def test_the_package_of_the_norm_verifies_ours_and_we_verify_its_own() -> None:
    peer = package("standardwebhooks").Webhook(SHARED)
    now = datetime.fromtimestamp(int(time()), UTC)
    theirs = peer.sign(ID, now, BODY.decode())
    told = headers([SHARED], id_=ID, timestamp=int(now.timestamp()), body=BODY)
    assert told["webhook-signature"] == theirs
    assert peer.verify(BODY, told) == {"type": "agreement.revoked"}
    assert verify_webhook(told, BODY, [SHARED], now=now.timestamp()).id == ID


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook_id": "msg_2"},
        {"webhook_id": ""},
        {"webhook_id": "msg.1"},
        {"webhook_timestamp": str(AT + 1)},
        {"webhook_timestamp": f"{AT}.0"},
        {"webhook_timestamp": f" {AT}"},
        {"webhook_timestamp": "-1"},
        {"webhook_timestamp": "١٢٣"},
        {"webhook_signature": ""},
        {"webhook_signature": V1A.replace("v1a,", "v1,")},
        {"webhook_signature": V1.replace("v1,", "v1a,")},
        {"webhook_signature": V1A.replace("v1a,", "v2,")},
        {"webhook_signature": V1A.removeprefix("v1a,")},
        {"webhook_signature": V1A[:-4]},
        {"webhook_signature": V1A.replace("eglb", "eg b")},
        {"webhook_signature": "v1a,"},
        {"webhook_signature": "v1a,é"},
        {"webhook_signature": f"v1a,{'A' * 5000} {V1A}"},
        {"webhook_signature": f"{'v1a,AA== ' * 16}{V1A}"},
        {"webhook_signature": f"{PUBLIC} whpk,{PUBLIC}"},
    ],
)
def test_a_message_that_was_changed_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(Forged):
        verify_webhook(_sent(**changed), BODY, [PUBLIC, SHARED], now=AT)


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_each_header_is_needed(missing: str) -> None:
    told = _sent()
    del told[missing]
    with pytest.raises(Forged):
        verify_webhook(told, BODY, [PUBLIC], now=AT)


def test_a_header_given_twice_is_refused() -> None:
    with pytest.raises(Forged, match="twice"):
        verify_webhook(_sent() | {"Webhook-Id": "msg_2"}, BODY, [PUBLIC], now=AT)


def test_the_key_of_the_sender_alone_is_trusted() -> None:
    with pytest.raises(Forged):
        verify_webhook(_sent(), BODY, [derive_receiver_key(new_secret())], now=AT)
    with pytest.raises(Forged):
        verify_webhook(_sent(), BODY, [], now=AT)


def test_a_public_key_is_never_a_shared_secret() -> None:
    """The confusion of algorithms: a MAC made with the public key's bytes as its key."""
    fake = "whsec_" + PUBLIC.removeprefix("whpk_")
    told = _sent(webhook_signature=sign_webhook_message(fake, id_=ID, timestamp=AT, body=BODY))
    with pytest.raises(Forged):
        verify_webhook(told, BODY, [PUBLIC], now=AT)


@pytest.mark.parametrize(
    ("off", "good"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
)
def test_a_message_holds_for_five_minutes(off: int, good: bool) -> None:  # noqa: FBT001
    if good:
        assert verify_webhook(_sent(), BODY, [PUBLIC], now=AT + off).id == ID
    else:
        with pytest.raises(Forged, match="ago"):
            verify_webhook(_sent(), BODY, [PUBLIC], now=AT + off)


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_AAAA", "whsk_AAAA", "whpk_AAAA", "whsec_é", PUBLIC, "other_AAAA"],
)
def test_what_is_no_secret_does_not_sign(secret: str) -> None:
    with pytest.raises(ValueError, match=r"expected|base64|ASCII|padding"):
        sign_webhook_message(secret, id_=ID, timestamp=AT, body=BODY)


def test_an_identifier_without_dots_is_needed() -> None:
    with pytest.raises(ValueError, match="id"):
        sign_webhook_message(SECRET, id_="msg.1", timestamp=AT, body=BODY)


@given(st.binary(max_size=300), st.sampled_from(["v1a", "v1"]), st.data())
def test_what_is_signed_verifies_and_a_changed_byte_does_not(
    body: bytes, kind: webhook.Kind, data: st.DataObject
) -> None:
    old, new = new_secret(kind), new_secret()
    told = headers([old, new], id_="m-1", timestamp=AT, body=body)
    for secret in (old, new):  # a rotation: whoever knows either key takes it
        assert verify_webhook(told, body, [derive_receiver_key(secret)], now=AT).id == "m-1"
    place = data.draw(st.integers(0, len(body)))
    other = body[:place] + b"x" + body[place:]
    with pytest.raises(Forged):
        verify_webhook(told, other, [derive_receiver_key(old), derive_receiver_key(new)], now=AT)

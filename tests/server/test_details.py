"""`authorization_details` (RFC 9396): within the agreement, in the token, echoed, never wider."""

import json
from typing import Any

import pytest

from tests.server.partner import DETAILS_TYPE, GONE, RESOURCE, URL, World
from tests.server.place import Furnished, Member

YEAR = {"start": "2026-01-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
WHOLE = {
    "datasets": ["consumption"],
    "granularity": "day",
    "period": {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"},
    "purpose": "joint_purchase",
}


def element(**more: Any) -> dict[str, Any]:
    return {"type": DETAILS_TYPE, "agreement": "agr-1", **more}


def asked(world: World, *elements: Any) -> Any:
    return world.ask(world.p1, authorization_details=json.dumps(elements))


@pytest.mark.parametrize(
    "more",
    [
        {},
        WHOLE,
        *({name: value} for name, value in WHOLE.items()),
        {"granularity": "hour"},  # as fine as the agreement
        {"granularity": "year"},
        {"period": YEAR},
        {"period": {"start": "2026-01-01T01:00:00+01:00", "end": "2027-01-01T00:00:00Z"}},
    ],
    ids=str,
)
def test_what_lies_within_the_agreement_is_granted(world: World, more: dict[str, Any]) -> None:
    world.agree("agr-1")
    answer = asked(world, element(**more))
    assert answer.status_code == 200, answer.text
    told = answer.json()["authorization_details"]
    assert [one.keys() for one in told] == [element(**more).keys()]
    claims = world.guard.token(answer.json()["access_token"], now=world.clock.now).claims
    assert claims["authorization_details"] == told


@pytest.mark.parametrize(
    "more",
    [
        {"datasets": ["assets"]},
        {"datasets": ["consumption", "assets"]},
        {"datasets": []},
        {"datasets": "consumption"},
        {"datasets": ["everything"]},
        {"granularity": "half_hour"},
        {"granularity": "raw"},
        {"granularity": "aggregate"},
        {"granularity": "daily"},
        {"granularity": None, "more": 1},
        {"period": {"start": "2025-12-31T23:59:59Z", "end": "2026-04-01T00:00:00Z"}},
        {"period": {"start": "2026-03-01T00:00:00Z", "end": "2027-01-01T00:00:01Z"}},
        {"period": {"start": "2026-03-01T00:00:00Z"}},  # open, while the agreement ends
        {"period": {"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}},
        {"period": {"start": "2026-03-01T00:00:00", "end": "2026-04-01T00:00:00"}},
        {"period": {"start": 0, "end": 1}},
        {"period": []},
        {"purpose": "public_reporting"},
        {"purpose": ""},
        {"locations": ["https://x"]},  # a member of RFC 9396 that this type has not
        {"type": "urn:synergie:data-sharing:2"},
        {"agreement": "agr-9"},
    ],
    ids=str,
)
def test_what_goes_beyond_the_agreement_is_refused(world: World, more: dict[str, Any]) -> None:
    world.agree("agr-1")
    answer = asked(world, element() | more)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_authorization_details")


def test_one_element_beyond_refuses_them_all(world: World) -> None:
    world.agree("agr-1")
    answer = asked(world, element(), element(granularity="raw"))
    assert answer.json()["error"] == "invalid_authorization_details"


def test_an_agreement_on_sums_is_not_narrowed_to_a_step(world: World) -> None:
    world.agree("agr-1", granularity="aggregate", cell_scheme="sch_1")
    assert asked(world, element()).status_code == 200
    answer = asked(world, element(granularity="year"))
    assert answer.json()["error"] == "invalid_authorization_details"


def test_an_agreement_of_other_programs_narrows_nothing(world: World) -> None:
    world.agree("agr-1", recipient_clients=["another-app"])
    assert asked(world, element()).json()["error"] == "invalid_authorization_details"
    world.agree("agr-1", recipient_clients=["another-app", "one-app"])
    assert asked(world, element()).status_code == 200


def test_an_agreement_without_end_admits_any_later_end(world: World) -> None:
    world.agree("agr-1", data_period={"start": "2026-01-01T00:00:00Z"})
    for period in (YEAR, {"start": "2026-01-01T00:00:00Z"}):
        assert asked(world, element(period=period)).status_code == 200


def test_the_guard_tells_how_far_the_token_was_narrowed(world: World) -> None:
    world.agree("agr-1")
    world.agree("agr-2", datasets=["assets", "consumption"])
    answer = asked(world, element(**WHOLE), element(agreement="agr-2"))
    token = answer.json()["access_token"]
    got = world.get(world.p1, token, f"{RESOURCE}/narrowed")
    assert got.json() == [
        {
            "agreement": "agr-1",
            "datasets": ["consumption"],
            "granularity": "day",
            "start": "2026-03-01T00:00:00Z",
            "end": "2026-04-01T00:00:00Z",
            "purpose": "joint_purchase",
        },
        {"agreement": "agr-2"}
        | dict.fromkeys(["datasets", "granularity", "start", "end", "purpose"]),
    ]
    both = world.ask(
        world.p1,
        scope="sites:read curves:read",
        authorization_details=json.dumps([element(), element(agreement="agr-2")]),
    )
    got = world.get(world.p1, both.json()["access_token"], f"{RESOURCE}/both")
    assert got.json() == ["agr-1", "agr-2"]


def test_a_token_that_was_not_narrowed_says_so(world: World) -> None:
    got = world.get(world.p1, world.token(world.p1), f"{RESOURCE}/narrowed")
    assert got.json() == []
    assert world.guard.token(world.token(world.p1), now=world.clock.now).narrowings is None


def test_introspection_tells_the_details(world: World) -> None:
    world.agree("agr-1")
    token = asked(world, element(**WHOLE)).json()["access_token"]
    told = world.form("/introspect", world.p1, token).json()
    assert told["authorization_details"] == [element(**WHOLE)]


def test_in_the_whole_server_only_an_agreement_in_force_narrows(furnished: Furnished) -> None:
    """By its version that decides now: suspended, it narrows nothing; resumed, it does again."""
    reader, owner, agreement = furnished.partner, furnished.owner, furnished.ids["agreement"]

    def asks(member: Member) -> str:
        furnished.place.tick()
        details = json.dumps([element(agreement=agreement)])
        form = member.partner.form(scope=GONE, authorization_details=details)
        headers = {"DPoP": member.partner.proof("POST", f"{URL}/token")}
        answer = furnished.place.http.post("/token", data=form, headers=headers)
        return str(answer.json().get("error", answer.status_code))

    assert asks(reader) == "200"
    assert asks(furnished.stranger) == "invalid_authorization_details"
    assert owner.act(agreement, "suspend").status_code == 200
    assert asks(reader) == "invalid_authorization_details"
    assert owner.act(agreement, "resume").status_code == 200
    assert asks(reader) == "200"

"""Who saw what, and what anyone may check of the journal, over the wire."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from synergie.proof import merkle, tree_head
from tests.server.partner import URL
from tests.server.place import PRM, Furnished, Member

PERIOD = "start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z"


def head(http: httpx2.Client) -> dict[str, Any]:
    answer = http.get("/audit/head")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def jwks(http: httpx2.Client) -> dict[str, Any]:
    told: dict[str, Any] = http.get("/jwks").json()
    return told


def accesses(member: Member, query: str = "") -> list[dict[str, Any]]:
    answer = member.get(f"/v1/audit/accesses?limit=1000&{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def last(member: Member, query: str = "") -> dict[str, Any]:
    record: dict[str, Any] = accesses(member, query)[0]["record"]
    return record


def test_the_head_is_signed_and_kept_a_short_time(furnished: Furnished) -> None:
    http = furnished.place.http
    answer = http.get("/audit/head")
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    told = answer.json()
    claims = tree_head.verify_tree_head(told["jws"], jwks(http))
    assert (claims.iss, claims.tree_size, claims.root) == (URL, told["tree_size"], told["root"])
    assert head(http)["jws"] == told["jws"], "nothing came: the same head"
    furnished.partner.get(f"/v1/series/{furnished.ids['series']}/curve?{PERIOD}")
    assert head(http)["tree_size"] == told["tree_size"] + 1


def test_anyone_may_have_the_history_proved(furnished: Furnished) -> None:
    http = furnished.place.http
    before = head(http)
    furnished.partner.get(f"/v1/series/{furnished.ids['series']}")
    after = head(http)
    sizes = before["tree_size"], after["tree_size"]
    told = http.get(f"/audit/proof?first={sizes[0]}&second={sizes[1]}").json()
    roots = bytes.fromhex(before["root"]), bytes.fromhex(after["root"])
    assert merkle.is_extension(sizes, roots, [bytes.fromhex(one) for one in told["path"]])
    for wrong in ("first=0&second=1", "first=2&second=1", f"first=1&second={sizes[1] + 1}"):
        assert http.get(f"/audit/proof?{wrong}").status_code == 422
    for wrong in ("seq=0&size=0", "seq=5&size=5", f"seq=0&size={sizes[1] + 1}", "seq=-1&size=1"):
        assert http.get(f"/audit/inclusion?{wrong}").status_code == 422
    assert http.get("/audit/inclusion?seq=0&size=1&x=1").status_code == 422


def test_what_a_partner_read_is_told_to_the_owner_and_to_itself(furnished: Furnished) -> None:
    series = furnished.ids["series"]
    answer = furnished.partner.get(f"/v1/series/{series}/curve?{PERIOD}")
    assert answer.status_code == 200, answer.text
    told = last(furnished.owner)
    assert told == last(furnished.partner)
    assert told | {"seq": 0, "at": ""} == {
        "seq": 0,
        "at": "",
        "event": "data.read",
        "by": "org-two",
        "client": "org-two-app",
        "owner": "org-one",
        "agreement": f"{furnished.ids['agreement']}/1",
        "subjects": [series],
        "dataset": "consumption",
        "granularity": "day",
        "start": "2026-10-31T23:00:00Z",
        "end": "2026-11-02T23:00:00Z",
        "rows": sum(len(run["values"]) for run in answer.json()["runs"]),
        "reason": None,
        "terms_sha256": None,
        "items_sha256": None,
    }
    sentence = accesses(furnished.owner)[0]["sentence"]
    assert "org-two a lu des données de consommation de org-one" in sentence.replace(
        "org-two (org-two)", "org-two"
    ).replace("org-one (org-one)", "org-one")
    assert series in sentence
    assert "au jour" in sentence


@pytest.mark.parametrize("noun", ["site", "supply_point", "series", "cabinet"])
def test_each_thing_that_is_read_alone_or_in_a_list_is_told(
    furnished: Furnished, noun: str
) -> None:
    path = noun.replace("_", "-") + ("" if noun == "series" else "s")
    for address in (
        f"/v1/{path}/{furnished.ids[noun]}",
        f"/v1/{path}?agreement={furnished.ids['agreement']}",
    ):
        before = len(accesses(furnished.owner))
        assert furnished.partner.get(address).status_code == 200
        assert len(accesses(furnished.owner)) == before + 1
        assert last(furnished.owner)["subjects"] == [furnished.ids[noun]]


def test_an_export_under_an_agreement_is_told_before_its_rows(furnished: Furnished) -> None:
    address = f"/v1/curves?{PERIOD}&agreement={furnished.ids['agreement']}"
    assert furnished.partner.get(address).status_code == 200
    assert last(furnished.owner)["event"] == "data.exported"
    for address in ("/v1/changes", "/v1/freshness"):
        assert (
            furnished.partner.get(f"{address}?agreement={furnished.ids['agreement']}").status_code
            == 200
        )
        assert last(furnished.owner)["subjects"] == [furnished.ids["series"]]


def test_reads_of_ones_own_are_not_recorded(furnished: Furnished) -> None:
    before = head(furnished.place.http)["tree_size"]
    for path in (
        "/v1/sites",
        f"/v1/series/{furnished.ids['series']}/curve?{PERIOD}",
        "/v1/changes",
    ):
        assert furnished.owner.get(path).status_code == 200
    assert head(furnished.place.http)["tree_size"] == before


def test_what_an_agreement_refuses_is_told_with_its_reason(furnished: Furnished) -> None:
    series = furnished.ids["series"]
    answer = furnished.partner.get(f"/v1/series/{series}/curve?{PERIOD}&granularity=raw")
    assert answer.status_code == 403
    told = last(furnished.owner)
    assert (told["event"], told["reason"]) == ("access.refused", "granularity_too_fine")
    assert (told["by"], told["subjects"], told["granularity"]) == ("org-two", [series], "raw")
    assert accesses(furnished.owner)[0]["sentence"].endswith(
        " : refusé, plus fin que l'accord ne l'ouvre."
    )


def test_a_read_that_cannot_be_recorded_does_not_take_place(furnished: Furnished) -> None:
    def moved(query: str, **values: Any) -> Any:
        with furnished.place.store.write() as session:
            return session.connection().execute(text(query), values)

    row = moved("SELECT size, peaks FROM journal_head").one()
    move = "UPDATE journal_head SET size = :size, peaks = :peaks"
    moved(move, size=0, peaks=b"")  # the number 0 is taken
    try:
        answer = furnished.partner.get(f"/v1/series/{furnished.ids['series']}")
    finally:
        moved(move, size=row.size, peaks=row.peaks)
    assert answer.status_code == 503  # a failure of the database, to be looked at
    assert furnished.ids["series"] not in answer.text


def test_accesses_to_a_site_hold_those_to_what_hangs_on_it(furnished: Furnished) -> None:
    series, site = furnished.ids["series"], furnished.ids["site"]
    furnished.partner.get(f"/v1/series/{series}")
    assert last(furnished.owner, f"subject={site}")["subjects"] == [series]
    assert last(furnished.owner, f"subject={series}")["subjects"] == [series]
    mine = accesses(furnished.partner, f"subject={site}")
    assert all(one["record"]["subjects"] == [site] for one in mine), "what hangs where is not told"
    assert accesses(furnished.owner, "subject=site_22222222222222222222") == []


def test_accesses_come_page_by_page_and_since_a_moment(furnished: Furnished) -> None:
    for _ in range(3):
        furnished.partner.get(f"/v1/sites/{furnished.ids['site']}")
    whole = accesses(furnished.owner)
    seen, after = [], None
    for _ in range(len(whole)):
        query = "" if after is None else f"&after={after}"
        page = furnished.owner.get(f"/v1/audit/accesses?limit=2{query}").json()
        seen += page["items"]
        after = page["next"]
        if after is None:
            break
    assert seen == whole
    cursor = furnished.owner.get("/v1/audit/accesses?limit=2").json()["next"]
    assert furnished.partner.get(f"/v1/audit/accesses?after={cursor}").status_code == 404
    later = (furnished.place.clock.now + timedelta(seconds=1)).isoformat().replace("+", "%2B")
    assert accesses(furnished.owner, f"since={later}") == []


def test_nobody_else_is_told_anything(furnished: Furnished) -> None:
    furnished.partner.get(f"/v1/series/{furnished.ids['series']}/curve?{PERIOD}")
    seq = last(furnished.owner)["seq"]
    assert accesses(furnished.stranger) == []
    assert accesses(furnished.stranger, f"subject={furnished.ids['series']}") == []
    theirs = furnished.stranger.get(f"/v1/audit/records/{seq}")
    absent = furnished.stranger.get("/v1/audit/records/999999")
    words = furnished.stranger.get("/v1/audit/records/007")
    drop = ("trace_id", "instance")
    bodies = [
        {k: v for k, v in one.json().items() if k not in drop} for one in (theirs, absent, words)
    ]
    assert theirs.status_code == absent.status_code == words.status_code == 404
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_party_checks_a_record_by_itself(furnished: Furnished) -> None:
    furnished.partner.get(f"/v1/series/{furnished.ids['series']}/curve?{PERIOD}")
    told = head(furnished.place.http)
    claims = tree_head.verify_tree_head(told["jws"], jwks(furnished.place.http))
    seq = last(furnished.partner)["seq"]
    kept = furnished.partner.get(f"/v1/audit/records/{seq}").json()
    assert json.loads(kept["record"])["seq"] == seq
    leaf = hashlib.sha256(
        b"\x00" + bytes.fromhex(kept["salt"]) + kept["record"].encode()
    ).hexdigest()
    path = furnished.place.http.get(f"/audit/inclusion?seq={seq}&size={claims.tree_size}").json()
    assert leaf == kept["leaf"] == path["leaf"]
    assert merkle.includes(
        bytes.fromhex(leaf),
        [bytes.fromhex(one) for one in path["path"]],
        bytes.fromhex(claims.root),
        index=seq,
        size=claims.tree_size,
    )


def test_no_delivery_point_and_no_name_is_in_the_journal(furnished: Furnished) -> None:
    furnished.partner.get(f"/v1/supply-points?agreement={furnished.ids['agreement']}")
    furnished.partner.get(f"/v1/series/{furnished.ids['series']}/curve?{PERIOD}")
    seen = [*accesses(furnished.owner), *accesses(furnished.partner)]
    for one in seen:
        del one["record"]["seq"]  # that may be any number
    told = json.dumps(seen, ensure_ascii=False)
    for secret in (PRM, "École", "1000"):
        assert secret not in told


def test_a_token_of_another_scope_sees_no_access(furnished: Furnished) -> None:
    token = furnished.owner.token("sites:read")
    assert furnished.owner.get("/v1/audit/accesses", token=token).status_code == 403
    assert furnished.owner.get("/v1/audit/records/0", token=token).status_code == 403

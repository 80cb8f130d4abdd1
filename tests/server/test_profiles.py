"""Saved profiles over HTTP: saved, read, and used by a deposit."""

from tests.server.place import Furnished, profile

TABLE = {
    "stamp": "start",
    "table": {
        "name": "Charge",
        "layout": "curve",
        "direction": "import",
        "columns": [
            {"name": "PRM", "field": "supply_point"},
            {"name": "Heure", "field": "datetime"},
            {"name": "kW", "field": "value", "unit": "kW"},
        ],
    },
}
FILE = b"PRM;Heure;kW\r\n" + b"".join(
    f"99000000000017;01/06/2026 {n:02}:00;1,5\r\n".encode() for n in range(24)
)


def test_a_profile_is_saved_read_and_used_by_a_deposit(furnished: Furnished) -> None:
    owner = furnished.owner
    saved = owner.put("/v1/profiles/charge", {"profile": TABLE}).json()
    assert (saved["name"], saved["version"], saved["owner"]) == ("charge", 1, "org-one")
    assert owner.get("/v1/profiles/charge").json() == saved
    binary = {"Content-Type": "application/octet-stream"}
    answer = owner.post(
        "/v1/deposits?name=a.csv&dry_run=true&format=table-csv&profile=charge",
        FILE,
        headers=binary,
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["series"][0]["energy_kwh"] == 36
    stranger = furnished.stranger.post(
        "/v1/deposits?name=a.csv&dry_run=true&format=table-csv&profile=charge",
        FILE,
        headers=binary,
    )
    assert stranger.status_code == 422


def test_a_profile_that_does_not_hold_is_refused_with_its_place(furnished: Furnished) -> None:
    answer = furnished.owner.put("/v1/profiles/charge", profile(stamp="middle"))
    assert answer.status_code == 422
    assert "/profile/stamp" in answer.text
    assert furnished.owner.put("/v1/profiles/A", profile()).status_code == 404

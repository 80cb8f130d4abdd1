"""What stands beside open files to prove them: data packages, keys, licences of several periods."""

from pathlib import Path

import pytest

from synergie.cli import main
from synergie.exchange.trust.held_keys import SigningKeyCustody
from tests.components import package
from tests.exchange.people import NOW
from tests.exchange.sums import publish
from tests.pages.opening import Opening
from tests.pages.test_public import OURS, against, graph_of


def package_of(opening: Opening, path: str, folder: Path) -> list[str]:
    """The names in `datapackage.json` below *path*, each downloaded into *folder* beside it."""
    base = f"{opening.where}{path}"
    told = opening.browser().get(f"{base}/datapackage.json")
    folder.mkdir()
    (folder / "datapackage.json").write_bytes(told.content)
    names = [one["path"] for one in told.json()["resources"]]
    for name in names:
        answer = opening.browser().get(f"{base}/{name}")
        assert answer.status_code == 200, name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(answer.content)
    return names


def test_the_data_package_names_what_proves_it_and_is_enough_to_verify(
    opened: Opening, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "v1"
    names = package_of(opened, "/2025-01/v1", folder)
    stem = "electricite-2025-01-v1"
    assert {f"{stem}.signature.jws", f"{stem}.releve.json", "cles.json"} <= set(names)
    report = package("frictionless").validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["resource", "type", "note"])
    figures = [name for name in names if name != "cles.json"]
    words = ["publication", "verify", *(str(folder / name) for name in figures)]
    assert main([*words, "--jwks", str(folder / "cles.json"), "--locale", "en"]) == 0
    assert capsys.readouterr().out.count("cells that were signed") == len(figures) - 1 == 5


def test_the_data_package_of_all_periods_names_the_signatures_that_hold(
    opened: Opening, tmp_path: Path
) -> None:
    names = package_of(opened, "", tmp_path / "all")
    signature = "2025-01/v2/electricite-2025-01-v2.signature.jws"
    assert [name for name in names if "jws" in name or "cles" in name] == [signature, "cles.json"]
    assert package("frictionless").validate(str(tmp_path / "all/datapackage.json")).valid


def test_the_records_of_all_periods_are_a_list_though_there_is_one(opened: Opening) -> None:
    (one,) = opened.browser().get(f"{opened.where}/electricite-toutes-periodes.releve.json").json()
    assert (one["period"], one["version"]) == ("2025-01", 2)


def test_signing_other_words_changes_no_byte_of_a_data_package(opening: Opening) -> None:
    def told() -> bytes:
        return opening.file("datapackage.json").content

    publish(opening.place.store, opening.owner, opening.scheme, "2025-01", open_data=True)
    assert b"cles.json" not in told() and b"jws" not in told()
    opening.sign()
    before = told()
    assert b"cles.json" in before
    opening.sign(titre="Autre titre")
    assert told() == before


def test_the_keys_beside_a_version_are_those_that_signed_it(opening: Opening) -> None:
    opening.sign()
    book: SigningKeyCustody = opening.place.app.state.house.trust.held_keys
    book.let_go(opening.owner.caller, now=NOW)
    made = book.make(opening.owner.caller, now=NOW)
    opening.sign("2025-02")
    keys = {
        path: [one["kid"] for one in opening.read(f"{path}/cles.json")["keys"]]
        for path in ("", "/2025-01/v1", "/2025-02/v1")
    }
    old = str(opening.owner.key.kid)
    assert sorted(keys[""]) == sorted([old, made.kid])
    assert keys["/2025-01/v1"] == [old]
    assert keys["/2025-02/v1"] == [made.kid]


def test_files_of_periods_under_several_licences_say_which(opening: Opening) -> None:
    """No period is told to be under the licence of another one."""
    opening.sign(licence="odbl-1.0")
    opening.sign("2025-02")
    told = "ODbL 1.0 : 2025-01 ; Licence Ouverte 2.0 : 2025-02"
    dataset = opening.catalogue()
    for one in (dataset, *dataset["dcat:distribution"]):
        assert "odbl" in one["dct:license"]["@id"]
    for one in dataset["dcat:distribution"]:
        assert one["dct:rights"]["rdfs:label"]["@value"] == told
    conforms, report = against(graph_of(opening), OURS)
    assert conforms, report
    whole = opening.read("/datapackage.json")["licenses"]
    assert [(one["name"], one["title"]) for one in whole] == [
        ("ODbL-1.0", "ODbL 1.0 : 2025-01"), ("etalab-2.0", "Licence Ouverte 2.0 : 2025-02"),
    ]  # fmt: skip
    for period, name in (("2025-01", "ODbL-1.0"), ("2025-02", "etalab-2.0")):
        (licence,) = opening.file("datapackage.json", period).json()["licenses"]
        assert licence["name"] == name
    page = opening.browser().get(opening.where).text
    assert "ODbL 1.0 (2025-01) ; Licence Ouverte 2.0 (2025-02)." in page


def test_where_there_is_one_licence_nothing_more_is_said(opened: Opening) -> None:
    assert "dct:rights" not in str(opened.catalogue())
    assert "plusieurs licences" not in opened.browser().get(opened.where).text

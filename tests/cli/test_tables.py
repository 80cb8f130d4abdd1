"""`synergie tables`: what the tables hold, and how they are kept right."""

import json
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from synergie.cli import main
from synergie.client import outbound
from synergie.client.outbound import Reply
from synergie.energy.plan.tariff.tables.bundle import KIND
from synergie.proof.jose import sign_compact

HEAD = "category,valid_from,valid_to,eur_per_mwh,source\n"


def bundle(key: OKPKey, version: int, eur: str) -> bytes:
    cell = {"table": "accise", "key": "up_to_36", "day": "2027-02-01", "cell": "eur_per_mwh"}
    told = {
        "name": "accise 2027", "version": version, "published": "2026-12-15", "role": "éditeur",
        "tables": [
            {"table": "accise", "csv": f"{HEAD}up_to_36,2027-02-01,2027-08-01,{eur},essai\n"}
        ],
        "golden": [{**cell, "value": eur}],
    }  # fmt: skip
    return sign_compact(key, KIND, told).encode()


def test_signed_tables_are_taken_shown_and_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = OKPKey.generate_key("Ed25519", {"kid": "editeur"})
    folder, file = tmp_path / "tables", tmp_path / "accise.jws"
    folder.mkdir()
    (folder / "publishers.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    where = ["--tables", str(folder), "--locale", "fr"]
    file.write_bytes(bundle(key, 2, "31.00"))
    assert main(["tables", "update", str(file), "--dry-run", *where]) == 0
    assert not (folder / "published.jws").exists()
    assert main(["tables", "update", str(file), *where]) == 0
    said = capsys.readouterr().out
    assert "accise 2027, version 2 : cases qui changent : 1" in said
    assert "accise.csv, up_to_36, eur_per_mwh, 01/02/2027 - 01/08/2027 : - -> 31.00" in said
    file.write_bytes(bundle(key, 1, "30.00"))
    assert main(["tables", "update", str(file), *where]) == 1
    file.write_bytes(bundle(OKPKey.generate_key("Ed25519", {"kid": "autre"}), 3, "30.00"))
    assert main(["tables", "update", str(file), *where]) == 1
    assert main(["tables", "undo", *where]) == 0
    capsys.readouterr()
    assert main(["tables", "show", "accise", "--key", "up_to_36", *where]) == 0
    said = capsys.readouterr().out
    assert "30.62" in said and "31.00" not in said


def test_the_bills_that_move_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A grid of 2027: 60 kVA of BTSUPCU at 1,000 kWh a class, before and after."""
    key = OKPKey.generate_key("Ed25519")
    (tmp_path / "publishers.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    text = (
        "tariff_code,valid_from,valid_to,cg_eur,cc_eur,cmdps_eur_per_h,b_hph,b_hch,b_hpb,b_hcb,"
        "c_hph,c_hch,c_hpb,c_hcb,source\n"
        "BTSUPCU,2026-08-01,2027-08-01,222.53,291.88,12.79,20.15,16.45,15.00,12.34,7.12,4.34,2.19,"
        "1.57,essai\n"
    )
    told = {
        "name": "essai", "version": 1, "published": "2026-12-15", "role": "éditeur",
        "tables": [{"table": "turpe", "csv": text}],
        "golden": [{"table": "turpe", "key": "BTSUPCU", "day": "2026-08-01", "cell": "b_hph",
                    "value": "20.15"}],
    }  # fmt: skip
    file = tmp_path / "essai.jws"
    file.write_bytes(sign_compact(key, KIND, told).encode())
    assert main(["tables", "update", str(file), "--tables", str(tmp_path), "--locale", "fr"]) == 0
    said = capsys.readouterr().out
    assert "turpe.csv, BTSUPCU, b_hph, 01/08/2026 - 01/08/2027 : 18.15 -> 20.15" in said
    # 222.53 + 291.88 + 18.15 * 60, with CTA of 15 %; 152.20 for the energy and 105.40 of accise
    assert "2\u202f101,52 € -> 2\u202f239,52 €" in said


def test_a_cell_that_one_enters_holds_when_another_has_confirmed_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--tables", str(tmp_path), "--locale", "fr"]
    line = ["tables", "add", "turpe", "HTACU5", "cg_eur=445,10", "--from", "2026-08-01", "--to",
            "2027-08-01", "--source", "CRE 2026-105, p. 12", "--by", "Cheffe"]  # fmt: skip
    assert main([*line, *where]) == 0
    point = ["bill", "--fta", "HTACU5", "--kva", "300", "--energy", "HPH=1000", "--from",
             "2026-11-01", "--to", "2026-11-30"]  # fmt: skip
    assert main([*point, *where]) == 1
    assert "case absente : turpe.csv, HTACU5, cg_eur" in capsys.readouterr().out
    assert main(["tables", "confirm", "1", "--by", "Cheffe", *where]) == 1
    assert main(["tables", "confirm", "1", "--by", "Trésorier", *where]) == 0
    assert main([*point, *where]) == 0
    assert main(["tables", "confirm", "7", "--by", "Trésorier", *where]) == 1


def test_tables_are_listed_with_their_ends_and_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    from synergie.energy.commands import tables

    monkeypatch.setattr(tables, "_today", lambda: date(2026, 3, 1))
    assert main(["tables", "list", "--locale", "fr"]) == 0
    assert "HTALUPM5" in capsys.readouterr().out
    assert main(["tables", "check", "--locale", "fr"]) == 0
    monkeypatch.setattr(tables, "_today", lambda: date(2026, 12, 3))
    assert main(["tables", "check", "--locale", "fr"]) == 0, "told, and no error yet"
    assert "accise.csv n'a plus de chiffres à partir du 01/02/2027" in capsys.readouterr().out
    assert main(["tables", "check", "--need", "BTSUPCU4", "--need", "up_to_36"]) == 0
    capsys.readouterr()
    assert main(["tables", "check", "--need", "HTACU5", "--locale", "fr"]) == 1
    assert "manque aujourd'hui\u202f: turpe.csv, HTACU5, cg_eur" in capsys.readouterr().out
    monkeypatch.setattr(tables, "_today", lambda: date(2027, 3, 1))
    assert main(["tables", "check", "--need", "up_to_36", "--locale", "fr"]) == 1
    assert "accise.csv, up_to_36, eur_per_mwh" in capsys.readouterr().out
    assert main(["tables", "check", "--need", "BTX"]) == 2
    assert main(["tables", "show", "tarif", "--locale", "fr"]) == 2
    assert main(["tables", "show", "accise", "--key", "x", "--locale", "fr"]) == 2


@pytest.fixture
def trusted(tmp_path: Path) -> tuple[OKPKey, list[str]]:
    """A folder that trusts one key, and the options that mean it."""
    key = OKPKey.generate_key("Ed25519", {"kid": "editeur"})
    (tmp_path / "publishers.json").write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    return key, ["--tables", str(tmp_path), "--locale", "fr"]


def test_tables_are_taken_from_an_address_within_limits(
    trusted: tuple[OKPKey, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network is faked: https alone, public hosts, no redirect are tested in the client."""
    key, where = trusted
    calls: list[tuple[str, int, float]] = []
    forged = bundle(OKPKey.generate_key("Ed25519"), 3, "1")
    answers = {
        "https://tables.example/2.jws": Reply(200, {}, bundle(key, 2, "31.00")),
        "https://tables.example/moved": Reply(302, {"location": "https://autre.example/"}, b""),
        "https://tables.example/other": Reply(200, {}, forged),
    }

    def fetch(url: str, *, limit: int, timeout: float, accept: str) -> Reply:
        calls.append((url, limit, timeout))
        return answers[url]

    assert main(["tables", "update", "http://tables.example/2.jws", *where]) == 1, "no https"
    monkeypatch.setattr(outbound, "fetch_url", fetch)
    for name in ("moved", "other"):
        assert main(["tables", "update", f"https://tables.example/{name}", *where]) != 0
        assert not (tmp_path / "published.jws").exists()
    assert main(["tables", "update", "https://tables.example/2.jws", *where]) == 0
    assert {(most, seconds) for _, most, seconds in calls} == {(4_000_000, 30.0)}


def test_where_tables_were_taken_from_is_noted_by_version(
    trusted: tuple[OKPKey, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, where = trusted

    def listed() -> str:
        capsys.readouterr()
        assert main(["tables", "list", *where]) == 0
        return capsys.readouterr().out.splitlines()[0]

    for version, source in ((2, ["--source", "courrier du 3 mars"]), (3, [])):
        file = tmp_path / f"{version}.jws"
        file.write_bytes(bundle(key, version, "32.00"))
        assert main(["tables", "update", str(file), *source, *where]) == 0
    assert listed() == "accise 2027, version 3, prise de\u202f: -"
    assert main(["tables", "undo", *where]) == 0
    assert listed() == "accise 2027, version 2, prise de\u202f: courrier du 3 mars"


class Publishers:
    """A folder whose trusted keys change."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.where = ["--tables", str(folder), "--locale", "fr"]

    def trust(self, *keys: OKPKey) -> None:
        told = {"keys": [one.as_dict(private=False) for one in keys]}
        (self.folder / "publishers.json").write_text(json.dumps(told))

    def update(self, signer: OKPKey, version: int, eur: str) -> int:
        file = self.folder / "essai.jws"
        file.write_bytes(bundle(signer, version, eur))
        return main(["tables", "update", str(file), *self.where])

    def show(self) -> tuple[str, str]:
        self.capsys.readouterr()
        assert main(["tables", "show", "accise", "--key", "up_to_36", *self.where]) == 0
        said = self.capsys.readouterr()
        return said.out, said.err


def test_a_publisher_that_is_not_trusted_any_more_is_told_and_locks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, other = (OKPKey.generate_key("Ed25519", {"kid": kid}) for kid in ("un", "deux"))
    at = Publishers(tmp_path, capsys)
    at.trust(key, other)
    assert [at.update(other, 1, "30.00"), at.update(key, 2, "31.00")] == [0, 0]
    at.trust(other)
    out, err = at.show()
    assert "31.00" not in out and "30.62" in out, "what the publisher told does not hold"
    assert "published.jws" in err and "accise 2027, 2" in err
    assert main(["tables", "check", *at.where]) == 1
    assert main(["tables", "undo", *at.where]) == 0
    assert "30.00" in at.show()[0]
    at.trust(key)
    assert at.update(key, 1, "29.00") == 0, "a bundle that does not hold makes none older"
    (tmp_path / "publishers.json").unlink()
    assert main(["tables", "undo", *at.where]) == 0, "not even without any key"


def test_a_changed_bundle_of_a_trusted_key_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = OKPKey.generate_key("Ed25519", {"kid": "un"})
    at = Publishers(tmp_path, capsys)
    at.trust(key)
    head, claims, signature = bundle(key, 5, "30.00").split(b".")
    other = bundle(key, 5, "31.00").split(b".")[1]
    for content in (b".".join([head, other, signature]), b".".join([head, claims])):
        (tmp_path / "published.jws").write_bytes(content)
        assert main(["tables", "show", "accise", *at.where]) == 1

"""`synergie publication`: signed and verified from files alone; what was changed is named."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from synergie.cli import main
from synergie.client.keys import new_key, public_jwks
from synergie.formats.opendata.open_csv import for_machines, for_spreadsheets
from synergie.proof import jose
from synergie.schemas.release import Release
from synergie.schemas.signed_publication import claims_for
from tests.cli.published import CELLS, ORG, TERMS, paper, release

STEM = "electricite-2025-01-v1"

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `synergie publication …`: exit code, stdout, stderr."""

    def line(*words: str) -> tuple[int, str, str]:
        code = main(["publication", *words, "--locale", "en"])
        told = capsys.readouterr()
        return code, told.out, told.err

    return line


@dataclass(frozen=True)
class Shelf:
    """A folder with what anybody downloads, and the publisher's private key."""

    folder: Path
    key: dict[str, Any]

    def sign(self, claims: dict[str, Any], *, typ: str = "synergie-publication+jwt") -> None:
        """The signature, over *claims*."""
        made = jose.compact(ECKey.import_key(self.key), typ, claims)
        (self.folder / f"{STEM}.signature.jws").write_text(f"{made}\n")

    def write(self, one: Release) -> None:
        """The files of *one*."""
        (self.folder / f"{STEM}.releve.json").write_text(one.model_dump_json())
        (self.folder / f"{STEM}-ouvert.csv").write_bytes(for_machines([one]))
        (self.folder / f"{STEM}-tableur.csv").write_bytes(for_spreadsheets([one]))

    def words(self, *suffixes: str) -> tuple[str, ...]:
        """The line that verifies the files of these endings."""
        names = [".signature.jws", *(suffixes or (".releve.json", "-ouvert.csv", "-tableur.csv"))]
        paths = [str(self.folder / f"{STEM}{suffix}") for suffix in names]
        return ("verify", *paths, "--jwks", str(self.folder / "cles.json"))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """January, signed and published."""
    made = Shelf(tmp_path, new_key("ES256"))
    (tmp_path / "cles.json").write_text(json.dumps(public_jwks(made.key)))
    (tmp_path / "cle.json").write_text(json.dumps(made.key))
    (tmp_path / "cle.json").chmod(0o600)
    made.sign(claims_for(paper(), 1_764_000_000).model_dump(mode="json"))
    made.write(release())
    return made


def test_anybody_verifies_what_was_signed_and_reads_by_whom(run: Run, shelf: Shelf) -> None:
    code, out, err = run(*shelf.words())
    assert (code, err) == (0, "")
    assert "signed by cc-une on 2025-11-24 16:00 UTC: “Électricité par commune”" in out
    assert "period 2025-01, version 1, under Licence Ouverte 2.0" in out
    assert out.count("the 2 sums and 1 hidden cells that were signed") == 3
    assert jose.public_key(public_jwks(shelf.key)["keys"][0]).thumbprint() in out
    assert out.endswith("everything is as it was signed\n")


@pytest.mark.parametrize("suffix", [".releve.json", "-ouvert.csv", "-tableur.csv"])
def test_each_file_is_verified_by_itself(run: Run, shelf: Shelf, suffix: str) -> None:
    code, out, _ = run(*shelf.words(suffix))
    assert (code, out.count("that were signed")) == (0, 1)


def test_the_document_for_programs_says_the_same(run: Run, shelf: Shelf) -> None:
    code, out, _ = run(*shelf.words(), "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["fault"]) == (0, True, None)
    assert told["signed"]["terms"]["licence"] == "etalab-2.0"


def test_it_is_said_in_french_too(capsys: pytest.CaptureFixture[str], shelf: Shelf) -> None:
    assert main(["publication", *shelf.words()]) == 0
    assert "tout est tel que signé" in capsys.readouterr().out


# What was changed is named


def test_a_changed_sum_of_the_record_is_refused(run: Run, shelf: Shelf) -> None:
    cells = (CELLS[0], CELLS[1].model_copy(update={"energy_wh": 12_000_001}))
    shelf.write(release(cells=cells))
    code, out, err = run(*shelf.words(".releve.json"))
    assert code == 1 and "everything is as it was signed" not in out
    assert f"{STEM}.releve.json, cells_sha256: found" in err
    assert paper().cells_sha256 in err


def test_a_record_changed_by_hand_no_longer_bears_its_own_digest(run: Run, shelf: Shelf) -> None:
    path = shelf.folder / f"{STEM}.releve.json"
    told = json.loads(path.read_text()) | {"not_counted": 9}
    path.write_text(json.dumps(told))
    code, _, err = run(*shelf.words(".releve.json"))
    assert code == 1 and "/sha256: found" in err


def test_beside_the_record_a_changed_csv_says_which_sum_and_what_was_signed(
    run: Run, shelf: Shelf
) -> None:
    cells = (CELLS[0], CELLS[1].model_copy(update={"energy_wh": 12_000_001}))
    path = shelf.folder / f"{STEM}-ouvert.csv"
    path.write_bytes(for_machines([release(cells=cells)]))
    code, out, err = run(*shelf.words(".releve.json", "-ouvert.csv"))
    assert code == 1
    assert ".releve.json: the 2 sums" in out
    assert "54430, energy_wh: found '12000001', expected 12000000" in err


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("12000.000", "12001.000", "line 3, /energy_kwh: found '12001.000', expected 12000.000"),
        ("2025-02-01", "2025-03-01", "line 2, /end: found '2025-03-01', expected 2025-02-01"),
        ("hidden", "gone", "line 4, /status: found 'gone'"),
        (",27,", ",x,", "line 2, /n_points: found 'x'"),
        ("cell,", "cel,", "line 1: found"),
        ("2025-01", "2025-02", "no row"),
        ("Liverdun,", "Liverdun,,", "line 4: found"),
    ],
    ids=["kwh", "end", "state", "count", "heading", "period", "width"],
)
def test_a_column_that_no_digest_covers_is_held_against_the_sums(
    run: Run, shelf: Shelf, old: str, new: str, where: str
) -> None:
    path = shelf.folder / f"{STEM}-ouvert.csv"
    path.write_text(path.read_text().replace(old, new), newline="")
    code, _, err = run(*shelf.words("-ouvert.csv"))
    assert code == 1 and where in err, err


def test_a_row_taken_out_is_missed(run: Run, shelf: Shelf) -> None:
    path = shelf.folder / f"{STEM}-ouvert.csv"
    rows = list(csv.reader(io.StringIO(path.read_text())))
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows[:-1])
    path.write_text(out.getvalue(), newline="")
    code, _, err = run(*shelf.words(".releve.json", "-ouvert.csv"))
    assert code == 1 and "hidden: nothing found, expected 54318" in err


def test_of_a_file_of_all_periods_the_signed_rows_are_held_against_the_signature(
    run: Run, shelf: Shelf
) -> None:
    other = release(period="2025-02", cells=(CELLS[0],))
    path = shelf.folder / f"{STEM}-ouvert.csv"
    path.write_bytes(for_machines([release(), other]))
    assert run(*shelf.words("-ouvert.csv"))[0] == 0
    path.write_bytes(for_machines([other]))
    assert run(*shelf.words("-ouvert.csv"))[0] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("period", "2025-02"), ("version", 2), ("org", "cc-autre"), ("cells_sha256", "0" * 64),
        ("publication", "communes-gas"), ("terms", TERMS.model_copy(
            update={"licence": "odbl-1.0"}).model_dump(mode="json")),
    ],
    ids=["period", "version", "org", "cells", "publication", "licence"],
)  # fmt: skip
def test_a_signature_of_something_else_is_not_one_of_these_files(
    run: Run, shelf: Shelf, name: str, value: object
) -> None:
    shelf.sign(claims_for(paper(), 1_764_000_000).model_dump(mode="json") | {name: value})
    code, _, err = run(*shelf.words(".releve.json"))
    assert code == 1 and "found" in err and "expected" in err


def test_words_changed_in_the_signature_itself_are_found(run: Run, shelf: Shelf) -> None:
    path = shelf.folder / f"{STEM}.signature.jws"
    header, claims, tail = path.read_text().strip().split(".")
    path.write_text(f"{header}.{claims[:-4]}AAAA.{tail}")
    assert run(*shelf.words())[0] == 1


@pytest.mark.parametrize("typ", ["synergie-agreement+jwt", "JWT", "synergie-manifest+jwt"])
def test_a_signature_of_another_kind_is_none(run: Run, shelf: Shelf, typ: str) -> None:
    shelf.sign(claims_for(paper(), 1_764_000_000).model_dump(mode="json"), typ=typ)
    code, _, err = run(*shelf.words())
    assert code == 1 and "another kind of signed text" in err


def _jwks(shelf: Shelf, **more: str) -> None:
    (key,) = public_jwks(shelf.key)["keys"]
    (shelf.folder / "cles.json").write_text(json.dumps({"keys": [key | more]}))


def test_a_key_that_ended_verifies_what_it_signed_before_and_nothing_after(
    run: Run, shelf: Shelf
) -> None:
    _jwks(shelf, valid_from="2025-01-01T00:00:00+00:00", valid_until="2025-12-01T00:00:00+00:00")
    assert run(*shelf.words())[0] == 0
    _jwks(shelf, valid_from="2025-01-01T00:00:00+00:00", valid_until="2025-11-24T15:59:59+00:00")
    code, _, err = run(*shelf.words())
    assert code == 1 and "a key that did not sign such texts then" in err


def test_keys_of_another_organisation_verify_nothing(run: Run, shelf: Shelf) -> None:
    (shelf.folder / "cles.json").write_text(json.dumps(public_jwks(new_key("ES256"))))
    code, _, err = run(*shelf.words())
    assert code == 1 and "no key of that name" in err
    (other,) = public_jwks(new_key("ES256"))["keys"]
    keys = {"keys": [other | {"kid": shelf.key["kid"]}]}
    (shelf.folder / "cles.json").write_text(json.dumps(keys))
    code, _, err = run(*shelf.words())
    assert code == 1 and "signature does not verify" in err


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"<html>", b"[]", b"x" * 70_000], ids=[*"abcde"]
)
@pytest.mark.parametrize(
    "name",
    [f"{STEM}.signature.jws", "cles.json", f"{STEM}.releve.json", f"{STEM}-ouvert.csv"],
    ids=["jws", "keys", "record", "csv"],
)
def test_a_file_that_is_none_is_said_and_named(
    run: Run, shelf: Shelf, name: str, content: bytes
) -> None:
    (shelf.folder / name).write_bytes(content)
    code, _, err = run(*shelf.words(".releve.json", "-ouvert.csv"))
    assert code == 1 and name in err


def test_a_line_without_figures_or_with_two_signatures_is_misused(run: Run, shelf: Shelf) -> None:
    only = str(shelf.folder / f"{STEM}.signature.jws")
    keys = ("--jwks", str(shelf.folder / "cles.json"))
    assert run("verify", only, *keys)[0] == 2
    assert run("verify", only, only, only.replace(".signature.jws", ".releve.json"), *keys)[0] == 2
    assert run("verify", only, "carte.geojson", *keys)[0] == 2


# Signing away from every server


def _file(shelf: Shelf, told: dict[str, Any] | None = None) -> str:
    path = shelf.folder / "publication.json"
    path.write_text(json.dumps(told or paper().model_dump(mode="json")))
    return str(path)


def test_what_is_signed_is_shown_first_and_then_verifies(run: Run, shelf: Shelf) -> None:
    words = ("--org", ORG, "--key", str(shelf.folder / "cle.json"), "--yes")
    out = shelf.folder / f"{STEM}.signature.jws"
    out.unlink()
    code, _, err = run("sign", _file(shelf), *words, "--out", str(out))
    assert code == 0
    for told in ("cc-une opens “Électricité par commune” to everybody", "Custines", "Liverdun",
                 "energie@exemple.test", "12,000,000", paper().cells_sha256):  # fmt: skip
        assert told in err
    assert run(*shelf.words())[0] == 0
    code, printed, _ = run("sign", _file(shelf), *words)
    assert (code, printed.count(".")) == (0, 2)


@pytest.mark.parametrize("change", ["sum", "terms", "digest", "seen", "publication", "org"])
def test_a_file_that_was_changed_is_not_signed(run: Run, shelf: Shelf, change: str) -> None:
    told, org = paper().model_dump(mode="json"), ORG
    if change == "sum":
        told["seen"]["cells"][1]["energy_wh"] = 1
    elif change == "terms":
        told["seen"]["terms"]["licence"] = "odbl-1.0"
    elif change == "digest":
        told["cells_sha256"] = "0" * 64
    elif change == "seen":
        told["seen_sha256"] = "0" * 64
    elif change == "publication":
        told["publication"] = "autre-electricity"
    else:
        org = "cc-autre"
    key = ("--key", str(shelf.folder / "cle.json"), "--yes")
    code, out, err = run("sign", _file(shelf, told), "--org", org, *key)
    assert (code, out) == (1, "") and "expected" in err

"""`synergie publication`: signed and verified from files alone; what was changed is named."""

import csv
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from synergie.cli import main
from synergie.client.keys import new_key, public_jwks
from synergie.formats.opendata.open_csv import for_machines, for_spreadsheets
from synergie.formats.opendata.open_geojson import build_release_geojson
from synergie.formats.opendata.open_parquet import build_release_parquet
from synergie.proof import jose
from synergie.schemas.publication.release import Release
from synergie.schemas.publication.release_bytes import release_digest
from synergie.schemas.publication.signed_publication import claims_for, to_sign
from tests.cli.published import CELLS, ORG, TERMS, paper, release
from tests.components import package

STEM = "electricite-2025-01-v1"
PLAIN = (".releve.json", "-ouvert.csv", "-tableur.csv", ".geojson")
"""How the files that hold the figures end, but the one that needs an optional part."""

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
        made = jose.sign_compact(ECKey.import_key(self.key), typ, claims)
        (self.folder / f"{STEM}.signature.jws").write_text(f"{made}\n")

    def write(self, one: Release) -> None:
        """The files of *one*."""
        (self.folder / f"{STEM}.releve.json").write_text(one.model_dump_json())
        (self.folder / f"{STEM}-ouvert.csv").write_bytes(for_machines([one]))
        (self.folder / f"{STEM}-tableur.csv").write_bytes(for_spreadsheets([one]))
        (self.folder / f"{STEM}.geojson").write_bytes(build_release_geojson([one]))

    def parquet(self, *some: Release) -> Path:
        """The Parquet file of *some*."""
        package("pyarrow")
        path = self.folder / f"{STEM}.parquet"
        path.write_bytes(build_release_parquet(some))
        return path

    def edit(self, suffix: str, old: str, new: str) -> None:
        """Change one text in the file that ends so, which must hold it."""
        path = self.folder / f"{STEM}{suffix}"
        text = path.read_bytes().decode()
        assert old in text
        path.write_bytes(text.replace(old, new).encode())

    def words(self, *suffixes: str) -> tuple[str, ...]:
        """The line that verifies the files of these endings."""
        names = [".signature.jws", *(suffixes or PLAIN)]
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
    assert out.count("the 2 sums and 1 hidden cells that were signed") == len(PLAIN)
    assert jose.public_key(public_jwks(shelf.key)["keys"][0]).thumbprint() in out
    assert out.endswith("everything is as it was signed\n")


@pytest.mark.parametrize("suffix", [*PLAIN, ".parquet"])
def test_each_file_is_verified_by_itself(run: Run, shelf: Shelf, suffix: str) -> None:
    if suffix == ".parquet":
        shelf.parquet(release())
    code, out, _ = run(*shelf.words(suffix))
    assert (code, out.count("that were signed")) == (0, 1)


def test_what_of_the_record_no_signature_covers_is_said(run: Run, shelf: Shelf) -> None:
    """Who seals the record again with other agreements does not change a signed figure."""
    shelf.write(release(agreements=("agr_autre/1",)))
    code, out, _ = run(*shelf.words(".releve.json"))
    assert code == 0 and "agreements, thresholds" in out and "are in no signature" in out
    assert "in no signature" not in run(*shelf.words("-ouvert.csv"))[1]


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


@pytest.mark.parametrize("name", ["start", "end"])
def test_a_record_of_another_time_is_refused_though_it_is_sealed_again(
    run: Run, shelf: Shelf, name: str
) -> None:
    shelf.write(release(**{name: getattr(release(), name) + timedelta(days=1)}))
    code, _, err = run(*shelf.words(".releve.json"))
    assert code == 1 and f"/{name}: found" in err


def test_of_the_records_of_all_periods_the_signed_one_is_held(run: Run, shelf: Shelf) -> None:
    path = shelf.folder / f"{STEM}.releve.json"
    other = release(period="2025-02", cells=(CELLS[0],)).model_dump_json()
    path.write_text(f"[{other},{path.read_text()}]")
    code, out, _ = run(*shelf.words(".releve.json"))
    assert code == 0 and "2 rows of other periods" in out
    path.write_text(f"[{other},{release(licence='odbl-1.0').model_dump_json()}]")
    assert "/1/licence: found 'odbl-1.0'" in run(*shelf.words(".releve.json"))[2]
    for some in (f"[{other}]", f"[{release().model_dump_json()},{release().model_dump_json()}]"):
        path.write_text(some)
        assert "no row found" in run(*shelf.words(".releve.json"))[2]


def test_a_record_that_two_readers_read_in_two_ways_is_refused(run: Run, shelf: Shelf) -> None:
    """Of a member given twice some take the first, others the last."""
    shelf.edit(".releve.json", '"not_counted":0', '"cells":[],"not_counted":0')
    code, _, err = run(*shelf.words(".releve.json"))
    assert code == 1 and "each name once" in err, err


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


@pytest.mark.parametrize("suffix", [*PLAIN, ".parquet"])
def test_a_sum_beyond_what_is_exact_is_refused_and_not_our_fault(
    run: Run, shelf: Shelf, suffix: str
) -> None:
    cells = (CELLS[0], CELLS[1].model_copy(update={"energy_wh": 2**53}))
    one = release().model_copy(update={"cells": cells})
    shelf.write(one)
    if suffix == ".parquet":
        shelf.parquet(one)
    code, _, err = run(*shelf.words(suffix))
    assert code == 1 and "a number that is too large found" in err and suffix in err, err


def test_a_row_put_in_is_named_and_nothing_is_expected(run: Run, shelf: Shelf) -> None:
    more = CELLS[1].model_copy(update={"cell": "autre"})
    path = shelf.folder / f"{STEM}-ouvert.csv"
    path.write_bytes(for_machines([release(cells=(*CELLS, more))]))
    code, _, err = run(*shelf.words(".releve.json", "-ouvert.csv"))
    assert code == 1 and "cells: found 'autre', expected nothing" in err, err


def test_of_a_file_of_all_periods_the_signed_rows_are_held_against_the_signature(
    run: Run, shelf: Shelf
) -> None:
    other = release(period="2025-02", cells=(CELLS[0],))
    path = shelf.folder / f"{STEM}-ouvert.csv"
    path.write_bytes(for_machines([release(), other]))
    code, out, _ = run(*shelf.words("-ouvert.csv"))
    assert code == 0 and "2 rows of other periods or versions are not in this signature" in out
    path.write_bytes(for_machines([other]))
    assert run(*shelf.words("-ouvert.csv"))[0] == 1


@pytest.mark.parametrize(
    ("column", "forged"),
    [(3, "01"), (3, "1.0"), (3, " 1"), (3, ""), (0, "2025-01 "), (0, "2025-1"), (0, "")],
    ids=["zero", "decimal", "space", "none", "period-space", "period-short", "no-period"],
)
@pytest.mark.parametrize("suffix", ["-ouvert.csv", "-tableur.csv"])
def test_a_row_that_passes_for_a_signed_one_is_not_left_alone(
    run: Run, shelf: Shelf, suffix: str, column: int, forged: str
) -> None:
    """A row more, of the version that was signed to whoever opens the file in a spreadsheet."""
    path = shelf.folder / f"{STEM}{suffix}"
    text = path.read_bytes().decode()
    comma = "," if suffix == "-ouvert.csv" else ";"
    row = text.splitlines()[2].split(comma)
    row[column] = forged
    path.write_bytes(f"{text}{comma.join(row)}\r\n".encode())
    code, out, err = run(*shelf.words(suffix))
    assert code == 1 and "everything is as it was signed" not in out
    assert f"line 5, /{'version' if column else 'period'}" in err, err


# GeoJSON and Parquet


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"geometry": null', '"geometry": {"type": "Point", "coordinates": [6, 48]}',
         "/features/0/geometry: an outline found"),
        ('"energy_kwh": 12000.0', '"energy_kwh": 12000.5', "/features/1/properties/energy_kwh"),
        ('"n_points": 12', '"n_points": 12.0', "/features/1/properties/n_points"),
        ('"n_points": 12', '"n_points": 12, "n_points": 13', "each name once"),
        ('"version": 1,', '"version": true,', "/features/0/id"),
        ("12 points de", "13 points de", "/features/1/properties/description"),
        ("somme masquée", "somme nulle", "/features/2/properties/description"),
        ('"status": "hidden"', '"status": "gone"', "/features/2/properties/status"),
        ('"status": "hidden"', '"status": "hidden", "energy_wh": 0',
         "/features/2/properties/energy_wh: found '0', expected an empty cell"),
        ('"id": "2025-01-v1-epci"', '"id": "2025-01-v1-autre"', "/features/0/id"),
        ('"FeatureCollection"', '"Feature"', "/type: found 'Feature'"),
        ('"note"', '"bbox": [5, 48, 6, 49], "note"', "/bbox"),
        ('"geometry": null', '"geo": null', "/features/0/geometry"),
        ('"features"', '"items"', "/features"),
        ('"energy_wh": 12000000', '"energy_wh": 12000001', "energy_kwh"),
        ('"Liverdun"', '"Frouard"', "cells_sha256"),
        ("2025-01", "2025-02", "no row"),
    ],
    ids=[
        "outline", "kwh", "float", "twice", "true", "sentence", "zero", "state", "hidden-sum", "id",
        "type", "box", "no-geometry", "no-features", "sum", "hidden-name", "period",
    ],
)  # fmt: skip
def test_a_geojson_that_was_changed_is_refused_at_its_place(
    run: Run, shelf: Shelf, old: str, new: str, where: str
) -> None:
    shelf.edit(".geojson", old, new)
    code, out, err = run(*shelf.words(".geojson"))
    assert code == 1 and where in err and f"{STEM}.geojson" in err, err
    assert "everything is as it was signed" not in out


def test_a_geojson_says_which_sum_differs_from_the_record(run: Run, shelf: Shelf) -> None:
    cells = (CELLS[0], CELLS[1].model_copy(update={"energy_wh": 12_000_001, "parent": None}))
    (shelf.folder / f"{STEM}.geojson").write_bytes(build_release_geojson([release(cells=cells)]))
    code, _, err = run(*shelf.words(".releve.json", ".geojson"))
    assert code == 1 and "54430, parent: nothing found, expected epci" in err, err


def test_of_a_parquet_file_of_all_periods_the_signed_rows_are_held(run: Run, shelf: Shelf) -> None:
    other = release(period="2025-02", cells=(CELLS[0],))
    shelf.parquet(release(), other)
    code, out, _ = run(*shelf.words(".parquet"))
    assert code == 0 and "2 rows of other periods" in out
    shelf.parquet(other)
    code, _, err = run(*shelf.words(".parquet"))
    assert code == 1 and "no row" in err


@pytest.mark.parametrize(
    ("column", "value", "where"),
    [
        ("energy_wh", 12_000_001, "line 2, /energy_kwh"),
        ("energy_kwh", 12_000.5, "line 2, /energy_kwh: found '12000.5', expected 12000.0"),
        ("name", "Frouard", "cells_sha256"),
        ("end", date(2025, 3, 1), "line 2, /end"),
        ("status", "gone", "line 2, /status"),
        ("version", 0, "line 2, /version"),
        ("n_points", None, "line 2, /n_points"),
    ],
    ids=["sum", "kwh", "name", "end", "state", "version", "count"],
)
def test_a_parquet_file_that_was_changed_is_refused_at_its_place(
    run: Run, shelf: Shelf, column: str, value: object, where: str
) -> None:
    pa, pq = package("pyarrow"), package("pyarrow.parquet")
    path = shelf.parquet(release())
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[1][column] = value
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    code, _, err = run(*shelf.words(".parquet"))
    assert code == 1 and where in err and f"{STEM}.parquet" in err, err


def test_a_parquet_file_of_other_columns_or_damaged_is_refused(run: Run, shelf: Shelf) -> None:
    pa, pq = package("pyarrow"), package("pyarrow.parquet")
    path = shelf.parquet(release())
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "no Parquet found" in run(*shelf.words(".parquet"))[2]
    path.write_bytes(whole)
    table = pq.read_table(path)
    narrow = table.set_column(11, "energy_wh", table["energy_wh"].cast(pa.float64()))
    for changed in (narrow, table.drop_columns(["movements"])):
        pq.write_table(changed, path)
        code, _, err = run(*shelf.words(".parquet"))
        assert code == 1 and "the columns of a published Parquet file" in err, err


def test_a_parquet_file_without_the_optional_part_says_what_to_install(
    run: Run, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shelf.folder / f"{STEM}.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, _, err = run(*shelf.words(".parquet"))
    assert code == 2 and "synergie[frames]" in err


# What else was changed


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
    assert run("verify", only, "carte.gpkg", *keys)[0] == 2


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


def test_all_that_is_in_the_signature_or_comes_of_it_is_shown(run: Run, shelf: Shelf) -> None:
    moving = CELLS[1].model_copy(update={"movements": True, "category": "public_body"})
    seen = paper().seen.model_copy(
        update={"cells": (CELLS[0], moving), "agreements": ("agr_un/2",), "coming_back": 3}
    )
    told = to_sign(ORG, 1, seen, acts=7).model_dump(mode="json")
    key = ("--key", str(shelf.folder / "cle.json"), "--yes")
    code, _, err = run("sign", _file(shelf, told), "--org", ORG, *key)
    assert code == 0
    for line in (
        "publication: communes-electricity; earlier acts on it: 7",
        "extent: from 5.9 to 6.3 degrees east, from 48.6 to 48.9 degrees north",
        "agreement that the points come from: agr_un/2",
        "past versions that signing opens again: 3",
        "shown: EPCI (epci), 27 points, 27,000,000 Wh\n",
        "12,000,000 Wh; within epci; commune 54430; category public_body; points that join or l",
    ):
        assert line in err, err


@pytest.mark.parametrize(
    "change", ["sum", "large", "terms", "digest", "seen", "publication", "org"]
)
def test_a_file_that_was_changed_is_not_signed(run: Run, shelf: Shelf, change: str) -> None:
    told, org = paper().model_dump(mode="json"), ORG
    if change == "sum":
        told["seen"]["cells"][1]["energy_wh"] = 1
    elif change == "large":
        told["seen"]["cells"][1]["energy_wh"] = 2**53
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


def test_a_record_that_was_taken_before_kinds_were_left_out_is_still_as_signed(
    run: Run, shelf: Shelf
) -> None:
    """It tells them, and its own digest is over them; what was signed never held one."""
    before = release()
    kinds = tuple(one.model_copy(update={"kind": "primary"}) for one in before.hidden)
    before = before.model_copy(update={"hidden": kinds})
    shelf.write(before.model_copy(update={"sha256": release_digest(before)}))
    code, out, _ = run(*shelf.words(".releve.json"))
    assert (code, out.count("that were signed")) == (0, 1)

"""Tables of a publisher: taken when signed, whole and newer; else refused, and nothing changes."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, OKPKey

from synergie.energy.plan.tariff.tables import shipped
from synergie.energy.plan.tariff.tables.bundle import (
    KIND,
    check_golden_cells,
    find_cell,
    golden_cells,
    list_cell_changes,
    list_table_ends,
)
from synergie.energy.plan.tariff.tables.folder import (
    add_entry,
    confirm_entry,
    find_published,
    install_bundle,
    load_folder,
    undo_bundle,
)
from synergie.energy.records.table_bundle import LocalEntry
from synergie.errors import BadInput
from synergie.proof.jose import sign_compact

KEY = OKPKey.generate_key("Ed25519", {"kid": "editeur"})
HEAD = "category,valid_from,valid_to,eur_per_mwh,source\n"
ROW = "up_to_36,2027-02-01,2027-08-01,31.00,essai\n"
DAY = date(2027, 3, 1)
ACCISE = ("accise", "up_to_36", "eur_per_mwh")
type Claims = dict[str, object]


def claims(version: int = 1, text: str = HEAD + ROW, value: str = "31.00") -> Claims:
    cell = {"table": "accise", "key": "up_to_36", "day": "2027-02-01", "cell": "eur_per_mwh"}
    return {
        "name": "accise 2027", "version": version, "published": "2026-12-15", "role": "éditeur",
        "tables": [{"table": "accise", "csv": text}], "golden": [{**cell, "value": value}],
    }  # fmt: skip


def signed(told: Claims, key: OKPKey = KEY, kind: str = KIND) -> bytes:
    return sign_compact(key, kind, told).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    public = {"keys": [KEY.as_dict(private=False)]}
    (tmp_path / "publishers.json").write_text(json.dumps(public))
    return tmp_path


def figure(folder: Path) -> Decimal | None:
    return find_cell(load_folder(folder, shipped()), ACCISE, DAY)


def test_signed_tables_hold_after_the_last_figures_and_are_taken_back(folder: Path) -> None:
    assert figure(folder) is None
    install_bundle(folder, signed(claims()))
    assert figure(folder) == 31
    assert find_cell(load_folder(folder, shipped()), ACCISE, date(2026, 9, 1)) == Decimal("30.62")
    install_bundle(folder, signed(claims(3, HEAD + ROW.replace("31.00", "31.50"), "31.50")))
    assert figure(folder) == Decimal("31.50")
    back = undo_bundle(folder)
    assert back is not None and back.version == 1
    assert figure(folder) == 31
    assert undo_bundle(folder) is None
    assert figure(folder) is None
    with pytest.raises(BadInput):
        undo_bundle(folder)


_OVERLAP = HEAD + ROW + "up_to_36,2027-07-01,2027-09-01,32.00,essai\n"
_HOLE = HEAD + ROW + "up_to_36,2027-09-01,2027-10-01,32.00,essai\n"
_OPEN = HEAD + "up_to_36,2027-02-01,,31.00,essai\n"
FORGED: dict[str, Callable[[], bytes]] = {
    "not signed": lambda: json.dumps(claims()).encode(),
    "signed by another": lambda: signed(claims(9), OKPKey.generate_key("Ed25519", {"kid": "x"})),
    "signed by another of the same name": lambda: signed(
        claims(9), OKPKey.generate_key("Ed25519", {"kid": "editeur"})
    ),
    "signed for another use": lambda: signed(claims(9), kind="synergie-receipt+jws"),
    "cut": lambda: signed(claims(9))[:-20],
    "changed": lambda: signed(claims(9)).replace(b".", b".e", 1),
    "the same version": lambda: signed(claims(2)),
    "an older version": lambda: signed(claims(1)),
    "versions that overlap": lambda: signed(claims(9, _OVERLAP)),
    "a hole": lambda: signed(claims(9, _HOLE)),
    "no end": lambda: signed(claims(9, _OPEN)),
    "no rows": lambda: signed(claims(9, HEAD)),
    "a golden cell that differs": lambda: signed(claims(9, value="31.01")),
    "no golden cell": lambda: signed({**claims(9), "golden": []}),
    "an unknown column": lambda: signed(claims(9, HEAD.replace("source", "origin") + ROW)),
    "a field too many": lambda: signed({**claims(9), "note": "x"}),
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("what", FORGED)
def test_what_cannot_be_relied_on_is_refused_and_nothing_changes(folder: Path, what: str) -> None:
    install_bundle(folder, signed(claims(2)))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(BadInput):
        install_bundle(folder, FORGED[what]())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert figure(folder) == 31


def test_a_file_that_was_changed_after_it_was_taken_is_refused_when_it_is_read(
    folder: Path,
) -> None:
    install_bundle(folder, signed(claims()))
    (folder / "published.jws").write_bytes(signed(claims())[:-4] + b"AAAA")
    with pytest.raises(BadInput):
        load_folder(folder, shipped())


def test_without_a_trusted_key_nothing_is_taken(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="keys of publishers"):
        install_bundle(tmp_path, signed(claims()))
    other = ECKey.generate_key("P-256", {"kid": "x"})
    (tmp_path / "publishers.json").write_text(json.dumps({"keys": [other.as_dict(private=False)]}))
    with pytest.raises(BadInput, match="Ed25519"):
        install_bundle(tmp_path, signed(claims()))
    assert find_published(tmp_path / "none") is None


def entry(**more: object) -> LocalEntry:
    told = {
        "table": "turpe", "key": "HTACU5", "cells": {"cg_eur": Decimal("445.10")},
        "valid_from": date(2026, 8, 1), "valid_to": date(2027, 8, 1), "source": "CRE, p. 12",
        "entered_by": "Cheffe de service",
    }  # fmt: skip
    return LocalEntry.model_validate(told | more)


def test_a_local_cell_holds_when_another_person_has_confirmed_it(folder: Path) -> None:
    day = date(2026, 11, 1)
    assert add_entry(folder, entry()) == 1
    with pytest.raises(BadInput, match="cg_eur"):
        load_folder(folder, shipped()).turpe("HTACU5", day)
    with pytest.raises(BadInput, match="another person"):
        confirm_entry(folder, 1, "cheffe de SERVICE ")
    confirm_entry(folder, 1, "Trésorier")
    found = load_folder(folder, shipped()).turpe("HTACU5", day)
    assert (found.cg_eur, found.cc_eur) == (Decimal("445.10"), Decimal("387.84"))
    assert "saisie locale (Cheffe de service, Trésorier) : CRE, p. 12" in found.source
    assert load_folder(folder, shipped()).turpe("HTACU5", date(2026, 7, 31)).cg_eur == Decimal(
        "435.72"
    )


def test_a_local_cell_wins_over_the_publisher(folder: Path) -> None:
    install_bundle(folder, signed(claims()))
    own = entry(
        table="accise", key="up_to_36", cells={"eur_per_mwh": Decimal("31.20")},
        valid_from=date(2027, 2, 1), valid_to=date(2027, 4, 1),
    )  # fmt: skip
    confirm_entry(folder, add_entry(folder, own), "Trésorier")
    assert figure(folder) == Decimal("31.20")
    assert find_cell(load_folder(folder, shipped()), ACCISE, date(2027, 4, 1)) == 31


@pytest.mark.parametrize("cell", ["cg", "source", "valid_to"])
def test_a_cell_that_no_table_has_is_refused(folder: Path, cell: str) -> None:
    with pytest.raises(BadInput):
        add_entry(folder, entry(cells={cell: Decimal(1)}))
    assert not list(folder.glob("entries/*.json"))


def test_the_golden_cells_of_our_tables_hold_and_one_that_differs_is_told() -> None:
    check_golden_cells(shipped(), golden_cells())
    assert {one.table for one in golden_cells()} == set(shipped().versions)
    wrong = golden_cells()[0].model_copy(update={"value": Decimal("9.97")})
    with pytest.raises(BadInput, match=r"turpe.csv, BTINFCUST, b, 2024-08-01"):
        check_golden_cells(shipped(), (wrong,))


def test_the_cells_that_change_are_told_with_their_days(folder: Path) -> None:
    before = shipped()
    install_bundle(folder, signed(claims()))
    (change,) = list_cell_changes(before, load_folder(folder, before))
    assert (change.key, change.begins, change.ends, change.before, change.after) == (
        "up_to_36", date(2027, 2, 1), date(2027, 8, 1), None, Decimal("31.00"),
    )  # fmt: skip


def test_an_end_is_told_sixty_days_before() -> None:
    ahead = timedelta(days=60)
    assert "accise" not in {o.table for o in list_table_ends(shipped(), date(2026, 12, 2), ahead)}
    found = list_table_ends(shipped(), date(2026, 12, 3), ahead)
    assert {one.table for one in found} == {"vnu", "accise", "gas_accise", "gas_cta"}
    accise, vnu = (next(o for o in found if o.table == name) for name in ("accise", "vnu"))
    assert (vnu.table, vnu.ends) == ("vnu", date(2027, 1, 1))
    assert (accise.table, accise.ends) == ("accise", date(2027, 2, 1))
    assert accise.keys == ("up_to_36", "36_to_250", "above_250")

"""The dated tables: equal to others' where they overlap, refused elsewhere, laid over by own."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from synergie.energy.plan.tariff.tables import SHAPES, Tables, shipped
from synergie.energy.plan.tariff.tables._read import read_table
from synergie.errors import BadInput

LAST = date(2026, 7, 31)


def test_the_network_tariff_equals_that_of_another_project(shared: Path) -> None:
    """Read as a check; 38 versions of 11 options, from 2023-08 on."""
    path = shared / "data/enedis-flux/turpe_rules.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 38
    for row in rows:
        day = date.fromisoformat(row["start"])
        found = shipped().turpe(row["Formule_Tarifaire_Acheminement"], day)
        ends = date.fromisoformat(row["end"]) if row["end"] else LAST + timedelta(days=1)
        assert (found.valid_from, found.valid_to) == (day, ends)
        assert (found.cg_eur, found.cc_eur) == (Decimal(row["cg"]), Decimal(row["cc"]))
        told = {name[2:].upper(): row[name] for name in row if name.startswith("c_")}
        assert {k: v for k, v in found.c.items() if v} == {
            name: Decimal(price) for name, price in told.items() if price and Decimal(price)
        }
        powers = {n[2:].upper(): Decimal(row[n]) for n in row if n.startswith("b_") and row[n]}
        assert dict(found.b) == (powers or {"BASE": Decimal(row["b"])})
        assert found.cmdps_eur_per_h == (Decimal(row["cmdps"]) if row["cmdps"] else None)


@pytest.mark.parametrize(
    ("file", "column"), [("accise_rules", "taux_accise_eur_mwh"), ("cta_rules", "taux_cta_pct")]
)
def test_taxes_equal_those_of_another_project(shared: Path, file: str, column: str) -> None:
    path = shared / f"data/enedis-flux/{file}.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 3
    for row in rows:
        day = date.fromisoformat(row["start"])
        found = shipped().cta(day) if file == "cta_rules" else shipped().accise(36, day)
        assert (found.valid_from, found.value) == (day, Decimal(row[column]))


@pytest.mark.parametrize(
    ("kva", "day", "eur"),
    [(36, "2026-02-01", "30.85"), (37, "2026-02-01", "26.58"), (251, "2026-07-31", "26.58"),
     (36, "2026-01-31", "29.98"), (250, "2025-02-01", "26.23"), (251, "2025-02-01", "22.50"),
     (36, "2026-08-01", "30.62"), (250, "2026-11-30", "26.35"), (251, "2027-01-31", "26.35")],
)  # fmt: skip
def test_accise_goes_by_the_subscribed_power(kva: int, day: str, eur: str) -> None:
    assert shipped().accise(kva, date.fromisoformat(day)).value == Decimal(eur)


REFUSED = {
    "turpe BTINFMU4 2026-08-01": "cg_eur, b, c_hph, c_hch, c_hpb, c_hcb",
    "turpe BTINFCU4 2026-08-01": "BTINFCU4: cg_eur: found",
    "turpe HTACU5 2026-08-01": "1 August 2026",
    "turpe BTINFMU4 2023-07-31": "[2023-08-01, 2026-08-01[",
    "turpe BTSUPCU 2025-01-31": "TURPE 6",
    "turpe HTACU5 2024-06-01": "TURPE 6",
    "turpe HTACU8 2026-01-01": "may be given",
    "turpe BTSUPCU 2027-08-01": "[2025-02-01, 2027-08-01[",
    "accise 6 2027-02-01": "not known",
    "accise 6 2024-01-01": "[2024-01-02, 2027-02-01[",
    "cta - 2019-12-31": "[2020-01-01, ...[",
    "vat - 2013-12-31": "[2014-01-01, ...[",
    "vnu - 2027-04-01": "vnu.csv",
    "vnu - 2025-04-01": "[2026-01-01, 2027-01-01[",
}


@pytest.mark.parametrize("asked", REFUSED)
def test_a_day_outside_every_version_is_refused_with_the_table_and_its_days(asked: str) -> None:
    table, key, told = asked.split()
    more = {"turpe": (key,), "accise": (Decimal(key),) if key.isdigit() else ()}.get(table, ())
    with pytest.raises(BadInput) as caught:
        getattr(shipped(), table)(*more, date.fromisoformat(told))
    assert REFUSED[asked] in str(caught.value)
    assert f"{table}.csv" in caught.value.where


HEADER = "network,valid_from,valid_to,percent,source\n"


@pytest.mark.parametrize(
    ("rows", "where", "found"),
    [("distribution,2026-01-01,2026-06-01,15,x\ndistribution,2026-05-31,,16,x\n",
      "cta.csv, line 3, /valid_from", "2026-05-31 (2"),
     ("distribution,2026-01-01,2026-06-01,15,x\ndistribution,2026-06-02,,16,x\n",
      "cta.csv, line 3, /valid_from", "2026-06-02"),
     ("distribution,2026-06-01,,15,x\ndistribution,2026-01-01,2026-06-01,16,x\n",
      "cta.csv, line 3, /valid_from", "2026-01-01"),
     ("distribution,2026-01-01,,,x\n", "cta.csv, line 2, /percent", ""),
     ("distribution,2026-01-01,,1e3,x\n", "cta.csv, line 2, /percent", "1e3"),
     ("distribution,01/01/2026,,15,x\n", "cta.csv, line 2, /valid_from", "01/01/2026"),
     ("distribution,2026-02-30,,15,x\n", "cta.csv, line 2, /valid_from", "2026-02-30"),
     ("distribution,2026-01-01,2026-01-01,15,x\n", "cta.csv, line 2, /valid_to", "2026-01-01"),
     (",2026-01-01,,15,x\n", "cta.csv, line 2, /network", ""),
     ("distribution,2026-01-01,,15,\n", "cta.csv, line 2, /source", ""),
     ("distribution,2026-01-01,,15\n", "cta.csv, line 2", "4 cells"),
     ("", "cta.csv", "")],
)  # fmt: skip
def test_a_table_that_cannot_be_relied_on_is_refused_at_its_line(
    rows: str, where: str, found: str
) -> None:
    with pytest.raises(BadInput) as caught:
        read_table(HEADER + rows, SHAPES["cta"], "cta.csv")
    assert caught.value.where == where
    assert found in str(caught.value.found)


@pytest.mark.parametrize(
    ("header", "where"),
    [("network,valid_from,valid_to,percent,rate,source", "cta.csv, line 1"),
     ("network,valid_from,valid_to,source", "cta.csv, line 1, /percent"),
     ("network,valid_from,valid_to,percent,percent,source", "cta.csv, line 1")],
)  # fmt: skip
def test_columns_are_those_of_the_table(header: str, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_table(header + "\n", SHAPES["cta"], "cta.csv")
    assert caught.value.where == where


def test_own_tables_hold_on_their_days_and_ours_on_the_others(tmp_path: Path) -> None:
    (tmp_path / "turpe.csv").write_bytes(
        "\ufefftariff_code;valid_from;valid_to;cg_eur;cc_eur;b;c_hph;c_hch;c_hpb;c_hcb;source\n"
        "BTINFMU4;2026-08-01;2027-08-01;17,31;22,67;12,49;7,21;3,84;1,66;1,14;essai\n"
        "BTINFMU4;2027-08-01;;17,50;22,70;12,50;7,30;3,90;1,70;1,20;essai\n".encode()
    )
    tables = shipped().with_folder(tmp_path)
    assert tables.turpe("BTINFMU4", date(2026, 7, 31)) == shipped().turpe("BTINFMU4", LAST)
    assert tables.turpe("BTINFMU4", date(2026, 8, 1)).cg_eur == Decimal("17.31")
    assert tables.turpe("BTINFMU4", date(2030, 1, 1)).b == {"BASE": Decimal("12.50")}
    with pytest.raises(BadInput, match="1 August 2026"):
        tables.turpe("BTINFCU4", date(2026, 8, 1))


def test_own_tables_may_correct_some_days_of_ours(tmp_path: Path) -> None:
    (tmp_path / "accise.csv").write_text(
        "category,valid_from,valid_to,eur_per_mwh,source\n"
        "up_to_36,2026-03-01,2026-04-01,31.00,essai\n"
    )
    tables = shipped().with_folder(tmp_path)
    told = [tables.accise(6, date(2026, month, 15)).value for month in (2, 3, 4)]
    assert told == [Decimal("30.85"), Decimal(31), Decimal("30.85")]
    assert tables.accise(6, date(2026, 2, 1)).valid_to == date(2026, 3, 1)
    assert tables.accise(60, date(2026, 3, 15)).value == Decimal("26.58")


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"turpe\.csv"):
        Tables.read(tmp_path)


def test_every_shipped_figure_says_where_it_comes_from() -> None:
    for table in shipped().versions.values():
        for versions in table.values():
            assert all(one.source for one in versions)


def test_high_voltage_has_five_classes_in_the_order_in_which_powers_rise() -> None:
    turpe = shipped().turpe("HTALU5", date(2026, 1, 1))
    assert tuple(turpe.b) == turpe.classes == ("POINTE", "HPH", "HCH", "HPB", "HCB")
    assert list(turpe.b.values()) == sorted(turpe.b.values(), reverse=True)
    assert turpe.cmdps_eur_per_h is None

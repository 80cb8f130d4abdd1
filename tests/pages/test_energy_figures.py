"""Figures of years: the source is said, a part of a year is striped, bills stand beside meters."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from synergie.exchange.readings.energies.month_tables import MonthTable, PointTotal, UseMonths
from synergie.exchange.readings.energies.point_years import SpanTotal
from synergie.exchange.readings.energies.year_tables import BillLine
from synergie.reports.document import Figure
from synergie.reports.language import use_language
from synergie.schemas.readings.year_table import YearLine, YearTable
from synergie.server.pages.assets.energy_figures import (
    build_bill_figure,
    build_known_figure,
    build_month_figure,
    build_use_figure,
    build_year_figures,
)
from synergie.server.pages.words import choose_text
from synergie.storage.assets.holdings import HoldingPoint


@dataclass
class Spoken:
    """All that a figure asks of a visit."""

    lang: Any = "fr"
    now: datetime | None = None

    def say(self, fr: str, en: str, *values: object) -> str:
        return choose_text(self.lang, fr, en, *values)


def line(year: int, origin: Any, kwh: int, **more: Any) -> YearLine:
    told = {
        "year": year, "energy": "electricity", "direction": "import", "origin": origin,
        "energy_kwh": Decimal(kwh), "points": 2, "whole_points": 2,
    } | more  # fmt: skip
    return YearLine.model_validate(told)


def drawn(*lines: YearLine, lang: Any = "fr") -> list[Figure]:
    with use_language(lang):
        made: Any = build_year_figures(Spoken(lang), YearTable(lines=lines))  # type: ignore[arg-type]
    return list(made)


def test_bills_alone_tell_kwh_and_euros_and_say_so() -> None:
    paid = {"cost_eur": Decimal("1234.50"), "vat_included": True, "cost_energy_kwh": Decimal(8000)}
    euros, energy = drawn(line(2025, "bill", 8000, **paid))
    assert euros.table.caption.startswith("Payé en 2025\u00a0: 1\u202f234,50\u00a0€ TTC")
    assert "factures" in euros.image and "factures et tableaux" in energy.table.caption
    assert energy.table.rows == (("2025, factures et tableaux", "8\u202f000\u00a0kWh"),)


def test_a_part_of_a_year_is_striped_and_said() -> None:
    (energy,) = drawn(line(2025, "bill", 50, whole_points=1), line(2024, "bill", 100))
    assert "dont 1 sur une partie de l’année" in energy.table.caption
    assert energy.table.rows[0][1] == "50\u00a0kWh (incomplet)"
    assert energy.image.count('data-q="estimated"') == 1


def test_a_gap_is_drawn_where_both_are_known_and_nowhere_else() -> None:
    bill = line(2025, "bill", 110, gap_percent=10.0)
    assert len(drawn(bill)) == 1, "a gap without its curve is no pair"
    _, pairs = drawn(bill, line(2025, "curve", 100), line(2024, "bill", 90))
    assert pairs.table.rows == (
        ("2025, factures et tableaux", "110\u00a0kWh", "100\u00a0kWh", "10,0\u00a0% de plus"),
    )
    assert "10,0\u00a0% de plus" in pairs.table.caption


def month_table(known: tuple[int, ...], before_wh: int = 0) -> MonthTable:
    point = HoldingPoint(
        id="p", key="prm:99", usage="building", time_zone="Europe/Paris", site=None,
        site_name=None, told=False,
    )  # fmt: skip
    wh = tuple(1_000_000 if n else None for n in known)
    return MonthTable(
        months=tuple(date(2025, n, 1) for n in range(1, 13)),
        uses=(UseMonths(usage="building", wh=wh, known=known, of=1),),
        before=(None,) * 12,
        now_wh=900_000,
        before_wh=before_wh,
        compared=1,
        totals=(
            PointTotal(point=point, wh=sum(known) * 1_000_000, months=sum(known), before=None),
        ),
    )


def test_a_total_of_which_months_are_missing_says_so_and_is_compared_over_the_same() -> None:
    spoken: Any = Spoken()
    part = build_month_figure(spoken, month_table((1,) * 9 + (0,) * 3, before_wh=1_000_000))
    assert part is not None and part.image.count('data-q="unknown"') == 3
    told = part.table.caption
    assert "9\u202f000\u00a0kWh (incomplet) de 01/2025 à 12/2025, 10,0" in told
    assert "de moins qu’un an plus tôt (mêmes mois, mêmes points : 1 sur 1)" in told.replace(
        "\u00a0:", " :"
    )
    assert "Mois de points qui manquent" in part.image
    whole = build_month_figure(spoken, month_table((1,) * 12))
    assert whole is not None and "incomplet" not in whole.image
    assert "un an plus tôt" in whole.table.caption and "inconnu" in whole.table.caption
    assert build_month_figure(spoken, MonthTable()) is None


def test_what_is_fed_in_is_no_consumption() -> None:
    assert drawn(line(2025, "bill", 9, direction="export")) == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_language_has_its_words(lang: Any) -> None:
    (energy,) = drawn(line(2025, "bill", 9), lang=lang)
    assert energy.table.caption.startswith({"fr": "Consommé", "en": "Used"}[lang])


def test_months_that_are_silent_until_today_are_drawn_unknown_and_said() -> None:
    """What ends a year ago is not "all known"."""
    spoken: Any = Spoken()
    fresh = build_known_figure(spoken, month_table((1,) * 12))
    assert fresh is not None and "Tous les mois sont connus." in fresh.table.caption
    old = build_known_figure(spoken, replace(month_table((1,) * 12), silent=11))
    assert old is not None and old.image.count('data-q="unknown"') == 11
    assert old.table.caption.startswith("Rien depuis 12/2025")
    assert old.table.heads[-11:] == tuple(f"{n:02}/2026" for n in range(1, 12))


def paid(start: date, end: date, kwh: int, metered: int | None) -> BillLine:
    point = HoldingPoint(
        id="p1", key="prm:1", usage=None, time_zone="Europe/Paris", site=None, site_name=None,
        told=True,
    )  # fmt: skip
    total = SpanTotal(Decimal(kwh), None, None, spread=False)
    return BillLine(
        point, "table-csv", start, end, total, None if metered is None else Decimal(metered)
    )


def test_each_bill_is_drawn_beside_the_meter_and_the_worst_is_the_title() -> None:
    bills = [
        paid(date(2025, 3, 1), date(2025, 4, 1), 90, 100),
        paid(date(2025, 2, 4), date(2025, 3, 1), 80, None),
        paid(date(2025, 1, 1), date(2025, 2, 1), 130, 100),
    ]
    with use_language("fr"):
        made = build_bill_figure(Spoken(), bills)  # type: ignore[arg-type]
        assert build_bill_figure(Spoken(), bills[1:2]) is None  # type: ignore[arg-type]
    assert made is not None
    assert made.table.caption == (
        "Factures et compteur, mêmes jours\u00a0: 01/2025, "
        "facturé 30\u00a0kWh de plus (30,0\u00a0%)."
    )
    assert [row[0] for row in made.table.rows] == [
        "01/2025", "du 04/02/2025 au 28/02/2025", "03/2025",
    ]  # fmt: skip
    assert made.table.rows[1][3] == "écart inconnu"
    assert made.table.rows[2][1:] == (
        "90\u00a0kWh", "100\u00a0kWh", "facturé 10\u00a0kWh de moins (10,0\u00a0%)",
    )  # fmt: skip
    assert made.image.count('data-q="unknown"') == 1


def paid_by_use(*told: tuple[str | None, int, bool], waiting: int = 0) -> Figure | None:
    with use_language("fr"):
        uses = [
            (
                use,
                YearTable(
                    lines=(
                        line(
                            2025, "bill", 100, cost_eur=Decimal(eur), vat_included=vat,
                            cost_energy_kwh=Decimal(100),
                        ),
                        line(2024, "bill", 900, cost_eur=Decimal(9999), vat_included=vat,
                             cost_energy_kwh=Decimal(900)),
                    ),
                    waiting=waiting,
                ),
            )
            for use, eur, vat in told
        ]  # fmt: skip
        return build_use_figure(Spoken(), uses)  # type: ignore[arg-type]


def test_uses_are_compared_in_the_newest_year_and_an_unknown_one_is_said() -> None:
    figure = paid_by_use((None, 50, True), ("water", 200, True))
    assert figure is not None
    assert figure.table.caption == "Payé en 2025 par usage\u00a0: surtout eau, 200,00\u00a0€ TTC."
    assert [row[0] for row in figure.table.rows] == ["eau", "usage inconnu"]


def test_uses_that_do_not_compare_are_not_drawn() -> None:
    assert paid_by_use(("water", 200, True)) is None
    assert paid_by_use(("water", 200, True), ("building", 50, False)) is None
    assert paid_by_use(("water", 200, True), ("building", 50, True), waiting=1) is None

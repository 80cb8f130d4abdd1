"""A table is what its address asks for, on the page and in the file alike."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.reports.explore import PAGE, UNKNOWN, Explorer, Field
from synergie.reports.language import use_language


@dataclass(frozen=True)
class Row:
    name: str
    use: str | None
    euros: Decimal | None
    day: date | None = None


FIELDS: list[Field[Row]] = [
    Field(name="nom", head="Nom", value=lambda one: one.name, href=lambda one: f"/x/{one.name}"),
    Field(name="usage", head="Usage", value=lambda one: one.use, facet=True),
    Field(name="cout", head="Coût", kind="euros", unit="€", value=lambda one: one.euros,
          beside=("jour",)),
    Field(name="jour", head="Jour", kind="date", value=lambda one: one.day, hidden=True),
]  # fmt: skip
ROWS = [
    Row("Mairie", "bâtiment", Decimal("12.50"), date(2026, 1, 2)),
    Row("École", "bâtiment", None),
    Row("=1+1", None, Decimal(-3)),
    Row("abri", "éclairage", Decimal(100)),
]


def ask(query: str, **more: bool) -> Explorer[Row]:
    params = [tuple(one.split("=", 1)) for one in query.split("&") if one]
    return Explorer(FIELDS, "/t", [(a, b) for a, b in params], **more)


def names(query: str) -> list[str]:
    return [row[0].text for row in ask(query).view(ROWS).rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Mairie", "École", "=1+1", "abri"]),
        ("sort=nom", ["=1+1", "abri", "École", "Mairie"]),
        ("sort=cout", ["=1+1", "Mairie", "abri", "École"]),
        ("sort=-cout", ["abri", "Mairie", "=1+1", "École"]),
        ("q=ecole", ["École"]),
        ("usage=bâtiment&sort=-nom", ["Mairie", "École"]),
        (f"usage={UNKNOWN}", ["=1+1"]),
        ("usage=autre", []),
    ],
)
def test_rows_are_sorted_and_filtered_and_what_is_unknown_stands_last(
    query: str, expected: list[str]
) -> None:
    assert names(query) == expected


def test_heads_sort_the_other_way_and_keep_the_rest_of_the_address() -> None:
    head = ask("accord=a1&sort=nom&page=2").view(ROWS).heads[0]
    assert (head.order, head.href) == ("ascending", "/t?accord=a1&sort=-nom")
    view = ask("accord=a1&q=x&usage=autre&columns=nom").view(ROWS)
    assert view.clear == "/t?accord=a1" and view.found == 0 and view.narrowed
    assert view.kept == (("accord", "a1"),), "a form sends the rest by its fields"


def test_a_filter_counts_what_the_other_filters_leave() -> None:
    (facet,) = ask("usage=autre&q=a").view(ROWS).facets
    assert facet.values == (
        ("autre", "autre", 0, True),
        ("bâtiment", "bâtiment", 2, False),
        ("éclairage", "éclairage", 1, False),
    )


def test_a_file_has_the_rows_of_all_pages_and_what_the_page_says_beside_a_figure() -> None:
    many = [Row(f"n{n:03}", None, Decimal(n)) for n in range(PAGE + 5)]
    assert len(ask("page=2").view(many).rows) == 5
    assert ask("page=9").view(many).before == "/t?page=1"
    assert len(ask("page=2&format=csv").write_file(many, "t").splitlines()) == PAGE + 6
    told = ask("columns=cout&sort=nom&format=csv").write_file(ROWS, "t").decode("utf-8-sig")
    assert told.splitlines()[:4] == ["Coût (€);Jour", "-3;", "100;", ";"]
    told = ask("columns=nom,cout&format=csv").write_file(ROWS, "t").decode("utf-8-sig")
    assert told.splitlines()[1:4] == ["Mairie;12,50;02/01/2026", "École;;", "'=1+1;-3;"]
    with use_language("en"):
        told = ask("columns=cout&format=csv").write_file(ROWS, "t").decode("utf-8-sig")
    assert told.splitlines()[1] == "12.50,2026-01-02"


def test_a_workbook_has_the_same_view() -> None:
    made = ask("columns=nom,cout&usage=bâtiment&format=xlsx").write_file(ROWS, "vue")
    text = ZipFile(BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    assert text.count("<row ") == 3 and "Coût (€)" in text and "École" in text
    assert "<v>12.5" in text and "abri" not in text


@pytest.mark.parametrize(
    ("query", "where"),
    [("sort=-prix", "/sort"), ("columns=nom,prix", "/columns"), ("page=0", "/page"),
     ("page=1e3", "/page"), ("format=pdf", "/format")],
)  # fmt: skip
def test_what_there_is_not_is_refused_with_its_place(query: str, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        ask(query)
    assert refused.value.where == where


@given(
    st.lists(st.builds(Row, st.text(max_size=5), st.sampled_from(["a", "b", None]),
                       st.none() | st.decimals(-99, 99, places=2)), max_size=70),
    st.sampled_from(["", "nom", "-cout", "usage"]),
    st.sampled_from(["", "a", UNKNOWN]),
)  # fmt: skip
def test_pages_together_are_the_file(rows: list[Row], sort: str, use: str) -> None:
    params = [("sort", sort), ("usage", use)]
    shown: list[str] = []
    for page in (1, 2):
        view = Explorer(FIELDS, "/t", [*params, ("page", str(page))]).view(rows)
        shown += [row[0].text for row in view.rows if page == 1 or len(rows) > PAGE < view.found]
    wanted = [one for one in rows if not use or (one.use or UNKNOWN) == use]
    assert sorted(shown) == sorted(one.name for one in wanted)
    (facet,) = Explorer(FIELDS, "/t", params).view(rows).facets
    assert sum(n for _, _, n, _ in facet.values) == len(rows)


def test_a_moment_is_written_as_the_reader_writes_it() -> None:
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    fields = [Field[Row](name="at", head="Quand", kind="instant", value=lambda _: at)]
    made = Explorer(fields, "/t", [("format", "csv")]).write_file(ROWS[:1], "t")
    assert made.decode("utf-8-sig").splitlines()[1] == "25/10/2026 02:30"


@pytest.mark.parametrize("page", [1, 2, 3, 9])
def test_the_first_rows_alone_show_the_same_page(page: int) -> None:
    rows = [Row(f"{n:03}", None, None) for n in range(2 * PAGE + 7)]
    asked = ask(f"page={page}")
    few = asked.count_first_rows()
    assert few == page * PAGE
    some, every = asked.view(rows[:few], whole=len(rows)), asked.view(rows)
    for name in ("rows", "found", "whole", "before", "after", "columns", "heads", "files"):
        assert getattr(some, name) == getattr(every, name), name
    assert some.facets == () and some.counting == "/t?sort=nom" and every.counting == ""


@pytest.mark.parametrize("query", ["sort=nom", "q=e", "usage=x", "format=csv"])
def test_what_is_sorted_searched_or_taken_away_needs_every_row(query: str) -> None:
    assert ask(query).count_first_rows() is None

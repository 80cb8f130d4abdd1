"""Votes from pabulib and Decidim: counted by category, bad rows refused one by one."""

import io
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.lighting.plan.evidence import EvidenceRead, read_evidence
from tests.components import package

HEAD = "META\nkey;value\ndescription;Essai\nnum_votes;{n}\nbudget;1000\nvote_type;{kind}\n{more}"
PROJECTS = (
    "PROJECTS\nproject_id;cost;category;votes;name\n1;100;nuit,vélo;0;Chemin éteint\n"
    "2;200;vélo;0;Arceaux\n3;50;;0;Banc\n"
)


def _pb(kind: str, votes: str, *, n: int = 3, more: str = "", projects: str = PROJECTS) -> bytes:
    return (HEAD.format(kind=kind, n=n, more=more) + projects + "VOTES\n" + votes).encode()


def _votes(read: EvidenceRead) -> Mapping[str, int]:
    return {row.category: row.votes for row in read.evidence.by_category}


def _told(read: EvidenceRead) -> list[str]:
    return [note.tell(str) for note in read.evidence.notes]


def test_approvals_count_in_each_category_of_their_project() -> None:
    read = read_evidence(_pb("approval", "voter_id;vote\na;1,2\nb;2\nc;3\n"))
    assert (read.evidence.kind, read.evidence.voters) == ("approval", 3)
    assert _votes(read) == {"vélo": 3, "nuit": 1, "sans catégorie": 1}
    assert [row.category for row in read.evidence.by_category][-1] == "sans catégorie"
    assert read.refused == ()
    assert any("1 projects are in several categories" in told for told in _told(read))


def test_a_limit_on_their_cost_makes_a_knapsack() -> None:
    read = read_evidence(_pb("approval", "voter_id;vote\na;1\n", more="max_sum_cost;300\n", n=1))
    assert read.evidence.kind == "knapsack"


def test_a_ranking_counts_what_is_named() -> None:
    read = read_evidence(_pb("ordinal", "voter_id;vote\na;2,1\nb;1\n", n=2))
    assert (read.evidence.kind, _votes(read)["nuit"], _votes(read)["vélo"]) == ("ranking", 2, 3)


@pytest.mark.parametrize("kind", ["cumulative", "scoring"])
def test_points_are_summed(kind: str) -> None:
    votes = "voter_id;vote;points\na;1,2;3,4\nb;3;2\n"
    read = read_evidence(_pb(kind, votes, n=2))
    assert read.evidence.kind == "cumulative"
    assert _votes(read) == {"vélo": 7, "nuit": 3, "sans catégorie": 2}


def test_a_ballot_that_comes_twice_is_counted_once_and_told() -> None:
    votes = "voter_id;vote\na;1\na;1\nb;2\nb;3\nc;2\n"
    read = read_evidence(_pb("approval", votes, n=5))
    assert read.evidence.voters == 3
    assert _votes(read) == {"vélo": 3, "nuit": 1, "sans catégorie": 0}
    assert "2 ballots came twice and are counted once" in _told(read)
    assert any(told.startswith("1 of them were not the same") for told in _told(read))


def test_empty_ballots_and_unknown_projects_are_set_aside() -> None:
    read = read_evidence(_pb("approval", "voter_id;vote\na;\nb;9,1\nc;1\n"))
    assert read.evidence.voters == 1
    assert {"1 empty ballots are set aside"} <= set(_told(read))
    assert any("name a project that the file does not have" in told for told in _told(read))


@pytest.mark.parametrize(
    ("row", "where", "found"),
    [
        ("x;1;2", "line 15", "x;1;2"),
        (";1", "line 15, /voter_id", ""),
        ("x;1,1", "line 15, /vote", "1,1"),
        ("x;1,,2", "line 15, /vote", "1,,2"),
    ],
    ids=["cells", "voter", "twice", "blank"],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_is_kept(
    row: str, where: str, found: str
) -> None:
    read = read_evidence(_pb("approval", f"voter_id;vote\na;1\n{row}\nb;2\n"))
    (fault,) = read.refused
    assert (fault.where, fault.found) in {(where, found), (where + ", row", found)}
    assert read.evidence.voters == 2


def test_a_project_whose_row_is_refused_costs_its_own_votes_only() -> None:
    projects = PROJECTS.replace("Arceaux", "Arceaux ; abris")
    votes = "voter_id;vote\na;1,2\nb;2\nc;3\n"
    read = read_evidence(_pb("approval", votes, projects=projects))
    assert [fault.where for fault in read.refused] == ["line 10, row"]
    assert _votes(read) == {"nuit": 1, "vélo": 1, "sans catégorie": 1}
    assert read.evidence.voters == 2
    assert "2 votes for projects whose row was refused are not counted" in _told(read)


@pytest.mark.parametrize("points", ["1", "1,2,3", "1,x", "-1,2", "1.5,2", ""])
def test_points_that_do_not_fit_are_refused(points: str) -> None:
    votes = f"voter_id;vote;points\na;1,2;{points}\nb;3;2\n"
    read = read_evidence(_pb("cumulative", votes, n=2))
    assert [fault.where for fault in read.refused] == ["line 14, /points"]
    assert read.evidence.voters == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"META\nkey;value\nvote_type;approval\nVOTES\nvoter_id;vote\n", "META, PROJECTS"),
        (b"META\nkey;value\nvote_type;approval\n", "META, PROJECTS and VOTES"),
        (_pb("secret", "voter_id;vote\n"), "vote_type"),
        (_pb("approval", "voter;vote\na;1\n"), "columns project_id"),
        (_pb("cumulative", "voter_id;vote\na;1\n"), "column points"),
        (_pb("approval", "voter_id;vote\n", projects="PROJECTS\nproject_id\n"), "one project"),
        (_pb("approval", "voter_id;vote\n", projects="PROJECTS\n"), "one project"),
        (b"", "pb file of pabulib"),
        (b"a;b\n1;2\n", "pb file of pabulib"),
        (b"id;name\n1;x\n", "pb file of pabulib"),
    ],
    ids=[
        "no projects", "cut", "kind", "columns", "points", "none", "no head", "empty", "other",
        "no votes",
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused(content: bytes, expected: str) -> None:
    with pytest.raises(BadInput, match=expected):
        read_evidence(content)


def test_another_number_of_ballots_than_announced_is_told() -> None:
    read = read_evidence(_pb("approval", "voter_id;vote\na;1\n", n=40))
    assert "the file announces 40 ballots and holds 1" in _told(read)


def test_a_bom_and_windows_line_ends_are_read() -> None:
    content = _pb("approval", "voter_id;vote\na;1\n", n=1).decode().replace("\n", "\r\n")
    read = read_evidence(b"\xef\xbb\xbf" + content.encode())
    assert _votes(read)["vélo"] == 1


def test_windows_1252_is_read_and_told() -> None:
    content = _pb("approval", "voter_id;vote\na;1\n", n=1).decode().encode("cp1252")
    read = read_evidence(content)
    assert _votes(read)["vélo"] == 1
    assert any("Windows-1252" in told for told in _told(read))


OLD = (
    "id;category/id;category/name/en;category/name/fr;scope/id;title/fr;budget/id;budget_amount;"
    "confirmed_votes;comments\n"
    "11;4;Lighting;Éclairage;;Lanternes;2;5000;120;0\n"
    "12;4;Lighting;Éclairage;;Détecteurs;2;9000;30;1\n"
    "13;;;;;Banc;2;300;7;1\n"
)
NEW = (
    "id;taxonomies/id;taxonomies/name;title/fr;budget/id;budget_amount;confirmed_votes\n"
    '11;4, 7;"{""en""=>""Lighting"", ""fr""=>""Éclairage""}, {""fr"" => ""Nuit""}";L;2;5000;120\n'
    '12;4;"{""en""=>""Lighting"", ""fr""=>""Éclairage""}";D;2;9000;30\n'
)


def test_decidim_projects_count_by_category_in_french() -> None:
    read = read_evidence(OLD.encode())
    assert (read.evidence.kind, read.evidence.voters) == ("knapsack", None)
    assert _votes(read) == {"Éclairage": 150, "sans catégorie": 7}
    assert _votes(read_evidence(OLD.encode(), locale="en")) == {
        "Lighting": 150,
        "sans catégorie": 7,
    }
    assert "the file tells votes, not how many people voted" in _told(read)


def test_decidim_taxonomies_are_read_as_ruby_writes_them() -> None:
    read = read_evidence(NEW.encode())
    assert _votes(read) == {"Éclairage": 150, "Nuit": 120}


def test_a_decidim_workbook_is_read() -> None:
    sink = io.BytesIO()
    with package("xlsxwriter").Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Export")
        for number, line in enumerate(OLD.splitlines()):
            for column, cell in enumerate(line.split(";")):
                sheet.write(number, column, int(cell) if cell.isdecimal() else cell)
    assert _votes(read_evidence(sink.getvalue())) == {"Éclairage": 150, "sans catégorie": 7}


def test_decidim_rows_that_do_not_fit_are_refused_one_by_one() -> None:
    content = OLD + "14;4;L;É;;x;2;1;many;0\n;4;L;É;;x;2;1;3;0\n11;4;L;É;;x;2;1;9;0\n15;4\n"
    read = read_evidence(content.encode())
    assert [fault.where.split(",")[0] for fault in read.refused] == ["line 5", "line 6", "line 8"]
    assert _votes(read)["Éclairage"] == 150
    assert "1 projects came twice and are counted once" in _told(read)


def test_decidim_proposals_are_approvals() -> None:
    content = "id,category/name/fr,title/fr,votes\n1,Nuit,a,12\n2,Nuit,b,3\n"
    read = read_evidence(content.encode())
    assert (read.evidence.kind, _votes(read)) == ("approval", {"Nuit": 15})


def test_decidim_orders_are_ballots_of_titled_projects() -> None:
    """As `download your data` writes the orders of a person: records of projects in Ruby."""
    record = '"{""id""=>7, ""title""=>{""fr""=>""Lanternes""}, ""budget_amount""=>5}"'
    both = (
        '"{""id""=>7, ""title""=>{""fr""=>""Lanternes""}, ""budget_amount""=>5}, '
        '{""id""=>9, ""title""=>{""fr""=>""Banc""}, ""budget_amount""=>5}"'
    )
    content = (
        "id;budget/fr;checked_out_at;projects\n"
        f"1;B;2026-01-02;{record}\n2;B;2026-01-02;{both}\n2;B;2026-01-02;{both}\n3;B;;{record}\n"
    )
    read = read_evidence(content.encode())
    assert read.evidence.voters == 2
    assert _votes(read) == {"Lanternes": 2, "Banc": 1}
    assert "1 ballots came twice and are counted once" in _told(read)


@given(st.lists(st.lists(st.sampled_from("123"), unique=True, max_size=3), min_size=1, max_size=30))
def test_votes_of_categories_are_those_of_a_count_by_hand(ballots: list[list[str]]) -> None:
    votes = "".join(f"v{i};{','.join(one)}\n" for i, one in enumerate(ballots))
    read = read_evidence(_pb("approval", "voter_id;vote\n" + votes, n=len(ballots)))
    assert read.evidence.voters == sum(bool(one) for one in ballots)
    assert _votes(read) == {
        "nuit": sum("1" in one for one in ballots),
        "vélo": sum(("1" in one) + ("2" in one) for one in ballots),
        "sans catégorie": sum("3" in one for one in ballots),
    }


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(content: str) -> None:
    for start in ("", "META\nkey;value\n", "id;votes;category\n"):
        try:
            read_evidence((start + content).encode("utf-8", "replace"))
        except BadInput as fault:
            assert fault.expected  # noqa: PT017 (either is right)

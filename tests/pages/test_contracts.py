"""`/contrats`: what is guaranteed, what came of it, who signed; each organisation its own part."""

import re
from html import unescape

import pytest
from sqlalchemy import text

from synergie.contract.plan.statement import check_statement
from synergie.contract.records.statement import MemberStatement, SavingsReport
from synergie.schemas.trust.journal import JournalRecord
from tests.pages.people import People
from tests.server.contracting import reported

MEMBER = "org-four"


@pytest.fixture(scope="module")
def told(people: People) -> dict[str, str]:
    """A contract of `org-one`, operated by `org-two`, with a cabinet of `org-four`."""
    place = people.furnished.place
    place.member(MEMBER)
    people.add("member", MEMBER, "reader")
    return reported(people.furnished.owner, "org-two", MEMBER, "CPE du bassin")


def read(people: People, who: str, path: str) -> str:
    answer = people.browser(who).get(path)
    assert answer.status_code == 200, (who, path, answer.status_code)
    return unescape(answer.text).replace("\u202f", " ").replace("\xa0", " ")


def test_the_parties_read_the_whole_with_its_interval_and_what_is_due(
    people: People, told: dict[str, str]
) -> None:
    for who in ("reader", "other-reader"):
        assert "CPE du bassin" in read(people, who, "/contrats")
        page = read(people, who, f"/contrats/{told['plan']}")
        assert "signé par les deux" in page and "20 % de la référence ajustée" in page
        assert "garantie atteinte" in page and "l’exploitant reçoit" in page
        assert "Rue de la Gare" in page and "Rue du Moulin" in page
        assert "01/07/2025 au 30/06/2026" in page, "a year that is over and not reported"
        year = read(people, who, f"/contrats/{told['statement']}")
        assert "signé par le donneur d'ordre" in year and "Économie cumulée et garantie" in year
        assert "prm:" not in page + year and "synergie contract" not in page + year
    signs = read(people, "other-reader", f"/contrats/{told['statement']}")
    assert "Votre signature est attendue" in signs
    assert "Votre signature" not in read(people, "reader", f"/contrats/{told['statement']}")


def test_the_figures_of_the_page_are_those_of_the_file(
    people: People, told: dict[str, str]
) -> None:
    client = people.browser("reader")
    file = client.get(f"/contrats/{told['statement']}/fichier.json")
    assert file.headers["content-disposition"].endswith(f'{told["statement"]}.json"')
    report = SavingsReport.model_validate_json(file.text)
    check_statement(report)
    page = read(people, "reader", f"/contrats/{told['plan']}")
    for value in (report.saved_kwh, report.saved_kwh - report.guaranteed_kwh):
        assert f"{value:,.0f}".replace(",", " ") in page
    assert f"{report.bonus_eur:,.2f}".replace(",", " ").replace(".", ",") in page
    assert report.half_width_kwh is not None
    low = report.saved_kwh - report.half_width_kwh
    assert f"({low:,.0f} à".replace(",", " ") in page


def test_each_mark_of_a_picture_is_a_cell_of_its_table(
    people: People, told: dict[str, str]
) -> None:
    for who in ("reader", "member"):
        page = read(people, who, f"/contrats/{told['plan']}")
        marks = set(re.findall(r'data-v="([^"]*)"', page))
        assert marks and marks <= set(re.findall(r"<td[^>]*>([^<]*)</td>", page)), who


def test_a_member_reads_its_own_points_and_no_sum_of_the_whole(
    people: People, told: dict[str, str]
) -> None:
    whole = people.browser("reader").get(f"/contrats/{told['statement']}/fichier.json").text
    saved = SavingsReport.model_validate_json(whole).saved_kwh
    for name in (told["plan"], told["statement"]):
        page = read(people, "member", f"/contrats/{name}")
        assert "Rue du Moulin" in page and "Rue de la Gare" not in page
        assert f"{saved:,.0f}".replace(",", " ") not in page
    assert "Non affichée" in read(people, "member", f"/contrats/{told['plan']}")
    file = people.browser("member").get(f"/contrats/{told['statement']}/fichier.json").text
    part = MemberStatement.model_validate_json(file)
    mine = read(people, "member", f"/contrats/{told['plan']}")
    assert f"{part.part.saved_kwh:,.0f}".replace(",", " ") in mine


def test_nobody_else_reads_it(people: People, told: dict[str, str]) -> None:
    assert "Aucun contrat" in read(people, "stranger", "/contrats")
    paths = [f"/contrats/{told[name]}{end}" for name in told for end in ("", "/fichier.json")]
    stranger, nobody = people.browser("stranger"), people.browser()
    for path in paths:
        assert stranger.get(path).status_code == 404, path
        assert nobody.get(path).status_code == 303, path
    assert stranger.get("/contrats/ctr_0").status_code == 404
    assert stranger.get("/contrats/CTR").status_code == 404


def test_a_role_without_the_scope_is_refused(
    people: People, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = people.browser("reader")
    monkeypatch.setattr("synergie.exchange.trust.accounts.scopes_of", lambda _: frozenset())
    for path in (
        "/contrats",
        f"/contrats/{told['plan']}",
        f"/contrats/{told['plan']}/fichier.json",
    ):
        assert client.get(path).status_code == 403, path


def test_that_a_party_read_it_is_in_the_journal(people: People, told: dict[str, str]) -> None:
    def count(event: str) -> int:
        with people.furnished.place.store.read() as session:
            rows = session.connection().execute(text("SELECT record FROM journal"))
            records = [JournalRecord.model_validate_json(bytes(row[0])) for row in rows]
        return sum(one.event == event and one.by == "org-two" for one in records)

    before = count("contract.read")
    people.browser("other-reader").get(f"/contrats/{told['plan']}")
    assert count("contract.read") == before + 2, "the plan, and the statement it tells figures of"


def test_english_stands_beside(people: People, told: dict[str, str]) -> None:
    page = read(people, "reader", f"/contrats/{told['plan']}?lang=en")
    assert "guarantee reached" in page and "the operator gets" in page


def test_what_is_to_be_done_stands_in_the_morning(people: People, told: dict[str, str]) -> None:
    mine = read(people, "reader", "/matin")
    assert "Années à régler du contrat CPE du bassin : 1" in mine
    theirs = read(people, "other-reader", "/matin")
    assert "À signer, contrat : CPE du bassin" in theirs and "Années à régler" not in theirs
    assert f"/contrats/{told['statement']}" in theirs


def test_a_guarantee_that_was_missed_is_told(people: People, told: dict[str, str]) -> None:
    assert "manquée" not in read(people, "reader", "/matin")
    ids = reported(people.furnished.owner, "org-two", "org-one", "CPE manqué", saved_w=110)
    assert "Garantie d'économie manquée : CPE manqué" in read(people, "reader", "/matin")
    page = read(people, "reader", f"/contrats/{ids['plan']}")
    assert "garantie manquée" in page and "l’exploitant doit" in page
    assert told["plan"] != ids["plan"]

"""Scenarios on a page: the table without a score, one's own part alone, voices and answers."""

from dataclasses import dataclass
from html import unescape

import httpx2
import pytest
from markupsafe import Markup

from tests.pages.people import People
from tests.reports.english import french_left
from tests.server import lighting
from tests.server.place import Member, active, cabinet, light_point

SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
MINE, THEIRS = ("SECRET-ARMOIRE", "SECRET-LAMPE"), ("CANARI-NUIT", "CANARI-LAMPE")
"""Cabinet and light point of the coordinator and of its partner: canaries."""


@dataclass
class Night:
    """A study of two bodies: two comparisons, the second proposed and spoken of by one."""

    people: People
    study: str
    comparisons: tuple[str, str]
    poll: str

    @property
    def path(self) -> str:
        """The comparison that is proposed."""
        return f"/scenarios/{self.study}/{self.comparisons[1]}"

    def get(self, who: str, path: str) -> httpx2.Response:
        """A page as *who* reads it."""
        return self.people.browser(who).get(path)

    def form(self, who: str, at: str, **fields: str) -> httpx2.Response:
        """A form of the part of *who*, sent to *at*."""
        client = self.people.browser(who)
        page = client.get(f"{self.path}?vue=part").text
        sha = page.split('name="part_sha256" value="')
        if len(sha) > 1:
            fields = {"part_sha256": sha[1].split('"')[0]} | fields
        return self.people.form(client, "/mes-sessions", at=f"{self.path}/{at}", **fields)


@pytest.fixture(scope="module")
def night(people: People) -> Night:
    owner, partner = people.furnished.owner, people.furnished.partner
    rows = _lit(owner, partner)
    made = lighting.announced(owner, owner, partner, name=f"Éclairer {SCRIPT}")
    first = lighting.proposed(owner, made, *rows)
    called = f"Étude {SCRIPT}"
    second = lighting.proposed(owner, made, *rows, name=called, provenance="synthetic")
    asked = lighting.consulted(f"Sondage {SCRIPT}")
    answer = owner.post(f"/v1/lighting-studies/{made}/consultations", asked)
    assert answer.status_code == 201, answer.text
    return Night(people, made, (first, second), str(answer.json()["id"]))


def _lit(owner: Member, partner: Member) -> tuple[lighting.Owned, lighting.Owned]:
    owner.made("/v1/cabinets", cabinet(MINE[0]))
    owner.made("/v1/light-points", light_point(MINE[1], cabinet=MINE[0]))
    opened = partner.made("/v1/cabinets", cabinet(THEIRS[0]))
    partner.made("/v1/light-points", light_point(THEIRS[1], cabinet=THEIRS[0]))
    active(
        partner, owner, title="Parc de nuit", datasets=["assets"], purpose="lighting_planning",
        selector={"cabinets": opened},
    )  # fmt: skip
    return (
        (owner.organisation, MINE[0], "54430", MINE[1]),
        (partner.organisation, THEIRS[0], "54115", THEIRS[1]),
    )


def _pages(night: Night) -> list[str]:
    place = f"/scenarios/{night.study}"
    return [
        "/scenarios",
        place,
        f"{place}/feuille",
        night.path,
        f"{night.path}?avec={night.comparisons[0]}",
        f"{place}/consultations/{night.poll}",
    ]


def text(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def test_who_shares_no_study_is_told_what_to_do(night: Night) -> None:
    told = text(night.get("stranger", "/scenarios"))
    assert "Comparez au moins deux scénarios." in told
    assert "<table>" not in told


def test_the_list_holds_the_table_with_signs_and_no_score(night: Night) -> None:
    told = text(night.get("other-reader", "/scenarios"))
    assert "1 étude : 1 dont les voix sont attendues." in told
    assert "moins, c’est mieux" in told and "inconnu" in told
    assert "note d’ensemble" in told  # said that there is none
    assert told.index("Critère") < told.index("Les études")


@pytest.mark.parametrize("who", ["reader", "other-reader"])
def test_the_list_begins_with_what_each_choice_changes(night: Night, who: str) -> None:
    page = night.get(who, "/scenarios").text
    picture = page.index('class="fig f720"')
    assert "e que chaque choix change" in page[picture:]
    assert picture < page.index("<table"), "the picture comes before any table"
    assert page.count("<svg") == 2, "one picture, at two widths"
    assert page.index("Tous les effets, en tableau") < page.index("<caption>Effets de S0") if (
        who == "reader") else "l'ensemble" not in page  # fmt: skip


def test_no_page_of_a_study_bears_an_identifier_but_folded(night: Night) -> None:
    page = night.get("reader", f"/scenarios/{night.study}").text
    assert "Comparaison n°" in page
    shown, _, folded = page.partition("Détail technique")
    assert "<code>lcp_" not in shown and "(<code>" not in shown and "<code>lcp_" in folded


def test_nobody_is_sent_to_the_log_in(night: Night) -> None:
    for path in _pages(night):
        answer = night.people.browser().get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/entrer?vers=%2Fscenarios")


def test_a_stranger_is_told_the_same_of_what_is_there_and_of_what_is_not(night: Night) -> None:
    client = night.people.browser("stranger")
    nowhere = ["/scenarios/lst_0000", "/scenarios/lst_0000/lcp_0000", "/scenarios/%2e%2e"]
    told = {
        client.get(path).text.split("<main")[1].split("</main>")[0]
        for path in (*_pages(night)[1:], *nowhere)
    }
    assert len(told) == 1
    assert "Page introuvable" in told.pop()


@pytest.mark.parametrize("who", ["agent", "other-signer"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_sides_read_every_page_and_no_script_runs(night: Night, who: str, lang: str) -> None:
    client = night.people.browser(who)
    client.cookies.set("lang", lang)
    for path in _pages(night):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert f'<html lang="{lang}">' in answer.text
        assert answer.text.count("<h1") == 1
        assert "<script" not in answer.text and " style=" not in answer.text


TWO_STEPS = "Deux pas"
TYPED = (
    TWO_STEPS,
    "Éclairer", "Étude", "Sondage", SCRIPT, ESCAPED, "arrêté du 27/12/2018",
    "arrêté du 27 décembre 2018", "région",
    "Délibération du 12 mars 2026", "Énergie", "extinction de 0 h à 5 h 30", "toute la nuit",
)  # fmt: skip
"""What these tests call things, and the laws."""


@pytest.mark.parametrize("who", ["agent", "other-signer"])
def test_both_sides_read_everything_in_english(night: Night, who: str) -> None:
    client = night.people.browser(who)
    client.cookies.set("lang", "en")
    part = f"{night.path}?vue=part"
    files = ("rapport.html",) if who == "agent" else ("note.html",)
    paths = (*_pages(night), part, *(f"{night.path}/fichiers/{name}" for name in files))
    for path in paths:
        told = client.get(path).text.partition("<main")[2]
        assert told, path
        assert french_left(Markup(told), TYPED) == [], path  # noqa: S704 (a page of ours)
    whole = client.get(night.path).text
    assert "↓ less is better" in whole and "unknown" in whole
    assert "moins, c" not in whole and "inconnu<" not in whole


def test_a_body_reads_its_own_part_and_nothing_of_another(night: Night) -> None:
    read = [night.get("other-signer", path).text for path in _pages(night)]
    files = [
        night.get("other-signer", f"{night.path}/fichiers/{name}").text
        for name in ("note.html", "part.json")
    ]
    told = "".join(read + files)
    assert "54115" in told and THEIRS[0] in files[1]
    assert "54430" not in files[0] + files[1]
    for secret in (*MINE, "org-one-app"):
        assert secret not in told


def test_a_body_asks_in_vain_for_what_its_coordinator_reads(night: Night) -> None:
    for name in ("rapport.html", "classeur.xlsx", "comparaison.json", "etude.json"):
        assert night.get("other-signer", f"{night.path}/fichiers/{name}").status_code == 404
    assert night.get("other-signer", f"{night.path}/decider?acte=collect").status_code == 404


@pytest.mark.parametrize("name", ["rapport.html", "classeur.xlsx", "etude.json"])
def test_the_coordinator_takes_the_report_away(night: Night, name: str) -> None:
    answer = night.get("reader", f"{night.path}/fichiers/{name}")
    assert answer.status_code == 200
    assert name in answer.headers["content-disposition"]


def test_the_report_of_the_coordinator_holds_table_maps_communes_and_law(night: Night) -> None:
    told = text(night.get("agent", night.path))
    for title in ("Tous les effets, côte à côte", "Qui gagne, qui perd", "Où la lumière change"):
        assert title in told
    assert '<svg class="map"' in told
    assert "Données synthétiques." in told
    assert ESCAPED in night.get("agent", night.path).text


def test_two_comparisons_side_by_side_say_what_changed(night: Night) -> None:
    path = f"{night.path}?avec={night.comparisons[0]}"
    of_all = text(night.get("agent", path))
    assert "Étude (empreinte)" in of_all and "≠ différent" in of_all
    assert "Parc qui n’ont pas changé" in of_all
    own = text(night.get("other-reader", path))
    assert "Ce qui a changé pour nous" in own and "= pareil" in own
    for who in ("agent", "other-reader"):
        assert night.get(who, f"{night.path}?avec=lcp_0000").status_code == 404


def test_the_sheet_of_a_council_is_one_table_and_no_score(night: Night) -> None:
    for who in ("agent", "other-reader"):
        told = text(night.get(who, f"/scenarios/{night.study}/feuille"))
        sheet = told.split('<article class="council"')[1].split("</article>")[0]
        assert sheet.count("<dt>") == 3
        assert sheet.count("<table>") == 1 and "Critère" in sheet
        assert "Ce que le conseil doit décider" in sheet
        assert "Les scénarios : S0 " in sheet  # the keys in the heads have names
        english = text(night.get(who, f"/scenarios/{night.study}/feuille?lang=en"))
        assert "The scenarios: S0 " in english and "What the council must decide" in english
        night.get(who, "/scenarios?lang=fr")


def test_a_result_shows_no_group_of_less_than_ten(night: Night) -> None:
    told = text(night.get("other-reader", f"/scenarios/{night.study}/consultations/{night.poll}"))
    assert "42 réponses comptent" in told
    assert "moins de 10 réponses n’est jamais montré à part" in told
    form = night.get(
        "other-reader", f"/scenarios/{night.study}/consultations/{night.poll}/formulaire.html"
    )
    assert form.headers["content-disposition"].startswith("attachment")
    assert SCRIPT not in form.text


def test_a_reader_has_no_form_and_cannot_speak(night: Night) -> None:
    assert 'name="part_sha256"' not in night.get("other-reader", night.path).text
    for at in ("voix", "reponse", "decider"):
        answer = night.form("other-reader", at, voix="withdraw", reponse="withdraw")
        assert answer.status_code == 403


def test_a_voice_is_given_by_ranks_and_taken_back(night: Night) -> None:
    partner = night.people.furnished.partner
    ranks = {"rang_energy": "2", "rang_dark_hours": "1"}
    wrong = night.form("other-signer", "voix", nom="Conseil", source="x", rang_energy="premier")
    assert wrong.status_code == 422
    given = night.form("other-signer", "voix", nom=SCRIPT, source="séance du 3 juin", **ranks)
    assert given.status_code == 303, given.text
    place = f"/v1/lighting-studies/{night.study}/comparisons/{night.comparisons[1]}/voice"
    said = partner.get(place).json()["groups"]
    assert [one["order"] for one in said] == [[["dark_hours"], ["energy"]]]
    assert "Reprendre cette voix" in text(night.get("other-signer", night.path))
    assert night.form("other-signer", "voix", voix="withdraw").status_code == 303
    assert partner.get(place).status_code == 404


def test_a_scenario_is_retained_in_two_steps_once_each_accepted(people: People) -> None:
    owner = people.furnished.owner
    study = lighting.announced(owner, owner, name=TWO_STEPS)
    comparison = lighting.proposed(owner, study, (owner.organisation, "A1", "54430", "L1"))
    lighting.spoken(owner, study, comparison)
    night = Night(people, study, (comparison, comparison), "")
    asks = night.people.browser("agent").get(f"{night.path}/decider?acte=collect")
    assert "Aucune voix ne sera plus prise" in text(asks)
    assert night.form("agent", "decider", acte="collect").status_code == 303
    early = night.form("agent", "decider", acte="adopt", scenario="s2")
    assert early.status_code == 409
    answer = night.form("agent", "reponse", reponse="accept", scenario="s2", raison=SCRIPT)
    assert answer.status_code == 303, answer.text
    told = night.get("agent", f"{night.path}?vue=part").text
    assert ESCAPED in told and SCRIPT not in told
    assert "S2 LED" in text(night.get("agent", f"{night.path}/decider?acte=adopt"))
    assert night.form("agent", "decider", acte="adopt", scenario="s2").status_code == 303
    assert "un scénario est retenu" in text(night.get("reader", f"/scenarios/{study}"))


def test_the_weighing_stands_side_by_side_and_names_what_would_flip_it(people: People) -> None:
    ids = people.ids
    told = text(people.browser("reader").get(f"/scenarios/{ids['verdict']}/{ids['weighed']}"))
    assert "Qui préfère quoi" in told
    assert "Conseil municipal" in told
    assert "Aucun changement d’un seul poids" in told

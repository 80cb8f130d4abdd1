"""Plans on a page: who sees what of them, in words, and what is done with them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from importlib.resources import files
from typing import Any

import httpx2
import pytest

from synergie.reports.page import rules_of
from tests.pages.people import People
from tests.server import buying, maintaining
from tests.server.place import Member, active, cabinet

SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
MINE, THEIRS = "99000000000501", "99000000000602"
"""Delivery points of the coordinator and of its partner: canaries."""


@dataclass
class Group:
    """A purchase and a campaign of two bodies, a plan of each proposed twice."""

    people: People
    purchase: str
    plans: tuple[str, str]
    campaign: str
    years: tuple[str, str]

    def get(self, who: str, path: str) -> httpx2.Response:
        """A page as *who* reads it."""
        return self.people.browser(who).get(path)


@pytest.fixture(scope="module")
def group(people: People) -> Group:
    owner, partner = people.furnished.owner, people.furnished.partner
    purchase, plans = _bought(owner, partner)
    campaign, years = _maintained(owner, partner)
    return Group(people, purchase, plans, campaign, years)


def _bought(owner: Member, partner: Member) -> tuple[str, tuple[str, str]]:
    """A purchase of both; of its two plans the second is proposed, the needs of one changed."""
    made = buying.announced(owner, owner, partner, name=f"Groupe {SCRIPT}")
    active(
        partner, owner, title="Besoins", datasets=["needs"], selector={"purchases": [made]},
        purpose="joint_purchase",
    )  # fmt: skip
    buying.published(owner, made, buying.needs(owner, MINE))
    buying.published(partner, made, _needs(partner, "133.25"))
    buying.brought(owner, made)
    first = buying.proposed(owner, made)["plan"]
    answer = owner.post(f"/v1/purchases/{made}/open_survey", {})
    assert answer.status_code == 200, answer.text
    buying.published(partner, made, _needs(partner, "184.75"))
    return made, (first, buying.proposed(owner, made)["plan"])


def _needs(member: Member, mwh: str) -> dict[str, Any]:
    body = buying.needs(member, THEIRS, mandate=f"Délibération {SCRIPT}")
    body["points"][0]["energy"][0]["mwh"] = mwh
    return body


def _maintained(owner: Member, partner: Member) -> tuple[str, tuple[str, str]]:
    """A campaign of both; a plan in force, another in its place with a visit in another week."""
    (theirs,) = partner.made("/v1/cabinets", cabinet("CANARI-7"))
    made = maintaining.announced(owner, owner, partner, name=f"Entretien {SCRIPT}")
    active(
        partner, owner, title="Parc", datasets=["assets"], selector={"cabinets": [theirs]},
        purpose="joint_maintenance",
    )  # fmt: skip
    visits = ((owner.organisation, "A1"), (partner.organisation, "CANARI-7"))
    first = maintaining.proposed(owner, made, *visits)["year"]
    maintaining.adopted(owner, made, first, owner, partner)
    second = maintaining.proposed(owner, made, visits[0])["year"]
    maintaining.toured(owner, made, first, *visits)
    return made, (first, second)


def text(answer: httpx2.Response) -> str:
    assert answer.status_code == 200, answer.text
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def _pages(group: Group) -> list[str]:
    bought, kept = f"/plans/{group.purchase}", f"/plans/{group.campaign}"
    return [
        "/plans",
        bought,
        f"{bought}/feuille",
        f"{bought}/{group.plans[1]}",
        f"{bought}/{group.plans[1]}?avec={group.plans[0]}",
        kept,
        f"{kept}/feuille?calcul={group.years[0]}",
        f"{kept}/{group.years[0]}",
    ]


def test_drawings_look_on_a_page_as_in_a_report() -> None:
    drawn = (
        "svg ", ".grid", ".bar", ".line-", ".mark-", ".ink-", ".way", ".map", "[class", ".legend"
    )  # fmt: skip
    sheet = files("synergie.server.pages").joinpath("static", "plans.css").read_text("utf-8")
    told = [one for one in rules_of("report.css").split("@page")[0].splitlines() if one]
    figures = [one for one in told if one.startswith(drawn)]
    assert len(figures) > 20
    assert [one for one in figures if one not in sheet.splitlines()] == []


def test_the_list_begins_with_one_sentence_that_counts(group: Group) -> None:
    """Other tests of this place may have begun more: the sentence counts the rows under it."""
    page = group.get("other-reader", "/plans")
    said = re.search(r"(\d+) plans : 2 proposés, (\d+) en préparation\.", text(page))
    assert said is not None
    n, begun = map(int, said.groups())
    assert n == begun + 2 == len(re.findall(r'<tr>\s*<th scope="row">', page.text)) >= 3
    english = text(group.get("other-reader", "/plans?lang=en"))
    assert f"{n} plans: 2 proposed, {begun} in preparation." in english


def test_who_shares_nothing_reads_what_to_do(group: Group) -> None:
    told = text(group.get("stranger", "/plans"))
    assert "Aucun plan." in told and "Ce qui se fait par un programme" in told
    assert "<table>" not in told


def test_nobody_is_sent_to_the_log_in(group: Group) -> None:
    for path in _pages(group):
        answer = group.people.browser().get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/entrer?vers=%2Fplans")


def test_a_stranger_is_told_the_same_of_what_is_there_and_of_what_is_not(group: Group) -> None:
    client = group.people.browser("stranger")
    nowhere = ["/plans/pur_0000", "/plans/cmp_0000/plan_0000", "/plans/xyz", "/plans/%2e%2e"]
    told = {
        client.get(path).text.split("<main")[1].split("</main>")[0]
        for path in (*_pages(group)[1:], *nowhere)
    }
    assert len(told) == 1
    assert "Page introuvable" in told.pop()


@pytest.mark.parametrize("who", ["reader", "agent", "other-reader", "other-signer"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_both_sides_read_every_page_and_no_script_runs(group: Group, who: str, lang: str) -> None:
    client = group.people.browser(who)
    client.cookies.set("lang", lang)
    for path in _pages(group):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert f'<html lang="{lang}">' in answer.text
        assert answer.text.count("<h1") == 1
        assert "<script" not in answer.text and "<style" not in answer.text
        assert " style=" not in answer.text


def test_a_name_with_a_script_in_it_is_shown_as_text(group: Group) -> None:
    for who in ("agent", "other-signer"):
        for path in _pages(group):
            assert SCRIPT not in group.get(who, path).text
    assert ESCAPED in group.get("other-signer", "/plans").text
    assert ESCAPED in group.get("other-signer", f"/plans/{group.purchase}/{group.plans[1]}").text


def test_a_member_reads_its_own_part_and_nothing_of_another(group: Group) -> None:
    read = [group.get("other-signer", path).text for path in _pages(group)]
    files = [
        group.get("other-signer", f"/plans/{item}/{plan}/fichiers/{name}").text
        for item, plan in ((group.purchase, group.plans[1]), (group.campaign, group.years[0]))
        for name in ("note.html", "part.json")
    ]
    told = "".join(read + files)
    assert THEIRS in told and "CANARI-7" in told
    assert MINE not in told
    assert ">A1<" not in told and '"A1"' not in told
    assert "Fournisseur boreal" not in told  # who bid and lost
    assert "org-one-app" not in told


def test_the_figures_of_a_page_are_those_of_the_wire(group: Group) -> None:
    partner = group.people.furnished.partner
    place = f"/v1/purchases/{group.purchase}/plans/{group.plans[1]}/part"
    view = partner.get(place).json()["view"]
    told = text(group.get("other-reader", f"/plans/{group.purchase}"))
    cost = f"{float(view['cost_eur']):,.2f}".replace(",", " ").replace(".", ",")
    assert f"{cost} €" in told
    assert "pour vous, au plus" in told and "pour tous" not in told


def test_a_member_asks_in_vain_for_what_its_coordinator_reads(group: Group) -> None:
    client = group.people.browser("other-signer")
    for item, plan in ((group.purchase, group.plans[1]), (group.campaign, group.years[0])):
        for name in ("rapport.html", "classeur.xlsx", "plan.json", "probleme.json"):
            assert client.get(f"/plans/{item}/{plan}/fichiers/{name}").status_code == 403
        assert client.get(f"/plans/{item}/{plan}/decider?acte=award").status_code == 404


def test_reading_a_part_on_a_page_is_in_the_journal(group: Group) -> None:
    owner = group.people.furnished.owner
    before = _reads(owner)
    group.get("other-reader", f"/plans/{group.purchase}/{group.plans[1]}")
    new = [one for one in _reads(owner) if one not in before]
    assert [(one["by"], one["subjects"]) for one in new] == [
        ("org-two", [group.purchase, group.plans[1]])
    ]


def _reads(member: Member) -> list[dict[str, Any]]:
    told = [one["record"] for one in member.every("/v1/audit/accesses")]
    return [one for one in told if one["event"] == "part.read"]


def test_two_plans_side_by_side_say_what_changed(group: Group) -> None:
    first, second = group.plans
    of_all = text(group.get("agent", f"/plans/{group.purchase}/{second}?avec={first}"))
    assert "Données différentes." in of_all
    assert "Besoins de org-two" in of_all and "≠ autres données" in of_all
    assert "▲ plus : +" in of_all
    assert "Décisions : pareilles 2, changées 0, nouvelles 0, retirées 0." in of_all
    own = text(group.get("other-reader", f"/plans/{group.purchase}/{second}?avec={first}"))
    assert "Version de nos besoins" in own
    assert "org-one" not in own.split("Ce qui a changé pour nous")[1].split("</section>")[0]


def test_a_plan_against_one_that_is_not_there_is_not_found(group: Group) -> None:
    for who in ("agent", "other-reader"):
        path = f"/plans/{group.purchase}/{group.plans[1]}?avec=plan_0000"
        assert group.get(who, path).status_code == 404


def test_visits_that_come_and_go_are_told(group: Group) -> None:
    first, second = group.years
    told = text(group.get("agent", f"/plans/{group.campaign}/{second}?avec={first}"))
    assert "− retirée" in told and "CANARI-7" in told
    assert "Pourquoi maintenant" in told and "Décisions : " in told


def test_rounds_are_calendars_of_ones_own_places(group: Group) -> None:
    page = text(group.get("other-reader", f"/plans/{group.campaign}"))
    rounds = page.split("/tournees/")[1].split('"')[0]
    path = f"/plans/{group.campaign}/tournees/{rounds}"
    told = group.get("other-reader", f"{path}/part.ics")
    assert told.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:CANARI-7" in told.text and "SUMMARY:A1" not in told.text
    assert group.get("other-reader", f"{path}/equipe-1.ics").status_code == 403
    crew = group.get("reader", f"{path}/equipe-1.ics").text
    assert "CANARI-7" in crew and "A1" in crew
    assert group.get("reader", f"{path}/equipe-9.ics").status_code == 404


def test_rounds_begin_with_their_map_and_others_read_their_own_stops(group: Group) -> None:
    page = text(group.get("other-reader", f"/plans/{group.campaign}"))
    rounds = page.split("/tournees/")[1].split('"')[0]
    path = f"/plans/{group.campaign}/tournees/{rounds}"
    whole = text(group.get("reader", path))
    assert "Carte des tournées" in whole and "<polyline" in whole and "CANARI-7" in whole
    assert ">1</text>" in whole, "stops are numbered"
    mine = text(group.get("other-reader", path))
    assert "CANARI-7" in mine and "Nos arrêts, du" in mine
    assert "Carte des tournées" not in mine and ">A1<" not in mine
    assert group.get("stranger", path).status_code == 404


def test_home_of_technicians_tells_who_comes_and_nothing_of_others(group: Group) -> None:
    mine = text(group.get("other-reader", "/?pour=technicien"))
    assert "Passages chez nous, sept jours qui viennent" in mine and "Le prochain" in mine
    assert mine.count("<dt>") == 3 and "Séries jamais reçues" not in mine
    none = text(group.get("stranger", "/?pour=technicien"))
    assert "CANARI-7" not in none


@pytest.mark.parametrize("name", ["rapport.html", "rapport.pdf", "classeur.xlsx", "plan.json"])
def test_the_coordinator_takes_the_report_away(group: Group, name: str) -> None:
    for item, plan in ((group.purchase, group.plans[1]), (group.campaign, group.years[0])):
        answer = group.get("reader", f"/plans/{item}/{plan}/fichiers/{name}")
        assert answer.status_code == 200
        assert name in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_data_of_today_say_who_is_missing_and_what_changed(group: Group) -> None:
    told = text(group.get("reader", f"/plans/{group.purchase}/donnees"))
    assert "Rien n’a changé." in told and "celle du plan" in told
    assert "besoins, version 2" in told
    park = text(group.get("reader", f"/plans/{group.campaign}/donnees?lang=en"))
    assert "The data have not" not in park and "1 cabinet" in park
    assert group.get("other-signer", f"/plans/{group.purchase}/donnees").status_code == 403
    assert group.get("stranger", f"/plans/{group.purchase}/donnees").status_code == 404


def test_what_stops_every_plan_is_told_with_who_can_mend_it(people: People) -> None:
    owner, partner = people.furnished.owner, people.furnished.partner
    made = buying.announced(owner, owner, partner, name="Sans offre")
    buying.published(owner, made)
    told = text(people.browser("agent").get(f"/plans/{made}/donnees"))
    assert "Ce qui empêche tout plan" in told
    assert "absente : aucun accord n’ouvre ses données" in told
    assert "Un plan est-il possible" not in told


def test_rules_that_cannot_hold_together_are_named(people: People) -> None:
    owner = people.furnished.owner
    made = buying.announced(owner, owner, name="Impossible", green_share=1.0, may_leave=False)
    buying.published(owner, made)
    buying.brought(owner, made)
    path = f"/plans/{made}/donnees"
    assert "Chercher" in text(people.browser("agent").get(path))
    assert "Chercher" not in text(people.browser("reader").get(path))
    told = text(people.browser("agent").get(f"{path}?chercher=oui"))
    assert "Impossible. " in told.replace("</strong>", "")
    assert "ces exigences ne tiennent pas ensemble" in told
    assert "avec garanties d’origine" in told


def test_the_sheet_of_a_council_holds_three_facts_one_table_and_the_decision(
    group: Group,
) -> None:
    for who, table in (("agent", "Ce que chacun gagne"), ("other-reader", "Nos lots")):
        told = text(group.get(who, f"/plans/{group.purchase}/feuille"))
        sheet = told.split('<article class="council"')[1].split("</article>")[0]
        assert sheet.count("<dt>") == 3
        assert sheet.count("<table>") == 1 and table in sheet
        assert "Ce que le conseil doit décider" in sheet


def test_a_reader_has_no_form_and_cannot_answer(group: Group) -> None:
    path = f"/plans/{group.purchase}/{group.plans[1]}"
    client = group.people.browser("other-reader")
    assert 'name="part_sha256"' not in client.get(path).text
    answer = group.people.form(client, "/mes-sessions", at=f"{path}/reponse", reponse="accept")
    assert answer.status_code == 403
    assert "Votre rôle est" in answer.text


def test_an_answer_is_given_once_and_taken_back(group: Group) -> None:
    path = f"/plans/{group.purchase}/{group.plans[1]}"
    client = group.people.browser("other-signer")
    page = client.get(path).text
    sha = page.split('name="part_sha256" value="')[1].split('"')[0]
    stale = group.people.form(
        client, path, at=f"{path}/reponse", reponse="accept", part_sha256="0" * 64
    )
    assert stale.status_code == 409
    given = group.people.form(
        client, path, at=f"{path}/reponse", reponse="decline", part_sha256=sha, raison=SCRIPT
    )
    assert given.status_code == 303
    assert given.headers["location"] == f"{path}?vue=part"
    told = client.get(path).text
    assert ESCAPED in told and SCRIPT not in told
    coordinator = text(group.get("agent", "/plans"))
    assert "1 impossible en l’état" in coordinator
    assert "1 membre refuse sa part" in coordinator
    back = group.people.form(client, path, at=f"{path}/reponse", reponse="withdraw")
    assert back.status_code == 303
    assert 'name="part_sha256"' in client.get(path).text


def test_a_forged_answer_changes_nothing(group: Group) -> None:
    path = f"/plans/{group.purchase}/{group.plans[1]}"
    client = group.people.browser("other-signer")
    answer = client.post(
        f"{path}/reponse", data={"reponse": "accept"}, headers={"Origin": "https://ailleurs.test"}
    )
    assert answer.status_code == 403
    assert "Votre organisation a répondu" not in client.get(path).text


def test_a_plan_is_awarded_in_two_steps_once_each_accepted(people: People) -> None:
    owner = people.furnished.owner
    made = buying.announced(owner, owner, name="Deux pas")
    buying.published(owner, made)
    buying.brought(owner, made)
    plan = buying.proposed(owner, made)["plan"]
    path, client = f"/plans/{made}/{plan}", people.browser("agent")
    first = people.form(client, f"{path}/decider?acte=award", at=f"{path}/decider", acte="award")
    assert first.status_code == 409  # nobody has accepted yet
    sha = client.get(f"{path}?vue=part").text.split('name="part_sha256" value="')[1].split('"')[0]
    people.form(client, f"{path}?vue=part", at=f"{path}/reponse", reponse="accept", part_sha256=sha)
    assert "Attribuer" in client.get(f"{path}/decider?acte=award").text
    done = people.form(client, f"{path}/decider?acte=award", at=f"{path}/decider", acte="award")
    assert done.status_code == 303
    assert "attribué" in text(client.get(f"/plans/{made}"))
    assert client.get(f"{path}/decider?acte=award").status_code == 404
    wrong = people.form(client, "/mes-sessions", at=f"{path}/decider", acte="close")
    assert wrong.status_code == 422


def test_an_offer_that_expired_makes_its_plan_impossible(people: People) -> None:
    owner, clock = people.furnished.owner, people.furnished.place.clock
    until = (clock.now + timedelta(days=2)).isoformat()
    made = buying.announced(owner, owner, name="Expire")
    buying.published(owner, made)
    buying.brought(owner, made, buying.offers(buying.offer(valid_until=until)))
    buying.proposed(owner, made)
    before = clock.now
    clock.now = before + timedelta(days=3)
    try:
        told = text(people.browser("reader").get(f"/plans/{made}"))
    finally:
        clock.now = before
    assert "Impossible en l’état." in told
    assert "Une offre retenue a expiré le" in told


def test_the_life_of_the_market_is_a_draft_of_its_coordinator_until_the_award(group: Group) -> None:
    owner = group.people.furnished.owner
    body = buying.market(owner)
    (contract,) = body["contracts"]
    point, later = {"point": "pce-7", "member": owner.organisation}, "2028-06-01"
    contract["moves"] = [{**point, "kind": "entry", "day": later, "mwh": "12.5"}]
    contract["terms"] |= {"notice_days": 30, "maximum_mwh": "100"}
    contract["bought_mwh"] = "120.5"
    for path, sent in (("market", body), ("forward", buying.forward())):
        answer = owner.put(f"/v1/purchases/{group.purchase}/{path}", sent)
        assert answer.status_code == 200, answer.text
    page = group.get("signer", f"/plans/{group.purchase}/marche").text
    assert (
        f'href="/plans/{group.purchase}/marche"'
        in group.get("signer", f"/plans/{group.purchase}").text
    )
    for told in ("Fournisseur alize", "demander au fournisseur", "02/05/2028", "pce-7", "12,500",
                 "75,00", "960,00", "sans clause de volume", "20,5 MWh"):  # fmt: skip
        assert told in page, told
    theirs = group.get("other-reader", f"/plans/{group.purchase}/marche")
    assert theirs.status_code == 200
    assert "Aucun contrat" in theirs.text and "alize" not in theirs.text.lower()
    assert group.get("signer", f"/plans/{group.campaign}/marche").status_code == 404

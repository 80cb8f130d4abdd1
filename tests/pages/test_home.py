"""Home: what is today's, what is late and why, what to do; the foot of each page."""

import re
from datetime import timedelta
from html import escape
from typing import Any

import pytest

from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.deposits import Deposits
from synergie.policy import Principal
from synergie.reports.language import use_language
from synergie.server.pages._fresh import freshness_line
from synergie.server.pages.home_view import CrewStop, draw_stops
from tests.exchange.lines import LINES, curve, put, register
from tests.exchange.people import Body, site
from tests.pages.people import People
from tests.pages.test_energy_figures import Spoken
from tests.server.partner import NOW

SCRIPT = "<script>alert(1)</script>"


def body_of(people: People, organisation: str) -> Body:
    """What `tests.exchange` calls an organisation, for its deposits."""
    caller = Principal(client_id="t", organisation=organisation, scopes=frozenset())
    return Body(caller, None)  # type: ignore[arg-type]  # nothing is signed here


def main_of(text: str) -> str:
    """What a page is about, without the heads that each cell repeats for telephones."""
    main = text[text.index("<main") : text.index("</main>")]
    return re.sub(r' data-label="[^"]*"', "", main)


@pytest.fixture
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch)


@pytest.mark.parametrize("path", ["/", "/matin", "/matin.txt", "/matin.ics"])
def test_nobody_is_sent_to_the_log_in(people: People, path: str) -> None:
    answer = people.browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrer?vers=")


@pytest.mark.parametrize("who", ["reader", "agent", "signer", "keeper"])
def test_each_role_reads_the_morning(people: People, who: str) -> None:
    answer = people.browser(who).get("/")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert "Fraîcheur, flux par flux" in answer.text


def test_the_first_sentence_says_how_much_is_todays(people: People) -> None:
    french = people.browser("reader").get("/").text
    told = "0 mesure sur 1 à jour. 1 sans envoi prévu (dernière mesure il y a 23 jours)."
    assert f'<p class="lead plain">{told}</p>' in main_of(french)
    assert "<td>○ sans envoi prévu</td>" in french
    assert french.count("● à jour") == 1, "the bills, by their file"
    assert "<td>02/11/2026 (il y a 23 jours)</td>" in french
    english = people.browser("reader").get("/?lang=en").text
    told = "0 series of 1 up to date. 1 with no due date (last reading 23 days ago)."
    assert told in main_of(english) and "<td>○ no due date</td>" in english
    assert "This morning" in english and "Ce matin" not in english


def test_councillors_read_what_is_used_before_which_series_are_late(people: People) -> None:
    text = main_of(people.browser("reader").get("/?pour=elu").text)
    told = "0 mesure sur 1 à jour."
    assert text.count(told) == 1
    assert text.index('<dl class="facts">') < text.index("À faire aujourd") < text.index(told)


def test_who_has_nothing_is_told_how_to_begin(people: People) -> None:
    text = main_of(people.browser("stranger").get("/").text)
    assert "Aucune mesure. Déposez un premier fichier" in text
    assert '<a class="button" href="/depot">' in text


def test_nothing_of_another_organisation_shows(people: People) -> None:
    """The partner reads by an agreement what is the owner's: its own morning is empty of it."""
    for path in ("/", "/matin", "/matin.txt", "/matin.ics"):
        text = people.browser("other-reader").get(path).text
        assert people.ids["series"] not in text
        assert "99000000000017" not in text
        assert "juin.csv" not in text


def test_the_line_of_the_foot_says_the_same(people: People) -> None:
    house = people.furnished.place.app.state.house

    class Somebody:
        principal = Principal(
            client_id="t", organisation=people.furnished.owner.organisation, scopes=frozenset()
        )

    told = freshness_line(house, Somebody(), NOW)  # type: ignore[arg-type]  # all it looks at
    old = "1 sans envoi prévu (dernière mesure il y a 23 jours)"
    assert told == f"0 mesure sur 1 à jour. {old}. Dernier dépôt le 25/11/2026."


@pytest.mark.usefixtures("_lines")
def test_a_late_flow_says_why_and_leads_to_the_deposit_of_its_file(people: People) -> None:
    """Four weeks of files, then none: what is late is a thing to do, with its link."""
    place = people.furnished.place
    who = body_of(people, people.furnished.stranger.organisation)
    made = [
        put(
            place.store,
            who,
            curve(NOW - timedelta(days=60 - 7 * week), [week, 1], supply_point=f"prm:{99}{1:012}"),
            name=f"{SCRIPT}{week}.csv",
            now=NOW - timedelta(days=50 - 7 * week),
        )
        for week in range(4)
    ]
    try:
        text = main_of(people.browser("stranger").get("/").text)
        assert "1 en retard." in text
        assert f"1 attend un fichier {LINES}" in text
        assert f'<a href="/depot?flux={LINES}">Déposer le fichier {LINES}</a>' in text
        assert "La personne chargée des dépôts" in text
        assert "▲ en retard" in text
        assert "tous les 7 jours jusqu’ici" in text
        assert SCRIPT not in text
        assert escape(SCRIPT) in text
        english = main_of(people.browser("stranger").get("/?lang=en").text)
        assert f"Deposit the file {LINES}" in english and "Déposer" not in english
        energy = people.browser("stranger").get("/?pour=energie").text
        assert "La personne chargée des dépôts" in main_of(energy)
        council = people.browser("stranger")
        for path in ("/?pour=elu", "/", "/?pour=nobody"):
            told = main_of(council.get(path).text)
            assert "La personne chargée des dépôts" not in told, "it is not theirs to do"
            assert '<strong aria-current="true">les élus</strong>' in told
    finally:
        for report in reversed(made):
            Deposits(place.store).undo(who.caller, str(report.id), now=NOW)


@pytest.mark.usefixtures("_lines")
def test_a_series_that_was_never_read_is_named(people: People) -> None:
    place = people.furnished.place
    who = body_of(people, people.furnished.stranger.organisation)
    report = put(place.store, who, curve(NOW - timedelta(days=2), [None, None]))
    try:
        text = main_of(people.browser("stranger").get("/").text)
        assert "0 mesure sur 1 à jour. 1 jamais reçue." in text
        assert "prm:99000000000017/active_power/mean_power/import" in text
        assert 'href="/sites/series/ser_' in text
    finally:
        Deposits(place.store).undo(who.caller, str(report.id), now=NOW)


def test_script_in_the_name_of_a_site_is_text(people: People) -> None:
    place = people.furnished.place
    who = body_of(people, people.furnished.stranger.organisation)
    Sites(place.store).publish(who.caller, [site("S9", name=SCRIPT)], now=NOW)
    from tests.exchange.people import point

    record = point("99000000000066", site="S9")
    SupplyPoints(place.store).publish(who.caller, [record], now=NOW)
    client = people.browser("stranger")
    listed = client.get("/sites").text
    assert SCRIPT not in listed and escape(SCRIPT) in listed
    (found,) = Sites(place.store).page(who.caller, now=NOW).items
    one = client.get(f"/sites/{found.id}").text
    assert SCRIPT not in one and f"<h1>{escape(SCRIPT)}</h1>" in one


def test_whom_home_is_for_is_kept_by_a_choice_alone(people: People) -> None:
    browser = people.browser("reader")
    assert "pour=" not in browser.get("/").headers.get("set-cookie", "")
    kept = browser.get("/?pour=eclairage").headers["set-cookie"]
    assert "pour=eclairage" in kept and "HttpOnly" in kept and "SameSite=lax" in kept
    assert "Part de l’éclairage" in browser.get("/").text
    assert "pour=" not in browser.get("/?pour=%3Cscript%3E").headers.get("set-cookie", "")


def test_the_picture_of_technicians_is_a_row_a_crew_and_a_column_a_day() -> None:
    stops = [
        CrewStop(NOW - timedelta(hours=1), "", "notre équipe E1", 5, ours=True),
        CrewStop(NOW + timedelta(hours=1), "A1", "Ici, E1", ours=True),
        CrewStop(NOW + timedelta(hours=50), "A3", "Là, E2"),
        CrewStop(NOW + timedelta(hours=51), "A4", "Là, E2"),
    ]
    visit: Any = Spoken(now=NOW)
    with use_language("fr"):
        made = draw_stops(visit, stops)
        assert draw_stops(visit, []) is None
        assert draw_stops(visit, stops[1:2]) is not None
    assert made is not None
    assert made.table.rows == (
        ("notre équipe E1", "25/11/2026", "arrêts\u00a0: 5"),
        ("Là, E2", "27/11/2026", "arrêts\u00a0: 2"),
    ), "a stop of our own crew is told by its day"
    assert made.table.caption == (
        "Jusqu’au 27/11/2026, passages chez nous\u00a0: 3\u202f; arrêts de nos équipes\u00a0: 5."
    )

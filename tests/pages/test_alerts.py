"""`/alertes`: what lasts, one sentence each; a verdict and a ticket by a form of one's own."""

from html import unescape

import pytest

from tests.pages.people import People


def test_an_alert_is_read_judged_and_turned_into_a_ticket(people: People) -> None:
    name = people.ids["alert"]
    client = people.browser("reader")
    told = unescape(client.get("/alertes").text)
    assert "A1 est éteinte depuis" in told and f"/alertes/{name}" in told
    page = unescape(client.get(f"/alertes/{name}").text)
    assert "Le disjoncteur, le câble, la commande." in page
    assert "Faire un ticket" not in page, "a reader decides nothing"
    assert people.form(client, "/mes-sessions", at=f"/alertes/{name}/ticket").status_code == 403
    writer = people.browser("agent")
    assert "Faire un ticket" in unescape(writer.get(f"/alertes/{name}").text)
    said = people.form(writer, "/mes-sessions", at=f"/alertes/{name}/avis", avis="acknowledged")
    assert said.status_code == 303
    assert "confirmée" in unescape(writer.get(f"/alertes/{name}").text)
    assert people.form(writer, "/mes-sessions", at=f"/alertes/{name}/ticket").status_code == 303
    page = unescape(writer.get(f"/alertes/{name}").text)
    assert "veille-A1-dark-20261102" in page and "Faire un ticket" not in page
    rows = client.get("/alertes/alertes.csv").text.splitlines()
    assert rows[0].startswith("id,cabinet,") and name in rows[1]


def test_what_does_not_fit_on_the_page_is_said_and_is_in_the_table(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, client = people.ids["alert"], people.browser("reader")
    assert "de plus dans le tableau" not in client.get("/alertes").text
    monkeypatch.setattr("synergie.watch.pages.alerts._SHOWN", 0)
    told = unescape(client.get("/alertes").text)
    assert "1 de plus dans le tableau." in told and name not in told
    assert name in client.get("/alertes/alertes.csv").text


def test_an_alert_of_another_is_absent(people: People) -> None:
    name = people.ids["alert"]
    stranger = people.browser("stranger")
    assert "Aucune alerte ne dure" in unescape(stranger.get("/alertes").text)
    assert stranger.get(f"/alertes/{name}").status_code == 404
    assert stranger.get("/alertes/alertes.csv").text.count("\n") == 1
    english = people.browser("reader").get(f"/alertes/{name}?lang=en").text
    assert "A1 is dark since" in english

"""`/alertes`: what lasts, one sentence each; a verdict and a ticket by a form of one's own."""

from html import unescape

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


def test_alerts_are_filtered_and_taken_away_by_the_address(people: People) -> None:
    client = people.browser("reader")
    told = unescape(client.get("/alertes?armoire=A1&columns=alerte,armoire&sort=-nuits").text)
    assert (
        "Lignes qui répondent aux filtres\u00a0: 1 sur 1." in told
        and "A1 est éteinte depuis" in told
    )
    nothing = unescape(client.get("/alertes?etat=false").text)
    assert "Aucune ligne ne répond aux filtres, sur 1." in nothing and "A1 est" not in nothing
    file = client.get("/alertes?columns=armoire&columns=nuits&format=csv")
    assert file.content.startswith(b"\xef\xbb\xbfArmoire;Nuits\r\nA1;")
    assert 'filename="alertes-' in file.headers["content-disposition"]


def test_an_alert_of_another_is_absent(people: People) -> None:
    name = people.ids["alert"]
    stranger = people.browser("stranger")
    assert "Aucune alerte ne dure" in unescape(stranger.get("/alertes").text)
    assert stranger.get(f"/alertes/{name}").status_code == 404
    assert stranger.get("/alertes/alertes.csv").text.count("\n") == 1
    assert "A1" not in stranger.get("/alertes?format=csv").text
    english = people.browser("reader").get(f"/alertes/{name}?lang=en").text
    assert "A1 is dark since" in english


def test_lasting_alerts_are_counted_on_the_map_for_their_owner_alone(people: People) -> None:
    counted = {
        who: unescape(people.browser(who).get("/carte?quoi=cabinets&couleur=pannes").text)
        for who in ("reader", "stranger")
    }
    assert "alertes\u00a0: 1" in counted["reader"] and "losange\u00a0: inconnu" in counted["reader"]
    assert "alertes\u00a0: 1" not in counted["stranger"]

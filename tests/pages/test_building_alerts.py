"""An alert of a building in the list, on its page and on that of its point."""

from html import unescape

from tests.pages.people import People
from tests.server.place import PRM, alert


def test_an_alert_of_a_building_stands_in_the_list_and_on_the_page_of_its_point(
    people: People,
) -> None:
    owner, ids = people.furnished.owner, people.ids
    page = people.browser("agent").get(f"/sites/points/{ids['supply_point']}").text
    assert "Alertes qui durent" not in page
    name = alert(owner, ids["series"], None, "7", f"prm:{PRM}")
    client = people.browser("reader")
    page = unescape(client.get(f"/sites/points/{ids['supply_point']}").text)
    assert "Alertes qui durent" in page and f"/alertes/{name}" in page
    assert "de 3 h à 5 h" in page and "ventilation" in page
    told = unescape(client.get("/alertes").text)
    assert f"/alertes/{name}" in told and "prm:" in told
    one = unescape(people.browser("agent").get(f"/alertes/{name}").text)
    assert "Faire un ticket" not in one and "C’est vrai" in one.replace("'", "’")
    assert people.browser("stranger").get(f"/alertes/{name}").status_code == 404

"""Saved views: kept, shown to whom they are for, renamed, deleted; they open nothing."""

import io
import re
from html import escape, unescape

import httpx2
import pyarrow.parquet as pq
import pytest

from synergie.errors import BadInput, Conflict
from synergie.exchange.trust.saved_views import MOST_VIEWS, SavedViews, parse_view_address
from synergie.policy import Principal
from tests.pages.people import SAME, People, token_of
from tests.server.partner import NOW

ADDRESS = "/sites?sort=-energie&columns=point%2Cenergie"
SCRIPT = "<script>alert(3)</script>"


def save(
    people: People, who: str, name: str, address: str = ADDRESS, **more: str
) -> httpx2.Response:
    client = people.browser(who)
    return people.form(client, "/sites", at="/vues", nom=name, adresse=address, **more)


def views(people: People, who: str) -> dict[str, str]:
    """Names and identifiers of the views that *who* may change; others have none."""
    text = people.browser(who).get("/vues").text
    found = {}
    for row in text.split("<tr>")[2:]:
        name = re.search(r'<th scope="row"><a [^>]*>(.*?)</a>', row)
        one = re.search(r"/vues/([a-z0-9_]+)/nom", row)
        assert name is not None
        found[unescape(name[1])] = one[1] if one else ""
    return found


def test_nobody_is_sent_to_the_log_in_and_keeps_nothing(people: People) -> None:
    answer = people.browser().get("/vues")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrer?vers=")
    for path in ("/vues", "/vues/view_1/nom", "/vues/view_1/supprimer"):
        sent = people.browser().post(path, data={"nom": "x", "adresse": ADDRESS}, headers=SAME)
        assert sent.status_code == 409, path  # asked to log in, then sent again


def test_a_form_of_another_site_is_refused(people: People) -> None:
    client = people.browser("agent")
    sent = {"nom": "volée", "adresse": ADDRESS, "_csrf": token_of(client.get("/sites"))}
    away = {"Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/vues", data=sent, headers=away).status_code == 403
    assert "volée" not in views(people, "agent")


def test_a_view_is_kept_and_leads_back_to_its_address(people: People) -> None:
    answer = save(people, "reader", f"Les plus gros {SCRIPT}", f"{ADDRESS}&page=3&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, ADDRESS)
    client = people.browser("reader")
    link = f'<a href="{escape(ADDRESS)}">{escape(f"Les plus gros {SCRIPT}", quote=False)}</a>'
    for path in ("/", "/sites", "/vues"):
        assert link in client.get(path).text, path
    assert link not in client.get("/carte?vue=tableau").text
    assert link in client.get("/vues?lang=en").text and "Saved views" in client.get("/vues").text


def test_a_view_of_ones_own_is_seen_by_nobody_else(people: People) -> None:
    save(people, "agent", "la mienne")
    assert "la mienne" in views(people, "agent")
    for who in ("reader", "keeper", "other-reader", "stranger"):
        assert "la mienne" not in views(people, who)
        assert "la mienne" not in people.browser(who).get("/").text


def test_a_shared_view_is_seen_in_the_organisation_and_nowhere_else(people: People) -> None:
    save(people, "agent", "la nôtre", partagee="1")
    assert views(people, "agent")["la nôtre"]
    assert views(people, "reader")["la nôtre"] == ""  # seen, and not changed
    assert views(people, "keeper")["la nôtre"]
    for who in ("other-reader", "stranger"):
        assert "la nôtre" not in views(people, who)


def test_only_who_saved_it_and_a_keeper_of_what_is_shared_change_a_view(people: People) -> None:
    save(people, "signer", "à nous", partagee="1")
    save(people, "signer", "à moi")
    ours, mine = views(people, "signer")["à nous"], views(people, "signer")["à moi"]
    for who, view in (
        ("reader", ours), ("stranger", ours), ("keeper", mine), ("keeper", "view_absent"),
    ):  # fmt: skip
        client = people.browser(who)
        for act in ("nom", "supprimer"):
            answer = people.form(client, "/sites", at=f"/vues/{view}/{act}", nom="changée")
            assert answer.status_code == 404, (who, view, act)
    assert {"à nous", "à moi"} <= set(views(people, "signer"))
    renamed = people.form(people.browser("keeper"), "/vues", at=f"/vues/{ours}/nom", nom="mieux")
    assert renamed.status_code == 303
    assert views(people, "signer")["mieux"] == ours
    people.form(people.browser("keeper"), "/vues", at=f"/vues/{ours}/supprimer")
    people.form(people.browser("signer"), "/vues", at=f"/vues/{mine}/supprimer")
    assert not {"mieux", "à nous", "à moi"} & set(views(people, "signer"))


def test_a_view_opens_nothing(people: People) -> None:
    """The same address, opened by another organisation, shows what is its own."""
    point = people.ids["supply_point"]
    save(people, "agent", "un point", f"/sites/points/{point}", partagee="1")
    assert people.browser("agent").get(f"/sites/points/{point}").status_code == 200
    assert people.browser("stranger").get(f"/sites/points/{point}").status_code == 404
    reader = Principal(client_id="t", organisation="org-one", scopes=frozenset())
    (kept,) = [
        one
        for one in SavedViews(people.furnished.place.store).list_seen(reader, now=NOW)
        if one.name == "un point"
    ]
    assert kept.address == f"/sites/points/{point}"


@pytest.mark.parametrize(
    "address",
    ["", "sites", "//evil.test/", "https://evil.test/", "/\\evil.test", "/sortir", "/vues",
     "/sites?q=é", "/sites?q=" + "a" * 2_000],
)  # fmt: skip
def test_what_is_no_page_of_the_menu_is_refused(people: People, address: str) -> None:
    answer = save(people, "agent", "ailleurs", address)
    assert answer.status_code == 422
    assert "ailleurs" not in views(people, "agent")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_view_has_a_name(people: People, name: str) -> None:
    assert save(people, "agent", name).status_code == 422


def test_an_address_leaves_out_its_page_its_file_and_its_language() -> None:
    told = parse_view_address("/sites?page=2&usage=b%C3%A2timent&format=csv&lang=en#x")
    assert told == "/sites?usage=b%C3%A2timent"
    assert parse_view_address("/sites?page=2") == "/sites"
    with pytest.raises(BadInput, match="the path and query of a page"):
        parse_view_address("/sites\n")


def test_a_person_keeps_a_hundred_views(people: People) -> None:
    book = SavedViews(people.furnished.place.store)
    who = Principal(client_id="account:many", organisation="org-many", scopes=frozenset())
    for n in range(MOST_VIEWS):
        book.save(who, f"vue {n}", "/sites", shared=False, now=NOW)
    with pytest.raises(Conflict, match="fewer than 100"):
        book.save(who, "de trop", "/sites", shared=False, now=NOW)
    other = Principal(client_id="account:other", organisation="org-many", scopes=frozenset())
    book.save(other, "la première", "/sites", shared=False, now=NOW)


def test_the_view_is_taken_away_as_it_is_seen(people: People) -> None:
    save(people, "agent", "fichiers", "/sites?columns=point,usage,energie")
    client = people.browser("agent")
    text = client.get("/vues").text
    hrefs = [unescape(one) for one in re.findall(r'<a href="([^"]*format=[a-z]+)"', text)]
    of = {one.rpartition("=")[2]: one for one in hrefs if "usage" in one}
    assert set(of) == {"csv", "xlsx", "parquet"}
    rows = client.get(of["csv"]).text.splitlines()
    answer = client.get(of["parquet"])
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    table = pq.read_table(io.BytesIO(answer.content))
    assert table.num_rows == len(rows) - 1 > 0
    assert table.column_names[:3] == ["point", "usage", "energie"]
    assert str(table.schema.field("energie").type) == "double"
    assert table.column("point").to_pylist() == [one.split(";")[0] for one in rows[1:]]
    assert client.get(of["xlsx"]).content[:2] == b"PK"


def test_views_for_oneself_end_with_the_account(people: People) -> None:
    account = people.add("leaver", "org-one", "agent")
    save(people, "leaver", "partie")
    save(people, "leaver", "restée", partagee="1")
    people.book.close(account.id, by=None, now=people.furnished.place.clock.now)
    assert "restée" in views(people, "keeper")
    who = Principal(client_id=f"account:{account.id}", organisation="org-one", scopes=frozenset())
    left = SavedViews(people.furnished.place.store).list_seen(who, now=NOW)
    assert "partie" not in {one.name for one in left}

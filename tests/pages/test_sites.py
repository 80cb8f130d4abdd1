"""Sites, delivery points and curves: one's own by name, and apart what others open."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import escape, unescape
from typing import Any

import pytest

from synergie.exchange.assets.holdings import Holdings, Looked
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.series import SeriesBook
from synergie.reports.readings.curve_rows import Row, build_even_values, format_step_start
from synergie.schemas.readings.batch import Receipt
from synergie.server.pages.assets import sites
from synergie.storage.store import Store
from tests.exchange.lines import curve
from tests.exchange.people import Body, body, point, site
from tests.exchange.test_freshness import deposit_table, record
from tests.pages.people import People
from tests.pages.test_digest import journal_of
from tests.pages.test_home import body_of, main_of
from tests.server.partner import NOW

TABLE = "PRM;Du;Au;Conso (kWh)\n"
SCRIPT = "<script>alert(2)</script>"
CHANGE = datetime(2025, 10, 25, 22, tzinfo=UTC)
"""Midnight of 26 October 2025 in Paris, the day of 25 hours."""


@pytest.fixture(scope="module")
def holder(people: People) -> Body:
    """An organisation with 60 points, one of them read over the day with 25 hours."""
    store: Store = people.furnished.place.store
    who = body_of(people, people.furnished.stranger.organisation)
    Sites(store).publish(who.caller, [site("S1", name=f"École {SCRIPT}"), site("S2")], now=NOW)
    codes = [f"9900000000{n:04}" for n in range(100, 160)]
    some = [point(code, site="S1" if code.endswith("0") else None) for code in codes]
    SupplyPoints(store).publish(who.caller, some, now=NOW)
    SeriesBook(store).publish(who.caller, [record(codes[0])], now=NOW)
    (series,) = SeriesBook(store).page(who.caller, now=NOW).items
    values = [*([100] * 4), None, *([200] * 45)]
    sent = curve(CHANGE, values, supply_point=f"prm:{codes[0]}").curve(series.id)
    Curves(store).deposit(who.caller, [sent], onces=[None], now=NOW)
    return who


def series_id(people: People, holder: Body) -> str:
    store: Store = people.furnished.place.store
    (series,) = SeriesBook(store).page(holder.caller, now=NOW).items
    return series.id


@pytest.mark.parametrize("path", ["/sites", "/sites/x", "/sites/points/x", "/sites/series/x"])
def test_nobody_is_sent_to_the_log_in(people: People, path: str) -> None:
    answer = people.browser().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/entrer?vers=")


def test_the_last_day_with_a_reading_is_the_same_everywhere(people: People, holder: Body) -> None:
    """It ends at midnight: the day before is told; no file is due for it, and its age is told."""
    client, series = people.browser("stranger"), series_id(people, holder)
    (held,) = SeriesBook(people.furnished.place.store).page(holder.caller, now=NOW).items
    old = "sans envoi prévu (dernière mesure il y a 13 mois)"
    assert "<td>26/10/2025 (il y a 13 mois)</td>" in client.get("/").text
    listed, one = (
        client.get(path).text for path in ("/sites", f"/sites/points/{held.supply_point_id}")
    )
    for text in (listed, one):
        assert f"<td>○ {old}</td><td>26/10/2025</td>" in main_of(text)
        assert "27/10/2025" not in text and "● à jour" not in text
        assert f"0 mesure sur 1 à jour. 1 {old}." in text  # the foot
    assert f'<p class="lead">○ {old}. ' in one
    some = Sites(people.furnished.place.store).page(holder.caller, now=NOW).items
    (site_id,) = [each.id for each in some if each.external_id == "S1"]
    assert f"<td>○ {old}</td>" in client.get(f"/sites/{site_id}").text
    curve_text = client.get(f"/sites/series/{series}").text
    assert "26/10/2025. Sans envoi prévu (il y a 13 mois)." in curve_text
    english = main_of(client.get("/sites?lang=en").text)
    assert "<td>○ no due date (last reading 13 months ago)</td><td>26 Oct 2025</td>" in english


@pytest.mark.usefixtures("holder")
def test_the_first_sentence_sums_the_last_full_year(people: People) -> None:
    text = unescape(main_of(people.browser("stranger").get("/sites").text))
    assert "5\u00a0kWh en 2025. Points mesurés\u00a0: 1 sur 60." in text  # 4.7 kWh
    assert "98,3\u00a0% des points sont sans aucune mesure ni facture." in text
    assert "Points dont une partie de l’année manque\u00a0: 1." in text
    english = main_of(people.browser("stranger").get("/sites?lang=en").text)
    assert "Measured points: 1 of 60." in english and "Points mesurés" not in english


def test_points_known_by_bills_alone_are_counted_apart(people: People) -> None:
    """They are not "never received", and the total of the curves does not count them."""
    store: Store = people.furnished.place.store
    who = body(store, "cc-factures")
    people.add("comptable", "cc-factures", "agent")
    client = people.browser("comptable")
    codes = ("99000000000731", "99000000000732")
    SupplyPoints(store).publish(who.caller, [point(one, site=None) for one in codes], now=NOW)
    file = f"PRM;Du;Au;Consommation (kWh)\n{codes[0]};01/01/2025;31/01/2025;120\n"
    deposit_table(store, who, file)
    text = unescape(main_of(client.get("/sites").text))
    assert "Points mesurés\u00a0: 0 sur 2." in text
    assert "leurs seules factures ou leurs seuls relevés d’index\u00a0: 1\u202f;" in text
    assert "50,0\u00a0% des points sont sans aucune mesure ni facture." in text
    assert "<td>○ connu par factures ou relevés</td><td>pas de courbe</td>" in text
    assert "<td>○ jamais reçue</td><td>pas de mesure</td>" in text
    unread = main_of(client.get("/sites?sans=1").text)
    assert codes[1] in unread and codes[0] not in unread
    english = main_of(client.get("/sites?lang=en").text)
    assert "known by their bills or index readings alone: 1;" in english


def test_bills_show_by_year_with_their_file_until_they_are_undone(people: People) -> None:
    store: Store = people.furnished.place.store
    who = body(store, "cc-annees")
    people.add("annaliste", "cc-annees", "agent")
    client = people.browser("annaliste")

    def shown(path: str) -> str:
        return unescape(main_of(client.get(path).text)).replace("\u00a0", " ")

    deposit_table(store, who, f"{TABLE}99000000000741;01/01/2025;31/01/2025;120\n")
    link = shown("/sites").split('href="/sites/points/')[1].split('"')[0]
    one = shown(f"/sites/points/{link}")
    assert "Énergie de 2025 : 120 kWh (année incomplète), d’après factures ou relevés." in one
    assert "factures et tableaux, table-csv" in one and "<td>1 mois sur 12</td>" in one
    assert ">f.csv</a> (25/11/2026)" in one and "Dernier fichier : tableau du 31/01/2025" in one
    for path in ("/", "/sites"):
        assert "points : 1, dont 1 sur une partie de l’année" in shown(path), path
    deposit = one.split('href="/depot/')[1].split('"')[0]
    other = deposit_table(store, who, f"{TABLE}99000000000741;01/01/2025;31/01/2025;140\n")
    for path in ("/", "/sites", f"/sites/points/{link}"):
        assert "140 kWh" in shown(path) and "▲ périodes suspectes : 1" in shown(path), path
    remark = shown(f"/depot/{other.id}")
    assert "140 kWh, là où 120 kWh est rangé d’après f.csv (2026-11-25)" in remark
    assert "le nouveau compte, l’autre reste dans l’historique" in remark
    Deposits(store).undo(who.caller, str(other.id), now=NOW)
    Deposits(store).undo(who.caller, deposit, now=NOW)
    for path in ("/", "/sites"):
        assert "factures et tableaux" not in shown(path), path
    assert client.get(f"/sites/points/{link}").status_code == 404, "the file alone had named it"


def test_bills_are_a_table_of_their_own_and_of_their_point(people: People) -> None:
    store: Store = people.furnished.place.store
    who = body(store, "cc-payeurs")
    people.add("payeur", "cc-payeurs", "agent")
    client = people.browser("payeur")
    assert people.browser().get("/sites?vue=factures").status_code == 303
    deposit_table(store, who, f"{TABLE}99000000000747;01/01/2025;31/01/2025;120\n")
    text = unescape(main_of(client.get("/sites?vue=factures&q=00000747").text))
    assert "prm:99000000000747</a></th>" in text and "<td>31/01/2025</td>" in text
    assert '<td class="number">120\u00a0kWh</td>' in text
    file = client.get("/sites?vue=factures&columns=point,energie,cout,compteur&format=csv")
    assert file.text.splitlines()[1] == "prm:99000000000747;120,0;;TVA non dite;"
    link = text.split('href="/sites/points/')[1].split('"')[0]
    assert "Factures et tableaux</h2>" in client.get(f"/sites/points/{link}").text
    assert client.get(f"/sites/points/{link}?format=csv&columns=du").text.count("\n") == 2
    other = people.browser("stranger").get("/sites?vue=factures").text
    assert "99000000000747" not in other and "Aucune facture ni aucun tableau" in other


@pytest.mark.usefixtures("holder")
def test_a_list_is_paged_and_searched_by_the_server(people: People) -> None:
    client = people.browser("stranger")
    first = main_of(client.get("/sites").text)
    assert first.count('<th scope="row"><a') == 50
    after = unescape(first.split('rel="next" href="')[1].split('"')[0])
    second = main_of(client.get(after).text)
    assert second.count('<th scope="row"><a') == 10
    found = main_of(client.get("/sites?q=00000151").text)
    assert found.count('<th scope="row"><a') == 1 and "prm:99000000000151" in found
    by_site = main_of(client.get("/sites", params={"q": "école"}).text)
    assert by_site.count('<th scope="row"><a') == 6
    unread = main_of(client.get("/sites?sans=1").text)
    assert unread.count('<th scope="row"><a') == 50
    more = main_of(client.get(unescape(unread.split('rel="next" href="')[1].split('"')[0])).text)
    assert '<a rel="prev" href="/sites?sans=1&amp;page=1">' in more
    for wild in ("%", "_", "\\"):
        nothing = main_of(client.get("/sites", params={"q": wild}).text)
        assert "Aucun point ne répond" in nothing, wild
    typed = client.get("/sites", params={"q": SCRIPT}).text
    assert SCRIPT not in typed and escape(SCRIPT) in typed


@pytest.mark.usefixtures("holder")
def test_a_view_of_the_points_is_in_the_address_and_is_taken_away_as_it_is(people: People) -> None:
    client = people.browser("stranger")
    text = unescape(main_of(client.get("/sites?sort=-point&columns=point,site").text))
    assert text.index("prm:99000000000159") < text.index("prm:99000000000158")
    assert 'aria-sort="descending"><a href="/sites?columns=point%2Csite&sort=point">' in text
    assert text.count('<th scope="col"') == 2, "the columns that are asked for alone"
    cards = client.get("/sites?columns=point,etat").text
    assert cards.count('<td data-label="État">') == 50, "a card of a telephone names its cells"
    read = unescape(main_of(client.get("/sites?etat=undated").text))
    assert (
        "Lignes qui répondent aux filtres\u00a0: 1 sur 60." in read
        and "sans envoi prévu (1)" in read
    )
    assert "jamais reçue (59)" in read, "a filter counts what the others leave"
    none = unescape(main_of(client.get("/sites?usage=water").text))
    assert "Aucune ligne ne répond aux filtres, sur 60." in none
    file = client.get("/sites?etat=undated&columns=point,energie,mesure&format=csv")
    head, row = file.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Point de livraison;Énergie de l’année (kWh);D’après;Étendue;Dernière")
    assert row == "prm:99000000000100;4,7;courbes;incomplète;26/10/2025"
    every = client.get("/sites?sort=-point&columns=point&format=csv").text.splitlines()
    assert len(every) == 61 and every[1] == "prm:99000000000159", "more than a page"
    book = client.get("/sites?columns=point&format=xlsx")
    assert book.content.startswith(b"PK") and "spreadsheetml" in book.headers["content-type"]
    english = client.get("/sites?etat=undated&columns=energie,mesure&format=csv&lang=en").text
    assert english.splitlines()[1] == "4.7,curves,partial,2025-10-26"


@pytest.mark.parametrize(
    "query", ["sort=prix", "columns=point,prix", "page=0", "page=x", "page=²", "format=pdf"]
)
def test_a_view_that_there_is_not_is_refused(people: People, query: str) -> None:
    answer = people.browser("reader").get(f"/sites?{query}")
    assert answer.status_code == 422
    assert f"/{query.partition('=')[0]}" in answer.text


def test_more_points_than_a_view_reads_are_told_and_give_no_file(
    people: People, holder: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synergie.server.pages.assets.sites._MOST", 10)
    client = people.browser("stranger")
    text = unescape(client.get("/sites").text)
    assert "trie et compte les 10 premiers points" in text
    assert client.get("/sites?format=csv").status_code == 413
    assert client.get("/sites?q=00000151&format=csv").text.count("\n") == 2


def test_a_site_shows_its_months_as_a_figure_and_as_a_table(people: People, holder: Body) -> None:
    store: Store = people.furnished.place.store
    found = {one.external_id: one.id for one in Sites(store).page(holder.caller, now=NOW).items}
    client = people.browser("stranger")
    text = main_of(client.get(f"/sites/{found['S1']}").text)
    assert SCRIPT not in text
    assert text.count('class="fig ') == 2 and "<details>" in text  # a screen, a telephone
    assert text.count('data-q="unknown"') == 22  # eleven months on both
    assert text.count('<td class="number">pas de mesure</td></tr>') == 11
    assert "(incomplet)" in text
    empty = main_of(client.get(f"/sites/{found['S2']}").text)
    assert "Aucun point de livraison n’est rattaché" in empty


def test_a_curve_names_the_repeated_hour_and_says_what_is_missing(
    people: People, holder: Body
) -> None:
    path = f"/sites/series/{series_id(people, holder)}?du=2025-10-26&au=2025-10-26"
    client = people.browser("stranger")
    text = unescape(main_of(client.get(path).text))
    assert text.count('<tr><th scope="row"') == 50, "fifty half-hours"
    assert "02\u00a0h\u00a030 (heure d'été)" in text and "02\u00a0h\u00a030 (heure d'hiver)" in text
    assert text.count("pas de mesure</td>") == 2  # the value and its quality
    assert "1 pas sans mesure." in text
    assert "<h1>Puissance, soutirage" in text and "Point de livraison prm:99000000000100" in text
    assert text.count('class="fig ') == 2 and "<details>" in text
    english = main_of(client.get(f"{path}&lang=en").text)
    assert "02:30 (summer time)" in english and "02:30 (winter time)" in english
    assert "no reading" in english


@pytest.mark.parametrize(("pas", "rows"), [("heure", 25), ("jour", 1), ("mois", 1), ("mesure", 50)])
def test_the_step_is_in_the_address(people: People, holder: Body, pas: str, rows: int) -> None:
    path = f"/sites/series/{series_id(people, holder)}?du=2025-10-26&au=2025-10-26&pas={pas}"
    text = main_of(people.browser("stranger").get(path).text)
    assert text.count('<tr><th scope="row"') == rows
    assert f'<option value="{pas}" selected>' in text


def test_a_period_without_reading_says_so_and_an_empty_one_is_refused(
    people: People, holder: Body
) -> None:
    path = f"/sites/series/{series_id(people, holder)}"
    client = people.browser("stranger")
    assert (
        "Pas de mesure sur cette période." in client.get(f"{path}?du=2024-01-01&au=2024-01-03").text
    )
    assert client.get(f"{path}?du=2025-02-02&au=2025-01-01").status_code == 422
    assert client.get(f"{path}?du=hier").status_code == 422


@pytest.mark.parametrize(
    "query", ["au=9999-12-31", "du=9999-12-31&au=9999-12-31", "au=0001-01-10", "du=0001-01-01"]
)
def test_days_at_the_ends_of_the_calendar_are_refused(
    people: People, holder: Body, query: str
) -> None:
    path, client = f"/sites/series/{series_id(people, holder)}", people.browser("stranger")
    assert client.get(f"{path}?{query}").status_code == 422
    assert client.get(f"{path}.csv?{query}").status_code == 422
    for edge in ("1970-01-02", "2199-12-31"):
        assert client.get(f"{path}?du={edge}&au={edge}").status_code == 200


def test_the_file_is_for_french_spreadsheets_and_bears_its_age(
    people: People, holder: Body
) -> None:
    path = f"/sites/series/{series_id(people, holder)}.csv?du=2025-10-26&au=2025-10-26"
    answer = people.browser("stranger").get(path)
    assert answer.content.startswith(b"\xef\xbb\xbfdebut;fin;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 50
    assert {row["derniere_mesure"] for row in rows} == {"27/10/2025 00:00"}
    twice = [row for row in rows if row["debut"] == "26/10/2025 02:30"]
    assert [row["ecart_utc"] for row in twice] == ["+0200", "+0100"]
    assert rows[4]["valeur"] == "" and rows[4]["qualite"] == "pas de mesure"
    assert "tableur.csv" in answer.headers["content-disposition"]


def test_of_others_only_what_an_agreement_opens_at_its_grain(people: People) -> None:
    ids, client = people.ids, people.browser("other-reader")
    listed = main_of(client.get("/sites?vue=partage").text)
    assert f"/sites?accord={ids['agreement']}" in listed and "au jour" in listed
    series = main_of(client.get(f"/sites?accord={ids['agreement']}").text)
    assert ids["series"] in series and ids["agreement"] in series
    path = f"/sites/series/{ids['series']}?du=2026-11-01&au=2026-11-02&accord={ids['agreement']}"
    one = main_of(client.get(path).text)
    assert f"/accords/{ids['agreement']}" in one and "au jour" in one
    assert "02 h" not in one and ":30" not in one
    assert client.get(f"{path}&pas=mesure").status_code == 403
    own = main_of(client.get("/sites").text)
    assert ids["series"] not in own and "99000000000017" not in own


def test_a_look_under_an_agreement_is_in_the_owners_journal(people: People) -> None:
    client, ids = people.browser("other-reader"), people.ids
    before = journal_of(people).count("data.read")
    client.get(f"/sites?accord={ids['agreement']}")
    assert journal_of(people).count("data.read") == before + 1
    client.get("/sites?vue=partage")
    assert journal_of(people).count("data.read") == before + 1


@pytest.mark.parametrize("name", ["site", "supply_point", "series"])
def test_what_is_of_others_is_absent(people: People, name: str) -> None:
    """The stranger shares nothing with the owner: absent and another's look the same."""
    kind = {"site": "", "supply_point": "points/", "series": "series/"}[name]
    client = people.browser("stranger")
    other = client.get(f"/sites/{kind}{people.ids[name]}")
    absent = client.get(f"/sites/{kind}{people.ids[name][:-1]}0")
    assert other.status_code == absent.status_code == 404
    assert main_of(other.text) == main_of(absent.text)


@pytest.mark.parametrize("path", ["%00", "points/%00", "series/%00", "series/a%20b"])
def test_an_address_that_was_guessed_is_absent(people: People, path: str) -> None:
    assert people.browser("reader").get(f"/sites/{path}").status_code == 404


@pytest.mark.parametrize("query", ["q=%00", "apres=%00", "q=%0A%0D", "vue=partage&q=%00"])
def test_what_no_name_holds_is_left_out_of_a_search(people: People, query: str) -> None:
    assert people.browser("reader").get(f"/sites?{query}").status_code == 200


def test_a_year_is_counted_anew_when_something_of_it_comes(people: People) -> None:
    store: Store = people.furnished.place.store
    who = body_of(people, people.furnished.partner.organisation)
    SupplyPoints(store).publish(who.caller, [point("99000000000777")], now=NOW)
    SeriesBook(store).publish(who.caller, [record("99000000000777")], now=NOW)
    name = SeriesBook(store).page(who.caller, now=NOW).items[-1].id

    def put(start: datetime, values: list[int | None]) -> None:
        sent = curve(start, values, supply_point="prm:99000000000777").curve(name)
        (told,) = Curves(store).deposit(who.caller, [sent], onces=[None], now=NOW)
        assert isinstance(told, Receipt)

    def energy() -> int:
        return Holdings(store).summary(who.caller, Looked(), now=NOW).energy.wh

    assert energy() == 0
    put(CHANGE, [100] * 4)
    assert energy() == 200
    put(CHANGE + timedelta(hours=25), [1000, 1000])
    assert energy() == 1200
    put(datetime(2026, 6, 1, tzinfo=UTC), [5000])
    assert energy() == 1200, "of another year"
    put(CHANGE + timedelta(hours=25), [None, None])
    assert energy() == 1200, "what is missing takes nothing back"
    put(CHANGE + timedelta(hours=25), [0, 0])
    assert energy() == 200


def test_steps_of_two_lengths_are_drawn_on_one_axis_of_time() -> None:
    start, hour = datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=1)
    some = [
        Row(start, start + hour, 1.0, "measured"),
        Row(start + 3 * hour, start + 5 * hour, 2.0, "measured"),
    ]
    assert build_even_values(some) == [1.0, None, None, 2.0, 2.0]


def test_a_day_of_23_hours_is_named_by_its_day() -> None:
    from synergie.calendar import day_bounds, load_time_zone

    tz = load_time_zone("Europe/Paris")
    start, end = day_bounds(date(2026, 3, 29), tz)
    assert format_step_start("fr", Row(start, end, 1.0, "measured"), tz) == "29/03/2026"


@pytest.mark.usefixtures("holder")
def test_many_points_are_read_a_page_at_a_time(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = people.browser("stranger")
    addresses = ("/sites", "/sites?page=2", "/sites?page=7")
    whole = [rows_of(client.get(one).text) for one in addresses]
    monkeypatch.setattr(sites, "_LARGE", 0)
    read: list[int] = []
    plain = Holdings.page

    def page(self: Holdings, *args: Any, limit: int, **more: Any) -> Any:
        read.append(limit)
        return plain(self, *args, limit=limit, **more)

    monkeypatch.setattr(Holdings, "page", page)
    assert [rows_of(client.get(one).text) for one in addresses] == whole
    assert read == [50, 100, 350]
    text = client.get("/sites").text
    assert "Compter les valeurs pour filtrer" in text and 'id="f-usage"' not in text
    counted = client.get("/sites?sort=point").text
    assert 'id="f-usage"' in counted and "Compter les valeurs" not in counted


def rows_of(text: str) -> list[str]:
    """Keys of the points of the table, in order."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', main_of(text))

"""`/depot`: what becomes of a file that a person drops, and who may see it."""

import io
import os
import re
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import replace
from html import unescape
from typing import Any

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from synergie.errors import Conflict, NotFound
from synergie.exchange.readings.depot import Depot
from synergie.policy import Principal
from synergie.server.intake import Limits
from synergie.server.pages.readings import deposit
from tests.exchange.people import NOW
from tests.formats.frames.made import half_hours, written
from tests.pages.people import SAME, People
from tests.server.place import JUNE

SCRIPT = "<script>alert('canari')</script>"
HEAD = "PRM;Du;Au;Consommation (kWh)\n"
FORM = "/depot"


def bills(*values: object, month: str = "01", also: str = "Site") -> bytes:
    """A table of bills of one month, in a supplier's way; a title stands over its head.

    *also* names a column that is not read: by it each test has a kind of table of its own.
    """
    rows = (
        f"9900000000{rank:04d};01/{month}/2025;28/{month}/2025;{value};x\n"
        for rank, value in enumerate(values, start=1)
    )
    return f"Factures {month};;;;\n{HEAD.strip()};{also}\n{''.join(rows)}".encode()


def text(answer: httpx2.Response) -> str:
    """What a page says, with plain spaces."""
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def dropped(people: People, client: httpx2.Client, name: str, content: bytes) -> str:
    """Drop a file; where the browser is sent."""
    people.furnished.place.clock.forward(1)
    answer = people.form(client, FORM, fichier=(name, content))
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["location"])


def confirmed(people: People, client: httpx2.Client, where: str, **told: str) -> str:
    """Answer what a table leaves open; where the browser is sent."""
    answer = people.form(client, where, at=f"{where}/profil", **told)
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["location"])


def depot(people: People) -> Depot:
    found: Depot = people.furnished.place.app.state.house.readings.depot
    return found


def test_nobody_and_another_role_are_told_where_to_go(people: People) -> None:
    answer = people.browser().get("/depot")
    assert (answer.status_code, answer.headers["location"]) == (303, "/entrer?vers=%2Fdepot")
    reader = people.browser("reader")
    assert "le rôle agent en fait" in text(reader.get("/depot"))
    assert 'type="file"' not in reader.get("/depot").text
    answer = people.form(reader, "/depot", fichier=("a.csv", b"x"))
    assert answer.status_code == 403
    assert people.browser("agent").get("/depot?lang=en").text.count("<h1>Deposit</h1>") == 1


def test_a_known_file_is_taken_and_known_again(people: People) -> None:
    agent = people.browser("agent")
    content = written([half_hours(JUNE)], "curves-csv")
    again = text(agent.get(dropped(people, agent, "encore.csv", content)))
    assert "Déjà déposé" in again
    assert "rien n’a été enregistré une seconde fois" in again
    assert "Dépôt de juin.csv" in again
    held = depot(people).recent(_principal(people), limit=200, now=NOW)
    assert [one.name for one in held if one.name in {"juin.csv", "encore.csv"}] == ["juin.csv"]


def test_a_table_is_asked_about_once_and_the_next_one_is_read(people: People) -> None:
    agent = people.browser("agent")
    where = dropped(people, agent, "Factures EDF 01.csv", bills(10, "70W ", 30, "=cmd()"))
    page = text(agent.get(where))
    assert "Rien n’est encore enregistré" in page
    assert "Consommation (kWh) énergie ou puissance, kWh 10 · 70W · 30" in _cells(page)
    bad = people.form(agent, where, at=f"{where}/profil", nom="Pas Bon")
    assert bad.status_code == 422
    assert 'value="Pas Bon"' in bad.text
    report = confirmed(people, agent, where, nom="factures-edf", last_day="included")
    told = text(agent.get(report))
    assert "4 lignes lues, 2 refusées" in told
    assert "4 Consommation (kWh) « 70W » un nombre dans l’unité de sa colonne" in _cells(told)
    assert "corrigez la cellule dans le fichier" in told
    assert "Lignes refusées (CSV)" in told
    next_one = dropped(people, agent, "Factures EDF 02.csv", bills(11, 12, month="02"))
    assert "2 lignes lues, 0 refusée" in text(agent.get(next_one))


def test_refused_rows_are_fetched_mended_and_dropped_again(people: People) -> None:
    agent = people.browser("agent")
    content = bills(1, "x", 3, month="03", also="Commentaire")
    asked = dropped(people, agent, "Factures EDF 03.csv", content)
    first = confirmed(people, agent, asked, nom="factures-trois", last_day="included")
    path = first.partition("?")[0]
    rows = agent.get(f"{path}/refus.csv")
    assert rows.headers["content-disposition"] == 'attachment; filename="refus-Factures-EDF-03.csv"'
    lines = rows.content.decode().splitlines()
    assert lines[:2] == ["Factures 03;;;;", f"{HEAD.strip()};Commentaire;motif"]
    assert lines[2].startswith("99000000000002;01/03/2025;28/03/2025;x;x;ligne 4, colonne « Cons")
    book = CalamineWorkbook.from_filelike(io.BytesIO(agent.get(f"{path}/refus.xlsx").content))
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[1][-1] == "motif"
    assert sheet[2][0] == "99000000000002"
    mended = rows.content.replace(b";x;x;", b";2,5;x;")
    people.furnished.place.clock.forward(1)
    answer = people.form(
        agent, path, at="/depot", corrige=path.rpartition("/")[2], fichier=("corrige.csv", mended)
    )
    told = text(agent.get(answer.headers["location"]))
    assert "1 ligne lue, 0 refusée. Tout est enregistré." in _cells(told)
    assert f'href="{path}"' in told
    stored = people.furnished.owner.every("/v1/records/period_energy")
    march = {
        one["record"]["supply_point"][-1]: one["record"]["energy_kwh"]
        for one in stored
        if one["record"]["from_date"] == "2025-03-01"
    }
    assert march == {"1": "1", "2": "2.5", "3": "3"}


def half_hourly(point: str, *refused: int) -> tuple[bytes, dict[str, str]]:
    """A day of half-hours of which some cannot be read, and what its table leaves open."""
    rows = [
        f"03/03/2025 {n // 2:02d}:{n % 2 * 30:02d};{'x' if n in refused else n}" for n in range(48)
    ]
    told = {"supply_point": f"prm:{point}", "stamp": "start", "direction": "import"}
    return ("Horodate;Puissance (kW)\n" + "\n".join(rows)).encode(), told


def day_of(people: People, point: str) -> list[float | None]:
    """What its owner reads of the half-hours of that day."""
    owner = people.furnished.owner
    (series,) = [
        one["id"] for one in owner.every("/v1/series") if one["supply_point"] == f"prm:{point}"
    ]
    span = "start=2025-03-02T23:00:00Z&end=2025-03-03T23:00:00Z"
    extract = owner.get(f"/v1/series/{series}/curve?{span}").json()
    assert {run["step"] for run in extract["runs"]} == {"PT30M"}
    assert extract["freshness"]["last_reading"] == "2025-03-03T23:00:00Z"
    return [value for run in extract["runs"] for value in run["values"]]


def test_mended_rows_of_a_curve_are_dropped_alone_and_blank_nothing(people: People) -> None:
    agent, point, refused = people.browser("agent"), "99000000000024", (2, 4, 6)
    whole, told = half_hourly(point, *refused)
    where = dropped(people, agent, "courbe.csv", whole)
    path = confirmed(people, agent, where, nom="courbe", **told).partition("?")[0]
    assert "déposez ces seules lignes" in text(agent.get(path))
    assert [n for n, v in enumerate(day_of(people, point)) if v is None] == [*refused]
    alone = agent.get(f"{path}/refus.csv").content.replace(b";x;", b";7;")
    people.furnished.place.clock.forward(1)
    name = path.rpartition("/")[2]
    answer = people.form(agent, path, at="/depot", corrige=name, fichier=("r.csv", alone))
    report = text(agent.get(answer.headers["location"]))
    assert "3 lignes lues, 0 refusée" in report
    mended = [7 if n in refused else n for n in range(48)]
    assert day_of(people, point) == mended
    after = answer.headers["location"].partition("?")[0]
    people.form(agent, f"{after}/annuler")
    assert day_of(people, point) == [None if n in refused else n for n in range(48)]
    people.furnished.place.clock.forward(1)
    answer = people.form(
        agent, path, at="/depot", corrige=name, fichier=("c.csv", whole.replace(b";x", b";7"))
    )
    assert "48 lignes lues, 0 refusée" in text(agent.get(answer.headers["location"]))
    assert day_of(people, point) == mended


def test_some_rows_of_a_curve_are_never_taken_for_longer_steps(people: People) -> None:
    agent, point = people.browser("agent"), "99000000000025"
    whole, told = half_hourly(point, 2, 4, 6)
    where = dropped(people, agent, "courbe-25.csv", whole.replace(b"Horodate", b"Date et heure"))
    path = confirmed(people, agent, where, nom="courbe-25", **told).partition("?")[0]
    kept = day_of(people, point)
    alone = agent.get(f"{path}/refus.csv").content.replace(b";x;", b";7;")
    plain = re.sub(rb";[^;\n]*(?=\r?\n)", b"", alone)
    assert plain.splitlines()[1].count(b";") == 1
    people.furnished.place.clock.forward(1)
    name = path.rpartition("/")[2]
    beside = people.form(agent, path, at="/depot", corrige=name, fichier=("r.csv", plain))
    assert "Fichier refusé" in text(agent.get(beside.headers["location"]))
    where = dropped(people, agent, "r.csv", alone)
    where = confirmed(people, agent, where, nom="courbe-25-refus", **told)
    assert "Fichier refusé" in text(agent.get(where))
    assert day_of(people, point) == kept


def test_a_deposit_is_undone_in_two_steps(people: People) -> None:
    agent = people.browser("agent")
    content = written([half_hours(JUNE.replace(day=20))], "curves-csv")
    path = dropped(people, agent, "vingt.csv", content).partition("?")[0]
    asked = text(agent.get(f"{path}/annuler"))
    assert "lots seraient repris" in asked
    assert "Tout est enregistré" in text(agent.get(path))
    done = people.form(agent, f"{path}/annuler")
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert "Annulé" in text(agent.get(path))
    assert "annulé" in text(agent.get("/depot"))
    assert agent.get(f"{path}/annuler").headers["location"] == path


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("vide.csv", b"", "Rien n’a été enregistré"),
        ("image.bin", b"\0\1\2\3" * 64, "un fichier d’un format connu"),
        ("notes.txt", b"Bonjour\nCeci n'est pas un tableau\n", "Rien n’a été enregistré"),
        ("coupe.zip", b"PK\x03\x04" + b"\0" * 40, "Rien n’a été enregistré"),
        (f"{SCRIPT}.bin", b"\0\1\2\3" * 64, "Rien n’a été enregistré"),
    ],
    ids=["empty", "binary", "prose", "cut-zip", "script-name"],
)
def test_a_file_that_is_none_is_told_and_leaves_nothing(
    people: People, name: str, content: bytes, says: str
) -> None:
    agent = people.browser("agent")
    before = len(depot(people).recent(_principal(people), limit=200, now=NOW))
    answer = people.form(agent, FORM, fichier=(name, content))
    if answer.status_code == 303:
        answer = agent.get(answer.headers["location"])
    assert says in text(answer)
    assert SCRIPT not in answer.text
    assert len(depot(people).recent(_principal(people), limit=200, now=NOW)) == before
    assert list(depot(people).home.glob("drops/*/file")) == []


def test_a_zip_that_unpacks_without_end_is_refused(people: People) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 20_000_000)
    agent = people.browser("agent")
    told = text(agent.get(dropped(people, agent, "bombe.zip", bomb.getvalue())))
    assert "200 fois sa taille" in told


def test_a_huge_file_has_a_page_of_its_own(people: People) -> None:
    state = people.furnished.place.app.state
    house, agent = state.house, people.browser("agent")
    state.house = replace(house, file=Limits(20_000, 20_000))
    try:
        answer = people.form(agent, FORM, fichier=("gros.csv", b"x" * 30_000))
    finally:
        state.house = house
    assert answer.status_code == 413
    assert "Trop grand" in text(answer)


def test_no_file_is_a_sentence_beside_the_field(people: People) -> None:
    answer = people.form(people.browser("agent"), FORM, fichier=("", b""))
    assert answer.status_code == 422
    assert "Aucun fichier n’était choisi" in text(answer)
    assert 'aria-describedby="erreur fichier-aide"' in answer.text


def test_script_in_every_cell_stays_text(people: People) -> None:
    agent = people.browser("agent")
    cells = ";".join([SCRIPT] * 4)
    head = HEAD.strip() + f";{SCRIPT}\n"
    good = "".join(f"9900000000{n:04d};01/04/2025;30/04/2025;7;{SCRIPT}\n" for n in range(10, 30))
    where = dropped(people, agent, f"{SCRIPT}.csv", f"{head}{good}{cells};{SCRIPT}\n".encode())
    asked = agent.get(where)
    assert SCRIPT not in asked.text
    assert SCRIPT in unescape(asked.text)
    report = agent.get(confirmed(people, agent, where, nom="script-partout", measured="yes"))
    assert SCRIPT not in report.text
    assert "21 lignes lues, 1 refusée" in text(report)
    rows = agent.get(f"{report.url.path}/refus.csv")
    assert rows.headers["content-type"].startswith("text/csv")
    assert rows.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("who", ["keeper", "other-signer", "stranger"])
def test_a_file_that_waits_is_its_droppers_alone(people: People, who: str) -> None:
    agent = people.browser("agent")
    content = f"Lot;{HEAD}".encode() + b"1;99000000000099;01/05/2025;31/05/2025;7\n"
    where = dropped(people, agent, "attend.csv", content)
    assert where.startswith("/depot/drp_")
    other = people.browser(who)
    for path in (where, f"{where}/etat", "/depot/drp_00000000000000000000", "/depot/..%2fkeys"):
        assert other.get(path).status_code == 404, path
    assert where not in other.get("/depot").text
    assert where in agent.get("/depot").text
    gone = people.form(agent, where, at=f"{where}/retirer")
    assert gone.headers["location"] == "/depot?retire=oui"
    assert agent.get(where).status_code == 404
    assert "Fichier retiré" in text(agent.get("/depot?retire=oui"))


@pytest.mark.parametrize("who", ["other-signer", "stranger"])
def test_a_report_is_its_organisations_alone(people: People, who: str) -> None:
    path = f"/depot/{people.ids['deposit']}"
    assert people.browser("reader").get(path).status_code == 200
    other = people.browser(who)
    for more in ("", "/annuler", "/refus.csv", "/recu.jws"):
        answer = other.get(f"{path}{more}")
        assert answer.status_code == 404, more
        assert "juin.csv" not in answer.text


def test_what_can_never_be_undone_does_not_lead_to_itself(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = people.ids["deposit"]

    def never(*_: object, **__: object) -> None:
        raise Conflict(name, "a batch whose replaced content was kept")

    monkeypatch.setattr(type(depot(people).deposits), "undo", never)
    page = people.browser("agent").get(f"/depot/{name}/annuler")
    assert "Ce dépôt ne peut pas être annulé." in text(page)
    assert "annulez d'abord" not in text(page)


def test_the_receipt_is_a_signed_one(people: People) -> None:
    answer = people.browser("reader").get(f"/depot/{people.ids['deposit']}/recu.jws")
    assert answer.headers["content-type"] == "application/jose"
    assert answer.text.count(".") == 2


def test_a_session_that_ends_keeps_the_file_of_a_table(people: People) -> None:
    agent = people.browser("agent")
    content = f"Rang;{HEAD}".encode() + b"1;99000000000098;01/05/2025;31/05/2025;7\n"
    where = dropped(people, agent, "patience.csv", content)
    left = people.browser()
    assert left.get(where).status_code == 303
    back = people.browser("agent")
    assert "patience.csv" in text(back.get(where))
    path = confirmed(people, back, where, nom="patience")
    assert "1 ligne lue, 0 refusée" in text(back.get(path))


def test_a_file_whose_session_ended_is_not_half_stored(people: People) -> None:
    nobody = people.browser()
    answer = nobody.post("/depot", files={"fichier": ("a.csv", bills(1))}, headers=SAME)
    assert answer.status_code == 409
    assert "Fichier à choisir de nouveau" in text(answer)
    assert list(depot(people).home.glob("drops/*/file")) == []


def test_a_long_file_says_how_far_it_is_and_reads_on_after_a_stop(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deposit, "SHORT_S", 0.0)
    agent, book = people.browser("agent"), depot(people)
    book._over.set()
    content = written([half_hours(JUNE.replace(day=22))], "curves-csv")
    where = dropped(people, agent, "long.csv", content)
    name = where.rpartition("/")[2]
    _until(lambda: name not in book._running)
    page = agent.get(where)
    assert "Lecture en cours" in text(page)
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert agent.get(f"{where}/etat").json() == {"moving": True, "percent": 0}
    assert "En cours de lecture" in text(agent.get("/depot"))
    for old in (book.home / "drops" / name).iterdir():
        os.utime(old, (0, 0))
    _backdated(book, name)
    assert "Lecture interrompue" in text(agent.get(where))
    book.start()
    monkeypatch.setattr(deposit, "SHORT_S", 60.0)
    answer = people.form(agent, where, at=f"{where}/reprendre")
    assert "48 lignes lues, 0 refusée" in text(agent.get(answer.headers["location"]))


def test_a_reading_that_ends_before_it_is_written_down_is_over(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, book = people.browser("agent"), depot(people)
    submit = book.hands.submit

    def submit_and_wait(*work: Any) -> Future[Any]:
        begun = submit(*work)
        wait([begun], timeout=1.0)
        return begun

    monkeypatch.setattr(book.hands, "submit", submit_and_wait)
    book._over.set()
    where = dropped(people, agent, "cut.csv", written([half_hours(JUNE)], "curves-csv"))
    name = where.rpartition("/")[2]
    _until(lambda: name not in book._running)
    book.start()
    book.drops.remove(name)


def _backdated(book: Depot, name: str) -> None:
    drop = book.drops.read(name)
    book.drops.save(drop.model_copy(update={"at": drop.at.replace(year=2020)}))


def _until(done: Callable[[], bool]) -> None:
    for _ in range(6_000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it is read still")


def _principal(people: People) -> Principal:
    organisation = people.furnished.owner.organisation
    return Principal(client_id="t", organisation=organisation, scopes=frozenset())


def _cells(page: str) -> str:
    """What a page says without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_column_is_said_to_be_another_by_its_list(people: People) -> None:
    agent = people.browser("agent")
    head = "PRM;Mois;Livré (kWh);Consommation (kWh)\n"
    rows = "".join(
        f"99000000009999;{m:02}/2023;{7 * m % 5 + 3};{9 * m % 7 + 2}\n" for m in range(1, 6)
    )
    where = dropped(people, agent, "deux.csv", (head + rows).encode())
    shown = agent.get(where)
    assert 'name="role:Livré (kWh)"' in shown.text
    told = {"role:Livré (kWh)": "ignore", "role:Consommation (kWh)": "energy"}
    report = agent.get(confirmed(people, agent, where, nom="deux-colonnes", **told))
    assert "5 lignes lues, 0 refusée" in text(report)


def test_a_doubt_of_the_figures_is_asked_about_before_anything_is_kept(people: People) -> None:
    agent = people.browser("agent")
    rows = "".join(f"99000000009982;{m:02}/2023;{45_000 + 300 * m};x\n" for m in range(1, 9))
    content = f"PRM;Mois;Consommation (kWh);Agent\n{rows}".encode()
    where = dropped(people, agent, "index.csv", content)
    again = confirmed(people, agent, where, nom="index-mensuels")
    assert again == where
    page = agent.get(where)
    assert "Ce que les chiffres laissent en doute" in text(page)
    assert 'name="confirm:energy-never-falls" value="yes"' in page.text
    with pytest.raises(NotFound):
        depot(people).profiles.read(_principal(people), "index-mensuels", now=NOW)
    assert confirmed(people, agent, where, nom="index-mensuels") == where
    told = {"confirm:energy-never-falls": "yes"}
    report = agent.get(confirmed(people, agent, where, nom="index-mensuels", **told))
    assert "8 lignes lues, 0 refusée" in text(report)
    saved = depot(people).profiles.read(_principal(people), "index-mensuels", now=NOW)
    assert saved.profile.table is not None
    assert saved.profile.table.confirmed == ()
    next_one = dropped(people, agent, "index2.csv", content.replace(b"2023", b"2024"))
    assert 'name="confirm:energy-never-falls"' in agent.get(next_one).text
    people.form(agent, next_one, at=f"{next_one}/retirer")
    assert agent.get(next_one).status_code == 404


def test_a_doubt_of_an_inventory_is_confirmed_on_its_page(people: People) -> None:
    agent = people.browser("agent")
    rows = "".join(f"PL-{n};A-1;{70 + n};6,{130 + n};48,{770 + n}\n" for n in range(9))
    far = "PL-9;A-1;70;36,13;48,77\n"
    content = f"Identifiant;Armoire;Puissance (W);Longitude;Latitude\n{rows}{far}".encode()
    where = dropped(people, agent, "points lumineux.csv", content)
    page = agent.get(where)
    assert "Ces chiffres sont-ils justes ?" in text(page)
    assert 'name="confirm:places-abroad" value="yes"' in page.text
    assert 'name="nom"' not in page.text
    assert confirmed(people, agent, where) == where
    odd = people.form(agent, where, at=f"{where}/profil", **{"confirm:no-such-doubt": "yes"})
    assert odd.status_code == 422
    assert "À revoir." in odd.text
    assert 'name="confirm:places-abroad"' in odd.text
    told = {"confirm:places-abroad": "yes"}
    report = agent.get(confirmed(people, agent, where, **told))
    assert "10 lignes lues, 0 refusée" in text(report)
    again = dropped(people, agent, "points lumineux 2.csv", content.replace(b"PL-9", b"PL-8b"))
    assert 'name="confirm:places-abroad"' in agent.get(again).text
    assert "Are these figures right?" in agent.get(f"{again}?lang=en").text
    people.form(agent, again, at=f"{again}/retirer")
    assert agent.get(again).status_code == 404


def test_two_doubts_may_be_confirmed_one_after_the_other(people: People) -> None:
    agent = people.browser("agent")
    rows = "".join(f"99000000009975;{m:02}/2023;{9_000_000 + 300 * m};x\n" for m in range(1, 9))
    content = f"PRM;Mois;Consommation (kWh);Deux agents\n{rows}".encode()
    where = dropped(people, agent, "deux.csv", content)
    assert confirmed(people, agent, where, nom="deux-doutes") == where
    both = ("confirm:energy-never-falls", "confirm:energy-over-usual")
    assert all(f'name="{one}"' in agent.get(where).text for one in both)
    assert confirmed(people, agent, where, nom="deux-doutes", **{both[0]: "yes"}) == where
    assert f'name="{both[0]}"' not in agent.get(where).text
    report = agent.get(confirmed(people, agent, where, nom="deux-doutes", **{both[1]: "yes"}))
    assert "8 lignes lues, 0 refusée" in text(report)

"""`synergie audit`: heads that are kept, a journal that is verified, who saw what, erasure."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from synergie.cli import main
from synergie.client.keys import save_key
from synergie.storage.store import Store
from synergie.testing import server
from tests.client.test_audit import Shared, _cut

type Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(
    tmp_path: Path, blank_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Shared, Store]]:
    """A server over a store that the commands of its operator open, too; one site was read."""
    shutil.copy(blank_sqlite, tmp_path / "synergie.db")
    url = f"sqlite:///{tmp_path / 'synergie.db'}"
    monkeypatch.setenv("SYNERGIE_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)
    store = Store.open(url)
    with server(store) as running:
        shared = Shared(running)
        shared.reader.site(shared.site)
        yield shared, store
        shared.close()
    store.close()


def said(capsys: Capture, *line: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([*line, "--locale", "en"])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def altered(store: Store, seq: int) -> None:
    query = (
        "UPDATE journal SET record = CAST(replace(CAST(record AS TEXT), 'reader', 'nobody') "
        "AS BLOB) WHERE seq = :seq"
    )
    with store.write() as session:
        session.connection().execute(text(query), {"seq": seq})


def test_a_head_is_kept_and_continued(place: tuple[Shared, Store], capsys: Capture) -> None:
    shared, store = place
    url = shared.running.url
    code, out, _ = said(capsys, "audit", "head", "--server", url, "--save", "held.jws")
    assert code == 0
    assert "records, root" in out
    shared.reader.site(shared.site)
    code, out, _ = said(
        capsys, "audit", "head", "--server", url, "--since", "held.jws", "--save", "later.jws"
    )
    assert code == 0
    assert "only grew since" in out
    assert said(capsys, "audit", "verify", "--server", url, "--head", "held.jws")[0] == 0
    code, out, _ = said(capsys, "audit", "head", "--server", url, "--json")
    _cut(store, json.loads(out)["tree_size"] - 1)
    code, _, err = said(capsys, "audit", "verify", "--server", url, "--head", "later.jws")
    assert code == 1
    assert "a shorter one" in err


def test_the_whole_journal_is_hashed_anew(place: tuple[Shared, Store], capsys: Capture) -> None:
    shared, store = place
    main(["audit", "head", "--server", shared.running.url, "--save", "held.jws"])
    Path("jwks.json").write_text(
        httpx2.get(f"{shared.running.url}/jwks", timeout=60).text, encoding="utf-8"
    )
    code, out, err = said(capsys, "audit", "verify", "--head", "held.jws", "--jwks", "jwks.json")
    assert (code, err) == (0, "")
    assert "the journal is whole" in out
    assert "not verified" not in out
    assert "not verified" in said(capsys, "audit", "verify", "--head", "held.jws")[1]
    seq = next(iter(shared.owner.audit.accesses())).record.seq
    altered(store, seq)
    code, _, err = said(capsys, "audit", "verify")
    assert code == 1
    assert err == f"record {seq}: its content is not what was hashed\n"
    code, out, _ = said(capsys, "audit", "verify", "--json")
    assert (code, json.loads(out)["fault"]) == (1, seq)


def test_a_history_that_agrees_with_itself_is_told_by_a_head(
    place: tuple[Shared, Store], capsys: Capture
) -> None:
    shared, store = place
    main(["audit", "head", "--server", shared.running.url, "--save", "held.jws"])
    size = shared.owner.audit.head().tree_size
    _cut(store, size - 2)
    code, _, err = said(capsys, "audit", "verify", "--head", "held.jws")
    assert code == 1
    assert "the end was cut off" in err
    assert said(capsys, "audit", "verify")[0] == 0, "without the head nothing shows"
    for name in "abc":
        shared.running.organisation(f"org-{name}")
    code, _, err = said(capsys, "audit", "verify", "--head", "held.jws")
    assert code == 1
    assert "the history was rewritten" in err


def test_who_saw_is_said_here_and_there(place: tuple[Shared, Store], capsys: Capture) -> None:
    shared, _ = place
    code, out, _ = said(capsys, "audit", "who", shared.site, "--org", "owner")
    assert code == 0
    assert "reader read asset data of owner" in out
    assert f"under agreement {shared.agreement}/1" in out
    save_key(shared.auths["owner"].key, Path("cle.json"))
    there = ("--server", shared.running.url, "--client", "owner-app", "--key", "cle.json")
    assert said(capsys, "audit", "who", shared.site, *there) == (0, out, "")
    assert "nobody" in said(capsys, "audit", "who", "--org", "other")[1]
    assert "nobody" in said(capsys, "audit", "who", "--org", "owner", "--since", "2099-01-01")[1]
    assert said(capsys, "audit", "who", "--org", "owner", "--since", "lundi")[0] == 2
    assert said(capsys, "audit", "who")[0] == 2
    capsys.readouterr()
    assert main(["audit", "who", "--org", "owner", "--json"]) == 0
    (seen,) = json.loads(capsys.readouterr().out)
    assert seen["sentence"].startswith("Le ")


def test_an_erased_record_is_gone_and_the_journal_is_whole(
    place: tuple[Shared, Store], capsys: Capture
) -> None:
    shared, store = place
    main(["audit", "head", "--server", shared.running.url, "--save", "held.jws"])
    assert said(capsys, "audit", "erase")[0] == 2
    assert said(capsys, "audit", "erase", "--subject", shared.site)[0] == 2, "nobody says yes"
    code, out, _ = said(capsys, "audit", "erase", "--subject", shared.site, "--yes")
    assert (code, out) == (0, "1 records erased\n")
    assert "nobody" in said(capsys, "audit", "who", "--org", "owner")[1]
    code, out, _ = said(capsys, "audit", "verify", "--head", "held.jws")
    assert code == 0
    assert "1 of them erased" in out
    with store.read() as session:
        dump = session.connection().execute(text("SELECT record FROM journal")).all()
    assert shared.site not in str(dump)


def test_a_file_that_is_no_head_is_said(place: tuple[Shared, Store], capsys: Capture) -> None:
    Path("wrong.jws").write_text("not a head", encoding="utf-8")
    code, _, err = said(capsys, "audit", "verify", "--head", "wrong.jws")
    assert code == 1
    assert "wrong.jws" in err
    assert said(capsys, "audit", "head")[0] == 2
    assert said(capsys, "audit", "verify", "--server", place[0].running.url)[0] == 2

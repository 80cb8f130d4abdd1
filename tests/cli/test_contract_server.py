"""`synergie contract` on a server, by command lines: signed, baseline, year, statement, bonus."""

import json
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from synergie.cli import main
from synergie.client import Client
from synergie.client.keys import public_jwks, save_key
from synergie.contract.records.document import name_plan
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.trust.agreement import Period, Selector, Terms
from synergie.testing import Running, server
from tests.contract.made import YEAR
from tests.server.contracting import terms

PARTIES = ("syndicat", "constructeur")
DAYS = ("--from", f"{YEAR.from_date}", "--to", f"{YEAR.to_date}")
PRM = "99000000000017"


def open_point_to_operator(client: Client, operator: Client, running: Running) -> None:
    """An agreement of the syndicate, in force: days of the point of the contract."""
    record = SupplyPointRecord(scheme="prm", code=PRM, personal_data="none", provenance="synthetic")
    (made,) = client.publish_supply_points([record]).items
    now = running.now()
    draft = client.draft(
        Terms(
            owner=PARTIES[0],
            recipient=PARTIES[1],
            title="CPE",
            datasets=("consumption", "assets"),
            selector=Selector(supply_points=(made.id,)),
            granularity="day",
            purpose="joint_purchase",
            legal_basis="contract",
            data_period=Period(start=now - timedelta(days=2000)),
            valid_from=now - timedelta(days=1),
            valid_until=now + timedelta(days=90),
            retention_days=365,
        )
    )
    client.propose(draft.id)
    operator.accept(draft.id)


def test_two_parties_sign_a_year_on_a_server_and_a_third_sees_nothing(  # noqa: PLR0915 (a story)
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lamps measured by a sample: no reading is needed. The file alone verifies offline."""

    def run(*words: object) -> tuple[int, str]:
        code = main([*map(str, ("contract", *words)), "--locale", "fr"])
        told = capsys.readouterr()
        return code, (told.out + told.err).replace("\u202f", " ").replace("\u00a0", " ")

    with server() as running, ExitStack() as open_clients:
        there: dict[str, tuple[object, ...]] = {}
        clients: dict[str, Client] = {}
        for name in (*PARTIES, "inconnu"):
            auth, path = running.auth(name), tmp_path / f"{name}.json"
            save_key(auth.key, path)
            (tmp_path / f"{name}.jwks.json").write_text(json.dumps(public_jwks(auth.key)))
            there[name] = ("--server", running.url, "--client", auth.client_id, "--key", path)
            clients[name] = open_clients.enter_context(Client(running.url, auth))
        draft, plan, report = (tmp_path / f"{one}.json" for one in ("contrat", "plan", "releve"))
        draft.write_text(terms(*PARTIES, "CPE", "CPE-1").model_dump_json())
        number = name_plan(PARTIES[0], "CPE-1")

        code, told = run("push", draft, *there["syndicat"])
        assert code == 0 and f"{number}: projet" in told
        assert run("show", number, *there["constructeur"])[0] == 5, "a draft is its client's"
        assert run("settle", number, *DAYS, *there["syndicat"])[0] != 0, "it is not signed"

        def sign(document: str, file: Path, party: str) -> tuple[int, str]:
            file.unlink(missing_ok=True)
            assert run("show", document, "--out", file, *there[party])[0] == 0
            key = tmp_path / f"{party}.json"
            assert run("sign", file, "--party", party, "--key", key)[0] == 0
            return run("push", file, "--party", party, *there[party])

        code, told = sign(number, plan, PARTIES[0])
        assert code == 1 and "ouvre ses relèves par jour à l'exploitant" in told, told
        open_point_to_operator(clients[PARTIES[0]], clients[PARTIES[1]], running)
        assert "proposé" in sign(number, plan, PARTIES[0])[1]
        assert "signé" in sign(number, plan, PARTIES[1])[1]

        code, told = run("settle", number, *DAYS, "--out", report, *there["syndicat"])
        assert code == 0 and "garantie atteinte" in told and "l’exploitant reçoit" in told, told
        statement = told.split(":")[0]
        for party in PARTIES:
            code, told = sign(statement, report, party)
            assert code == 0, told
        assert f"{statement}: signé" in told
        report.unlink()
        assert run("show", statement, "--out", report, *there["constructeur"])[0] == 0
        keys = [f"--key={one}={tmp_path / one}.jwks.json" for one in PARTIES]
        code, told = run("verify", report, *keys)
        assert code == 0 and told.count("valable") == 2, told

        assert statement in run("show", *there["syndicat"])[1]
        assert run("show", statement, *there["inconnu"])[0] == 5
        assert "ctr_" not in run("show", *there["inconnu"])[1]

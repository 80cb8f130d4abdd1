import json
import re
import signal
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from time import time

import pytest
from rich.console import Console

from synergie.client.keys import load_key, public_jwks
from synergie.client.trust.verify import verify_export
from synergie.contract.plan.digest import check_signatures
from synergie.contract.plan.statement import check_statement
from synergie.contract.records.statement import SavingsReport
from synergie.demo import Options, play, play_demonstration
from synergie.demo.outcome import Outcome
from synergie.demo.partners import Partner
from synergie.demo.report import _kwh_by_commune
from synergie.demo.screen import Screen
from synergie.demo.story import play_story
from synergie.demo.summary import CALLER, format_summary, how_to_call
from synergie.demo.watching import choose_faulty_points, plant_faults
from synergie.errors import NotAllowed, NotFound
from synergie.maintenance.samples.maintenance import maintenance_problem, upkeep
from synergie.proof.jose import public_keys
from synergie.purchase.samples.needs import Need, months_kwh, needs
from synergie.purchase.samples.purchase import tender
from synergie.reports.french import typeset_french
from synergie.samples import ENERGY, EPCI, LIGHTING, Territory, year_curves


@dataclass(frozen=True)
class Played:
    """One demonstration, its server still up."""

    outcome: Outcome
    url: str
    partners: Mapping[str, Partner]
    shown: str
    folder: Path


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder, seen = tmp_path_factory.mktemp("demo"), StringIO()
    screen = Screen(Console(file=seen, force_terminal=False))
    options = Options(fast=True, folder=folder / "demo")
    with play_story(
        options, screen=screen, translate=str, now=datetime.fromtimestamp(time(), UTC)
    ) as parts:
        yield Played(*parts, seen.getvalue(), folder / "demo")


def test_each_organisation_has_its_own_keys_that_nobody_else_can_read(played: Played) -> None:
    assert set(played.partners) == {EPCI, ENERGY, LIGHTING}
    paths = [p for partner in played.partners.values() for p in (partner.key, partner.signing_key)]
    assert len({load_key(path)["kid"] for path in paths}) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_everything_that_was_sent_was_kept(played: Played) -> None:
    whole, sent = played.outcome.whole, played.outcome.sent
    assert sum(one.refused for one in sent) == 0
    steps = Counter(point.market_segment == "C5" for point in whole.supply_points)
    assert played.outcome.readings == steps[True] * 17_520 + steps[False] * 52_560


def test_each_organisation_deposits_a_curve_file_and_an_inventory(played: Played) -> None:
    files = Counter(one.organisation for one in played.outcome.sent if "fichier" in one.what)
    assert files == {EPCI: 2, ENERGY: 2, LIGHTING: 3}
    lights = sum(one.kept for one in played.outcome.sent if "fichier eclairage" in one.what)
    assert lights == len(played.outcome.whole.light_points)


def test_lamps_report_three_faults_and_one_is_mended_on_a_round_and_closed(
    played: Played,
) -> None:
    told = played.outcome.lamps
    assert sorted(one.fault for one in told.alerts) == ["dark", "lit_by_day", "partial"]
    assert told.ticket.state == "ticketed" and told.ticket.fault == "dark"
    (stop,) = told.round.stops
    assert stop.stop == told.ticket.cabinet and stop.drive_m > 0
    assert (told.closed.id, told.closed.state) == (told.ticket.id, "closed")
    assert told.closed.done_on == told.round.day
    states = {one.fault: one.state for one in told.alerts}
    assert states == {"dark": "closed", "lit_by_day": "open", "partial": "open"}
    days = {one.fault: one.first_night.isoformat() for one in told.alerts}
    assert days["dark"] == "2025-12-26"
    assert days["lit_by_day"] == "2025-12-19"
    assert days["partial"] == "2025-12-11"
    lines = format_summary(played.outcome).splitlines()
    assert sum(f"  {typeset_french(one.sentence)}" in lines for one in told.alerts) == 3
    assert any("tournée du 05/01/2026" in one and "alerte close" in one for one in lines)


def test_a_contract_is_signed_measured_and_settled(played: Played) -> None:
    told = played.outcome.contract
    assert (told.plan.state, told.statement.state) == ("signed", "signed")
    report = SavingsReport.model_validate_json(played.outcome.statement.read_text("utf-8"))
    check_statement(report)
    keys = {
        name: public_keys(public_jwks(load_key(partner.signing_key)))
        for name, partner in played.partners.items()
    }
    assert check_signatures(report, keys) == {LIGHTING, ENERGY}
    assert report.state == "reached" and report.bonus_eur > 0
    saved = sum(
        float(one.saved_kwh) - (curve_kwh(played.outcome.whole, one.member, one.point) * 0.4)
        for one in report.points
    )
    assert abs(saved) < 0.03 * float(report.saved_kwh), "1.4 times the power, within 3 % of hours"
    assert {one.member for one in report.members} == {LIGHTING, EPCI}
    lines = format_summary(played.outcome)
    assert "garantie atteinte" in lines and "l’exploitant reçoit" in lines


def curve_kwh(whole: Territory, owner: str, point: str) -> float:
    return next(one.kwh() for one in year_curves(whole, owner) if one.supply_point == point)


def test_seven_agreements_are_signed_twice_and_one_is_revoked(played: Played) -> None:
    agreements = played.outcome.agreements
    assert all(
        {signature.organisation for signature in agreement.signatures}
        == {agreement.terms.owner, agreement.terms.recipient}
        for agreement in agreements
    )
    assert Counter(agreement.state for agreement in agreements) == {"active": 6, "revoked": 1}


def test_finer_than_agreed_is_refused_and_so_is_all_after_the_revocation(played: Played) -> None:
    outcome = played.outcome
    assert outcome.days_read == 365
    assert outcome.refusal.reason == "granularity_too_fine"
    assert outcome.revocation.reason == "ended"
    assert outcome.refusal.agreement == outcome.revocation.agreement


def test_what_was_handed_over_is_proved_by_its_folder(played: Played) -> None:
    handover = played.outcome.handover
    verdict = verify_export(handover.folder)
    assert verdict.ok
    assert verdict.manifest is not None
    assert (verdict.manifest.owner, verdict.manifest.aud) == (EPCI, LIGHTING)
    assert verdict.manifest.agreement == handover.agreement
    assert verdict.receipt is not None
    assert handover.rows > 0
    assert "synergie verify" in format_summary(played.outcome)


def _list_planted_needs(whole: Territory) -> list[Need]:
    """The needs of the samples, of three cabinets with the faults that the demonstration plants."""
    chosen = choose_faulty_points(whole, whole.holding(LIGHTING))
    curves = {one.supply_point: one for one in year_curves(whole, LIGHTING)}
    faulty = dict(zip(chosen, plant_faults([curves[one] for one in chosen]), strict=True))
    assert len(faulty) == 3
    return [
        replace(one, months_kwh=months_kwh(faulty[one.point.external_id]))
        if one.point.external_id in faulty
        else one
        for one in needs(whole)
    ]


def test_the_plans_come_from_what_was_read_and_equal_those_of_the_territory(
    played: Played,
) -> None:
    """The oracle makes the problems from the samples, without any server in between."""
    outcome = played.outcome
    read = outcome.purchase_problem
    direct = tender(_list_planted_needs(outcome.whole))
    assert sorted(read.points, key=lambda p: p.id) == sorted(direct.points, key=lambda p: p.id)
    assert (read.lots, read.offers) == (direct.lots, direct.offers)
    visits = maintenance_problem(upkeep(outcome.whole)).visits
    found = outcome.maintenance_problem.visits
    assert sorted(found, key=lambda v: v.cabinet) == sorted(visits, key=lambda v: v.cabinet)


def test_both_plans_are_proved_with_a_gap_of_zero_and_nobody_pays_more(played: Played) -> None:
    for plan in (played.outcome.purchase, played.outcome.maintenance):
        assert (plan.status, plan.gap) == ("proved", 0)
        assert all(m.gain_eur is not None and m.gain_eur >= 0 for m in plan.members)


def test_the_report_is_one_file_that_says_all_of_it(played: Played) -> None:
    text = played.outcome.report.read_text("utf-8")
    assert "http://" not in text and "https://" not in text and "<script" not in text
    assert "Données synthétiques." in text
    for word in (
        "Optimal, certificat à l'appui.",
        "Borne atteinte.",
        "Refusé.",
        "Révoqué.",
        "En retard.",
        "Non chiffré.",
    ):
        assert word.replace("'", "’") in text
    cabinets = text.partition("<caption>Armoires d’éclairage</caption>")[2]
    rows = cabinets.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")
    assert rows == len(played.outcome.whole.cabinets)
    assert re.search(r"9954\d{10}", text) is None, "no delivery point is named"


def test_the_report_answers_first_what_a_council_asks_of_the_purchase(played: Played) -> None:
    plan, text = played.outcome.purchase, played.outcome.report.read_text("utf-8")
    section = text.partition('<section id="achat">')[2].partition("</section>")[0]
    first = section.partition('<dl class="answers">')[2].partition("</dl>")[0]
    cost = f"{plan.objective_eur:,}".replace(",", "\u202f").replace(".", ",")
    least = played.outcome.names[plan.least_gain or ""]
    for words in (
        cost,
        "Prouvé, certificat",
        "14\u00a0h\u00a030",
        *(a.supplier for a in plan.awards),
    ):
        assert words in first, words
    assert least.replace("'", "’") in first
    assert [one.kind for one in plan.refused] == ["expired"]
    assert "expirée" in section
    told = format_summary(played.outcome)
    assert "à décider avant le mardi 24 novembre 2026 à 14\u00a0h\u00a030" in told
    assert "offres refusées" in told


def test_every_commune_that_is_lit_has_its_energy_in_the_report(played: Played) -> None:
    lit = {cabinet.insee_code for cabinet in played.outcome.whole.cabinets}
    energy = _kwh_by_commune(played.outcome)
    assert energy.keys() == lit
    assert all(kwh > 0 for kwh in energy.values())


def test_the_summary_is_plain_text_and_holds_both_gains(played: Played) -> None:
    text = format_summary(played.outcome)
    assert "\x1b" not in text and "\x1b" not in played.shown
    assert text.count("optimal, certificat à l’appui") == 1 and text.count("borne atteinte") == 1
    assert "données synthétiques" in text
    assert str(played.outcome.report) in text


def test_the_keys_of_the_json_are_those_that_programs_know(played: Played) -> None:
    found = played.outcome.as_json(played.url)
    assert list(found) == [
        "synthetic", "territory", "deposits", "readings", "agreements", "refusal", "revocation",
        "handover", "watch", "contract",
        "purchase", "maintenance", "report", "server", "seconds",
    ]  # fmt: skip
    assert list(found["territory"]) == [
        "communes", "light_points", "cabinets", "supply_points", "lighting_kwh", "digest",
    ]  # fmt: skip
    for name in ("purchase", "maintenance"):
        assert {"status", "objective_eur", "bound_eur", "gap", "members"} <= set(found[name])
    assert found["server"] == played.url


def test_the_lines_of_python_that_are_shown_work_as_they_stand(played: Played) -> None:
    shown = how_to_call(played.url, played.partners[CALLER])
    code = shown[shown.index("from synergie import") :]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5, "the agreements of the lighting syndicate"
    assert re.search(r"^revoked ", done.stdout, re.MULTILINE)


def test_what_no_agreement_opens_stays_closed(played: Played) -> None:
    """The energy syndicate coordinates purchases: it reads no cabinet of the community."""
    agreement = next(a for a in played.outcome.agreements if a.terms.recipient == ENERGY)
    with played.partners[ENERGY].client(played.url) as client:
        with pytest.raises(NotAllowed, match="dataset"):
            list(client.cabinets(agreement=agreement.id))
        of_the_community = next(c for c in played.outcome.park.cabinets if c.owner == EPCI)
        with pytest.raises(NotFound):
            client.cabinet(of_the_community.id)


def _run(played: Played, monkeypatch: pytest.MonkeyPatch, options: Options) -> str:
    """What `run` writes for a demonstration that was played already; it does not wait."""
    parts = (played.outcome, played.url, played.partners)
    monkeypatch.setattr(play, "play_story", lambda *_, **__: nullcontext(parts))
    monkeypatch.setattr(play, "wait_for_interrupt", lambda: None)
    out = StringIO()
    assert play_demonstration(options, now=played.outcome.made_at, out=out) is played.outcome
    return out.getvalue()


def test_json_is_one_document_and_nothing_else(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    for serve in (False, True):
        text = _run(played, monkeypatch, Options(json=True, serve=serve))
        found = json.loads(text)
        assert found == played.outcome.as_json(played.url if serve else None)


def test_a_server_that_stays_up_says_how_to_call_it(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Auth.from_files" not in _run(played, monkeypatch, Options())
    text = _run(played, monkeypatch, Options(serve=True))
    assert played.url in text and "Auth.from_files" in text


def test_being_told_to_stop_is_like_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), play.convert_stop_signals():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before

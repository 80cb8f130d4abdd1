"""The pages of shared plans and studies: first byte and weight, small and with 1,500 members."""

import gzip
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median

import httpx2
from starlette.testclient import TestClient

from synergie.exchange.trust.accounts import Accounts, Browser
from synergie.purchase.exchange.purchases import Purchases
from synergie.purchase.exchange.runs import PurchaseRuns
from synergie.purchase.plan.award import solve
from synergie.purchase.records.run import PlanRequest
from synergie.storage.store import Store
from tests.bench.harness import Bench, Goal, Measured
from tests.exchange.buying import Buying, needs
from tests.exchange.people import NOW
from tests.server.partner import URL
from tests.server.place import Place, furnish

MEMBERS = 1_500
"""Members of a purchase of a département."""
ROUNDS = 7
_COOKIE = "__Host-synergie"


@contextmanager
def _place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'bench.db'}")
        yield Place.of(store, Path(folder) / "data")
        store.close()


def _browser(place: Place, organisation: str) -> httpx2.Client:
    """Somebody of *organisation* who is logged in."""
    book: Accounts = place.app.state.house.trust.accounts
    account = book.add(organisation, "la personne chargée des plans", "agent", by=None, now=NOW)
    token = book.link(account.id, by=None, now=place.clock.now)
    entered = book.enter(token, browser=Browser(), now=place.clock.now)
    client = TestClient(place.app, base_url=URL, follow_redirects=False)
    client.cookies.set(_COOKIE, entered.token)
    return client


def _milliseconds(client: httpx2.Client, path: str) -> float:
    """Median of a page, from the request to its last byte, ms."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = client.get(path)
        taken.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            raise AssertionError(path)
    return 1_000 * median(taken)


@cache
def _small() -> tuple[dict[str, float], dict[str, float]]:
    """Milliseconds and compressed kB of each page of the furnished place."""
    with _place() as place:
        made = furnish(place)
        client, ids = _browser(place, made.owner.organisation), made.ids
        pages = {
            "/plans": "/plans",
            "achat": f"/plans/{ids['tender']}",
            "achat, rapport": f"/plans/{ids['tender']}/{ids['plan']}",
            "entretien, rapport": f"/plans/{ids['season']}/{ids['year']}",
            "/scenarios": "/scenarios",
            "étude": f"/scenarios/{ids['verdict']}",
            "comparaison": f"/scenarios/{ids['verdict']}/{ids['weighed']}",
            "feuille": f"/scenarios/{ids['verdict']}/feuille",
        }
        spent = {name: _milliseconds(client, path) for name, path in pages.items()}
        weight = {
            name: len(gzip.compress(client.get(path).content, 6)) / 1_000
            for name, path in pages.items()
        }
    return spent, weight


def _slowest() -> Measured:
    spent = _small()[0]
    return Measured(max(spent.values()), _told(spent, "ms"))


def _heaviest() -> Measured:
    weight = _small()[1]
    return Measured(max(weight.values()), _told(weight, "kB"))


def _department() -> Measured:
    """The list and the page of a purchase of 1,500 members; the report is told beside."""
    with _place() as place:
        buying = _bought(place.store)
        client = _browser(place, buying.coordinator.caller.organisation)
        plan = _proposed(buying)
        spent = {
            name: _milliseconds(client, path)
            for name, path in (
                ("/plans", "/plans"),
                ("achat", f"/plans/{buying.id}"),
                ("rapport", f"/plans/{buying.id}/{plan}"),
            )
        }
        member = _browser(place, next(iter(buying.members)))
        spent["part d'un membre"] = _milliseconds(member, f"/plans/{buying.id}/{plan}")
    return Measured(max(spent.values()), _told(spent, "ms"))


def _bought(store: Store) -> Buying:
    names = tuple(f"commune-{n:04}" for n in range(MEMBERS))
    buying = Buying.of(store, names)
    for n, name in enumerate(names):
        buying.agree(name)
        buying.publish(name, needs(name, code=f"99{n:012}"))
    buying.bring()
    return buying


def _proposed(buying: Buying) -> str:
    caller, now = buying.coordinator.caller, buying.now
    book = PurchaseRuns(buying.store)
    inputs = book.inputs(caller, buying.id, now=now)
    plan = solve(inputs.problem, explain=False)
    request = PlanRequest(problem_sha256=inputs.problem_sha256, plan=plan)
    kept = book.keep(caller, buying.id, request, now=now)
    purchases = Purchases(buying.store)
    purchases.act(caller, buying.id, "close_survey", now=now)
    purchases.act(caller, buying.id, "propose", plan=kept.id, now=now)
    return kept.id


def _told(found: dict[str, float], unit: str) -> str:
    return "; ".join(f"{name} {value:.0f} {unit}" for name, value in found.items())


BENCHES: Sequence[Bench] = (
    Bench(
        name="plan-pages-first-byte",
        title="Pages of shared plans and studies: the slowest, whole answer",
        goal=Goal("<=", 100),
        unit="ms",
        peer="bound of users.md §6.2",
        run=_slowest,
    ),
    Bench(
        name="plan-pages-weight",
        title="Pages of shared plans and studies: the heaviest, compressed",
        goal=Goal("<=", 150),
        unit="kB",
        peer="bound of users.md §6.2",
        run=_heaviest,
    ),
    Bench(
        name="plan-pages-department",
        title="Pages of a purchase of 1,500 members: the slowest, its report included",
        goal=Goal("<=", 300),
        unit="ms",
        peer="bound of issue 8",
        run=_department,
    ),
)

"""Requests generated from the OpenAPI document by schemathesis, each sent as three organisations.

`python -m tests.access.campaign --requests 200000 --processes 2` runs them and prints what came.
Three things are looked for in every answer: a 5xx, a status that the document does not tell, and a
canary of another organisation. Identifiers and cursors of all three are put where the document
says that one goes: a run that is all 404 would test nothing, so the statuses are counted.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable

from synergie.storage.store import Store
from tests.access.asgi import Answer, Line
from tests.access.routes import DOCUMENT, OPERATIONS, PERIOD, ROWS
from tests.access.world import COMMON, MARKS, NAMES, World
from tests.components import package
from tests.server.place import JSON, Place

ROUND = 20_000
"""Requests that one world answers, before a fresh one."""
AIMS = 8
"""Requests that one generated case becomes: to make a case costs more than to answer it."""
UNLIMITED = {"burst": 1e12, "requests_per_s": 1e12, "failures": 1e12}
_ABSENT = "agr_2222222222222222"
_MOST_FOUND = 20


@dataclass
class Tally:
    """What came of a run."""

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    """`operation status` → how often."""
    found: list[str] = field(default_factory=list)
    """What should not have come."""

    def __add__(self, other: "Tally") -> "Tally":
        both = self.statuses + other.statuses
        return Tally(self.requests + other.requests, both, self.found + other.found)

    def served(self, operation: str) -> int:
        """How many 2xx *operation* gave."""
        return sum(n for told, n in self.statuses.items() if told.startswith(f"{operation} 2"))

    def by_status(self) -> dict[str, int]:
        """Status → how often, over all operations."""
        total: Counter[str] = Counter()
        for told, n in self.statuses.items():
            total[told.split()[1]] += n
        return dict(sorted(total.items()))


@dataclass(frozen=True, slots=True)
class Shot:
    """One request before it is signed."""

    operation: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Aim:
    """Puts what exists where the document says that something is named."""

    world: World
    draw: random.Random
    cursors: list[str] = field(default_factory=list)
    """Cursors that any of the three was given."""
    among: tuple[str, ...] = NAMES
    """Whose things one request names: those of all three, or of one alone."""

    def shot(self, case: Any) -> Shot:
        """A generated case as a request, aimed."""
        operation = case.operation.definition.raw["operationId"]
        path = case.operation.path
        self.among = (self.draw.choice(NAMES),) if self._often(0.5) else NAMES
        for name, value in (case.path_parameters or {}).items():
            text = self._named(operation, name, str(value))
            path = path.replace(f"{{{name}}}", quote(text, safe=""))
        query = self._query(operation, case.query or {})
        kind, body = self._body(operation, case)
        headers = {name: str(value) for name, value in (case.headers or {}).items()}
        if self._often(0.95):
            headers["Idempotency-Key"] = f'"{self.draw.getrandbits(64):x}"'
        if kind and self._often(0.95):
            headers["Content-Type"] = kind
        if self._often(0.1):
            headers["Accept"] = "application/x-ndjson"
        target = f"{path}{'?' if query else ''}{urlencode(query, doseq=True)}"
        sendable = {n: v for n, v in headers.items() if _in_a_head(n) and _in_a_head(v)}
        return Shot(operation, case.method.upper(), target, sendable, body)

    def right(self, operation: str, owner: str) -> Shot:
        """The right request of the table of routes, on the things of *owner*."""
        row, ids = ROWS[operation], self.world.ids[owner]
        made = None if row.body is None else row.body(self.world.furnished(owner), ids)
        body = b"" if made is None else made if isinstance(made, bytes) else _json(made)
        headers = {"Idempotency-Key": f'"{self.draw.getrandbits(64):x}"'}
        if body:
            headers["Content-Type"] = row.media_type or JSON
        return Shot(operation, OPERATIONS[operation][0], row.path.format(**ids), headers, body)

    def heard(self, answer: Answer) -> None:
        """Keeps the cursors of *answer*, to send them as somebody else."""
        if b'"next":"' in answer.content and len(self.cursors) < 1_000:
            cursor = json.loads(answer.content).get("next")
            self.cursors += [cursor] if cursor else []

    def _often(self, share: float) -> bool:
        return self.draw.random() < share

    def _id(self, noun: str) -> str:
        ids = self.world.ids[self.draw.choice(self.among)]
        known = [value for name, value in ids.items() if name.endswith(noun)]
        return self.draw.choice(known or [_ABSENT])

    def _named(self, operation: str, name: str, value: str) -> str:
        """A path parameter: the identifier of a thing of one of the three, most of the time."""
        usual = _usual(operation, name)
        if not usual.startswith("{") and ROWS[operation].names and self._often(0.85):
            return value if name in _ENUMERATED and self._often(0.5) else usual
        noun = usual.strip("{}") if usual.startswith("{") else None
        if name not in _ENUMERATED and noun and self._often(0.85):
            return self._id(noun)
        if not noun and self._often(0.5):
            return self.draw.choice((*NAMES, _usual(operation, name)))
        return value if value not in ("", ".", "..") else "x"

    def _query(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        """The query: periods that hold something, agreements that exist, cursors of anyone."""
        query = dict(given) | ({"wait": "0"} if "wait" in given else {})
        if self._often(0.7):
            query = {n: v for n, v in query.items() if n not in ("as_of", "after", "since")}
            if self.cursors and "after" in given and self._often(0.5):
                query["after"] = self.draw.choice(self.cursors)
        if "agreement" in query and self._often(0.8):
            query["agreement"] = self._id("agreement")
        if "series" in query and self._often(0.8):
            query["series"] = [self._id("series")]
        if "start" in query and self._often(0.8):
            query |= dict(parse_qsl(PERIOD))
        if "/budget/" in OPERATIONS[operation][1] and self._often(0.8):
            query = dict(parse_qsl(ROWS[operation].path.partition("?")[2]))
        if operation == "deposit_file" and self._often(0.5):
            query = {"name": "depot.csv"} | ({"dry_run": "true"} if self._often(0.5) else {})
        return query

    def _body(self, operation: str, case: Any) -> tuple[str, bytes]:
        row = ROWS[operation]
        if row.body is not None and self._often(0.5):
            owner = self.draw.choice(self.among)
            good = row.body(self.world.furnished(owner), self.world.ids[owner])
            if isinstance(good, bytes):
                return row.media_type or JSON, good
            return JSON, json.dumps(self._aimed(good) if self._often(0.5) else good).encode()
        if case.body is None or type(case.body).__name__ == "NotSet":
            return "", b""
        if isinstance(case.body, str | bytes):
            text = case.body if isinstance(case.body, str) else case.body.decode("latin-1")
            return case.media_type, text.encode("utf-8", "replace")
        return case.media_type or JSON, _json(self._aimed(case.body))

    def _aimed(self, node: Any) -> Any:
        """*node* of a body with things that exist under the names that mean one."""
        if isinstance(node, dict):
            return {name: self._member(name, value) for name, value in node.items()}
        return [self._aimed(one) for one in node] if isinstance(node, list) else node

    def _member(self, name: str, value: Any) -> Any:
        if isinstance(value, str) and self._often(0.7):
            if name in ("owner", "recipient", "organisation"):
                return self.draw.choice(NAMES)
            if name == "supply_point":
                return f"prm:{COMMON}"
            if name == "site":
                return "COMMUN"
            if name in ("series", "agreement", "batch"):
                return self._id(name)
        if isinstance(value, list) and name in _SELECTED and self._often(0.7):
            return [self._id(_SELECTED[name])]
        return self._aimed(value)


REFUSED = {
    "publish_release": "the points of these worlds are too few to be told of together",
    "read_release": "there is none, so",
    "register_webhook": "nobody answers at the addresses of these worlds",
}
"""Operations that answer no 2xx here, and why; their right answers are in the matrix."""
_ENUMERATED = {"act", "kind"}
"""Path parameters that are words, not identifiers."""
_LAST = {
    "act_on_agreement",
    "act_on_campaign",
    "act_on_lighting_study",
    "act_on_purchase",
    "remove_webhook",
}
"""What ends agreements, campaigns, studies…: after it the others would find nothing."""
_TURN = {"give_lighting_voice": 1} | dict.fromkeys(_LAST, 2)
"""Whose turn comes after the others: a voice is given when the one of before was withdrawn."""
_SELECTED = {
    "sites": "site",
    "supply_points": "supply_point",
    "series": "series",
    "cabinets": "cabinet",
    "light_points": "light_point",
    "purchases": "group",
}


def _usual(operation: str, name: str) -> str:
    """What the table of routes has in the path of *operation* where *name* stands."""
    told = OPERATIONS[operation][1].split("/")
    return ROWS[operation].path.partition("?")[0].split("/")[told.index(f"{{{name}}}")]


def _in_a_head(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _json(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "replace")


@dataclass
class Range:
    """A world, a line to it, and the judge of what comes back."""

    world: World
    line: Line
    aim: Aim
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def opened(cls, blank: Path, folder: Path, draw: random.Random) -> "Range":
        """A fresh one in *folder*; *blank* is a migrated store to copy."""
        shutil.copy(blank, folder / "store.db")
        store = Store.open(f"sqlite:///{folder / 'store.db'}")
        world = World.of(Place.of(store, folder / "data", **UNLIMITED))
        return cls(world, Line(world.place.app), Aim(world, draw))

    def close(self) -> None:
        self.line.close()
        self.world.place.store.close()

    def fire(self, case: Any) -> None:
        """The generated *case*, aimed in several ways, each as all of the three."""
        for shot in [self.aim.shot(case) for _ in range(AIMS)]:
            self.shoot(shot)

    def shoot(self, shot: Shot) -> None:
        """*shot* as all of the three."""
        for name in NAMES:
            answer = self.ask(name, shot)
            self.judge(name, shot, answer)
            self.aim.heard(answer)

    def ask(self, name: str, shot: Shot) -> Answer:
        """*shot* signed by *name*."""
        path = urlsplit(shot.target).path
        self.world.place.clock.forward(0.02)
        signed = self.world.members[name].headers(shot.method, path)
        return self.line.ask(shot.method, shot.target, (shot.headers | signed).items(), shot.body)

    def judge(self, name: str, shot: Shot, answer: Answer) -> None:
        """Counts *answer*, and tells what should not be in it."""
        self.tally.requests += 1
        self.tally.statuses[f"{shot.operation} {answer.status}"] += 1
        for what in self._wrong(name, shot, answer):
            if len(self.tally.found) < _MOST_FOUND:
                told = f"{what}: {name} {shot.method} {shot.target[:300]} {shot.body[:600]!r}"
                self.tally.found.append(f"{told} → {answer.status} {answer.content[:300]!r}")

    def _wrong(self, name: str, shot: Shot, answer: Answer) -> Iterator[str]:
        if answer.status >= 500:
            yield "a fault of ours"
        told = _ANSWERS[shot.operation]
        if str(answer.status) not in told:
            yield "a status that the document does not tell"
        elif answer.status not in (204, 304) and _kind(answer) not in told[str(answer.status)]:
            yield f"a content type that the document does not tell ({_kind(answer)})"
        whole = answer.whole
        if any(mark in whole for mark in MARKS):
            leak = self.world.find_leak(name, whole)
            if leak:
                yield f"a canary of another, {leak.group().decode()}"


def _kind(answer: Answer) -> str:
    return (answer.header("content-type") or "").partition(";")[0]


_ANSWERS: dict[str, dict[str, set[str]]] = {
    operation["operationId"]: {
        status: set(told.get("content", ())) for status, told in operation["responses"].items()
    }
    for verbs in DOCUMENT["paths"].values()
    for operation in verbs.values()
}


def run(requests: int, *, seed: int, blank: Path, folder: Path) -> Tally:
    """*requests* of them, the operations in turn; a fresh world now and then."""
    draw, total, rounds = random.Random(seed), Tally(), -(-requests // ROUND)  # noqa: S311
    for n in range(rounds):
        place = folder / f"{seed}-{n}"
        place.mkdir(parents=True)
        here = Range.opened(blank, place, draw)
        try:
            _fill(here, min(ROUND, requests - total.requests), seed=seed * 1_000 + n)
        finally:
            here.close()
            shutil.rmtree(place)
        total += here.tally
        told = f"{total.requests} requests, {len(total.found)} found: {total.by_status()}"
        print(told, file=sys.stderr, flush=True)  # noqa: T201 (a run takes an hour)
    return total


def _fill(here: Range, requests: int, *, seed: int) -> None:
    """Every operation its share of *requests*, of both kinds: as the document says, and not."""
    schemathesis = package("schemathesis")
    modes = schemathesis.GenerationMode
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    guarded = [
        operation
        for found in schema.get_all_operations()
        if (operation := found.ok()).definition.raw["operationId"] in ROWS.keys() & OPERATIONS
    ]
    share = -(-requests // (len(guarded) * len(NAMES) * AIMS * 2))
    here.aim.draw.shuffle(guarded)
    guarded.sort(key=lambda one: _TURN.get(one.definition.raw["operationId"], 0))
    for operation in guarded:
        for owner in NAMES:  # whatever is drawn: once each operation is asked for rightly
            here.shoot(here.aim.right(operation.definition.raw["operationId"], owner))
        for mode in (modes.POSITIVE, modes.NEGATIVE):
            try:
                strategy = operation.as_strategy(generation_mode=mode)
                _drawn(here, strategy, share, seed)
            except Unsatisfiable:  # every text is right there
                _drawn(here, operation.as_strategy(generation_mode=modes.POSITIVE), share, seed)


def _drawn(here: Range, strategy: Any, share: int, seed: int) -> None:
    @seeded(seed)
    @settings(
        max_examples=share,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate,),
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def each(case: Any) -> None:
        here.fire(case)

    each()


def main() -> int:
    """The command: runs, prints what came, and fails when something should not have come."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    total = together(asked.requests, processes=asked.processes, seed=asked.seed)
    seconds = time.monotonic() - began
    sys.stdout.write(f"{total.requests} requests in {seconds:.0f} s: {total.by_status()}\n")
    for operation in sorted(OPERATIONS):
        told = sorted(n for n in total.statuses if n.split()[0] == operation)
        counts = ", ".join(f"{name.split()[1]}: {total.statuses[name]}" for name in told)
        sys.stdout.write(f"  {operation}: {counts}\n")
    for one in (*total.found, *unserved(total)):
        sys.stdout.write(f"FOUND {one}\n")
    return 1 if total.found or unserved(total) else 0


def unserved(total: Tally) -> list[str]:
    """The operations that never answered 2xx: nothing was tested there."""
    known = sorted(OPERATIONS.keys() - REFUSED.keys())
    return [f"{name} was never served" for name in known if not total.served(name)]


def together(requests: int, *, processes: int, seed: int) -> Tally:
    """A run shared among *processes*, each with its own seed."""
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.db"
        Store.open(f"sqlite:///{blank}").close()
        each = -(-requests // processes)
        jobs = [(each, seed + n, blank, Path(folder) / str(n)) for n in range(processes)]
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            tallies = pool.starmap(_job, jobs)
    return sum(tallies, Tally())


def _job(requests: int, seed: int, blank: Path, folder: Path) -> Tally:
    return run(requests, seed=seed, blank=blank, folder=folder)


if __name__ == "__main__":
    sys.exit(main())

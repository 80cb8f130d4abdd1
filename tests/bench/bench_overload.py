"""Ten times the peak: how much of the peak is still served, how fast, and what a refusal costs.

The server has 30 % of a core, this program the other core; requests are signed before and come at
their time, whatever becomes of those before. A run in which this program took more than 80 % of
its core measured this program, and is thrown away.
"""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import uvloop

from tests.bench.harness import Bench, Goal, Measured, NotMeasured
from tests.faults.process import Process
from tests.server.load import (
    HEALTH,
    STRANGER,
    Lines,
    NoQuota,
    Program,
    Seen,
    Spent,
    arrive,
    keep_asking,
    on_cores,
    quota,
    spending,
)

RUNS = 5
TIMES = 10
SHARE = 0.3
PROGRAMS = 10
AT_ONCE, REST_S = 16, 1.0
PEAK_S, FLOOD_S, AFTER_S = 6.0, 10.0, 12.0
MOST_OF_CORE, BACK = 0.8, 0.9
FRESH = 1_000
READS, READS_S = 100, 20.0
"""Small reads of a body beside which another storms, and the seconds over which they come."""


@dataclass(frozen=True)
class Run:
    """One flood, and the peak before and after it, requests a second."""

    before: float
    after: float
    flood: Seen
    health: Seen
    spent: Spent
    back_s: float

    @property
    def peak(self) -> float:
        """The mean of both."""
        return (self.before + self.after) / 2

    @property
    def kept(self) -> float:
        """How much of the peak was served in the flood."""
        return self.flood.served / FLOOD_S / self.peak

    @property
    def valid(self) -> bool:
        """Whether it was the server that was measured."""
        return self.spent.client_share <= MOST_OF_CORE


@contextmanager
def served(**settings: str) -> Iterator[tuple[Process, list[Program]]]:
    """A server on one core, programs that it knows on the other."""
    with TemporaryDirectory(prefix="synergie-bench-") as folder, ExitStack() as stack:
        store = f"sqlite:///{folder}/store.db"
        told = {"max_connections_each": "4096", **settings}  # all callers are of one address here
        environment = {f"SYNERGIE_{name.upper()}": text for name, text in told.items()}
        process = stack.enter_context(Process.started(Path(folder), store, environment))
        assert process.process is not None
        programs = [Program.of(process, f"bench-{n}") for n in range(PROGRAMS)]
        stack.enter_context(on_cores(process.process.pid))
        yield process, programs


def mixed(programs: list[Program]) -> Callable[[], bytes]:
    """Signs writes and small reads of all programs, drawn with equal chances.

    In a fixed order each write would come just before a read of its program, and take the last
    place of its share: nine writes were served for a read, and a write costs four times as much.
    """
    draw = random.Random(1)  # noqa: S311 (an order)
    kinds = [make for one in programs for make in (one.write, one.read)]

    def make() -> bytes:
        return draw.choice(kinds)()

    return make


async def flooded(process: Process, programs: list[Program]) -> Run:
    """One run."""
    assert process.process is not None
    make, port, pid = mixed(programs), process.port, process.process.pid
    peak = await keep_asking(port, make, at_once=AT_ONCE, seconds=PEAK_S, rest_s=REST_S)
    before = peak.served / PEAK_S
    a_second = TIMES * before
    requests = [make() for _ in range(int(a_second * FLOOD_S))]
    health = Seen()
    with spending(pid) as spent:
        asking = asyncio.create_task(ask_health(port, health))
        flood = await arrive(port, requests, a_second)
        asking.cancel()
    after = await keep_asking(port, make, at_once=AT_ONCE, seconds=AFTER_S, rest_s=REST_S)
    last = sum(at >= AFTER_S - PEAK_S for at in after.served_at) / PEAK_S
    return Run(before, last, flood, health, spent, back_after(after, before))


async def ask_health(port: int, health: Seen) -> None:
    """Whether the server lives, ten times a second, for ever."""
    lines, loop = Lines(port), asyncio.get_running_loop()
    try:
        while True:
            began = loop.time()
            health.statuses[await lines.ask(HEALTH, 5)] += 1
            health.served_s.append(loop.time() - began)
            await asyncio.sleep(0.1)
    finally:
        await lines.close()


def back_after(after: Seen, peak: float) -> float:
    """Seconds until a whole second served 90 % of the *peak* again; AFTER_S when none did."""
    for start in range(int(AFTER_S)):
        if sum(start <= at < start + 1 for at in after.served_at) >= BACK * peak:
            return float(start)
    return AFTER_S


def overload() -> Measured:
    """How much of the peak is served at ten times it, per cent: the median of the valid runs."""
    found: list[Run] = []
    for _ in range(RUNS):
        with served() as (process, programs), ExitStack() as stack:
            assert process.process is not None
            try:
                stack.enter_context(quota(process.process.pid, SHARE))
            except NoQuota as reason:
                raise NotMeasured(str(reason)) from reason
            found.append(uvloop.run(flooded(process, programs)))
    valid = [one for one in found if one.valid]
    if not valid:
        raise NotMeasured("this program took more than 80 % of its core in every run")

    def middle(value: Callable[[Run], float]) -> float:
        return median(map(value, valid))

    notes = (
        f"{len(valid)} valid runs of {RUNS}; peak {middle(lambda run: run.before):.0f} a second "
        f"before and {middle(lambda run: run.after):.0f} after, goodput "
        f"{min(run.kept for run in valid):.0%} to {max(run.kept for run in valid):.0%}, "
        f"{middle(lambda run: run.flood.statuses[201] / run.flood.served):.0%} of it writes; "
        f"accepted p99 {middle(lambda run: run.flood.slowest(0.99)):.2f} s, health p99 "
        f"{middle(lambda run: run.health.slowest(0.99)):.2f} s and "
        f"{sum(run.health.sent - run.health.served for run in valid)} not 200; without an answer "
        f"{middle(lambda run: run.flood.statuses[0]):.0f}; back after "
        f"{max(run.back_s for run in valid):.0f} s; processor of the server "
        f"{middle(lambda run: run.spent.server_s / run.spent.wall_s):.0%} and of this program "
        f"{middle(lambda run: run.spent.client_share):.0%} of a core"
    )
    return Measured(100 * middle(lambda run: run.kept), notes)


@dataclass(frozen=True)
class Storm:
    """The small reads of one body, alone and while another one storms."""

    alone: Seen
    beside: Seen
    spent: Spent

    @property
    def grew(self) -> float:
        """The p99 beside the storm, of the p99 alone."""
        return self.beside.slowest(0.99) / self.alone.slowest(0.99)


async def stormed(process: Process, programs: list[Program]) -> Storm:
    """One run: the body that storms sends ten times what is served of it at most."""
    assert process.process is not None
    storming, other, *_ = programs
    make, port = mixed([storming]), process.port
    peak = await keep_asking(port, make, at_once=AT_ONCE, seconds=PEAK_S, rest_s=REST_S)
    a_second = READS / READS_S
    reads = [other.read() for _ in range(READS)]
    alone = await arrive(port, reads, a_second, patience_s=10)
    requests = [make() for _ in range(int(TIMES * peak.served / PEAK_S * READS_S))]
    reads = [other.read() for _ in range(READS)]
    with spending(process.process.pid) as spent:
        storm = asyncio.create_task(arrive(port, requests, len(requests) / READS_S))
        beside = await arrive(port, reads, a_second, patience_s=10)
        await storm
    return Storm(alone, beside, spent)


def neighbour() -> Measured:
    """How many times as long small reads take (p99) while another body storms: the median."""
    found: list[Storm] = []
    for _ in range(RUNS):
        with served() as (process, programs), ExitStack() as stack:
            assert process.process is not None
            try:
                stack.enter_context(quota(process.process.pid, SHARE))
            except NoQuota as reason:
                raise NotMeasured(str(reason)) from reason
            found.append(uvloop.run(stormed(process, programs)))
    valid = [one for one in found if one.spent.client_share <= MOST_OF_CORE]
    if not valid:
        raise NotMeasured("this program took more than 80 % of its core in every run")
    served_reads = sum(run.beside.served for run in valid)
    notes = (
        f"{len(valid)} valid runs of {RUNS}; p99 alone "
        f"{median(run.alone.slowest(0.99) for run in valid):.3f} s, beside the storm "
        f"{median(run.beside.slowest(0.99) for run in valid):.3f} s, "
        f"{min(run.grew for run in valid):.1f} to {max(run.grew for run in valid):.1f} times; "
        f"{served_reads} of {READS * len(valid)} reads served beside it"
    )
    return Measured(median(run.grew for run in valid), notes)


def refusal() -> Measured:
    """Milliseconds of processor of a refusal; the connection of a stranger ends with it."""
    with served(max_connections="1", body_s="600") as (process, programs):
        known = uvloop.run(refused(process, programs[0].read()))
        unknown = uvloop.run(refused(process, STRANGER))
        fresh = uvloop.run(refused(process, programs[0].read(), fresh=True))
    notes = (
        f"of a caller that is known {known:.3f}, on a new connection each {fresh:.3f}; of a "
        f"stranger, whose connection ends {unknown:.3f}"
    )
    return Measured(max(known, unknown), notes)


async def refused(process: Process, request: bytes, *, fresh: bool = False) -> float:
    """Milliseconds of processor that refusing *request* takes; *fresh*: on a new connection."""
    assert process.process is not None
    held = Lines(process.port)
    await held.hold(2)  # one more than may be
    with spending(process.process.pid) as spent:
        if fresh:
            seen = Seen()
            for _ in range(FRESH // AT_ONCE):
                lines = [Lines(process.port) for _ in range(AT_ONCE)]
                seen.statuses.update(await asyncio.gather(*(one.ask(request, 10) for one in lines)))
                await asyncio.gather(*(one.close() for one in lines))
        else:
            seen = await keep_asking(process.port, lambda: request, at_once=8, seconds=3)
    await held.close()
    assert seen.refused == seen.sent, seen.statuses
    return 1000 * spent.server_s / seen.sent


BENCHES = [
    Bench(
        name="overload",
        title="Served at ten times the peak, of the peak: signed writes and small reads, half each",
        goal=Goal(">=", 80),
        unit="%",
        peer="the same server's peak before and after; 30 % of a core by a control group",
        run=overload,
    ),
    Bench(
        name="overload-neighbour",
        title="Small reads of a body while another storms at ten times its peak: p99 of that alone",
        goal=Goal("<=", 2),
        unit="times",
        peer="the same reads before the storm; 30 % of a core by a control group",
        run=neighbour,
    ),
    Bench(
        name="overload-refusal",
        title="Processor time of a refusal over capacity, decided from the head",
        goal=Goal("<=", 0.15),
        unit="ms",
        peer="the processor time of the server's threads, as the kernel counts it",
        run=refusal,
    ),
]

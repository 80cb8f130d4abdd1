"""Processor seconds of tests, their processes included: `pytest -p tests.costs`.

At the end: the seconds of each folder, which functions belong into `slow.txt`, and which no
longer do. A function is all its cases; what files and the whole run share (fixtures that are not
made for each test) is counted for the folder alone. Clocks of the wall play no part, but a busy
machine makes processors slower: measure on a quiet one.
"""

import resource
from collections import defaultdict
from collections.abc import Generator
from typing import Any

import pytest

SLOW_S = 0.5
"""What all cases of a function may take in `make test`, seconds of a processor."""

STAYS = "tests/architecture/"
"""Guards of what everybody agreed on are wanted after each change, whatever they take."""

_OWN, _SHARED = "processor", "processor shared"


class Meter:
    """Seconds since the last look: those of tests, and those of what tests share."""

    def __init__(self) -> None:
        self.last = self.shared = 0.0
        self.depth = 0

    def lap(self) -> tuple[float, float]:
        """The seconds of the test alone and of what it shares, since the last lap."""
        now, last, shared = processor_s(), self.last, self.shared
        self.last, self.shared = now, 0.0
        return now - last - shared, shared


def processor_s() -> float:
    """Seconds of a processor that this process and those it ended have taken."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, kinds))


METER = Meter()
OWN: defaultdict[str, float] = defaultdict(float)
FOLDERS: defaultdict[str, float] = defaultdict(float)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    METER.lap()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    if fixturedef.scope == "function" or METER.depth:
        return (yield)
    METER.depth, before = 1, processor_s()
    try:
        return (yield)
    finally:
        METER.depth = 0
        METER.shared += processor_s() - before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    own, shared = METER.lap()
    report.user_properties += [(_OWN, own), (_SHARED, shared)]
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    found = dict(report.user_properties)
    own, shared = float(found.get(_OWN, 0)), float(found.get(_SHARED, 0))  # type: ignore[arg-type]
    OWN["::".join(report.nodeid.partition("[")[0].split("::")[:2])] += own
    FOLDERS["/".join(report.nodeid.split("/")[:2])] += own + shared


def pytest_terminal_summary(terminalreporter: Any) -> None:
    from tests.conftest import SLOW

    say = terminalreporter.write_line
    for folder, seconds in [*sorted(FOLDERS.items()), ("all", sum(FOLDERS.values()))]:
        say(f"{seconds:9.1f} s  {folder}")
    for name, seconds in sorted(OWN.items()):
        listed = name in SLOW or name.partition("::")[0] in SLOW
        if seconds > SLOW_S and not listed and not name.startswith(STAYS):
            say(f"{seconds:9.1f} s  belongs into slow.txt: {name}")
        if seconds < SLOW_S / 2 and listed:
            say(f"{seconds:9.1f} s  no longer slow: {name}")

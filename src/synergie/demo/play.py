"""The demonstration as a command: it plays, it says what it showed, it may leave the server up."""

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TextIO

from synergie.demo.options import Options
from synergie.demo.outcome import Outcome
from synergie.demo.screen import Screen
from synergie.demo.story import play_story
from synergie.demo.summary import CALLER, format_summary, how_to_call

_ENDS = [
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
]
"""What ends a program from outside: a signal, a terminal that is closed."""


def play_demonstration(
    options: Options,
    *,
    now: datetime,
    out: TextIO,
    translate: Callable[[str], str] = str,
    screen: Screen | None = None,
) -> Outcome:
    """Play the demonstration and write its summary on *out*; with `serve`, until Ctrl-C.

    *translate* gives the French of refusals and of the plans' sentences. SynergieError when a
    step does not come out as it should, Infeasible when a plan is impossible.
    """
    shown = screen or Screen()
    with (
        convert_stop_signals(),
        play_story(options, screen=shown, translate=translate, now=now) as story,
    ):
        outcome, url, partners = story
        left = url if options.serve else None
        if options.json:
            out.write(json.dumps(outcome.as_json(left), ensure_ascii=False, indent=2) + "\n")
        else:
            out.write(format_summary(outcome) + "\n")
        if options.serve:
            out.write("" if options.json else how_to_call(url, partners[CALLER]))
            out.flush()
            wait_for_interrupt()
    return outcome


@contextmanager
def convert_stop_signals() -> Iterator[None]:
    """What ends a program stops it as Ctrl-C does: no server, no folder is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {sig: signal.signal(sig, signal.default_int_handler) for sig in _ENDS}
    try:
        yield
    finally:
        for sig, handler in before.items():
            signal.signal(sig, handler)


def wait_for_interrupt() -> None:
    """Until Ctrl-C."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return

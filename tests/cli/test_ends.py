"""Each kind of end has its exit code; nobody sees a traceback unless they ask."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
import typer

from synergie import errors
from synergie.cli import _main, main
from synergie.cli._app import app
from synergie.cli.misuse import Misuse
from synergie.purchase.plan.award.faults import At
from synergie.schemas.plan import Phrase

FAULT = At("/lots/0", "lot_without_offer").fault(Phrase(text="x"), Phrase(text="y"))
ENDS: list[tuple[BaseException, int]] = [
    (errors.BadInput("line 1", "x", "a number"), 1),
    (errors.BadInputs((FAULT,)), 1),
    (errors.BadSignature("x"), 1),
    (errors.Conflict("draft", "active"), 1),
    (errors.InProgress(), 1),
    (errors.KeyReused(), 1),
    (errors.CursorExpired("another epoch"), 1),
    (errors.UnsupportedMedia("x", "y"), 1),
    (errors.TooLarge(5, "bytes"), 1),
    (Misuse("x"), 2),
    (errors.Misconfigured("x"), 2),
    (errors.MissingExtra("server"), 2),
    (FileNotFoundError(errno.ENOENT, "x", "absent.csv"), 2),
    (errors.ServerFault("7f3a"), 3),
    (errors.SolverFailed("x"), 3),
    (ZeroDivisionError("planted"), 3),
    (errors.NotAuthenticated(), 4),
    (errors.NotAllowed("ended", "agr_1"), 4),
    (errors.NotUndone("forbidden", "dep_1", "dep_2"), 4),
    (errors.NotFound(), 5),
    (errors.Unreachable("x"), 6),
    (errors.TooManyRequests(1), 6),
    (errors.Overloaded(1), 6),
    (errors.StreamCut(3), 6),
    (errors.TooSlow(100), 6),
    (errors.Infeasible(("a", "b")), 7),
    (errors.OutOfTime(1), 7),
    (errors.StorageFull(1), 74),
    (errors.StoreDamaged(1), 74),
    (OSError(errno.ENOSPC, "x", "store.db"), 74),
    (errors.Cancelled(), 130),
    (KeyboardInterrupt(), 130),
]


@pytest.mark.parametrize(("error", "code"), ENDS, ids=lambda value: type(value).__name__)
def test_an_error_ends_with_its_code(
    error: BaseException,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_argv: list[str]) -> int:
        raise error

    monkeypatch.setattr(_main, "_run_command", fail)
    assert main(["demo"]) == code
    said = capsys.readouterr().err
    assert said.startswith("synergie\u00a0: ")
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_every_error_of_the_tree_has_its_end_decided_above() -> None:
    kinds = {k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)}
    public = {kind for kind in kinds if not kind.__name__.startswith("_")}
    assert public - {type(error) for error, _ in ENDS} == {errors.SynergieError}


def test_debug_shows_the_cause(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_argv: list[str]) -> int:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(_main, "_run_command", fail)
    assert main(["demo", "--debug"]) == 3
    assert "ZeroDivisionError: planted" in capsys.readouterr().err


def test_our_fault_hides_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_argv: list[str]) -> int:
        raise RuntimeError("secret of the store")

    monkeypatch.setattr(_main, "_run_command", fail)
    main(["demo"])
    assert "secret" not in capsys.readouterr().err


def test_a_reader_that_leaves_ends_nothing_badly() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "synergie", "--help"],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_accents_still_gets_its_text(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "synergie", "check", "absent.csv"],
        capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("synergie\u00a0: ")


def _get_first_choice(annotation: Any) -> str:
    """A value that an option of words takes; else `1`."""
    return str(get_args(annotation)[0]) if get_origin(annotation) is Literal else "1"


def _float_options(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each option that takes a number with a fraction, behind its command and what that needs."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from _float_options(one, (*path, name))
            continue
        needed = [
            text
            for param in one.params
            if param.required and param.type_descriptor.annotation is not float
            for text in (
                *([] if param.param_type_name == "argument" else [param.opts[-1]]),
                _get_first_choice(param.type_descriptor.annotation),
            )
        ]
        for param in one.params:
            if param.type_descriptor.annotation is float:
                yield (*path, name, *needed), param.opts[-1]


FLOATS = list(_float_options(typer.main.get_command(app)))


def test_an_option_of_one_value_that_is_said_twice_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The last one went before, and what was said first was lost without a word."""
    line = ["bill", "--fta", "BTINFCU4", "--kva", "9", "--on", "2025-11-01"]
    assert main(["--locale", "en", *line, "--on=2025-12-01"]) == 2
    assert "--on: said 2 times" in capsys.readouterr().err
    many = [*line, "--energy", "HPH=1000", "--offpeak", "22:00-06:00", "--offpeak", "12:00-14:00"]
    main(["--locale", "en", *many])
    assert "times" not in capsys.readouterr().err


def test_there_are_options_that_take_a_number_with_a_fraction() -> None:
    assert len(FLOATS) > 5


@pytest.mark.parametrize(("command", "option"), FLOATS, ids=" ".join)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_none_in_any_option(
    command: tuple[str, ...], option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """nan passes every bound, since it compares with nothing; a search until then never ended."""
    assert main(["--locale", "en", *command, f"{option}={value}"]) == 2
    said = capsys.readouterr().err
    assert f"{option}: this value is not taken" in said

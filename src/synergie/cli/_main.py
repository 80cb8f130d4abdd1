"""The one place where an error becomes a sentence and an exit code."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from synergie.cli._ends import End, describe_exit
from synergie.cli.extras import is_here
from synergie.cli.misuse import Misuse, describe_usage_error
from synergie.cli.texts import LOCALES, Locale, _, speak, translate_to_french
from synergie.errors import MissingExtra

_CONFIG = "SYNERGIE_CONFIG"
"""The variable of the file of settings (`server/settings_file.py`)."""


@dataclass(frozen=True, slots=True)
class _GlobalOptions:
    """What holds for any command, wherever it stands on the line."""

    locale: Locale
    debug: bool
    config: str | None
    rest: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (`sys.argv` when None) and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without accents still works
    if not is_here("typer", "rich"):
        return _not_installed()
    debug = False
    speak("fr")  # until the line says otherwise
    try:
        asked = _parse_global_options(sys.argv[1:] if argv is None else argv)
        debug = asked.debug
        speak(asked.locale)
        with _settings_file_named(asked.config):
            return _run_command(list(asked.rest))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return End.DONE  # the reader of a pipe has enough
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (the edge: no traceback to a person)
        return _report_error(error, debug=debug)


def _not_installed() -> int:
    """The base install is the client alone: what to type for the commands, in both languages."""
    part = MissingExtra("cli")
    sys.stderr.write(
        translate_to_french("synergie: {}").format(part.tell(translate_to_french)) + "\n"
    )
    sys.stderr.write(f"synergie: {part.tell(str)}\n")
    return End.MISUSE


def _run_command(argv: list[str]) -> int:
    from synergie.cli._app import build_click_command

    try:
        code = build_click_command()(argv, prog_name="synergie", standalone_mode=False)
    except SystemExit:
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":  # Typer's mark of a closed pipe
            return End.DONE
        raise
    sys.stdout.flush()
    return code if isinstance(code, int) else End.DONE


@contextmanager
def _settings_file_named(path: str | None) -> Iterator[None]:
    """`SYNERGIE_CONFIG` is *path* meanwhile, for this process and those that it starts."""
    before = os.environ.get(_CONFIG)
    if path is not None:
        os.environ[_CONFIG] = path
    try:
        yield
    finally:
        if path is not None:
            os.environ.pop(_CONFIG)
            os.environ.update({} if before is None else {_CONFIG: before})


def _report_error(error: BaseException, *, debug: bool) -> int:
    import typer

    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, typer.Abort):
        error = KeyboardInterrupt()
    if isinstance(error, typer.TyperException):
        return _report_misuse(error)
    code, text = describe_exit(error)
    typer.echo(_("synergie: {}").format(text), err=True)
    return code


def _report_misuse(error: Exception) -> int:
    import typer

    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(str(error), err=True)
        return End.MISUSE
    typer.echo(_("synergie: {}").format(describe_usage_error(error)), err=True)
    path = getattr(getattr(error, "ctx", None), "command_path", "synergie")
    typer.echo(_("{} --help says how it is used").format(path), err=True)
    return End.MISUSE


def _parse_global_options(argv: Sequence[str]) -> _GlobalOptions:
    """`--locale`, `--config` and `--debug` may stand anywhere before `--`: errors obey them too."""
    found = {"--locale": os.environ.get("SYNERGIE_LOCALE", "") or "fr", "--config": None}
    rest, debug = [], False
    words = iter(argv)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word == "--debug":
            debug = True
        elif name in found:
            found[name] = value if equals else next(words, "")
        else:
            rest.append(word)
    if found["--config"] == "":
        raise Misuse(_("--config: expected a file"))
    locale = found["--locale"]
    for known in LOCALES:
        if locale == known:
            return _GlobalOptions(known, debug, found["--config"], tuple(rest))
    raise Misuse(_("--locale: found {!r}, expected {}").format(locale, ", ".join(LOCALES)))

"""French before people, English on request, in help and in errors alike."""

import re

import pytest

from synergie.cli import main
from synergie.cli.texts import _, speak
from synergie.schemas.faults import WITHIN

ENGLISH = re.compile(
    r"\b(the|usage:|options:|arguments:|commands:|command \[args\]|show|this message|required|"
    r"default:|missing|no such|expected|found|file|exit|error)\b",
    re.IGNORECASE,
)
FRENCH = re.compile(r"[àâçéèêëîïôùûœ]|\b(les?|des|une|est|attendu|fichier|manque)\b", re.IGNORECASE)

MISUSES = [
    ["keys", "new"],
    ["check"],
    ["nothing"],
    ["keys", "new", "--out"],
    ["keys", "new", "--oot", "x"],
    ["serve", "--port", "many"],
    ["check", "a.csv", "b.csv"],
    ["--locale=xx", "demo"],
    ["check", "absent.csv"],
    ["keys", "new", "--out", "k.json", "--alg", "HS256"],
]


def _helps() -> list[list[str]]:
    from typer.main import get_command

    from synergie.cli._app import app

    lines: list[list[str]] = [[]]
    for name, command in sorted(getattr(get_command(app), "commands", {}).items()):
        lines.append([name])
        lines += [[name, below] for below in sorted(getattr(command, "commands", {}))]
    return lines


COMMANDS = {word for line in _helps() for word in line}
"""Words of the command line, the same in both languages."""


def test_the_commands_are_put_together_once_and_speak_as_each_line_asks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from synergie.cli._app import build_click_command

    assert build_click_command() is build_click_command()
    for words, text in (([], "Afficher ce message"), (["--locale", "en"], "Show this message")):
        assert main([*words, "--help"]) == 0
        assert text in capsys.readouterr().out


@pytest.mark.parametrize("line", _helps(), ids=" ".join)
def test_help_is_french_and_plain(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*line, "--help"]) == 0
    shown = capsys.readouterr().out
    prose = re.sub(
        r"(?m)^ {2}synergie .*$|`[^`]*`|--[\w-]+|\[?[A-Z][A-Z0-9_]+\]?|[\w./-]*\.\w+", "", shown
    )
    assert "Afficher ce message" in shown
    assert [word for word in ENGLISH.findall(prose) if word not in COMMANDS] == []
    assert not set(shown) & set("\x1b│╭─")


@pytest.mark.parametrize("line", _helps(), ids=" ".join)
def test_help_is_english_on_request(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--locale", "en", *line, "--help"]) == 0
    shown = capsys.readouterr().out
    prose = re.sub(r"(?m)^ {2}synergie .*$|^ {4}.*$", "", shown)
    assert "Show this message and exit." in shown
    assert FRENCH.findall(prose) == []


@pytest.mark.parametrize("line", [line for line in _helps() if len(line) != 1], ids=" ".join)
def test_help_has_an_example(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main([*line, "--help"])
    shown = capsys.readouterr().out
    assert re.search(rf"(?m)^Exemple\u00a0:\n  synergie {' '.join(line)}", shown)


@pytest.mark.parametrize("line", MISUSES, ids=" ".join)
def test_misuse_ends_with_2_and_is_said_in_french(
    line: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("synergie\u00a0: ")
    assert ENGLISH.findall(re.sub(r"'[^']*'|--[\w-]+|\b[A-Z]{3,}\b", "", said.err)) == []


@pytest.mark.parametrize("line", MISUSES, ids=" ".join)
def test_misuse_is_said_in_english_on_request(
    line: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNERGIE_LOCALE", "en")
    assert main(line) == 2
    said = capsys.readouterr().err
    if "--locale=xx" not in line:  # the language is not known yet: French
        assert FRENCH.findall(said) == []


def test_no_argument_shows_the_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "synergie" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("a number of at least 0", "un nombre d'au moins 0"),
        ("a text of at most 200 characters", "un texte d'au plus 200 caractères"),
        ("'commune', 'epci' or 'supplier'", "'commune', 'epci' ou 'supplier'"),
        ("a whole number", "un nombre entier"),
        ("words that no catalogue knows", "words that no catalogue knows"),
    ],
)
def test_what_was_expected_is_told_with_its_bound(english: str, french: str) -> None:
    speak("fr")
    assert _(english) == french
    speak("en")
    assert _(english) == english


def test_every_form_with_a_bound_is_told_in_french() -> None:
    """The forms that pydantic's faults take, each with a bound in its place."""
    speak("fr")
    for template in set(WITHIN.values()) - {"{expected_tags}"}:  # names alone, in every language
        filled = re.sub(r"\{\w+\}", "'a' or 'b'" if template == "{expected}" else "7", template)
        assert _(filled) != filled, template

"""`synergie --version`, and what is said of a command that is written nearly right."""

import pytest

from synergie import __version__
from synergie.cli import main


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"synergie {__version__}\n"


@pytest.mark.parametrize(
    ("words", "meant"), [(["chek"], "check"), (["plan", "purchas"], "purchase")]
)
def test_a_command_nearly_right_is_named(
    capsys: pytest.CaptureFixture[str], words: list[str], meant: str
) -> None:
    assert main(["--locale", "en", *words]) == 2
    assert f"no command {words[-1]!r}; did you mean: {meant}" in capsys.readouterr().err


def test_without_a_likely_one_all_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--locale", "en", "zzz"]) == 2
    assert "there are: demo, sandbox, check" in capsys.readouterr().err

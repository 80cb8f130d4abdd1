"""A table whose head is new: the proposal is shown, what is open is asked, one yes saves it."""

import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

from synergie.cli._proposal import as_read, describe_proposal
from synergie.cli.misuse import Misuse
from synergie.cli.texts import _
from synergie.formats.tables.wording import CHOICES

if TYPE_CHECKING:
    from synergie.formats.tables.propose import Proposal, Question
    from synergie.schemas.readings.file_report import Finding
    from synergie.schemas.readings.profile import Profile
    from synergie.schemas.readings.saved_profile import SavedProfile, SavedProfileRecord
    from synergie.schemas.readings.table_profile import TableProfile

_MOST_SHOWN, _LONGEST_SHOWN = 40, 80
"""Columns, and letters of their names, that are printed of a table that nothing recognises."""
_OF_ENERGY = re.compile(r"energy(-\d+)?")
"""Questions of which column is the energy, as `--json` names them."""
_AS_THE_FILE = "confirm:profile-differs=yes"


class ProfileStore(Protocol):
    """Where profiles are saved: the local store, or a server."""

    def find_profile(self, proposal: "Proposal") -> "SavedProfile | None":
        """The profile saved for tables with the head of this one, or None."""

    def named(self, name: str) -> "Profile | None":
        """The profile saved under *name*; None: whoever reads the file says whether there is."""

    def save(self, name: str, body: "SavedProfileRecord") -> "SavedProfile | None":
        """Keep *body* under *name*; None when nothing is to be stored."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said on the command line."""

    yes: bool
    told: Sequence[str] = ()
    """`unit=kWh`, one a question."""


def find_unconfirmed_proposal(
    file: Path | bytes, form: str | None, answers: Sequence[str]
) -> "Proposal | None":
    """The proposal for a table that nobody confirmed yet, with *answers*; None: another file."""
    from synergie.errors import BadInput
    from synergie.formats import read
    from synergie.formats.tables.propose import Unconfirmed
    from synergie.formats.tables.unknown import UNRECOGNISED

    try:
        with read(file, format=form):
            return None
    except Unconfirmed:
        return _find_proposal(file, parse_answers(answers))
    except BadInput as fault:
        if any(answer.startswith(("role:", "dates=")) for answer in answers):
            return _find_proposal(file, parse_answers(answers))
        if fault.expected in UNRECOGNISED:
            _show_columns(file)
        raise


def build_confirming_profile(answers: Sequence[str]) -> "Profile | None":
    """The profile of a file that needs none, with the doubts that *answers* confirm.

    None: no answers. Misuse for an answer to another question.
    """
    from synergie.errors import BadInput
    from synergie.formats.confirmations import confirmed_codes
    from synergie.schemas.readings.profile import Profile

    try:
        codes = confirmed_codes(parse_answers(answers))
    except BadInput as fault:
        where = f"{fault.where}={fault.found}"
        raise Misuse(_("--answer {}: this file asks no such question").format(where)) from fault
    return Profile(confirmed=codes) if codes else None


def _show_columns(file: Path | bytes) -> None:
    """The columns of a table that nothing recognises, as a command that says what each is."""
    from synergie.formats.tables.unknown import guessed_roles

    found = guessed_roles(file)
    if not found or isinstance(file, bytes):
        return
    wide = len(found) > _MOST_SHOWN or any(len(name) > _LONGEST_SHOWN for name, _r in found)
    told = [
        f"--answer {shlex.quote(f'role:{name}={role}')}"
        for name, role in found
        if not wide or (role != "ignore" and len(name) <= _LONGEST_SHOWN)
    ]
    names = [n if len(n) <= _LONGEST_SHOWN else f"{n[:_LONGEST_SHOWN]}…" for n, _r in found]
    shown = "; ".join([*names[:_MOST_SHOWN], *["…"][: len(names) - _MOST_SHOWN]])
    typer.echo(_("columns that were seen: {}").format(shown), err=True)
    if all(role != "energy" for _n, role in found):
        return
    typer.echo(_("say what each is (ignore: not read), and try:"), err=True)
    typer.echo(" ".join(["  synergie check", shlex.quote(str(file)), *told]), err=True)


def _find_proposal(file: Path | bytes, answers: Mapping[str, str]) -> "Proposal":
    from synergie.errors import BadInput
    from synergie.formats.tables.propose import propose

    told = {name: one for name, one in answers.items() if not _OF_ENERGY.fullmatch(name)}
    try:
        found = propose(file, answers=told)
        for name in (one for one in answers if one not in told):
            found = found.answered("energy", answers[name])
    except BadInput as fault:
        if fault.where not in answers:
            raise
        open_ = ", ".join(one.field for one in propose(file).questions) or _("none")
        why = f"{fault.where}={fault.found}{_(': ')}{_(fault.expected)}"
        raise Misuse(_("--answer {}: open questions are: {}").format(why, open_)) from fault
    return found


def parse_answers(answers: Sequence[str]) -> dict[str, str]:
    """Each answer by its name, as they stand behind `--answer`. Misuse: it has no `=`."""
    found = {}
    for answer in answers:
        name, sign, choice = answer.partition("=")
        if not sign or not choice:
            raise Misuse(_("--answer {}: a question and its answer, as unit=kWh").format(answer))
        found[name] = choice
    return found


def settle_profile(
    file: Path, proposal: "Proposal", shelf: ProfileStore, answers: Answers
) -> "Profile":
    """The profile to read *file* with: saved before, or confirmed now and saved.

    Without a terminal: `--yes` for a proposal without an open question; else Misuse, exit 2.
    """
    known = None if answers.told else shelf.find_profile(proposal)
    if known is not None:
        _stop_at_differences(proposal, known)
        typer.echo(_("read with the saved profile {}").format(known.name), err=True)
        _stop_at_doubts(file, known.profile)
        return known.profile
    name, sure = _confirm_proposal(file, proposal, answers)
    _stop_at_doubts(file, sure.profile)
    from synergie.schemas.readings.saved_profile import SavedProfileRecord

    body = SavedProfileRecord(profile=sure.profile)
    if _AS_THE_FILE not in answers.told and shelf.save(name, body) is not None:
        typer.echo(_describe_saved_profile(sure.table).format(name), err=True)
    return sure.profile


def _stop_at_differences(proposal: "Proposal", known: "SavedProfile") -> None:
    """Misuse for a table that contradicts the profile saved for its head: neither is taken."""
    from synergie.formats.tables.differences import describe_differences, find_differences

    found = [*find_differences(proposal, known.profile)]
    if not found:
        return
    raise Misuse(
        _(
            "the file says otherwise than the saved profile {0}: {1}\n"
            "  --profile {0} --answer {2}: read it as the profile says\n"
            "  --answer {2}: read it as the file says"
        ).format(known.name, describe_differences(found, _), _AS_THE_FILE)
    )


def _stop_at_doubts(file: Path, profile: "Profile") -> None:
    """Misuse for what the figures of the whole file leave in doubt: no yes answers that."""
    from synergie.formats.check import check
    from synergie.formats.tables.propose import table_format

    report = check(file, format=table_format(file), profile=profile, tell=_, now=datetime.now(UTC))
    if report.blocks:
        raise Misuse(describe_doubts(report.blocks))


def describe_doubts(blocks: "Iterable[Finding]") -> str:
    """Doubts of a report, and what is typed for each."""
    return "\n".join(
        f"{one.text}{_(': ')}{one.action}\n  --answer confirm:{one.code}=yes" for one in blocks
    )


def _describe_saved_profile(table: "TableProfile") -> str:
    if table.of_one_file:
        return _("profile saved as {0}; for the same meter or year: --profile {0}")
    return _("profile saved as {}: the next file needs no question")


def described_lines(file: Path | bytes, proposal: "Proposal") -> Iterator[str]:
    """The proposal, and the first rows as it reads them when nothing is open."""
    yield from describe_proposal(proposal)
    if proposal.sure:
        yield from as_read(file, proposal)


def _print_proposal(file: Path, proposal: "Proposal") -> None:
    """The proposal on stderr: it is a question, not a result."""
    for line in described_lines(file, proposal):
        typer.echo(line, err=True)


def _confirm_proposal(file: Path, proposal: "Proposal", answers: Answers) -> tuple[str, "Proposal"]:
    """The name to save under, and the proposal with every question answered."""
    from synergie.exchange.readings.profiles import profile_name

    silent = not sys.stdin.isatty()
    if silent and (proposal.questions or not answers.yes):
        _print_proposal(file, proposal)
        raise Misuse(_describe_missing_terminal(proposal))
    for question in proposal.questions:
        proposal = _ask_question(proposal, question)
    _print_proposal(file, proposal)
    name = profile_name(proposal)
    if not answers.yes:
        told = _("Is it right? It will be saved as {} and used for the next files.").format(name)
        typer.echo(f"{told} [{_('y')}/{_('N')}] ", nl=False, err=True)
        if sys.stdin.readline().strip().casefold() not in {_("y"), _("yes"), "y"}:
            raise typer.Abort
    return name, proposal


def _describe_missing_terminal(proposal: "Proposal") -> str:
    """What to type where nobody can answer."""
    line = [word for word in sys.argv[1:] if word != "--yes"]
    line += [_format_answer_option(one) for one in proposal.questions]
    command = " ".join(["synergie", *map(_quote_option, line), "--yes"])
    return _("nobody can confirm the profile here; if it is right, type: {}").format(command)


def _format_answer_option(question: "Question") -> str:
    """`--answer unit=kWh|MWh|Wh`, or each line of a question about columns."""
    if question.field == "energy":
        return "--answer " + "|".join(map(shlex.quote, question.lines))
    return f"--answer {question.field}={'|'.join(question.choices) or '…'}"


def describe_open_questions(proposal: "Proposal") -> Iterator[str]:
    """What is open, each with what stands in the table and what is typed."""
    for one in proposal.questions:
        yield " ".join(part for part in (_(one.text), one.why) if part)
        yield f"  {_format_answer_option(one)}"
        told = [f"{name}{_(': ')}{_(CHOICES[name])}" for name in one.choices if name in CHOICES]
        if told:
            yield f"  ({' / '.join(told)})"


def _quote_option(word: str) -> str:
    return word if word.startswith("--answer ") else shlex.quote(word)


def _ask_question(proposal: "Proposal", question: "Question") -> "Proposal":
    """One question on the terminal, again until it is answered; Abort at the end of input."""
    from synergie.errors import BadInput

    typer.echo(" ".join(part for part in (_(question.text), question.why) if part), err=True)
    for rank, choice in enumerate(question.choices, start=1):
        told = CHOICES.get(choice)
        typer.echo(f"  {rank}. {_(told) if told else choice}", err=True)
    while line := sys.stdin.readline():
        said = line.strip()
        if said.isdecimal() and 1 <= int(said[:3]) <= len(question.choices):
            said = question.choices[int(said) - 1]
        try:
            return proposal.answered(question.field, said)
        except BadInput as fault:
            typer.echo(fault.tell(_), err=True)
    raise typer.Abort

"""Help in plain lines and in the reader's language: Typer's own words are English only.

The texts of commands and options are written with `N_` and translated here, when shown.
"""

import inspect
from collections import Counter
from collections.abc import Iterable
from copy import copy
from difflib import get_close_matches
from math import isfinite
from typing import Any, override

import typer
from typer.core import TyperCommand, TyperGroup

from synergie.cli.misuse import Misuse
from synergie.cli.texts import N_, _

_OF_TYPER = (
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
)
"""Texts that Typer writes itself; the catalogue knows them."""


class Command(TyperCommand):
    """A command whose help is plain and translated."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuses nan and inf, which pass every bound of an option, and a value said twice."""
        self._refuse_repeated_options(ctx, args)
        left = super().parse_args(ctx, args)
        for param in self.params:
            value = ctx.params.get(param.name)
            if isinstance(value, float) and not isfinite(value):
                raise Misuse(
                    _("{}: this value is not taken; expected {}").format(
                        param.opts[-1], _("a number")
                    )
                )
        return left

    def _refuse_repeated_options(self, ctx: Any, args: list[str]) -> None:
        """Misuse for an option of one value that is said twice: the first would go unread."""
        order = self.make_parser(ctx).parse_args(args=list(args))[2]
        for param, said in Counter(order).items():
            free = param.multiple or getattr(param, "is_flag", False)
            if said > 1 and param.param_type_name == "option" and not free:
                raise Misuse(_("{}: said {} times, expected once").format(param.opts[-1], said))

    @override
    def get_help_option(self, ctx: Any) -> Any:
        return _help_option(super().get_help_option(ctx))

    @override
    def format_help(self, ctx: Any, formatter: Any) -> None:
        _write_command_help(self, ctx, formatter)


class Group(TyperGroup):
    """A group of commands whose help is plain and translated."""

    @override
    def get_help_option(self, ctx: Any) -> Any:
        return _help_option(super().get_help_option(ctx))

    @override
    def format_help(self, ctx: Any, formatter: Any) -> None:
        _write_command_help(self, ctx, formatter)
        shown = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, _get_command_summary(found))
            for name, found in shown
            if found and not found.hidden
        ]
        _write_help_section(formatter, _("Commands"), rows)

    @override
    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise Misuse(_describe_unknown_command(args[0], list(self.commands)))
        return super().resolve_command(ctx, args)


def _describe_unknown_command(name: str, known: list[str]) -> str:
    """What may have been meant; without a likely one, all there are."""
    near = get_close_matches(name, known, n=3)
    if near:
        return _("no command {!r}; did you mean: {}?").format(name, ", ".join(near))
    return _("no command {!r}; there are: {}").format(name, ", ".join(known))


def build_command_group(summary: str, **settings: Any) -> typer.Typer:
    """A Typer application of the house: plain help, no framed traceback."""
    return typer.Typer(
        cls=Group,
        help=summary,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        **settings,
    )


def _help_option(option: Any) -> Any:
    if option is not None:
        option.help = _("Show this message and exit.")
    return option


def _get_command_summary(command: Any) -> str:
    """The first paragraph of a command's help."""
    return " ".join(_(inspect.cleandoc(command.help or "")).split("\n\n")[0].split())


def _write_command_help(command: Any, ctx: Any, formatter: Any) -> None:
    params = [_translate_parameter(param) for param in command.get_params(ctx)]
    formatter.write_usage(
        ctx.command_path, " ".join(_list_usage_pieces(command, params)), _("Usage: ")
    )
    for paragraph in _(inspect.cleandoc(command.help or "")).split("\n\n"):
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(paragraph)
    for kind, title in (("argument", _("Arguments")), ("option", _("Options"))):
        mine = [param for param in params if param.param_type_name == kind]
        _write_help_section(
            formatter, title, filter(None, (_describe_parameter(param, ctx) for param in mine))
        )
    if command.epilog:
        _write_help_example(formatter, command.epilog)


def _translate_parameter(param: Any) -> Any:
    twin = copy(param)
    twin.help, twin.metavar = _(param.help or ""), _(param.metavar or "") or None
    return twin


def _list_usage_pieces(command: Any, params: Iterable[Any]) -> list[str]:
    pieces = [_("[OPTIONS]")]
    pieces += [
        param.metavar if param.required else f"[{param.metavar}]"
        for param in params
        if param.param_type_name == "argument"
    ]
    return [*pieces, _("COMMAND [ARGS]...")] if isinstance(command, TyperGroup) else pieces


def _describe_parameter(param: Any, ctx: Any) -> tuple[str, str] | None:
    """Name and help of one parameter; what Typer adds in brackets is put in our words."""
    record = param.get_help_record(ctx)
    if record is None:
        return None
    name, text = record
    if param.param_type_name == "argument":
        name = param.metavar or name
    notes = text.removeprefix(param.help)
    notes = notes.replace("required", _("required")).replace("default: ", _("default: "))
    return name, param.help + notes.replace("env var: ", _("env var: "))


def _write_help_section(formatter: Any, title: str, rows: Iterable[tuple[str, str]]) -> None:
    kept = list(rows)
    if kept:
        with formatter.section(title):
            formatter.write_dl(kept)


def _write_help_example(formatter: Any, lines: str) -> None:
    """Examples stand as they are typed, never wrapped."""
    with formatter.section(_("Example")):
        for line in inspect.cleandoc(lines).splitlines():
            formatter.write(" " * formatter.current_indent + line + "\n")

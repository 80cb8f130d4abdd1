"""What is wrong with a command line, in the reader's words.

Typer's usage errors are English sentences. Their classes are private to Typer, so they are told
apart by name; an unknown kind keeps Typer's own sentence.
"""

from typing import Any, get_args

from synergie.cli.texts import _


class Misuse(Exception):
    """The command line cannot be carried out; the text says why, already translated."""


def describe_usage_error(error: Any) -> str:
    """The reason of one of Typer's usage errors, in the reader's language."""
    kind = type(error).__name__
    told = _TELL[kind](error) if kind in _TELL else None
    return told or str(error.format_message())


def _describe_missing_parameter(error: Any) -> str | None:
    if error.param is None:
        return None
    if error.param.param_type_name == "argument":
        return _("argument {} is missing").format(_get_parameter_name(error))
    return _("option {} is missing").format(_get_parameter_name(error))


def _no_option(error: Any) -> str:
    text = _("no option {}").format(error.option_name)
    if not error.possibilities:
        return text
    return text + _("; did you mean {}?").format(", ".join(sorted(error.possibilities)))


def _bad_value(error: Any) -> str | None:
    if error.param is None:
        return None
    return _("{}: this value is not taken; expected {}").format(
        _get_parameter_name(error), _describe_expected_value(error.param)
    )


def _describe_expected_value(param: Any) -> str:
    annotation = param.type_descriptor.annotation
    named = getattr(annotation, "__value__", None)  # `type Method = Literal[...]`
    choices = param.type_descriptor.choices or get_args(named)
    if choices:
        return ", ".join(map(str, choices))
    return _EXPECTED.get(annotation, lambda: _(param.metavar or "?"))()


def _bad_use(error: Any) -> str:
    if "does not take" in error.message:
        return _("option {} takes no value").format(error.option_name)
    return _("option {} needs a value").format(error.option_name)


def _describe_plain_error(error: Any) -> str | None:
    if error.message.startswith("Got unexpected extra argument"):
        extra = error.message.partition("(s) (")[2].rstrip(")")
        return _("one argument too many: {}").format(extra)
    if error.message.startswith("Missing command"):
        return _("a command is missing")
    return None


def _get_parameter_name(error: Any) -> str:
    param = error.param
    return _(param.metavar or "") if param.param_type_name == "argument" else param.opts[-1]


_EXPECTED = {int: lambda: _("a whole number"), float: lambda: _("a number")}

_TELL = {
    "MissingParameter": _describe_missing_parameter,
    "NoSuchOption": _no_option,
    "BadParameter": _bad_value,
    "BadOptionUsage": _bad_use,
    "UsageError": _describe_plain_error,
}

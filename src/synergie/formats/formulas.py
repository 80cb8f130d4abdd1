"""Texts that a spreadsheet would run: an apostrophe in front, taken off again on reading."""

__all__ = ["escape_formula", "unescape_formula"]

_FORMULA = (
    "=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'",
)  # fmt: skip
"""What makes a spreadsheet take a text for a formula when it begins with it (ASVS 1.2.10; OWASP,
CSV injection: the full-width forms, too), and the apostrophe itself, so that one more is taken
off again."""


def escape_formula(text: str) -> str:
    """*text* with an apostrophe in front when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unescape_formula(text: str) -> str:
    """What `guarded` was given; an apostrophe that guards nothing stays."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text

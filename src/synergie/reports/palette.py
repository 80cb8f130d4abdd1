"""The colours of pages and figures, light and dark, and the contrast they must have (WCAG 2.2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ink:
    """One colour by its name: for a light page and for a dark one."""

    name: str
    light: str
    dark: str


PAPER = Ink("papier", "#ffffff", "#14181d")
"""The page."""
SHADE = Ink("ombre", "#f4f5f7", "#1d232a")
"""Heads of tables, notes."""
RULE = Ink("filet", "#767f8b", "#8a94a0")
"""Borders and grid lines: 3 to 1 at least."""
INKS: tuple[Ink, ...] = (
    Ink("encre", "#1b1f24", "#e8ebef"),
    Ink("gris", "#5b6470", "#a6b0bc"),
    Ink("bleu", "#1f5fa8", "#7db4f0"),
    Ink("orange", "#b45309", "#f0a45a"),
    Ink("vert", "#0b6b53", "#5cc6a5"),
    Ink("rouge", "#a3242b", "#f28b8b"),
    Ink("violet", "#6b3fa0", "#b79cf0"),
)
"""Inks for text and marks: 4.5 to 1 at least on the page and on the shade."""


def compute_contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_compute_luminance(one), _compute_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def render_css_variables() -> str:
    """The palette as CSS variables, for light pages and, by preference, for dark ones."""
    inks = (PAPER, SHADE, RULE, *INKS)
    light = "".join(f"--{ink.name}:{ink.light};" for ink in inks)
    dark = "".join(f"--{ink.name}:{ink.dark};" for ink in inks)
    screen = "@media screen and (prefers-color-scheme:dark)"
    return f":root{{color-scheme:light dark;{light}}}\n{screen}{{:root{{{dark}}}}}\n"


def _compute_luminance(colour: str) -> float:
    red, green, blue = (_linearize_channel(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linearize_channel(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (WCAG's own figures)

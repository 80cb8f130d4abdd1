"""The colours of pages and figures, light and dark, and the contrast they must have (WCAG 2.2)."""

from collections.abc import Mapping
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
SERIES: tuple[Ink, ...] = (
    Ink("serie1", "#1f5fa8", "#7db4f0"),
    Ink("serie2", "#b45309", "#f0a45a"),
    Ink("serie3", "#1c3029", "#e1f2f7"),
    Ink("serie4", "#aa6a86", "#ce4387"),
)
"""Inks of series that stand in one figure: 3 to 1 on the page, and 20 apart for any sight."""
CLASSES: tuple[Ink, ...] = (
    Ink("classe1", "#e8f0f9", "#16283d"),
    Ink("classe2", "#b9d2ec", "#1c4470"),
    Ink("classe3", "#7fb0de", "#2a66a6"),
    Ink("classe4", "#3f83c4", "#4f8fd0"),
    Ink("classe5", "#1f5fa8", "#8abbeb"),
    Ink("classe6", "#123a68", "#cfe3f8"),
)
"""Six classes from the least to the most; neighbours are 14 apart for any sight."""
_ALL = (PAPER, SHADE, RULE, *INKS, *SERIES, *CLASSES)
_HALO = {"stroke": "papier", "stroke-width": "3", "paint-order": "stroke"}
"""Around a text, so that no line of a grid crosses it."""
_DASHES = ("", "7 4", "2 3", "9 3 2 3")

FIGURE_LOOKS: Mapping[str, Mapping[str, str]] = {
    **{f"s{n}": {"fill": one.name} for n, one in enumerate(SERIES, start=1)},
    **{
        f"l{n}": {"fill": "none", "stroke": one.name, "stroke-width": "2"}
        | ({"stroke-dasharray": dash} if dash else {})
        for n, (one, dash) in enumerate(zip(SERIES, _DASHES, strict=True), start=1)
    },
    **{f"c{n}": {"fill": one.name} for n, one in enumerate(CLASSES, start=1)},
    "ok": {"fill": "vert"},
    "late": {"fill": "orange"},
    "open": {"fill": "papier", "stroke": "serie2", "stroke-width": "2"},
    "hatch": {"fill": "none", "stroke": "gris", "stroke-width": "1"},
    "stripe": {"fill": "none", "stroke": "papier", "stroke-width": "1.5"},
    "edge": {"fill": "none", "stroke": "filet", "stroke-width": "1"},
    "grid": {"fill": "none", "stroke": "filet", "stroke-width": ".5"},
    "axis": {"fill": "none", "stroke": "gris", "stroke-width": "1"},
    "tick": {"fill": "none", "stroke": "encre", "stroke-width": "3"},
    "link": {"fill": "none", "stroke": "gris", "stroke-width": "2"},
    "t": {"fill": "encre"} | _HALO,
    "title": {"fill": "encre", "font-size": "16", "font-weight": "600"},
    "q": {"fill": "gris", "font-size": "12"} | _HALO,
    "inv": {"fill": "papier", "font-size": "12"},
}
"""How each kind of mark of a figure looks: attributes, whose colours are inks by their name."""


def compute_contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_compute_luminance(one), _compute_luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def render_css_variables() -> str:
    """The palette as CSS variables, for light pages and, by preference, for dark ones."""
    light = "".join(f"--{ink.name}:{ink.light};" for ink in _ALL)
    dark = "".join(f"--{ink.name}:{ink.dark};" for ink in _ALL)
    screen = "@media screen and (prefers-color-scheme:dark)"
    return f":root{{color-scheme:light dark;{light}}}\n{screen}{{:root{{{dark}}}}}\n"


def list_look_attributes(look: str) -> str:
    """Class and attributes of a mark: what a reader without our style sheet sees. KeyError."""
    inks = {ink.name: ink.light for ink in _ALL}
    told = (f' {name}="{inks.get(value, value)}"' for name, value in FIGURE_LOOKS[look].items())
    return f'class="{look}"{"".join(told)}'


def render_figure_rules() -> str:
    """The rules that give the marks of figures the inks of the page, and choose a layout."""
    names = {ink.name for ink in _ALL}
    rules = "".join(
        f".fig .{look}{{{';'.join(f'{name}:var(--{ink})' for name, ink in inks.items())}}}\n"
        for look, told in FIGURE_LOOKS.items()
        if (inks := {name: value for name, value in told.items() if value in names})
    )
    return (
        ".fig{display:block;max-width:100%;height:auto}\n.f340{display:none}\n"
        "@media screen and (max-width:47.9rem){.f720{display:none}.f340{display:block}}\n"
        f"{rules}"
    )


def _compute_luminance(colour: str) -> float:
    red, green, blue = (_linearize_channel(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linearize_channel(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 (WCAG's own figures)

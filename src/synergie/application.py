"""What an application declares of itself; the core reads it and imports no application.

A part of an application is named as `module:name` and imported when it is first needed, so that
`synergie --help` and the light client do not load what they do not use.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import Any


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a part of an application stands among those of the core that people see."""

    name: str
    """What people call it: the word of a command."""
    part: str
    """As `module:name`, or a module."""
    before: str = ""
    """The one of the core that it stands before. Empty: after all of them."""


@dataclass(frozen=True, slots=True)
class ClientCalls:
    """Calls of an application, as an attribute of the two clients."""

    name: str
    part: str
    """The class for `Client`, as `module:name`."""
    async_part: str
    """The class for `AsyncClient`."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the menu, in both languages, and the question that it answers."""

    path: str
    french: str
    english: str
    french_question: str
    english_question: str
    before: str = ""
    """The path of the core's that it stands before. Empty: after all of them."""


@dataclass(frozen=True, slots=True)
class PointNote:
    """A sentence of a delivery point, in the reader's language, and the page that tells more."""

    sentence: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One use of the data: what the core adds to server, client and command line for it."""

    name: str
    """Its package below `synergie`."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Each tag of its operations in the OpenAPI document, with its sentence."""
    services: tuple[str, ...] = ()
    """The class of its use cases, made by `of(store)` when the server starts."""
    calls: tuple[ClientCalls, ...] = ()
    """Its attributes of the clients."""
    pages: tuple[str, ...] = ()
    """Its `APIRouter`s of pages."""
    menu: tuple[MenuEntry, ...] = ()
    """Its pages of the menu."""
    home: tuple[str, ...] = ()
    """What it tells first at home: functions of a visit that give a `Fact`, or None."""
    outages: tuple[str, ...] = ()
    """Faults of one's own cabinets: functions of a visit that count them by cabinet, or None where
    the visitor may not know."""
    point_notes: tuple[str, ...] = ()
    """What it tells on the pages of one's own sites and delivery points: functions of a visit and
    the keys of points that give `PointNote`s."""
    dues: tuple[str, ...] = ()
    """What is due to an organisation, or by it: functions of a permit, a session and a moment."""
    own_dues: tuple[str, ...] = ()
    """What ends for who holds data: functions of a permit of one's own, a session and a moment."""
    quiet_dues: tuple[str, ...] = ()
    """The same of what disturbs, told in quiet hours as it stood when they began: the moment is
    until when it was raised."""
    deposit_hooks: tuple[str, ...] = ()
    """What it does with readings that were stored: functions of a store, an organisation and a
    moment (`now`). Called after each file of the organisation, and again by the server; each does a
    bounded part of what is left and gives how many things it looked at, 0 when nothing is left.
    Done twice it changes nothing."""
    collections: tuple[str, ...] = ()
    """Its collections of features below `/ogc` (`FeatureSource`), by the permits of its lists."""
    formats: tuple[Placement, ...] = ()
    """Its formats (`Format`) among those that are known."""
    templates: tuple[Placement, ...] = ()
    """Its templates (`Template`) among those that a territory fills."""
    rules: tuple[str, ...] = ()
    """Which rows of its tables a permit opens: mappings of table to rule."""
    groups: tuple[Placement, ...] = ()
    """Its groups of commands (`typer.Typer`) among those of `synergie`."""
    commands: tuple[Placement, ...] = ()
    """Its commands of `synergie`: modules with `run`, `SUMMARY` and `EXAMPLE`."""
    plans: tuple[Placement, ...] = ()
    """Modules of commands of `synergie plan`: a function of that name, `HELP` and `EPILOG`."""
    kinds: tuple[str, ...] = ()
    """Its kinds of plans (`PlanKind`) whose certificates `synergie plan verify` checks."""
    routers: tuple[str, ...] = ()
    """Its `APIRouter`s below `/v1`, in the order in which their paths are tried."""
    bodies: tuple[str, ...] = ()
    """Records that its routes read by themselves, so that FastAPI does not see them."""


def load_parts(references: Iterable[str]) -> tuple[Any, ...]:
    """The parts that *references* name as `module:name`, in their order.

    ImportError or AttributeError when a declaration names what is not there.
    """
    return tuple(resolve_name(reference) for reference in references)


def place_parts(core: Mapping[str, Any], placements: Iterable[Placement]) -> dict[str, Any]:
    """*core* with each part of *placements* where it says, by name; as `insert_before`."""
    placed = ((one.name, resolve_name(one.part), one.before) for one in placements)
    return insert_before(core, placed)


def insert_before[T](core: Mapping[str, T], placed: Iterable[tuple[str, T, str]]) -> dict[str, T]:
    """*core* with each name and value of *placed* before a name of *core*, or at the end ("").

    ValueError when it names none of *core*.
    """
    names, values = [*core, ""], dict(core)
    for name, value, before in placed:
        names.insert(names.index(before), name)
        values[name] = value
    return {name: values[name] for name in names[:-1]}

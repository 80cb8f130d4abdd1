"""What stands in a JSON file of TALQ, item by item."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats._json import Item, items

_LISTS = ("devices", "luminaire-types", "lamp-types", "entries", "log-reports")
_KINDS = {"devices": "device", "luminaire-types": "type", "lamp-types": "type"}


def iterate_talq_items(source: BinaryIO) -> Iterator[tuple[str, Item]]:
    """What stands in the file, item by item: `device`, `type`, `entry` or `other`."""
    single: dict[str, object] = {}
    for item in items(source, *_LISTS):
        place = item.place
        name = place.split("/")[1] if isinstance(place, str) and place else ""
        if name in _LISTS and not isinstance(item.value, list):
            yield from _of_list(name, item)
        elif isinstance(place, str) and place.count("/") == 1 and not name.isdigit():
            single[name] = item.value
        else:
            yield from _classify_item(item)
    if {"address", "class"} <= single.keys() or {"address", "name"} <= single.keys():
        yield from _classify_item(Item("/", single))


def _of_list(name: str, item: Item) -> Iterator[tuple[str, Item]]:
    if name == "log-reports":
        yield from _classify_item(item)
    else:
        yield _KINDS.get(name, "entry"), item


def _classify_item(item: Item) -> Iterator[tuple[str, Item]]:
    """What an item of no named list is, by its members."""
    value = item.value
    if not isinstance(value, dict):
        yield "other", item
    elif isinstance(value.get("entries"), list):
        for n, entry in enumerate(value["entries"]):
            yield "entry", Item(f"{item.place}/entries/{n}", entry)
    elif "class" in value or "functions" in value:
        yield "device", item
    elif {"address", "name"} <= value.keys():
        yield "type", item
    else:
        yield "other", item

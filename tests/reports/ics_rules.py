"""What RFC 5545 and RFC 7986 ask of a calendar, line by line, with no library."""

import re
from collections import Counter
from collections.abc import Iterator

CONTENT = re.compile(
    r'[A-Z0-9-]+(;[A-Z0-9-]+=("[^"\x00-\x08]*"|[^";:,\x00-\x08]*)(,("[^"]*"|[^";:,]*))*)*:[^\x00-\x08\x0a-\x1f]*'
)
"""RFC 5545 §3.1: name, parameters, value."""
HEAD = ("PRODID", "VERSION")
"""Of the calendar, once (§3.6)."""
ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY")
"""Of each event, once."""
TEXTS = ("SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME")
_BOUND = re.compile(r"DT(START|END)(;VALUE=DATE:\d{8}|(;TZID=[^:;]+)?:\d{8}T\d{6}|:\d{8}T\d{6}Z)")
FORMS = {
    "DTSTAMP": re.compile(r"DTSTAMP:\d{8}T\d{6}Z"),
    "REFRESH-INTERVAL": re.compile(r"REFRESH-INTERVAL;VALUE=DURATION:P\S+"),
    "DTSTART": _BOUND,
    "DTEND": _BOUND,
}
"""In UTC (RFC 5545 §3.8.7.2); its type always said (RFC 7986 §5.7); a day, or a moment (§3.3.4)."""


def faults(packed: bytes, *once: str) -> list[str]:
    """What the standards would find wrong; empty when nothing. *once*: more of each event."""
    whole = re.sub(rb"\r\n[ \t]", b"", packed).decode().removesuffix("\r\n").split("\r\n")
    return [
        *_folding(packed),
        *(f"no content line: {line[:40]}" for line in whole if not CONTENT.fullmatch(line)),
        *_nesting(whole),
        *_escaping(whole),
        *_properties(whole, (*ONCE, *once)),
        *_forms(whole),
        *_zones(whole),
    ]


def _folding(packed: bytes) -> Iterator[str]:
    if not packed.endswith(b"\r\n"):
        yield "no last line end"
    for line in packed.removesuffix(b"\r\n").split(b"\r\n"):
        line.decode("utf-8")  # a character is never cut
        if len(line) > 75 or b"\n" in line or b"\r" in line:
            yield f"{len(line)} octets, or a bare line end"


def _nesting(whole: list[str]) -> Iterator[str]:
    opened: list[str] = []
    for line in whole:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            opened.append(value)
        elif name == "END" and (not opened or opened.pop() != value):
            yield f"{value} ends and was not begun"
    yield from (f"{one} is not ended" for one in opened)


def _escaping(whole: list[str]) -> Iterator[str]:
    for line in whole:
        name, _, value = line.partition(":")
        if name in TEXTS and re.search(r"(?<!\\)(?:\\\\)*[,;]", value):
            yield f"{name}: a comma or a semicolon is not escaped"


def _properties(whole: list[str], once: tuple[str, ...]) -> Iterator[str]:
    """What must come once and does not, and an identifier that two events have."""
    head, *events = "\n".join(whole).split("BEGIN:VEVENT\n")
    for names, block in ((HEAD, head), *((once, event) for event in events)):
        found = Counter(re.split("[;:]", line)[0] for line in block.split("\n"))
        yield from (f"{one}: {found[one]} times" for one in names if found[one] != 1)
    uids = Counter(line for line in whole if line.startswith("UID:"))
    yield from (f"{uid}: {n} events" for uid, n in uids.items() if n > 1)
    if "BEGIN:VEVENT" not in whole and "BEGIN:VTIMEZONE" not in whole:
        yield "no component"


def _forms(whole: list[str]) -> Iterator[str]:
    for name, form in FORMS.items():
        yield from (
            f"{name}: {line}"
            for line in whole
            if re.split("[;:]", line)[0] == name and not form.fullmatch(line)
        )


def _zones(whole: list[str]) -> Iterator[str]:
    """A zone that is named is told (§3.2.19)."""
    told = {line.partition(":")[2] for line in whole if line.startswith("TZID:")}
    for line in whole:
        found = re.search(r";TZID=([^:;]+)", line.partition(":")[0] + ":")
        if found and found[1] not in told:
            yield f"TZID {found[1]} is named and not told"

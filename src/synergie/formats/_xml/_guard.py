"""What both ways of reading XML refuse, and their limits."""

import re
from xml.parsers import expat

from synergie.errors import BadInput, TooLarge, Words
from synergie.formats.format import Sample

MAX_DEPTH = 100
"""Elements inside one another."""
MAX_HELD = 64 * 1024 * 1024
"""Bytes read without one complete element."""
MAX_NAMES = 10_000
"""Different names in one document: each is kept as long as it is read."""
BLOCK = 1 << 16
"""Bytes given to the parser at once."""

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""A comment, in which licences name addresses like `<people@example.org>`."""
_ROOT = re.compile(r"<(?!\?|!--)(?:[\w.-]+:)?([\w.-]+)([^<>]{0,4000})")
_WHOLE = "a whole, well-formed XML document"
_PLAIN = "XML without a document type: entities are not read"
_FLAT = "elements at most 100 deep"


def build_safe_parser() -> expat.XMLParserType:
    """A parser that refuses a document type and joins the pieces of a text."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise BadInput(
            f"line {parser.CurrentLineNumber}", Words("a document type"), _PLAIN, "not-well-formed"
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed_parser(parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    """Parses one more *block*. BadInput: not well formed, or an encoding that is not known."""
    try:
        parser.Parse(block, last)
    except expat.ExpatError as error:
        raise _build_syntax_fault(error) from error
    except (LookupError, ValueError) as error:  # an encoding that is unknown
        raise BadInput("line 1", str(error), _WHOLE, "not-well-formed") from error
    if len(parser.intern) > MAX_NAMES:
        raise TooLarge(MAX_NAMES, "names in one document")


def strip_prefix(tag: str) -> str:
    """A name without its prefix."""
    return tag.rpartition(":")[2]


def build_depth_fault(line: int) -> BadInput:
    """The fault of elements too deep inside one another."""
    return BadInput(f"line {line}", Words("deeper elements"), _FLAT, "not-well-formed")


def root_of(sample: Sample) -> tuple[str, str]:
    """Local name of the root element and its attributes as text; both empty when it is not XML."""
    text = _COMMENT.sub("", sample.start.decode("utf-8-sig", "replace"))[:8192]
    if not text.lstrip().startswith("<"):
        return "", ""
    found = _ROOT.search(text)
    return (found[1], found[2]) if found else ("", "")


def _build_syntax_fault(error: expat.ExpatError) -> BadInput:
    found = expat.ErrorString(error.code)
    return BadInput(f"line {error.lineno}", found, _WHOLE, "not-well-formed")

"""The Enedis formats before the conformance suite."""

from tests.formats.cases import Case
from tests.formats.enedis import cases_json, cases_xml

CASES: list[Case] = [*cases_json.CASES, *cases_xml.CASES]

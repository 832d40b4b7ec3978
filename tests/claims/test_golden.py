"""Whole documents with every finding they get: a change of verdicts is seen in the difference.

`python -m tests.claims.test_golden` writes the findings anew.
"""

from pathlib import Path

import pytest

from shop_content import claims
from tests.claims.conftest import FIXTURES

FOLDER = Path(__file__).parent / "golden"
DOCUMENTS = sorted(FOLDER.glob("*.html"))


def findings(checker, path):
    """Return one line a finding: line:column:rule:severity:quote."""
    text = path.read_text(encoding="utf-8")
    language = path.suffixes[-2].lstrip(".")
    part = claims.Part("body", "body", "html", text)
    lines = []
    for finding in checker.check([part], language=language).findings:
        before = text[: finding.start or 0]
        place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
        lines.append(f"{place}:{finding.rule}:{finding.severity}:{finding.quote}\n")
    return "".join(lines)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_gets_the_findings_on_record(checker, path):
    assert findings(checker, path) == path.with_suffix(".findings").read_text(encoding="utf-8")


if __name__ == "__main__":
    fresh = claims.Checker(claims.read_rulebook(FIXTURES), second_reader=False)
    for document in DOCUMENTS:
        record = document.with_suffix(".findings")
        record.write_text(findings(fresh, document), encoding="utf-8")

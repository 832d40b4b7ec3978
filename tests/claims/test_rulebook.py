"""The rulebook as data: its source names it, and a mistake is named by file and entry."""

import json
import shutil

import pytest

from shop_content import claims
from tests.claims.conftest import FIXTURES


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FIXTURES / "rulebook", tmp_path / "rulebook")
    for name in ("taxonomy.toml", "authorised_claims.toml"):
        shutil.copy(FIXTURES / name, tmp_path / name)
    return tmp_path


def test_source_builds_the_same_rulebook(rulebook):
    again = claims.Rulebook.from_source(rulebook.source)
    assert (again.digest, again.source) == (rulebook.digest, rulebook.source)
    assert again.languages["de"].rules == rulebook.languages["de"].rules


def test_digest_names_the_content(rulebook):
    data = json.loads(rulebook.source)
    data["languages"]["de"]["rules"][0]["must_hit"].append("Magnesium lindert Husten.")
    other = claims.Rulebook.from_source(json.dumps(data))
    assert rulebook.digest.startswith("sha256:")
    assert len(rulebook.digest) == 71
    assert other.digest != rulebook.digest


def test_order_of_keys_does_not_change_the_digest(rulebook):
    data = json.loads(rulebook.source)
    turned = dict(reversed(list(data.items())))
    assert claims.Rulebook.from_source(json.dumps(turned)).digest == rulebook.digest


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            'category = "DIS_PREV"',
            'category = "DIS_X"',
            "de.toml: rule de.dis_prev.prevent: category",
        ),
        ('id = "de.dis_prev.prevent"', 'id = "de.dis_treat.relief"', "is used twice"),
        ("must_hit = ", "must_hitt = ", "unknown field must_hitt"),
        ('"@prevent @disease"', '"@prevents @disease"', "list @prevents does not exist"),
    ],
)
def test_mistake_is_named_by_file_and_entry(folder, before, after, message):
    path = folder / "rulebook" / "de.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(claims.RulebookInvalid, match=message):
        claims.Checker(claims.read_rulebook(folder)).check([], language="de")


def test_rule_without_example_is_refused(folder):
    path = folder / "rulebook" / "en.toml"
    path.write_text(
        '[[rules]]\nid = "en.x"\ncategory = "DIS_TREAT"\nphrases = ["cure"]\n'
        'must_hit = []\nmust_not_hit = ["x"]\n',
        encoding="utf-8",
    )
    with pytest.raises(claims.RulebookInvalid, match=r"en\.toml: rule en\.x: .*must_hit"):
        claims.read_rulebook(folder)


def test_broken_file_is_named(folder):
    (folder / "authorised_claims.toml").write_text("[[claims]\n", encoding="utf-8")
    with pytest.raises(claims.RulebookInvalid, match=r"^authorised_claims\.toml: "):
        claims.read_rulebook(folder)


@pytest.mark.parametrize("source", ["", "[]", '{"format": 99}', "{"])
def test_source_that_is_no_rulebook_is_refused(source):
    with pytest.raises(claims.RulebookInvalid):
        claims.Rulebook.from_source(source)


def test_categories_explain_themselves_in_both_languages(rulebook):
    assert len(claims.CATEGORIES) == 26
    for category in rulebook.categories.values():
        assert set(category.name) == set(category.message) == {"de", "en"}
        assert category.legal_basis

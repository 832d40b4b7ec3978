"""The rulebook desk: read, search, try, compare, upload and activate a version."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shop_content import claims
from shop_content.admin.rulebook_words import CARRIER, SHAPE
from shop_content.claims.rulebook import CARRIERS, SHAPES
from shop_content.models import CheckRun, Event, Release, RulebookVersion
from shop_content.queries.rulebook import book_of, differences, search
from shop_content.workflow.activate import store_version
from shop_content.workflow.check import check
from tests.factories import VIOLATING, make_article, make_checked, make_released

pytestmark = pytest.mark.django_db

GLASS = (
    '\n[[rules]]\nid = "de.test.glass"\ncategory = "EVID"\nphrases = ["=Glas"]\n'
    'carrier = "none"\nseverity = "block"\n'
    'must_hit = ["Die Dose ist aus Glas."]\nmust_not_hit = ["Die Dose ist aus Blech."]\n'
)


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:shop_content_rulebookversion_{name}", args=args)


def enter(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def german(version: RulebookVersion, more: str = "") -> str:
    return claims.files_of(book_of(version.pk))["de.toml"] + more


def stricter(version: RulebookVersion) -> RulebookVersion:
    raw = german(version, GLASS).encode()
    return store_version(claims.rulebook_of({"de.toml": raw}, book_of(version.pk)))


def upload(person: User, raw: bytes, *, name: str = "de", note: str = "Glas") -> Any:
    files = {name: SimpleUploadedFile(f"{name}.toml", raw)}
    return enter(person).post(address("add"), {"note": note, **files})


def errors(answer: Any) -> list[str]:
    return [text for texts in answer.context["form"].errors.values() for text in texts]


@pytest.mark.parametrize("part", ["rules", "lists", "allowed", "authorised", "categories", "x"])
@pytest.mark.parametrize("language", ["de", "en", "x"])
def test_every_part_of_a_version_is_readable(
    bob: User, rulebook: RulebookVersion, part: str, language: str
) -> None:
    answer = enter(bob).get(address("change", rulebook.pk), {"part": part, "lang": language})
    counts = {tab["name"]: tab["count"] for tab in answer.context["tabs"]}
    book = book_of(rulebook.pk)
    rules = book.languages["en" if language == "en" else "de"]
    assert counts == {
        "rules": len(rules.rules),
        "lists": len(rules.lists),
        "allowed": len(rules.allowed),
        "authorised": len(book.authorised),
        "categories": len(book.categories),
    }
    assert (
        '{"'
        not in re.sub(r"<script.*?</script>|x-[a-z]+='.*?'", "", answer.content.decode())[
            answer.content.decode().find("sheet") :
        ]
    )


def test_every_condition_has_words() -> None:
    assert set(SHAPE) == set(SHAPES)
    assert set(CARRIER) == set(CARRIERS)


def test_search_finds_lists_and_the_rules_that_use_them(
    bob: User, rulebook: RulebookVersion
) -> None:
    found = search(book_of(rulebook.pk), "de", "migräne")
    assert "disease" in found.lists
    assert found.rules["de.dis_treat.relief"] == "disease"
    assert found.rules["de.dis_treat.against"] == ""
    assert "de.dis_treat.heal" not in found.rules
    answer = enter(bob).get(address("change", rulebook.pk), {"q": "Migräne"})
    assert next(part["name"] for part in answer.context["shown"]) == "lists"


def test_filters_leave_only_what_fits(bob: User, rulebook: RulebookVersion) -> None:
    query = {"category": "DIS_TREAT", "severity": "block"}
    answer = enter(bob).get(address("change", rulebook.pk), query)
    rows = answer.context["shown"][0]["rows"]
    assert {row["rule"].category for row in rows} == {"DIS_TREAT"}
    answer = enter(bob).get(address("change", rulebook.pk), query | {"severity": "info"})
    assert answer.context["shown"][0]["rows"] == []


@pytest.mark.parametrize("query", ["\x00", "a" * 5000, "\u202e", "<script>", "%", "gibtsnicht"])
def test_odd_search_is_no_crash(bob: User, rulebook: RulebookVersion, query: str) -> None:
    answer = enter(bob).get(address("change", rulebook.pk), {"q": query})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().split('<div class="sheet">')[1]


def test_rule_leads_to_its_findings_and_back(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    run = make_checked(make_article(by=alice, body=VIOLATING), by=alice)
    finding = run.findings.order_by("position")[0]
    answer = enter(bob).get(address("rule", rulebook.pk, "de", finding.rule))
    assert [row.pk for row in answer.context["findings"]] == [finding.pk]
    assert reverse("admin:shop_content_checkrun_change", args=[run.pk]) in answer.content.decode()
    assert enter(bob).get(address("rule", rulebook.pk, "de", "no.rule")).status_code == 404
    assert enter(bob).get(address("rule", rulebook.pk, "fr", finding.rule)).status_code == 404


def test_a_text_is_tried_and_nothing_is_stored(bob: User, rulebook: RulebookVersion) -> None:
    form = {"text": "Magnesium lindert <b>Kopfschmerzen</b>.", "lang": "de"}
    answer = enter(bob).post(address("try", rulebook.pk), form)
    assert answer.context["report"].verdict == "blocked"
    assert "&lt;b&gt;" in answer.context["passages"][0].html
    assert CheckRun.objects.count() == 0


@pytest.mark.parametrize(
    "form",
    [
        {"text": "", "lang": "de"},
        {"text": "a" * 20_001, "lang": "de"},
        {"text": "a\x00", "lang": "de"},
        {"text": "a\u202eb", "lang": "de"},
        {"text": "abc", "lang": "fr"},
        {},
    ],
)
def test_text_that_cannot_be_tried_stays_in_the_form(
    bob: User, rulebook: RulebookVersion, form: dict[str, str]
) -> None:
    answer = enter(bob).post(address("try", rulebook.pk), form)
    assert answer.status_code == 200
    assert answer.context["error"] != ""
    assert answer.context["text"] == form.get("text", "")


def test_file_of_a_version_comes_back_as_the_same_version(
    bob: User, rulebook: RulebookVersion
) -> None:
    raw = enter(bob).get(address("file", rulebook.pk, "de.toml")).content
    answer = upload(bob, raw)
    assert answer["Location"] == address("compare", rulebook.pk)
    assert RulebookVersion.objects.count() == 1
    assert enter(bob).get(address("file", rulebook.pk, "fr.toml")).status_code == 404


def test_upload_stores_a_version_and_shows_the_difference(
    bob: User, rulebook: RulebookVersion
) -> None:
    answer = upload(bob, german(rulebook, GLASS).encode())
    made = RulebookVersion.objects.get(is_active=False)
    assert answer["Location"] == address("compare", made.pk)
    assert (made.note, made.created_by) == ("Glas", bob)
    shown = enter(bob).get(address("compare", made.pk))
    changes = [(c.kind, c.name, c.what) for c in shown.context["changes"]]
    assert changes == [("rule", "de.test.glass", "added")]


def test_difference_names_words_lists_and_fields(rulebook: RulebookVersion) -> None:
    book = book_of(rulebook.pk)
    text = claims.files_of(book)["de.toml"]
    text = text.replace('"Migräne"', '"Migräneanfall"', 1)
    text = text.replace('id = "de.dis_treat.heal"\n', 'id = "de.dis_treat.heal"\nshape = "any"\n')
    new = claims.rulebook_of({"de.toml": text.encode()}, book)
    (change,) = differences(book, new)
    assert (change.language, change.kind, change.name, change.what) == (
        "de",
        "list",
        "disease",
        "changed",
    )
    assert change.details == (("words", ("Migräne",), ("Migräneanfall",)),)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "de.toml: sections are lists, rules, allowed; not []"),
        (b"rules = [\n\xff", "de.toml: not UTF-8 (line 2)"),
        (b"a = " + b"[" * 50_000, "de.toml: nested too deeply"),
        (b"\n[[rules]\n", "de.toml: Expected ']]' at the end of an array declaration (at line 2"),
        (b"#" * 1_000_001, "1000001 bytes: at most 1000000 are taken."),
    ],
)
def test_bad_file_is_an_error_at_its_field(
    bob: User, rulebook: RulebookVersion, raw: bytes, message: str
) -> None:
    answer = upload(bob, raw, note="Meine Notiz")
    assert answer.status_code == 200
    (told,) = answer.context["form"].errors["de"]
    assert told[: len(message)] == message
    assert "Meine Notiz" in answer.content.decode()
    assert RulebookVersion.objects.count() == 1


def test_failing_example_refuses_the_upload(bob: User, rulebook: RulebookVersion) -> None:
    wrong = GLASS.replace("aus Glas.", "aus Ton.")
    answer = upload(bob, german(rulebook, wrong).encode())
    assert errors(answer) == ["1 examples do not hold. Nothing was stored."]
    ((example, _why),) = answer.context["form"].broken
    assert (example.entry, example.text) == ("de.test.glass", "Die Dose ist aus Ton.")
    assert RulebookVersion.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        GLASS.replace("de.test.glass", "x" * 121),
        GLASS + 'legal_basis = "a\\u0000b"\n',
        GLASS + 'legal_basis = "a\\u202Eb"\n',
    ],
)
def test_what_would_break_every_check_is_refused(
    bob: User, rulebook: RulebookVersion, wrong: str
) -> None:
    answer = upload(bob, german(rulebook, wrong).encode())
    assert answer.status_code == 200
    assert len(errors(answer)) == 1
    assert RulebookVersion.objects.count() == 1


@pytest.mark.parametrize("note", ["", "a" * 301, "a\x00b", "a\u202eb"])
def test_bad_note_is_an_error_at_its_field(
    bob: User, rulebook: RulebookVersion, note: str
) -> None:
    answer = upload(bob, german(rulebook, GLASS).encode(), note=note)
    assert set(answer.context["form"].errors) == {"note"}


def test_upload_without_a_file_is_told(bob: User, rulebook: RulebookVersion) -> None:
    answer = enter(bob).post(address("add"), {"note": "x"})
    assert errors(answer) == ["Choose at least one file."]


def test_activation_says_what_it_will_block(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    live = make_released(make_article(by=alice), by=alice)
    strict = stricter(rulebook)
    answer = enter(bob).get(address("activate", strict.pk))
    foresight = answer.context["foresight"]
    assert (foresight.live, foresight.judged) == (1, 1)
    assert foresight.blocked == ((live, ("de.test.glass",)),)
    assert RulebookVersion.objects.get(is_active=True) == rulebook


def test_activation_with_a_reason_rechecks_and_shows_progress(
    alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    make_released(make_article(by=alice), by=alice)
    strict = stricter(rulebook)
    form = {"on_new_block": "withdraw", "reason": "Glas ist eine Angabe."}
    answer = enter(bob).post(address("activate", strict.pk), form)
    assert answer["Location"] == address("progress", strict.pk)
    assert Event.objects.get(verb="rulebook_activated", actor=bob).data["reason"] == form["reason"]
    before = enter(bob).get(address("progress", strict.pk))
    assert (before.context["progress"].total, before.context["progress"].percent) == (1, 0)
    assert 'http-equiv="refresh"' in before.content.decode()
    check(CheckRun.objects.get(rulebook=strict).pk)
    after = enter(bob).get(address("progress", strict.pk))
    done = after.context["progress"]
    assert (done.percent, done.blocked, done.withdrawn) == (100, 1, 1)
    assert 'http-equiv="refresh"' not in after.content.decode()
    assert Release.objects.live().count() == 0


@pytest.mark.parametrize(
    "form",
    [
        {"on_new_block": "withdraw", "reason": " "},
        {"on_new_block": "withdraw", "reason": "a\x00b"},
        {"on_new_block": "withdraw", "reason": "a\u202eb"},
        {"on_new_block": "withdraw", "reason": "a" * 5001},
        {"on_new_block": "x", "reason": "Bleibt stehen."},
        {"reason": "Bleibt stehen."},
        {},
    ],
)
def test_refused_activation_keeps_what_was_typed(
    bob: User, rulebook: RulebookVersion, form: dict[str, str]
) -> None:
    strict = stricter(rulebook)
    answer = enter(bob).post(address("activate", strict.pk), form)
    assert answer.status_code == 200
    assert answer.context["error"] != ""
    assert answer.context["reason"] == form.get("reason", "")
    assert RulebookVersion.objects.get(is_active=True) == rulebook

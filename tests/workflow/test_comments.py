"""Readers' comments: taken, decided on, judged again; nothing is shown that nobody approved."""

import pytest
from django.contrib.auth.models import User

from shop_content.models import Article, Comment, Event, RulebookVersion
from shop_content.queries.documents import comments_of
from shop_content.workflow import comment as verbs
from shop_content.workflow.activate import activate
from shop_content.workflow.comment import comment, decide_comment, recheck_comments
from shop_content.workflow.errors import Invalid, NotAllowed
from tests.factories import make_article, make_released, make_user
from tests.workflow.test_recheck import forbidding

pytestmark = pytest.mark.django_db
CLAIM = "Das Magnesium lindert meine Kopfschmerzen."


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    made = make_article(by=alice, slug="dose")
    make_released(made, by=alice)
    return made


def wait(article: Article, text: str = "Schöne Dose.", name: str = "Mia") -> Comment:
    return comment(article, locale="de", name=name, text=text)


def test_comment_is_shown_after_approval_only(article: Article, alice: User) -> None:
    one = wait(article)
    assert comments_of(article, "de") == []
    decide_comment(one, by=alice, approved=True, reason="")
    assert comments_of(article, "de") == [one]
    assert comments_of(article, "en") == []
    decide_comment(one, by=alice, approved=False, reason="Doch nicht.")
    assert comments_of(article, "de") == []


def test_blocked_comment_needs_compliance_and_a_reason(
    article: Article, alice: User, bob: User
) -> None:
    one = wait(article, CLAIM)
    with pytest.raises(NotAllowed):
        decide_comment(one, by=alice, approved=True, reason="Nett.")
    with pytest.raises(Invalid):
        decide_comment(one, by=bob, approved=True, reason=" ")
    assert comments_of(article, "de") == []
    decide_comment(one, by=bob, approved=True, reason="Zitat in einem Bericht über Werbung.")
    assert comments_of(article, "de") == [one]


def test_claim_in_the_name_counts(article: Article, alice: User) -> None:
    with pytest.raises(NotAllowed):
        decide_comment(
            wait(article, name="Magnesium lindert Gicht"), by=alice, approved=True, reason=""
        )


def test_deciding_needs_the_right(article: Article) -> None:
    with pytest.raises(NotAllowed):
        decide_comment(wait(article), by=make_user("guest"), approved=True, reason="")


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        (" ", "x", "name"),
        ("x" * 61, "x", "name"),
        ("a\u202eb", "x", "name"),
        ("Mia", " \n", "text"),
        ("Mia", "x" * 3001, "text"),
        ("Mia", "a\x00b", "text"),
    ],
)
def test_odd_comment_is_refused_in_its_field(
    article: Article, name: str, text: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        wait(article, text, name)
    assert refused.value.field == field
    assert Comment.objects.count() == 0


def test_article_that_is_not_live_takes_none(alice: User, rulebook: RulebookVersion) -> None:
    with pytest.raises(Invalid):
        wait(make_article(by=alice))


def test_sent_twice_is_stored_once(article: Article) -> None:
    assert wait(article) == wait(article)


def test_flood_is_bounded(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "WAITING_LIMIT", 2)
    wait(article, "Eins."), wait(article, "Zwei.")
    with pytest.raises(Invalid):
        wait(article, "Drei.")


def test_new_rulebook_hides_until_judged_and_holds_what_it_blocks(
    article: Article, alice: User, rulebook: RulebookVersion
) -> None:
    harmless, glass = wait(article), wait(article, "Das Glas gefällt mir.")
    for one in (harmless, glass):
        decide_comment(one, by=alice, approved=True, reason="")
    activate(forbidding(rulebook, "Glas"))
    assert comments_of(article, "de") == []
    assert recheck_comments() == 0
    assert comments_of(article, "de") == [harmless]
    glass.refresh_from_db()
    assert (glass.state, glass.decided_by) == ("waiting", None)


def test_trail_holds_no_words_of_the_reader(article: Article, alice: User) -> None:
    decide_comment(wait(article, "Geheimwort."), by=alice, approved=True, reason="")
    event = Event.objects.filter(verb="comment_decided").get()
    assert "Geheimwort" not in str(event.data)
    assert "Mia" not in str(event.data)

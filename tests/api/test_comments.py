"""Comments over REST: read what is shown, hand in what waits."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, Comment, Event, RulebookVersion
from shop_content.workflow import comment as verbs
from shop_content.workflow.activate import activate
from shop_content.workflow.comment import comment, decide_comment, recheck_comments
from shop_content.workflow.draft import write_draft
from shop_content.workflow.withdraw import withdraw
from tests.factories import make_article, make_product, make_released
from tests.workflow.test_recheck import forbidding

# A trigger at the end of a transaction tells what changed.
pytestmark = pytest.mark.django_db(transaction=True)
ARTICLE = "/api/v1/de/articles/dose/"
COMMENTS = f"{ARTICLE}comments/"
GOOD = {"name": "Mia", "text": "Schöne Dose.", "consent": True}


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    made = make_article(by=alice, slug="dose")
    make_released(made, by=alice)
    return made


def shown(article: Article, by: User, text: str = "Schöne Dose.") -> Comment:
    waiting = comment(article, locale="de", name="Mia", text=text)
    return decide_comment(waiting, by=by, approved=True, reason="")


def send(api: Client, data: Any, path: str = COMMENTS) -> Any:
    return api.post(path, data, content_type="application/json")


def counts(api: Client) -> tuple[int, int, int]:
    """Return what the article, its item and the list of comments say."""
    (item,) = api.get("/api/v1/de/articles/").json()["items"]
    listed = api.get(COMMENTS).json()["items"]
    return api.get(ARTICLE).json()["comments"]["count"], item["comment_count"], len(listed)


def test_comment_is_taken_and_waits(api: Client, article: Article) -> None:
    answer = send(api, GOOD)
    assert (answer.status_code, answer.json()) == (202, {"status": "waiting"})
    assert answer["Cache-Control"] == "no-store"
    (one,) = article.comments.all()
    assert (one.name, one.text, one.locale, one.state) == ("Mia", "Schöne Dose.", "de", "waiting")
    assert counts(api) == (0, 0, 0)


def test_approved_comment_is_listed_and_counted_everywhere(
    api: Client, article: Article, alice: User
) -> None:
    assert counts(api) == (0, 0, 0)
    one = shown(article, alice)
    assert counts(api) == (1, 1, 1)
    (item,) = api.get(COMMENTS).json()["items"]
    assert item | {"submitted_at": ""} == {
        "id": one.pk,
        "name": "Mia",
        "text": "Schöne Dose.",
        "submitted_at": "",
    }
    decide_comment(one, by=alice, approved=False, reason="Doch nicht.")
    assert counts(api) == (0, 0, 0)
    shown(article, alice).delete()
    assert counts(api) == (0, 0, 0)


def test_new_rulebook_hides_comments_until_they_are_judged_again(
    api: Client, article: Article, alice: User, rulebook: RulebookVersion
) -> None:
    shown(article, alice)
    assert counts(api) == (1, 1, 1)
    activate(forbidding(rulebook, "Zeppelin"))
    assert counts(api) == (0, 0, 0)
    while recheck_comments():
        pass
    assert counts(api) == (1, 1, 1)


def test_article_says_where_its_comments_are(
    api: Client, article: Article, alice: User, bob: User
) -> None:
    told = api.get(ARTICLE).json()["comments"]
    assert (told["enabled"], told["policy"], told["href"]) == (True, "moderated", COMMENTS)
    assert api.get(told["href"]).status_code == 200
    make_released(make_product(by=alice, sku="MG-1", slug="komplex"), by=alice, reviewer=bob)
    told = api.get("/api/v1/de/products/komplex/").json()["comments"]
    assert (told["enabled"], told["href"]) == (False, None)


def test_pages_follow_each_other(api: Client, article: Article, alice: User) -> None:
    for number in range(3):
        shown(article, alice, f"Dose {number}.")
    first = api.get(f"{COMMENTS}?limit=2").json()
    second = api.get(f"{COMMENTS}?limit=2&cursor={first['next_cursor']}").json()
    texts = [item["text"] for page in (first, second) for item in page["items"]]
    assert texts == ["Dose 0.", "Dose 1.", "Dose 2."]
    assert second["next_cursor"] is None
    assert api.get(f"{COMMENTS}?cursor=x").json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": ""}, ["name"]),
        ({"name": 3, "text": None}, ["name", "text"]),
        ({"text": "x" * 3001}, ["text"]),
        ({"text": "rechts\u202elinks"}, ["text"]),
        ({"name": "a\x00b"}, ["name"]),
        ({"consent": False}, ["consent"]),
        ({"consent": "true"}, ["consent"]),
    ],
)
def test_what_is_wrong_is_named(
    api: Client, article: Article, change: dict[str, Any], fields: list[str]
) -> None:
    answer = send(api, GOOD | change)
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "invalid_comment"
    assert [error["field"] for error in problem["errors"]] == fields
    assert not article.comments.exists()


@pytest.mark.parametrize("data", ["[]", "3", '"x"', "null"])
def test_what_is_no_object_is_refused(api: Client, article: Article, data: str) -> None:
    answer = send(api, data)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_comment")


def test_refusal_speaks_the_language_of_the_address(api: Client, article: Article) -> None:
    (error,) = send(api, GOOD | {"name": ""}).json()["errors"]
    assert error["detail"] == "Bitte füllen Sie dieses Feld aus."


def test_flood_is_told_to_wait(
    api: Client, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "WAITING_LIMIT", 1)
    assert send(api, GOOD).status_code == 202
    answer = send(api, GOOD | {"text": "Noch eine."})
    assert (answer.status_code, answer.json()["code"]) == (503, "comments_full")
    assert int(answer["Retry-After"]) > 60


@pytest.mark.parametrize("method", ["get", "post"])
def test_where_no_article_is_live_it_answers_as_the_article_does(
    api: Client, article: Article, alice: User, method: str
) -> None:
    def ask(path: str) -> Any:
        return send(api, GOOD, path) if method == "post" else api.get(path)

    make_article(by=alice, slug="entwurf")
    draft = ask("/api/v1/de/articles/entwurf/comments/")
    nothing = ask("/api/v1/de/articles/garnichts/comments/")
    assert draft.status_code == 404
    assert draft.content == nothing.content
    missing = ask("/api/v1/en/articles/dose/comments/").json()
    assert (missing["code"], missing["alternates"][0]["locale"]) == ("translation_missing", "de")
    version = article.translations.get(language_code="de").version
    write_draft(article, locale="de", fields={"slug": "neu"}, by=alice, version=version)
    make_released(article, by=alice)
    moved = ask(COMMENTS)
    assert (moved.status_code, moved["Location"]) == (308, "/api/v1/de/articles/neu/comments/")
    withdraw(article.releases.get(is_live=True), by=alice, reason="Rückruf.")
    assert ask("/api/v1/de/articles/neu/comments/").status_code == 410


def test_list_is_one_statement_and_is_known_by_its_etag(
    api: Client, article: Article, alice: User, django_assert_num_queries: Any
) -> None:
    shown(article, alice)
    with django_assert_num_queries(1):
        answer = api.get(COMMENTS)
    assert f"article:{article.uuid}" in answer["Cache-Tag"]
    assert api.get(COMMENTS, headers={"if-none-match": answer["ETag"]}).status_code == 304
    decide_comment(article.comments.get(), by=alice, approved=False, reason="Doch nicht.")
    again = api.get(COMMENTS, headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 200
    event = article_event()
    assert f"article:{article.uuid}" in event["purge"]


def article_event() -> dict[str, Any]:
    data: dict[str, Any] = Event.objects.filter(verb="comment_decided").latest("pk").data
    return data

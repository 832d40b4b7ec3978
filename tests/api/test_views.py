"""The storefront's API: what it serves, what it refuses, what it never shows."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.models import Article, ArticleProduct, RulebookVersion, Tag, Topic
from shop_content.workflow.draft import write_draft
from shop_content.workflow.release import release
from shop_content.workflow.submit import submit
from shop_content.workflow.withdraw import withdraw
from tests.factories import (
    approve,
    make_article,
    make_checked,
    make_product,
    make_released,
)

pytestmark = pytest.mark.django_db
CANARY = "kanarienvogel"


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def article(alice: User, rulebook: RulebookVersion) -> Article:
    body = "<h2>Der Deckel</h2><p>Er ist aus Blech.</p><ul><li>rund</li><li>flach</li></ul>"
    made = make_article(by=alice, slug="dose", title="Die Dose", body=body)
    make_released(made, by=alice)
    return made


def edit(article: Article, *, by: User, **fields: str) -> None:
    draft = article.translations.get(language_code="de")
    write_draft(article, locale="de", fields=fields, by=by, version=draft.version)


def test_detail_has_toc_blocks_and_headers(api: Client, article: Article) -> None:
    answer = api.get("/api/v1/de/articles/dose/")
    document = answer.json()
    assert answer.status_code == 200
    assert [entry["anchor"] for entry in document["toc"]] == ["der-deckel"]
    assert [block["type"] for block in document["blocks"]] == ["heading", "paragraph", "list"]
    assert [item["text"] for item in document["blocks"][2]["items"]] == ["rund", "flach"]
    assert document["compliance"]["status"] == "cleared"
    assert answer["Content-Language"] == "de"
    assert answer["Vary"] == "Accept-Encoding"
    assert answer["Cache-Control"].startswith("public")


def test_detail_in_another_interface_language_is_the_same(api: Client, article: Article) -> None:
    one = api.get("/api/v1/de/articles/dose/", headers={"accept-language": "de"})
    two = api.get("/api/v1/de/articles/dose/", headers={"accept-language": "en"})
    assert one.content == two.content
    assert two["Content-Language"] == "de"


def test_old_slug_leads_to_the_new_one(api: Client, article: Article, alice: User) -> None:
    edit(article, by=alice, slug="dose-neu")
    release(make_checked(article, by=alice).revision, by=alice)
    answer = api.get("/api/v1/de/articles/dose/")
    assert answer.status_code == 308
    assert answer["Location"] == "/api/v1/de/articles/dose-neu/"
    assert answer.json()["location"] == "/api/v1/de/articles/dose-neu/"


def test_withdrawn_article_is_gone(api: Client, article: Article, alice: User) -> None:
    withdraw(article.releases.get(is_live=True), by=alice, reason="Rückruf.")
    answer = api.get("/api/v1/de/articles/dose/")
    assert answer.status_code == 410
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "withdrawn"
    assert api.get("/api/v1/de/articles/").json()["items"] == []


def test_unreleased_equals_nonexistent(
    api: Client, alice: User, rulebook: RulebookVersion
) -> None:
    submit(make_article(by=alice, slug="geheim"), locale="de", by=alice)
    one = api.get("/api/v1/de/articles/geheim/")
    two = api.get("/api/v1/de/articles/nie-dagewesen/")
    assert one.status_code == two.status_code == 404
    assert one.content == two.content
    assert dict(one.headers) == dict(two.headers)


def test_unreleased_word_appears_nowhere(api: Client, article: Article, alice: User) -> None:
    texts = ("title", "teaser", "seo_title", "seo_description", "image_alt", "image_caption")
    edit(article, by=alice, body=f"<p>{CANARY}</p>", **dict.fromkeys(texts, CANARY))
    submit(article, locale="de", by=alice)
    other = make_article(by=alice, title=CANARY, slug=CANARY)
    submit(other, locale="de", by=alice)
    for path in (
        "/api/v1/de/articles/",
        "/api/v1/de/articles/dose/",
        f"/api/v1/de/articles/?ids={other.uuid}",
        "/api/v1/locales/",
        "/de/blog/",
        "/de/blog/dose/",
    ):
        assert CANARY not in api.get(path).content.decode(), path


def test_call_to_action_carries_the_live_product_only(
    api: Client, alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex")
    body = '<p><a href="product:MG-1">Zum Produkt</a></p>'
    article = make_article(by=alice, slug="mit-produkt", body=body)
    ArticleProduct.objects.create(article=article, product=product)
    run = make_checked(article, by=alice)
    if run.verdict != "clean":
        approve(run.revision, by=bob)
    release(run.revision, by=alice)
    path = "/api/v1/de/articles/mit-produkt/"
    assert api.get(path).json()["blocks"][0]["product"] is None
    run = make_checked(product, by=alice)
    if run.verdict != "clean":
        approve(run.revision, by=bob)
    live = release(run.revision, by=alice)
    block = api.get(path).json()["blocks"][0]
    assert (block["label"], block["product"]["slug"]) == ("Zum Produkt", "komplex")
    linked = api.get("/api/v1/de/products/MG-1/").json()["linked_articles"]
    assert [one["slug"] for one in linked] == ["mit-produkt"]
    withdraw(live, by=alice, reason="Rückruf.")
    assert api.get(path).json()["blocks"][0]["product"] is None


def test_list_pages_by_cursor(api: Client, alice: User, rulebook: RulebookVersion) -> None:
    for number in range(3):
        make_released(make_article(by=alice, slug=f"text-{number}"), by=alice)
    first = api.get("/api/v1/de/articles/?limit=2").json()
    assert [item["slug"] for item in first["items"]] == ["text-2", "text-1"]
    second = api.get(f"/api/v1/de/articles/?limit=2&cursor={first['next_cursor']}").json()
    assert [item["slug"] for item in second["items"]] == ["text-0"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=%00", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
        ("ids=1,2", "ids"),
        ("ids=", "ids"),
        ("updated_since=", "updated_since"),
        ("ids=" + ",".join(["00000000-0000-0000-0000-000000000000"] * 101), "ids"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-01-01T00:00:00", "updated_since"),
        ("topic=%00", "topic"),
    ],
)
def test_bad_parameter_names_the_field(
    api: Client, rulebook: RulebookVersion, query: str, field: str
) -> None:
    answer = api.get(f"/api/v1/de/articles/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/xx/articles/", 404, "unknown_locale"),
        ("/api/v1/de/articles/%00/", 404, "not_found"),
        ("/api/v1/de/articles/" + "x" * 5000 + "/", 404, "not_found"),
        ("/api/v1/nowhere/", 404, "not_found"),
        ("/api/v1/de/articles/a/?fallback=perhaps", 400, "invalid_parameter"),
        ("/api/v1/de/articles/a/?fallback=", 400, "invalid_parameter"),
    ],
)
def test_error_is_a_problem(
    api: Client, rulebook: RulebookVersion, path: str, status: int, code: str
) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


def test_writing_is_refused(api: Client, rulebook: RulebookVersion) -> None:
    answer = api.post("/api/v1/de/articles/", "[" * 100_000, content_type="application/json")
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


def test_filters_narrow_the_list(api: Client, article: Article) -> None:
    assert len(api.get(f"/api/v1/de/articles/?ids={article.uuid}").json()["items"]) == 1
    assert api.get(f"/api/v1/de/articles/?ids={uuid.uuid4()}").json()["items"] == []
    assert api.get("/api/v1/de/articles/?tag=keiner").json()["items"] == []
    since = "2999-01-01T00:00:00Z"
    assert api.get(f"/api/v1/de/articles/?updated_since={since}").json()["items"] == []


@pytest.mark.parametrize("kind", ["articles", "products"])
@pytest.mark.parametrize("slug", ["%00", "a%00b", "x" * 5000, "%F0%9F%92%8A", "'--"])
def test_hostile_address_is_not_found(
    api: Client, rulebook: RulebookVersion, kind: str, slug: str
) -> None:
    assert api.get(f"/api/v1/de/{kind}/{slug}/").status_code == 404


def slugs(api: Client, path: str, key: str = "items") -> list[str]:
    return [one["slug"] for one in api.get(path).json()[key]]


def test_draft_relations_do_not_show_through(
    api: Client, alice: User, bob: User, rulebook: RulebookVersion
) -> None:
    product = make_product(by=alice, sku="MG-1", slug="komplex")
    run = make_checked(product, by=alice)
    if run.verdict != "clean":
        approve(run.revision, by=bob)
    release(run.revision, by=alice)
    linked, plain = make_article(by=alice, slug="mit"), make_article(by=alice, slug="ohne")
    topic = Topic.objects.create(slug="glas")
    Article.objects.filter(pk=linked.pk).update(topic=topic)
    linked.tags.add(Tag.objects.create(slug="blech"))
    ArticleProduct.objects.create(article=linked, product=product)
    for article in (linked, plain):
        run = make_checked(article, by=alice)
        if run.verdict != "clean":
            approve(run.revision, by=bob)
        release(run.revision, by=alice)
    # From here on only drafts change: the public must not notice.
    Article.objects.filter(pk=linked.pk).update(topic=None)
    Article.objects.filter(pk=plain.pk).update(topic=topic)
    linked.tags.clear()
    plain.tags.set(Tag.objects.all())
    ArticleProduct.objects.update(article=plain)
    for query in ("topic=glas", "tag=blech", "product=MG-1"):
        assert slugs(api, f"/api/v1/de/articles/?{query}") == ["mit"], query
    assert slugs(api, "/api/v1/de/products/komplex/", "linked_articles") == ["mit"]
    assert slugs(api, "/api/v1/de/articles/mit/", "related") == []

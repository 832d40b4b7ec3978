"""Lists: which items, which members of them, and one key for one selection."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from shop_content.api.selection import DETAILS, INCLUDE, ITEM
from shop_content.front.application import read_address
from shop_content.models import Article, ArticleProduct, Author, RulebookVersion
from tests.factories import make_article, make_product, make_released

pytestmark = pytest.mark.django_db
LIST = "/api/v1/de/articles/"
# The contract's list item, word for word.
CONTRACT = (
    "id locale slug url title teaser teaser_source hero_image topic tags author published_at "
    "updated_at reading_time_min word_count product_refs comment_count alternates "
    "content_language etag"
).split()


@pytest.fixture
def api() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def article(alice: User, bob: User, rulebook: RulebookVersion) -> Article:
    for number in (1, 2):
        product = make_product(by=alice, sku=f"MG-{number}", slug=f"komplex-{number}")
        make_released(product, by=alice, reviewer=bob)
    made = make_article(by=alice, slug="dose", body="<h2>Glas</h2><p>Die Dose ist rund.</p>")
    ArticleProduct.objects.create(article=made, product=product, role="mentioned")
    make_released(made, by=alice, reviewer=bob)
    return made


def slugs(api: Client, path: str) -> list[str]:
    return [item["slug"] for item in api.get(path).json()["items"]]


def test_item_has_all_members_of_the_contract(api: Client, article: Article) -> None:
    (item,) = api.get(LIST).json()["items"]
    assert sorted(item) == sorted(CONTRACT)
    assert sorted(item["author"]) == ["id", "name", "role", "url"]
    assert item["product_refs"] == [
        {"sku": "MG-2", "role": "mentioned", "position": 1, "slug": "komplex-2"}
    ]
    assert [one["hreflang"] for one in item["alternates"]] == ["de", "x-default"]
    document = api.get(f"{LIST}dose/").json()
    assert document["product_refs"] == item["product_refs"]


def test_slug_of_a_product_is_that_of_what_is_live(
    api: Client, article: Article, alice: User
) -> None:
    other = make_product(by=alice, sku="MG-3", slug="geheim")
    ArticleProduct.objects.create(article=article, product=other, position=2)
    made = make_article(by=alice, slug="andere")
    ArticleProduct.objects.create(article=made, product=other)
    make_released(made, by=alice)
    assert api.get(LIST).json()["items"][0]["product_refs"][0]["slug"] is None


def test_author_narrows_the_list(api: Client, article: Article, alice: User) -> None:
    other = make_article(by=alice, slug="andere")
    Article.objects.filter(pk=other.pk).update(author=Author.objects.create(name="Max Muster"))
    make_released(Article.objects.get(pk=other.pk), by=alice)
    assert slugs(api, f"{LIST}?author={article.author_id}") == ["dose"]
    Article.objects.update(author=article.author)  # a draft's relation: nobody may notice
    assert slugs(api, f"{LIST}?author={article.author_id}") == ["dose"]
    assert slugs(api, f"{LIST}?author=999999") == []


def test_products_are_listed_by_id_sku_and_change(api: Client, article: Article) -> None:
    path = "/api/v1/de/products/"
    assert slugs(api, path) == ["komplex-2", "komplex-1"]
    assert slugs(api, f"{path}?skus=MG-1") == ["komplex-1"]
    assert slugs(api, f"{path}?skus=MG-2,MG-1,nie") == ["komplex-2", "komplex-1"]
    uuid = api.get(f"{path}komplex-1/").json()["id"]
    assert slugs(api, f"{path}?ids={uuid}") == ["komplex-1"]
    assert slugs(api, f"{path}?ids={uuid}&skus=MG-2") == []
    assert slugs(api, f"{path}?updated_since=2999-01-01T00:00:00Z") == []


def test_fields_leave_the_others_out(api: Client, article: Article) -> None:
    whole = api.get(LIST).json()["items"][0]
    (item,) = api.get(f"{LIST}?fields=title,slug").json()["items"]
    assert item == {name: whole[name] for name in ("slug", "title")}
    assert list(item) == ["slug", "title"]
    assert api.get(f"{LIST}?fields={','.join(ITEM)}").json()["items"] == [whole]
    (item,) = api.get(f"{LIST}?fields=slug,highlight&q=dose").json()["items"]
    assert sorted(item) == ["highlight", "slug"]


def test_include_adds_parts_of_the_article(api: Client, article: Article) -> None:
    document = api.get(f"{LIST}dose/").json()
    whole = api.get(LIST).json()["items"][0]
    (item,) = api.get(f"{LIST}?include={','.join(INCLUDE)}").json()["items"]
    assert item == whole | {name: document[name] for name in INCLUDE}
    (item,) = api.get(f"{LIST}?include=toc&fields=slug").json()["items"]
    assert item == {"slug": "dose", "toc": document["toc"]}


@pytest.mark.parametrize(("kind", "slug"), [("article", "dose"), ("product", "MG-2")])
def test_fields_of_a_document(api: Client, article: Article, kind: str, slug: str) -> None:
    path = f"/api/v1/de/{kind}s/{slug}/"
    whole = api.get(path)
    some = api.get(f"{path}?fields=toc,title")
    assert some.json() == {name: whole.json()[name] for name in ("title", "toc")}
    assert some["ETag"] != whole["ETag"]
    assert some["Cache-Tag"] == whole["Cache-Tag"]
    assert api.get(f"{path}?fields={','.join(DETAILS[kind])}").content == whole.content


def test_part_that_is_not_rendered_yet_is_rendered_first(
    api: Client, article: Article, alice: User
) -> None:
    make_released(make_article(by=alice, slug="neu"), by=alice)
    for path in (f"{LIST}dose/?fields=related", f"{LIST}?include=related&ids={article.uuid}"):
        make_released(make_article(by=alice), by=alice)
        assert api.get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "parameter", "value"),
    [
        (f"{LIST}?fields=title,nie", "fields", "nie"),
        (f"{LIST}?fields=blocks", "fields", "blocks"),
        (f"{LIST}?fields=", "fields", ""),
        (f"{LIST}?include=toc,seo", "include", "seo"),
        (f"{LIST}?include=toc,,", "include", ""),
        (f"{LIST}dose/?fields=sku", "fields", "sku"),
        ("/api/v1/de/products/?fields=blocks", "fields", "blocks"),
    ],
)
def test_unknown_name_is_refused_by_name(
    api: Client, article: Article, path: str, parameter: str, value: str
) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["field"] == parameter
    assert error["detail"].startswith(f"“{value}” is none of ")


@pytest.mark.parametrize(
    "query",
    [
        *("author=0", "author=x", "author=" + "9" * 400, "skus=" + "a," * 101),
        *("fields=" + "title," * 4000, "include=" + "%00" * 9),
    ],
)
def test_unusable_parameter_is_refused(api: Client, article: Article, query: str) -> None:
    kind = "products" if query.startswith("skus") else "articles"
    answer = api.get(f"/api/v1/de/{kind}/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.split("=", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("fields=title,slug", "fields=slug,title,%20slug,title&utm_source=x"),
        ("include=toc,blocks&limit=5", "limit=5&include=blocks,toc,blocks"),
        ("q=glas%20dose", "q=%20glas%20%20dose%09"),
        ("", "fields=" + ",".join(reversed(ITEM))),
        (
            "ids=00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002",
            "ids="
            + "00000000-0000-0000-0000-000000000002,00000000000000000000000000000001," * 2
            + "00000000-0000-0000-0000-000000000002",
        ),
    ],
)
def test_one_selection_is_one_key(one: str, same: str) -> None:
    asked = read_address(LIST, one)
    assert asked is not None
    assert read_address(LIST, same) == asked


def test_selection_of_a_document_is_one_key() -> None:
    asked = read_address(f"{LIST}dose/", "fields=toc,title")
    assert read_address(f"{LIST}dose/", "fields=title,toc,title") == asked
    everything = read_address(f"{LIST}dose/", "fields=" + ",".join(DETAILS["article"]))
    assert everything == read_address(f"{LIST}dose/", "")


def test_locales_tell_how_complete_they_are(
    api: Client, article: Article, alice: User, settings: Any
) -> None:
    settings.CONTENT_LOCALES = ["de", "en"]
    make_released(make_article(by=alice, locale="en", slug="tin"), by=alice, locale="en")
    german, english = api.get("/api/v1/locales/").json()["items"]
    assert german["fallback_chain"] == ["de", "en"]
    assert english["fallback_chain"] == ["en", "de"]
    assert german["completeness"] == {
        "articles": {"released": 1, "missing": 1},
        "products": {"released": 2, "missing": 0},
    }
    assert english["completeness"] == {
        "articles": {"released": 1, "missing": 1},
        "products": {"released": 0, "missing": 2},
    }
    assert (english["articles"], english["products"]) == (1, 0)


def test_missing_translation_offers_the_others(api: Client, article: Article) -> None:
    answer = api.get("/api/v1/en/articles/dose/?fields=title")
    assert (answer.status_code, answer.json()["code"]) == (404, "translation_missing")
    assert [one["hreflang"] for one in answer.json()["alternates"]] == ["de", "x-default"]

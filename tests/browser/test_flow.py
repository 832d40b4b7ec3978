"""One real article from draft to storefront, in a real browser, with a real worker's code."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from shop_content.models import Author, CheckRun, Release
from shop_content.workflow.check import check
from tests.factories import make_article, make_rulebook, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def enter(page: Any, origin: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{origin}/admin/login/?next=/admin/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", "a-long-password")
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")


def test_article_goes_from_draft_to_storefront(live_server: Any, page: Any) -> None:
    alice: User = make_user("alice", "Marketing")
    make_user("bob", "Compliance")
    make_rulebook()
    article = make_article(by=alice, slug="die-dose", title="Die Dose")
    origin = live_server.url
    edit = f"{origin}/admin/shop_content/article/{article.pk}/change/?language=de"

    enter(page, origin, "alice")
    page.goto(edit)
    page.locator(".tiptap").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("Magnesium lindert Kopfschmerzen.")
    page.click("[name=shop_content_article_submit_for_check]")
    page.wait_for_selector(".state.checking")
    assert check(CheckRun.objects.get().pk) is not None
    page.wait_for_selector(".state.in_review")  # the panel fetched itself
    assert "lindert Kopfschmerzen" in page.inner_text(".findings")
    assert page.locator("button[name=release]").count() == 0

    enter(page, origin, "bob")
    page.goto(f"{origin}/admin/shop_content/checkrun/")
    page.get_by_text("Die Dose (r1)").click()
    assert page.locator("mark.sev-block").count() >= 1
    page.fill("#reason", "Nur zur Probe.")
    page.check("[name=for_all]")
    page.click("button[value=approved]")
    page.wait_for_url("**/checkrun/")

    enter(page, origin, "alice")
    page.goto(edit)
    page.click("button[name=release]")
    page.wait_for_selector(".state.released")
    page.goto(f"{origin}/de/blog/die-dose/")
    assert page.inner_text("h1") == "Die Dose"

    page.goto(edit)
    page.fill("[name=reason]", "Doch nicht.")
    page.click("button[name=withdraw]")
    page.wait_for_selector(".state.withdrawn")
    assert page.goto(f"{origin}/de/blog/die-dose/").status == 410
    assert Release.objects.live().count() == 0


def test_editor_adds_an_article(live_server: Any, page: Any) -> None:
    make_user("alice", "Marketing")
    make_rulebook()
    Author.objects.create(name="Mia Muster")
    enter(page, live_server.url, "alice")
    page.goto(f"{live_server.url}/admin/shop_content/article/add/?language=de")
    page.fill("[name=title]", "Aus dem Browser")
    page.locator(".tiptap").click()
    page.keyboard.type("Die Dose ist aus Glas.")
    page.select_option("[name=author]", label="Mia Muster")
    page.click("[name=_continue]")
    page.wait_for_selector(".state.draft")
    page.click("[name=shop_content_article_submit_for_check]")
    page.wait_for_selector(".state.checking")
    assert check(CheckRun.objects.get().pk) is not None
    page.wait_for_selector(".state.clean")
    page.click("button[name=release]")
    page.wait_for_selector(".state.released")
    live = Release.objects.get()
    assert (live.locale, live.slug) == ("de", "aus-dem-browser")
    assert page.goto(f"{live_server.url}/de/blog/aus-dem-browser/").status == 200
    assert page.inner_text("article > p:last-of-type") == "Die Dose ist aus Glas."


def test_api_docs_need_no_foreign_host(live_server: Any, page: Any) -> None:
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector(".opblock")
    assert page.locator(".opblock").count() >= 7
    assert page.foreign == []

"""The page to read and try the API, in a real browser under its policy."""

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_docs_work_under_their_policy(live_server: Any, page: Any) -> None:
    complaints: list[str] = []
    # Swagger UI warns of what it lacks a widget for; what the policy refuses is an error.
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(f"{live_server.url}/api/docs/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    list_of_articles = page.locator("#operations-api-articles_list")
    list_of_articles.locator(".opblock-summary-control").click()
    list_of_articles.locator(".parameters").first.wait_for()
    assert complaints == []

"""What is set wrongly about access is said before anything is served."""

from typing import Any

import pytest

from shop_content.system_checks import check_access


@pytest.mark.parametrize(
    ("name", "value", "identifiers"),
    [
        ("CORS_ORIGINS", ["*"], []),
        ("CORS_ORIGINS", ["https://shop.example"], []),
        ("CORS_ORIGINS", ["https://shop.example/"], ["shop_content.E003"]),
        ("CORS_ORIGINS", [""], ["shop_content.E003"]),
        ("READS_PER_MINUTE", 0, ["shop_content.E004"]),
        ("WRITES_PER_MINUTE", 0, ["shop_content.E004"]),
        ("CHECKS_PER_MINUTE", -1, ["shop_content.E004"]),
        ("TRUSTED_PROXIES", -1, ["shop_content.E004"]),
    ],
)
def test_access_that_cannot_work_is_an_error(
    settings: Any, name: str, value: Any, identifiers: list[str]
) -> None:
    setattr(settings, name, value)
    assert [found.id for found in check_access(None)] == identifiers

"""One compiled checker for all tests of the engine: it has no state a test could leave behind."""

from pathlib import Path

import pytest

from shop_content import claims

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="session")
def rulebook() -> claims.Rulebook:
    return claims.read_rulebook(FIXTURES)


@pytest.fixture(scope="session")
def checker(rulebook: claims.Rulebook) -> claims.Checker:
    return claims.Checker(rulebook)

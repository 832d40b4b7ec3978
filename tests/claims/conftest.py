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
    """The first reader alone: what rules say must not hang on learnt weights."""
    return claims.Checker(rulebook, second_reader=False)


@pytest.fixture(scope="session")
def both(rulebook: claims.Rulebook) -> claims.Checker:
    return claims.Checker(rulebook)

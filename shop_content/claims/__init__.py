"""The claim engine: what a text says about health, and which law it meets.

Pure: knows no Django. Text parts in, a report with findings out; the rulebook is data.
"""

from shop_content.claims.categories import CATEGORIES, Category
from shop_content.claims.change import Change
from shop_content.claims.checker import ENGINE_VERSION, Checker
from shop_content.claims.errors import ClaimsError, RulebookInvalid, UnknownLanguage
from shop_content.claims.examples import BrokenExample, broken_examples
from shop_content.claims.report import Facts, Finding, Part, ProductFacts, Report, Use
from shop_content.claims.roots import Candidates, Clause, Roots, roots_of
from shop_content.claims.rulebook import (
    Allowed,
    AuthorisedClaim,
    LanguageRules,
    Rule,
    Rulebook,
    TermList,
)
from shop_content.claims.rulebook_files import (
    AUTHORISED,
    TAXONOMY,
    files_of,
    read_rulebook,
    rulebook_of,
)
from shop_content.claims.vocabulary import LANGUAGES, LONGEST_WORD

__all__ = [
    "AUTHORISED",
    "CATEGORIES",
    "ENGINE_VERSION",
    "LANGUAGES",
    "LONGEST_WORD",
    "TAXONOMY",
    "Allowed",
    "AuthorisedClaim",
    "BrokenExample",
    "Candidates",
    "Category",
    "Change",
    "Checker",
    "ClaimsError",
    "Clause",
    "Facts",
    "Finding",
    "LanguageRules",
    "Part",
    "ProductFacts",
    "Report",
    "Roots",
    "Rule",
    "Rulebook",
    "RulebookInvalid",
    "TermList",
    "UnknownLanguage",
    "Use",
    "broken_examples",
    "files_of",
    "read_rulebook",
    "roots_of",
    "rulebook_of",
]

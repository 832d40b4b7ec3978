"""The claim engine: what a text says about health, and which law it meets.

Pure: knows no Django. Text parts in, a report with findings out; the rulebook is data.
"""

from shop_content.claims.categories import CATEGORIES, Category
from shop_content.claims.checker import ENGINE_VERSION, Checker
from shop_content.claims.errors import ClaimsError, RulebookInvalid, UnknownLanguage
from shop_content.claims.report import Facts, Finding, Part, ProductFacts, Report
from shop_content.claims.rulebook import Rulebook
from shop_content.claims.rulebook_files import read_rulebook

__all__ = [
    "CATEGORIES",
    "ENGINE_VERSION",
    "Category",
    "Checker",
    "ClaimsError",
    "Facts",
    "Finding",
    "Part",
    "ProductFacts",
    "Report",
    "Rulebook",
    "RulebookInvalid",
    "UnknownLanguage",
    "read_rulebook",
]

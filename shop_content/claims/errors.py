"""Errors of the claim engine.

ClaimsError
 ├── UnknownLanguage      no rulebook for this language
 └── RulebookInvalid      the rulebook data contradicts itself; names file and entry
"""


class ClaimsError(Exception):
    """Base of every error this package raises on purpose."""


class UnknownLanguage(ClaimsError):
    """The rulebook has no rules for the language; the message names those it has."""


class RulebookInvalid(ClaimsError):
    """A rulebook entry is malformed; the message names the file and the entry."""

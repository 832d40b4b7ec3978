"""Which product a line or a link of an imported text means."""

import re
from collections.abc import Mapping, Sequence

from shop_content.content import links
from shop_content.content.slugs import slugify

_WORD = re.compile(r"\w+")
# "Jetzt … kaufen", "Discover our … today": what a call to action says besides the name.
_EXTRA_WORDS = 4
_MIN_SHOUTED_LETTERS = 4


class ProductNames:
    """The products an importer may link to: SKU -> names, in any language."""

    def __init__(self, products: Mapping[str, Sequence[str]], locale: str) -> None:
        # A lone name is easily passed for a sequence of them; its letters are no names.
        listed = {sku: (ns,) if isinstance(ns, str) else ns for sku, ns in products.items()}
        self._words = [
            (sku, tuple(_words(name)))
            for sku, names in listed.items()
            for name in names
            if _words(name)
        ]
        self._addresses = {
            slugify(name, locale): sku for sku, names in listed.items() for name in names
        }
        self._skus = {sku.casefold(): sku for sku in products}
        self._addresses |= self._skus

    def in_line(self, text: str) -> str:
        """The SKU a stand-alone line names, or "" when it names none or several.

        The line is a product's name or SKU in any case, or holds all words of a name of two and
        more words with at most four others; an upper-case line may also be a part of a name.
        """
        words = _words(text)
        if not words:
            return ""
        sku = self._skus.get(text.casefold())
        if sku is not None and _is_name(text, words):
            return sku
        exact = {sku for sku, name in self._words if list(name) == words}
        if exact:
            return exact.pop() if len(exact) == 1 and _is_name(text, words) else ""
        named = self._holding(words)
        if not named and is_shouted(text):
            named = {sku for sku, name in self._words if set(words) <= set(name)}
        return named.pop() if len(named) == 1 else ""

    def in_address(self, href: str) -> str:
        """The SKU a link leads to: `product:SKU`, or an address that ends in SKU or name."""
        sku = links.reference(href, "product")
        if sku:
            return sku
        last = re.split(r"[?#]", href, maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
        return self._addresses.get(last.casefold(), "")

    def _holding(self, words: list[str]) -> set[str]:
        """The products with the longest name that is wholly among `words`."""
        fitting = [
            (len(name), sku)
            for sku, name in self._words
            if len(name) > 1 and len(words) <= len(name) + _EXTRA_WORDS and set(name) <= set(words)
        ]
        longest = max(fitting, default=(0, ""))[0]
        return {sku for length, sku in fitting if length == longest}


def is_shouted(text: str) -> bool:
    """Whether a line is written in capitals, as shop themes write buttons."""
    return text.isupper() and sum(map(str.isalpha, text)) >= _MIN_SHOUTED_LETTERS


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _is_name(text: str, words: list[str]) -> bool:
    """A name of one common word is a product only when it is shouted or looks like a SKU."""
    return len(words) > 1 or is_shouted(text) or any(map(str.isdigit, text))

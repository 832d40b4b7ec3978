"""What can be wrong with a text before anything reads it.

ContentError
├── ContentTooLarge     more bytes than the limit
├── ContentTooDeep      tags nested deeper than the limit
├── ContentTooComplex   markup whose tree would cost far more than its size
└── HiddenCharacters    a character that people cannot see changes what they read
"""


class ContentError(Exception):
    """Base of everything this package refuses."""


class ContentTooLarge(ContentError):
    """The text has `size` bytes of UTF-8, more than `limit`."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes, at most {limit} are allowed")
        self.size = size
        self.limit = limit


class ContentTooDeep(ContentError):
    """Tags are nested more than `limit` deep (unclosed and crossed tags count as open)."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"tags nested more than {limit} deep")
        self.limit = limit


class ContentTooComplex(ContentError):
    """Reading the markup would cost far more than its size.

    `reason`: "nodes" (unclosed tags repeated by every block), "attributes" (too many in one tag),
    "comments" (cut into each other) or "unstable" (parsed differently each time).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"markup too complex: {reason}")
        self.reason = reason


class HiddenCharacters(ContentError):
    """`name` (Unicode) stands at code point `position` of the source."""

    def __init__(self, position: int, name: str) -> None:
        super().__init__(f"{name} at character {position}")
        self.position = position
        self.name = name

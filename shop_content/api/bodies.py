"""JSON bodies of requests: bounded, and refused as a 400 whatever is wrong with them."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

# The longest body under /api/; a comment has 3,000 characters, a text to be checked 200,000.
LARGEST_BYTES = 1024 * 1024


class BoundedJSON(JSONParser):
    """What nests deeper than the reader of JSON can follow is a broken body, not a crash."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the value. Raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except (RecursionError, LookupError) as error:  # LookupError: an unknown charset
            raise ParseError("The body is not JSON that can be read.") from error

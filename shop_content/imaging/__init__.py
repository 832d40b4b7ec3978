"""Pictures: reading what was uploaded, and writing what is served.

Pure: no Django. Callers use the names below and nothing else of this package. What is served is
always encoded from decoded pixels: no byte of an upload, and nothing it says about itself (EXIF,
profiles, comments), reaches a reader.
"""

from shop_content.imaging.encoding import WIDTHS, Size, encode, ladder
from shop_content.imaging.reading import (
    MAX_BYTES,
    MAX_PIXELS,
    Refused,
    dominant_colour,
    read,
)

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "WIDTHS",
    "Refused",
    "Size",
    "dominant_colour",
    "encode",
    "ladder",
    "read",
]

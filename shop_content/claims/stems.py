"""A stem: the part of a word that an entry contributes, and which endings may follow it."""

from dataclasses import dataclass

# Class 0 allows no ending: the word as it stands.
EXACT = 0


@dataclass(frozen=True, slots=True)
class Stem:
    """`text` plus any ending of class `kind`.

    `particle`: only when that verb particle stands at the end of the clause. `role`: "first" when it
    stands only as the first part of a compound.
    """

    text: str
    kind: int
    particle: str = ""
    role: str = ""

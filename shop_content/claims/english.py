"""English word formation: the stems and endings an entry of a term list stands for."""

from shop_content.claims.stems import Stem

PLAIN, FINAL_E, DROPPED_E, FINAL_Y, CHANGED_Y, DOUBLED = range(1, 7)

SUFFIXES: dict[int, frozenset[str]] = {
    PLAIN: frozenset({"", "s", "es", "ed", "ing", "ings"}),
    FINAL_E: frozenset({"", "s", "d"}),
    DROPPED_E: frozenset({"ing", "ings"}),
    FINAL_Y: frozenset({"", "s", "ing"}),
    CHANGED_Y: frozenset({"es", "ed"}),
    DOUBLED: frozenset({"ed", "ing"}),
}
HEAD_SUFFIXES = SUFFIXES
MODIFIER_SUFFIXES = SUFFIXES
LEAD_SUFFIXES = SUFFIXES

_IRREGULAR = {
    "sleep": "slept", "fight": "fought", "feel": "felt", "wake": "woke woken", "get": "got gotten",
    "keep": "kept", "beat": "beaten", "find": "found", "lose": "lost", "grow": "grew grown",
    "hold": "held", "take": "took taken", "rise": "rose risen", "break": "broke broken",
    "bring": "brought", "build": "built", "give": "gave given", "go": "went gone goes",
    "know": "knew known", "lead": "led", "leave": "left", "make": "made", "see": "saw seen",
    "shrink": "shrank shrunk", "speak": "spoke spoken", "swear": "swore sworn", "fall": "fell fallen",
    "have": "has had", "do": "does did done", "be": "is are was were been", "teach": "taught",
    "show": "shown", "overcome": "overcame", "withdraw": "withdrew withdrawn", "say": "said",
    "tell": "told", "think": "thought", "burn": "burnt", "deal": "dealt", "run": "ran",
    "arise": "arose arisen", "become": "became", "drive": "drove driven", "eat": "ate eaten",
    "child": "children", "man": "men", "woman": "women", "tooth": "teeth", "foot": "feet",
    "crisis": "crises", "diagnosis": "diagnoses", "life": "lives", "virus": "viruses",
}  # fmt: skip
# British spelling is the lemma; these pairs make the other one. Source: standard usage.
_VARIANTS = (
    ("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("yse", "yze"), ("our", "or"),
    ("aem", "em"), ("oed", "ed"), ("oes", "es"), ("orrh", "orh"), ("ageing", "aging"),
    ("fibre", "fiber"), ("litre", "liter"), ("centre", "center"), ("paed", "ped"),
    ("diarrhoea", "diarrhea"), ("haem", "hem"), ("oest", "est"), ("skilful", "skillful"),
)  # fmt: skip
_VOWELS = "aeiou"


def expand(entry: str, folded: str) -> list[Stem]:
    """Return the stems of one dictionary word in every spelling of it."""
    del entry
    spellings = {folded}
    for british, american in _VARIANTS:
        spellings |= {word.replace(british, american) for word in spellings if british in word}
    stems: list[Stem] = []
    for word in sorted(spellings):
        stems += _inflect(word)
    return stems + [Stem(form, 0) for form in _IRREGULAR.get(folded, "").split()]


def _inflect(word: str) -> list[Stem]:
    if len(word) < 3:
        return [Stem(word, 0)]
    if word.endswith("e"):
        return [Stem(word, FINAL_E), Stem(word[:-1], DROPPED_E)]
    if word.endswith("y") and word[-2] not in _VOWELS:
        return [Stem(word, FINAL_Y), Stem(word[:-1] + "i", CHANGED_Y)]
    stems = [Stem(word, PLAIN)]
    if word[-1] not in _VOWELS + "wxy" and word[-2] in _VOWELS and word[-3] not in _VOWELS:
        stems.append(Stem(word + word[-1], DOUBLED))
    return stems

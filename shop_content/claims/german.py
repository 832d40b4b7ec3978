"""German word formation: which stems and endings an entry of a term list stands for.

An entry is written as in a dictionary: nouns capitalised, verbs in the infinitive. From it come its
inflections, its verbal noun (-ung), its participles and, for separable verbs, the split form.
Umlauts arrive folded (ae, oe, ue), ß as ss.
"""

from shop_content.claims.stems import Stem

NOUN, VERB, STRONG, PARTICIPLE, STRONG_PARTICIPLE, ADJECTIVE, INFINITIVE = range(1, 8)

_ADJ = ("", "e", "er", "es", "en", "em")
_FINITE = "e st est t et en n te test ten tet ete etest eten etet ter tes tem".split()
_VERBAL_NOUN = "en ens n ns ung ungen er ern ers erin erinnen".split()
_PRESENT = [base + ending for base in ("end", "nd") for ending in _ADJ]
SUFFIXES: dict[int, frozenset[str]] = {
    NOUN: frozenset("e en n s es er ern se sen in innen nen ens ns".split()) | {""},
    VERB: frozenset(_FINITE + _VERBAL_NOUN + _PRESENT) | {""},
    STRONG: frozenset("e st est t et en n te".split()) | {""},
    PARTICIPLE: frozenset(base + ending for base in ("t", "et") for ending in _ADJ),
    STRONG_PARTICIPLE: frozenset("en" + ending for ending in _ADJ),
    ADJECTIVE: frozenset(
        list(_ADJ)
        # an entry may already end in -e: "ausgelaugte Böden"
        + ["s", "n", "r", "m"]
        + ["er" + ending for ending in _ADJ]
        + ["st" + ending for ending in _ADJ]
        + ["est" + ending for ending in _ADJ]
    ),
    INFINITIVE: frozenset({"en", "n", "end", "ende", "enden", "ender", "endes"}),
}
# What a verb may look like as the last part of a compound: no finite form ("Maisstärke").
HEAD_SUFFIXES: dict[int, frozenset[str]] = SUFFIXES | {
    VERB: frozenset(_VERBAL_NOUN + _PRESENT + ["t", "te", "ten", "ter", "tes", "tem"]),
    STRONG: frozenset(),
    STRONG_PARTICIPLE: SUFFIXES[STRONG_PARTICIPLE],
}
# ... and as the first part: only its verbal noun ("Entspannungsbad").
MODIFIER_SUFFIXES: dict[int, frozenset[str]] = SUFFIXES | {
    VERB: frozenset({"ung", "ungs", "en", "ens", ""}),
    STRONG: frozenset(),
    PARTICIPLE: frozenset(),
    STRONG_PARTICIPLE: frozenset(),
    ADJECTIVE: frozenset({"", "er", "es", "en"}),
}
# Before a rest that no list knows a verb is no first part: "Lieferkette" does not deliver.
LEAD_SUFFIXES: dict[int, frozenset[str]] = MODIFIER_SUFFIXES | {VERB: frozenset({"ung", "ungs"})}

_INSEPARABLE = (
    "be",
    "ent",
    "emp",
    "er",
    "ge",
    "ver",
    "zer",
    "miss",
    "ueber",
    "unter",
    "wider",
)
_PARTICLES = (
    "entgegen", "zurueck", "zusammen", "herbei", "heraus", "hinaus", "herab", "voran", "fern",
    "fort", "nach", "nieder", "weg", "los", "auf", "aus", "ein", "bei", "vor", "her", "hin", "mit",
    "ab", "an", "zu",
)  # fmt: skip
# infinitive stem: present, past, participle stems where they differ (standard German grammar).
_STRONG = """
helf hilf half holf|scheid scheid schied schied|heb heb hob hob|trag traeg trug trag|nehm nimm nahm nomm|geb gib gab geb
gleich gleich glich glich|treib treib trieb trieb|schwind schwind schwand schwund|weich weich wich wich
halt haelt hielt halt|lass laess liess lass|schlaf schlaef schlief schlaf|steh steh stand stand
geh geh ging gang|komm komm kam komm|brech brich brach broch|bring bring brach brach|find find fand fund
gewinn gewinn gewann wonn|zwing zwing zwang zwung|werd wird wurd word|lier lier lor lor|meid meid mied mied
schreib schreib schrieb schrieb|steig steig stieg stieg|sink sink sank sunk|sprech sprich sprach sproch
spring spring sprang sprung|schmelz schmilz schmolz schmolz|fall faell fiel fall|fang faeng fing fang
ess iss ass gess|les lies las les|seh sieh sah seh|wachs waechs wuchs wachs|zieh zieh zog zog
schliess schliess schloss schloss|giess giess goss goss|fliess fliess floss floss|leid leid litt litt
weis weis wies wies|beweis beweis bewies wies|wissen weiss wuss wuss|koenn kann konn konn|denk denk dach dach
loesch lisch losch losch|ringen ring rang rung|sitz sitz sass sess|lieg lieg lag leg|rat raet riet rat
schwoer schwoer schwor schwor|empfehl empfiehl empfahl pfohl|sterb stirb starb storb|fahr faehr fuhr fahr
kling kling klang klung|kreuz kreuz kreuz kreuz|wend wend wand wand|bind bind band bund|streich streich strich strich
"""
_STRONG_STEMS = {
    row.split()[0]: tuple(row.split()[1:])
    for line in _STRONG.strip().splitlines()
    for row in line.split("|")
}
_VOWELS = "aeiouy"
_UMLAUT = {"a": "ae", "o": "oe", "u": "ue"}


def expand(entry: str, folded: str) -> list[Stem]:
    """Return the stems of one dictionary word. `entry` keeps its case, `folded` is its fold."""
    if entry[:1].isupper():
        return _noun(folded)
    stems = [Stem(folded, ADJECTIVE)]
    if folded.endswith(("en", "ern", "eln")) and len(folded) > 4:
        stems += _verb(folded)
    return stems


def _noun(word: str) -> list[Stem]:
    stems = [Stem(word, NOUN)]
    if len(word) < 4:
        return [Stem(word, 0)]
    changed = _umlaut(word)
    if changed:
        stems.append(Stem(changed, NOUN))
    if word.endswith(("us", "um", "is", "on", "ma")) and len(word) > 5:
        stems.append(Stem(word[:-2], INFINITIVE))
    elif word.endswith(("o", "a")) and len(word) > 4:
        stems.append(Stem(word[:-1], INFINITIVE))
    if word.endswith(("e", "en")) and len(word) > 5:
        # The first half of a compound drops it: "Wirbelsäule", "Wirbelsäulenleiden".
        stems.append(Stem(word.removesuffix("n").removesuffix("e"), ADJECTIVE, role="first"))
    return stems


def _umlaut(word: str) -> str:
    """Return the word with the vowel of its last strong syllable changed, or ''."""
    body = word[:-2] if word.endswith(("er", "el", "en")) and len(word) > 4 else word
    for index in range(len(body) - 1, -1, -1):
        char = body[index]
        if char in _UMLAUT and not (index and body[index - 1] in "aou" and char == "e"):
            if index and body[index - 1 : index + 1] == "au":
                index, char = index - 1, "a"  # noqa: PLW2901 -- the diphthong changes as one
            return word[:index] + _UMLAUT[char] + word[index + 1 :]
        if char in _VOWELS:
            return ""
    return ""


def _verb(infinitive: str) -> list[Stem]:
    for particle in _PARTICLES:
        if infinitive.startswith(particle) and len(infinitive) - len(particle) > 4:
            base = infinitive[len(particle) :]
            if base.startswith("zu") or infinitive.startswith("zer"):
                break
            return _separable(particle, base)
    return _inflect(infinitive, "", fixed=infinitive.startswith(_INSEPARABLE))


def _separable(particle: str, base: str) -> list[Stem]:
    fixed = base.startswith(_INSEPARABLE)
    stems = _inflect(base, particle, fixed=fixed)
    root = _root(base)
    stems.append(Stem(particle + "zu" + root, INFINITIVE))
    split = [Stem(root, VERB, particle=particle)]
    split += [Stem(stem, STRONG, particle=particle) for stem in _strong(root)[:2]]
    return stems + split


def _root(infinitive: str) -> str:
    return infinitive[:-2] if infinitive.endswith("en") else infinitive[:-1]


def _strong(root: str) -> tuple[str, ...]:
    for base, changed in _STRONG_STEMS.items():
        if root.endswith(base) and (root == base or root.startswith(_INSEPARABLE)):
            prefix = root[: len(root) - len(base)]
            return tuple(prefix + stem for stem in changed)
    return ()


def _inflect(infinitive: str, particle: str, *, fixed: bool) -> list[Stem]:
    root = _root(infinitive)
    stems = [Stem(particle + root, VERB)]
    if root.endswith(("er", "el")):
        stems.append(Stem(particle + root[:-2] + root[-1], INFINITIVE))
    ge = "" if fixed or infinitive.endswith("ieren") else "ge"
    stems.append(Stem(particle + ge + root, PARTICIPLE))
    strong = _strong(root)
    if strong:
        present, past, participle = strong
        stems += [Stem(particle + present, STRONG), Stem(particle + past, STRONG)]
        stems.append(Stem(particle + ge + participle, STRONG_PARTICIPLE))
        stems.append(Stem(particle + ge + participle, PARTICIPLE))
    return stems

"""Folding: when two written forms are the same word, and how a source's cell falls into atomic mentions."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["a", "atoms", "fold", "many", "pieces", "squeeze"]

_PUNCTUATION = re.compile(r"[\W_]+", re.UNICODE)
_SEPARATORS = re.compile(r"\s*(?:[/,;&+|]|\band\b|\bor\b)\s*", re.IGNORECASE)
_PARENTHESES = re.compile(r"\(([^()]*)\)?")
# Words that end in "s" without being a plural; singular forms of the rest are found by rule.
_INVARIANT_ENDINGS = ("ss", "us", "is", "as", "os")
_PLURALS_IN_AS = ("mas", "eas", "ias")  # gliomas, areas, pneumonias
_SINGULARS = frozenset(("alias", "bias", "christmas", "lens", "pancreas"))
_IRREGULAR = {
    "diseases": "disease",
    "biopsies": "biopsy",
    "vertebrae": "vertebra",
    "nuclei": "nucleus",
    "metastases": "metastasis",
    "diagnoses": "diagnosis",
    "prognoses": "prognosis",
    "stenoses": "stenosis",
    "thromboses": "thrombosis",
    "feet": "foot",
    "teeth": "tooth",
    "bronchi": "bronchus",
    "ova": "ovum",
    "atria": "atrium",
    "cancers": "cancer",
    "masses": "mass",
    "abscesses": "abscess",
    "sinuses": "sinus",
    "viruses": "virus",
    "uses": "use",
    "lenses": "lens",
    "biases": "bias",
    "axes": "axis",
    "indices": "index",
    "matrices": "matrix",
    "apices": "apex",
    "carcinomata": "carcinoma",
    "women": "woman",
    "men": "man",
    "children": "child",
    "mice": "mouse",
}


def a(noun: str) -> str:
    """A noun with its indefinite article: ``a lung``, ``an eye``."""
    return f"{'an' if noun[:1].casefold() in set('aeiou') else 'a'} {noun}"


def many(count: int, noun: str) -> str:
    """A count with its noun: ``1 study``, ``1,200 studies``, ``3 series``."""
    if count == 1 or noun.endswith("series"):
        return f"{count:,} {noun}"
    if noun.endswith(("ch", "sh", "x", "s")):
        return f"{count:,} {noun}es"
    return f"{count:,} {noun[:-1]}ies" if noun.endswith("y") else f"{count:,} {noun}s"


def squeeze(text: str) -> str:
    """Collapse runs of white space and trim; zero-width characters go."""
    return " ".join(text.replace("\u200d", "").replace("\ufeff", "").split())


def _singular(word: str) -> str:
    stem = word if word in _IRREGULAR or word in _SINGULARS else _stem(word)
    return _IRREGULAR.get(stem, stem)


def _stem(word: str) -> str:
    if len(word) <= 3:
        return word
    if word.endswith(_PLURALS_IN_AS):
        return word[:-1]
    if not word.endswith("s") or word.endswith(_INVARIANT_ENDINGS):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form under which two spellings of one word are equal.

    Case, accents, punctuation and regular plurals are folded away: ``fold("Lung Nodules") == fold("lung-nodule")``.
    Letters outside Latin stay as they are, so that Chinese names can be looked up too.
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("\u200d", "")).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    plain = re.sub(r"(\w)['\u2019]s\b", r"\1", plain)
    return " ".join(_singular(w) for w in _PUNCTUATION.sub(" ", plain).split())


def pieces(cell: str) -> tuple[str, ...]:
    """Split a cell at commas, slashes and semicolons only, so that ``optic disc and cup`` stays whole."""
    parts = (squeeze(part) for part in re.split(r"[,;/]", cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def atoms(cell: str) -> tuple[str, ...]:
    """Split a cell at list separators into mentions, in order, each once.

    A parenthesis is a mention of its own: ``Lung (Thorax)`` names two things. The caller looks the whole cell up first,
    so that ``head and neck cancer`` or ``PET/CT`` are not torn apart when they are names.
    """
    found: list[str] = []
    inner = _PARENTHESES.findall(cell)
    for part in (_PARENTHESES.sub(" ", cell), *inner):
        found += [squeeze(piece.strip(" .?\u2026")) for piece in _SEPARATORS.split(part)]
    return tuple(dict.fromkeys(piece for piece in found if piece))

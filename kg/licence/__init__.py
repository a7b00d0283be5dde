"""What the terms of datasets allow, alone and together. No legal advice: what licences are known to say, and what follows from it."""

from kg.licence.attribution import asking, credit
from kg.licence.book import LicenceBook, OwnTerms, book_of
from kg.licence.combine import Combination, combine
from kg.licence.merge import Clash, Demands
from kg.licence.pattern import allowed_pattern
from kg.licence.terms import Terms, terms_of
from kg.licence.uses import INDEX_ONLY, USES, Use, parse_use
from kg.licence.verdict import ALLOWED, REFUSED, UNKNOWN, UNSETTLED, MemberVerdict, member_verdict

__all__ = [
    "ALLOWED",
    "INDEX_ONLY",
    "REFUSED",
    "UNKNOWN",
    "UNSETTLED",
    "USES",
    "Clash",
    "Combination",
    "Demands",
    "LicenceBook",
    "MemberVerdict",
    "OwnTerms",
    "Terms",
    "Use",
    "allowed_pattern",
    "asking",
    "book_of",
    "combine",
    "credit",
    "member_verdict",
    "parse_use",
    "terms_of",
]

"""What a few words mean by the table of needs, for somebody who decides: a suggestion, never an answer."""

from portal.directory.terms import EVERY
from portal.search.tokens import tokens_of
from portal.search.words import fold


def codes_of(text: str) -> tuple[str, ...]:
    """Codes of directory.terms that a name says in so many words, in the order said; none where it only comes near one."""
    tokens = (token for token in tokens_of(fold(text)) if not token.loosely)
    pairs = (pair for token in tokens for pair in token.codes)
    return tuple(
        dict.fromkeys(code for group, code in pairs if group != "field" and code in EVERY.get(group, ()))
    )

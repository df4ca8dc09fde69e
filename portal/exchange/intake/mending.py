"""Text of others put right where it is safe: wrongly decoded letters, markup, a written-out \\n, what cannot be shown.

What comes out goes in again unchanged, so that what we give out comes back equal.
"""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

import ftfy
from ftfy.badness import is_bad

MISREAD = "letters that were decoded wrongly were put right"
MARKUP = "HTML was taken out of a text"
ESCAPED = "a written-out line end (\\n) became one"
UNSEEN = "characters that cannot be shown were taken out"

_SUSPECT = re.compile(r"[<&\\\x00-\x08\x0b-\x1f\x7f]|[^\x00-\x7e]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)
_LINE_END = re.compile(r"(?:\\r)?\\n|\\r(?![a-z])")
_TAG = re.compile(
    r"<(?:/?(?:a|abbr|article|aside|b|big|blockquote|body|br|button|center|cite|code|col|dd|del|div|dl|dt|em|embed|font|"
    r"footer|form|frame|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|map|meta|nav|object|ol|"
    r"option|p|pre|s|script|section|select|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|template|"
    r"textarea|tfoot|th|thead|title|tr|tt|u|ul|video)(?=[\s/>])|!--)",
    re.IGNORECASE,
)  # fmt: skip
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
# A dash or a quotation mark of UTF-8, read as the letters of old DOS machines and then stripped of its Greek.
_DOS = {"GÇô": "–", "GÇö": "—", "GÇÿ": "‘", "GÇÖ": "’", "GÇ£": "“", "GÇ¥": "”", "GÇª": "…", "GÇó": "•"}
_DOS_RUN = re.compile("|".join(_DOS))
_BREAKS = {
    "br",
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dd",
    "dt",
    "hr",
    "ul",
    "ol",
    "table",
}
_SILENT = {"script", "style", "head", "title", "template", "svg", "iframe", "object"}


def mend(text: str) -> tuple[str, list[str]]:
    """The text as it may be kept, its lines without blanks around; and what was done to it beyond that."""
    done: list[str] = []
    if _SUSPECT.search(text):
        for _ in range(4):
            before = text
            for what, step in _STEPS:
                after = step(text)
                if after != text:
                    text = after
                    done.append(what)
            if text == before:
                break
    if "\n" in text or "\r" in text or "  " in text or "\t" in text or text != text.strip():
        text = _tidied(text)
    return text, list(dict.fromkeys(done))


def _tidied(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


def _unseen(text: str) -> str:
    return _UNSEEN.sub("", text)


def _misread(text: str) -> str:
    if text.isascii():
        return text
    text = _DOS_RUN.sub(lambda found: _DOS[found[0]], text)
    return ftfy.fix_encoding(text) if is_bad(text) else text


def _line_ends(text: str) -> str:
    return _LINE_END.sub("\n", text) if "\\" in text else text


def _markup(text: str) -> str:
    if "<" in text and _TAG.search(text):
        reader = _Words()
        reader.feed(text)
        reader.close()
        return _tidied("".join(reader.words))
    return html.unescape(text) if "&" in text and _ENTITY.search(text) else text


class _Words(HTMLParser):
    """The words of a piece of HTML; a link keeps where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.words.append("\n")
        elif tag in ("td", "th"):
            self.words.append(" ")
        elif tag == "a":
            self._link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.words.append("\n")
        elif tag == "a" and self._link:
            said = "".join(self.words[-3:])
            if self._link.startswith(("http://", "https://")) and self._link not in said:
                self.words.append(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


_STEPS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (UNSEEN, _unseen),
    (MISREAD, _misread),
    (ESCAPED, _line_ends),
    (MARKUP, _markup),
)

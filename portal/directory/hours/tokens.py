"""Hours in words cut into tokens: days, times, dates and the few words that matter. What is none of these is `other`."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from portal.directory.hours.holidays import HOLIDAY

DAY_CODES = {
    "mo": "MO", "tu": "TU", "we": "WE", "th": "TH", "fr": "FR", "sa": "SA", "su": "SU",
    "lu": "MO", "ma": "TU", "mi": "WE", "ju": "TH", "vi": "FR", "do": "SU",
}  # fmt: skip
LETTERS = {"m": "MO", "t": "TU", "tu": "TU", "w": "WE", "th": "TH", "f": "FR", "sa": "SA", "su": "SU"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:,? (?P<year>20\d\d))?"
_HOLIDAYS = r"(?:public |legal |bank |observed |national |government |all |the |u\.?s\.? )*"
# In this order: the first that fits is it.
_KINDS = [
    ("break", r"[;\n|()\[\]]|\.(?=\s|$)|•|\*"),
    ("alltime", r"(?:open )?24 ?/ ?7(?: ?/ ?365)?|24 ?x ?7|around the clock|always open|(?:open )?24 ?(?:hours|hrs?\.?|horas)"
                r"(?: (?:a|per) day| al dia)?,? ?(?:and |/ ?|los )?(?:7|seven) (?:days|dias)(?:(?: a| per|/) ?week| (?:de|a) la semana)?"
                r"(?:,? ?(?:and )?365 days(?: (?:a|per) year)?)?"),
    ("allday", r"(?:open )?24[ -]?(?:hours?|hrs?\.?|h|horas)\b(?: (?:a|per) day| al dia)?|all day"),
    ("date", r"(?P<iso>20\d\d-\d\d-\d\d)|(?P<us>\d{1,2}/\d{1,2}/20\d\d)"),
    ("otherappt", r"(?:,? ?(?:and|or|also|other times?|other hours|evenings?|weekends?|otherwise|after hours|additional hours))+"
                  r",? (?:also )?(?:available )?(?:by|with) (?:prior )?app(?:oin)?t(?:ments?)?\.?(?! only)"),
    ("apptonly", r"(?:by )?(?:prior )?app(?:oin)?t(?:ments?)?\.?,? (?:only|needed|required|necessary)|(?:solo )?con (?:previa )?cita(?: previa)?"
                 r"|(?:solo )?por cita|(?:by|with) (?:prior )?app(?:oin)?t(?:ments?)?\.? only"),
    ("appt", r"(?:by|with) (?:prior )?app(?:oin)?t(?:ments?)?\b\.?"),
    ("openholiday", rf"(?:including|incl\.?|even(?: on)?|open(?: on| during)?) {_HOLIDAYS}(?:federal |state |major )*holidays?"),
    ("state", rf"{_HOLIDAYS}(?:federal (?:and|&|/|or) state|state (?:and|&|/|or) federal) {_HOLIDAYS}holidays?"),
    ("federal", rf"{_HOLIDAYS}federal(?:ly)? (?:observed |recognized |legal )*holidays?"),
    ("major", rf"{_HOLIDAYS}major (?:federal )?holidays?"),
    ("state", rf"{_HOLIDAYS}(?:state )?{_HOLIDAYS}holidays?(?: observed)?|(?:dias )?(?:feriados|festivos)(?: oficiales)?"),
    ("holiday", HOLIDAY.pattern),
    ("day_of_month", rf"(?P<month>{_MONTH}) (?P<mday>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)(?! ?[ap]\.?m)" + _YEAR),
    ("everyother", r"every other|alternate|alternating|every (?:2|two) weeks? on|every (?:2|two) weeks"),
    ("ofmonth", r"of (?:the|each|every) (?:calendar )?month|(?:of )?each month|every month|of month|monthly|del mes|de cada mes"),
    ("days", r"every ?day|everyday|daily|(?:7|seven) days (?:a|per) week|(?:7|seven) days/week|365 days (?:a|per) year"
             r"|week ?days|business days|week ?ends?|todos los dias|diario|diariamente|entre semana|fines? de semana"),
    ("ordinal", r"(?P<nth>[1-5])(?:st|nd|rd|th)|(?P<mth>[12]?\d|3[01])(?:st|nd|rd|th)|first|second|third|fourth|fifth|last"),
    ("day", r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nes(?:day)?)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?\b\.?"
            r"|(?:lun(?:es)?|martes|mar(?= ?(?:-|a |al |,|y )? ?(?:mie|jue|vie|sab|dom))|mie(?:rcoles)?|jue(?:ves)?|vie(?:rnes)?"
            r"|sab(?:ado)?|dom(?:ingo)?)s?\b\.?|\b(?:mo|tu|we|th|fr|sa|su)s?\b\.?"),
    ("month", _MONTH),
    ("letters", r"(?:m|tu|th|t|w|f|sa|su)(?:[,/]? ?(?:m|tu|th|t|w|f|sa|su))*(?= ?[-:,&]| \d|$| ?(?:to|through|thru|and|closed|by)\b)"),
    ("time", r"\d{1,2}[:.]\d{2}(?::\d{2})?(?: ?[ap]\.? ?m\b\.?|[ap]\b)?|\d{1,2}(?: ?[ap]\.? ?m\b\.?|[ap]\b)|(?:[01]\d|2[0-4])[0-5]\d(?!\d)"
             r"|12 ?(?:noon|n\b)|12 ?midnight|noon|midnight|mediodia|medianoche|\d{1,2}(?![\d/])"),
    ("closed", r"(?:is |are )?closed(?: on| for)?|cerrado(?: los| el)?|not open"),
    ("except", r"except(?:ing)?(?: for| on)?|excluding|excl\.?|excepto|salvo|but not|not|no\b"),
    ("lunch", r"(?:for |during )?(?:the )?lunch(?: ?(?:break|hour))?|almuerzo"),
    ("starting", r"starting|beginning|begins|effective|as of|since"),
    ("dash", r"-+|to\b|till?\b|until\b|thru\b|through\b|hasta\b|al?\b"),
    ("and", r"and\b|&|y\b|/|\+"),
    ("comma", r","),
    ("every", r"each\b|every\b|cada\b"),
    ("noise", r"(?:hours?(?: of operation| are)?|open(?: hours)?|opens|abierto|horario|office hours|business hours|regular hours|walk-?ins?"
              r"(?: welcome| accepted| hours| clinic| only)*|from|between|de|desde|on|at|los|las|el|la|is|are|we|hrs?\.?|h|only|the|of|in"
              r"|office|clinic|drop-?in)\b|:|\.|'"),
]  # fmt: skip
_WHOLE = r"(?!(?<=[a-z])[a-z])"  # `mon` of `money` is no day
_TOKEN = re.compile(
    "|".join(f"(?P<k{at}>(?:{pattern}){_WHOLE})" for at, (_kind, pattern) in enumerate(_KINDS))
)
_NUMBERED = re.compile(r"k\d+")
_WORD = re.compile(r"[a-z0-9']+")
_DASHES = re.compile(r"[‐‑‒–—―−~]|â€[“”\"]|g[cç]o|gçô|ûò")


class Token(NamedTuple):
    kind: str
    text: str
    groups: dict[str, str]
    at: int  # where it stands in the text


def folded(text: str) -> str:
    """Lower case without accents, one sort of dash and blank, tags of HTML gone."""
    plain = html.unescape(re.sub(r"<(?:br|/p|/li|/tr|/div)[^>]*>", "\n", text, flags=re.IGNORECASE))
    plain = re.sub(r"<[^>]*>", " ", plain).replace("\\n", "\n").replace("’", "'")
    plain = _DASHES.sub("-", plain.lower())
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = _DASHES.sub("-", plain)
    return re.sub(r"[^\S\n]+", " ", plain).strip()


def tokens(text: str) -> Iterator[Token]:
    """Of a folded text, in order. Words that are not known come as `other`, whole."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            word = text[at] if (some := _WORD.match(text, at)) is None else some[0]
            if word != " ":
                yield Token("other", word, {}, at)
            at += len(word)
        else:
            held = {name: value for name, value in found.groupdict().items() if value is not None}
            kind = next(_KINDS[int(name[1:])][0] for name in held if _NUMBERED.fullmatch(name))
            yield Token(kind, found[0], held, at)
            at = found.end()

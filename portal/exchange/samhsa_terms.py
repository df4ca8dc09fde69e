"""What SAMHSA's codes mean in the portal's own words: (book, category, code) -> care, for, pay, access,
field, topic and languages.

Only what a person can be referred for is mapped to `care`. What a facility offers to its own clients beside treatment
(rides, help with housing, legal help, a physician on the premises) stays a SAMHSA term and makes no listing a transport or
a housing service. Heading codes that say nothing alone (OP and RES of the substance use book) are left to their details.

Kind of organization: every organization in the substance use book is taken for a 42 CFR Part 2 program. Whether a
facility is "federally assisted and holds itself out" the book does not say; taking too many for one hides an answer that
might have been shown, taking too few would disclose a record that the law protects. The client group "experienced
domestic violence" (DV) stands on a quarter of all facilities: it is a search word, never a reason to hide an address or
to call an organization a victim service.
"""

from collections.abc import Iterable
from typing import NamedTuple

from portal.exchange.samhsa_book import Term

BOTH = ("mh", "sa")


class Code(NamedTuple):
    """A code's key. Never the code alone: PHR holds other medicines in each book."""

    book: str
    category: str
    code: str


def _keys(books: Iterable[str], category: str, codes: str) -> list[Code]:
    return [Code(book, category, code) for book in books for code in codes.split()]


# (books, category, codes, the portal's codes)
_LINES = (
    # Kinds of care
    (("sa",), "TC", "DT", "detox"),
    (("sa",), "TC", "HH", "recovery_housing"),
    (BOTH, "TC", "SUMH", "co_occurring"),
    (("mh",), "SET", "HI", "inpatient"),
    (("mh",), "SET", "OP", "outpatient"),
    (("mh",), "SET", "PHDT", "intensive_outpatient"),
    (("mh",), "SET", "RES", "residential"),
    (("sa",), "SET", "HID OD RD", "detox"),
    (("sa",), "SET", "ORT", "outpatient"),
    (("sa",), "SET", "OMB", "outpatient moud"),
    (("sa",), "SET", "OIT ODT", "intensive_outpatient"),
    (("sa",), "SET", "RL RS", "residential"),
    (("sa",), "DETOX", "ADTX BDTX CDTX MDTX ODTX", "detox"),
    (("sa",), "HOSP", "PSYH", "inpatient"),
    (("sa",), "OT", "OTP BUM BMW MM MMW UB", "moud"),
    (("mh",), "FT", "PSY IPSY SHP", "inpatient"),
    (("mh",), "FT", "CMHC OMH", "outpatient"),
    (("mh",), "FT", "PH", "intensive_outpatient"),
    (("mh",), "FT", "RTCA ORES", "residential"),
    (("mh",), "FT", "RTCC", "residential youth"),
    (("mh",), "FT", "VAHC", "veterans military"),
    (("mh",), "EMS", "WI", "crisis_center walk_in"),
    (("mh",), "EMS", "PEOFF", "mobile_crisis"),
    (BOTH, "RSS", "PEER", "peer"),
    (("sa",), "RSS", "RC", "peer"),
    (("sa",), "TRSRV", "NOE", "harm_reduction"),
    (BOTH, "AS", "CM", "case_management"),
    (("mh",), "AS", "ACT ICM", "case_management serious_mental_illness"),
    (("mh",), "AS", "FPSY", "family_support"),
    (("mh",), "AS", "SH", "housing"),
    (BOTH, "LCA", "FQHC", "medical"),
    # For whom
    (BOTH, "AGE", "ADLT", "adults"),
    (BOTH, "AGE", "YAD", "young_adults"),
    (BOTH, "AGE", "CHLD", "youth"),
    (BOTH, "AGE", "SNR", "older_adults"),
    (BOTH, "SG", "TAY", "young_adults"),
    (BOTH, "SG", "SE", "older_adults"),
    (BOTH, "SG", "GL", "lgbtq"),
    (BOTH, "SG", "VET", "veterans"),
    (BOTH, "SG", "CJ", "justice"),
    (BOTH, "SG", "CO", "co_occurring"),
    (BOTH, "SG", "DV", "abuse_survivors"),
    (BOTH, "SG", "TRMA", "trauma"),
    (("mh",), "SG", "PTSD", "trauma"),
    (("mh",), "SG", "SED", "youth"),
    (("mh",), "SG", "SMI", "serious_mental_illness"),
    (("sa",), "SG", "AD", "youth"),
    (("sa",), "SG", "WN", "women"),
    (("sa",), "SG", "MN", "men"),
    (("sa",), "SG", "PW", "pregnant"),
    (("sa",), "SG", "XA", "trauma abuse_survivors"),
    (("sa",), "AS", "BC", "families together"),
    (("sa",), "FOP", "VAMC", "veterans military"),
    (("mh",), "FOP", "VAMC", "veterans military"),
    # Who pays. State plans, block grants and the Indian Health Service have no word of ours yet.
    (BOTH, "PAY", "MC", "medicare"),
    (BOTH, "PAY", "MD", "medicaid"),
    (BOTH, "PAY", "MI", "military"),
    (BOTH, "PAY", "PI", "private"),
    (BOTH, "PAY", "SF", "self_pay"),
    (("mh",), "PAY", "VAF", "military"),
    (("sa",), "PAY", "NP", "free"),
    (BOTH, "PYAS", "SS", "sliding"),
    # What it treats, gives or is made for
    (("mh",), "TC", "MH", "mental_health"),
    (BOTH, "TC", "SA", "substance_use"),
    (("sa",), "SET", "HID RD", "detox_bed"),
    (("sa",), "OT", "MM MMW", "methadone"),
    (("sa",), "OM", "MU", "methadone"),
    (("sa",), "OT", "UB BUM BMW", "buprenorphine"),
    (("sa",), "OM", "BU", "buprenorphine"),
    (("sa",), "PHR", "BWN BWON BERI BSDM", "buprenorphine"),
    (("sa",), "OT", "RPN UN", "naltrexone"),
    (("sa",), "OM", "NU", "naltrexone"),
    (("sa",), "PHR", "NXN VTRL", "naltrexone"),
    (("sa",), "AUT", "PMAT", "alcohol_medicine"),
    (("sa",), "PHR", "ACM DSF", "alcohol_medicine"),
    (("sa",), "DETOX", "ADTX", "alcohol_detox"),
    (("sa",), "DETOX", "ODTX", "opioid_detox"),
    (("sa",), "OT", "DB DM ULC", "opioid_detox"),
    (("sa",), "DETOX", "BDTX", "benzo_detox"),
    (("sa",), "DETOX", "CDTX MDTX", "stimulant_detox"),
    (("mh",), "EMS", "PEON", "psychiatric_emergency"),
    (("mh",), "EMS", "CIT", "crisis_intervention"),
    (("mh",), "PHR", "ANTPYCH", "psychiatric_medicine"),
    (("sa",), "PHR", "MMD", "psychiatric_medicine"),
    (("mh",), "SG", "PTSD", "ptsd"),
    (("mh",), "SG", "PEFP", "early_psychosis"),
    (("mh",), "SG", "PED", "eating_disorders"),
    (("sa",), "OTHR", "TGD", "gambling"),
    (("mh",), "SG", "ALZ", "dementia"),
    (("mh",), "SG", "TBI", "brain_injury"),
    (("mh",), "SG", "SED", "emotional_disturbance"),
    (BOTH, "SG", "HV", "hiv"),
    (BOTH, "SCR", "HIVT", "hiv"),
    (("sa",), "PHR", "MHIV MPEP", "hiv"),
    (BOTH, "SCR", "HCT HBT", "hepatitis"),
    (("sa",), "PHR", "MHCV", "hepatitis"),
    (("sa",), "SG", "COPSU", "chronic_pain"),
    (BOTH, "ECS", "TCC", "smoking"),
    (BOTH, "PHR", "NRT NSC", "smoking"),
    (("sa",), "TAP", "ANG", "anger"),
    (("sa",), "EXCL", "DU DUO", "dui"),
    (("mh",), "AS", "COOT AOT", "court_ordered"),
    (("mh",), "TAP", "DBT", "dbt"),
    (BOTH, "TAP", "CBT", "cbt"),
    (("mh",), "TAP", "EMDR", "emdr"),
    (("mh",), "TAP", "TMS", "tms"),
    (("mh",), "TAP", "ECT", "ect"),
    (("mh",), "TAP", "KIT", "ketamine"),
    (("mh",), "TAP", "CFT", "couples_family"),
    (("sa",), "ECS", "MCO FCO", "couples_family"),
    (("sa",), "TAP", "CMI CRV", "contingency"),
    (("mh",), "AS", "ACT", "assertive_community"),
    (("mh",), "AS", "PRS", "rehabilitation"),
    (("mh",), "AS", "SEMP VRS ES", "work"),
    (("sa",), "RSS", "EMP", "work"),
    (("sa",), "ECS", "VOC", "work"),
    (("sa",), "SCR", "DAUT DAOF BABA", "drug_test"),
    (("sa",), "AS", "ACU", "acupuncture"),
    (("sa",), "ASPT", "PIEC", "intervention"),
    (("mh",), "FT", "VAHC", "va"),
    (BOTH, "FOP", "VAMC", "va"),
    (BOTH, "SG", "ADM MF", "active_duty"),
    (BOTH, "FOP", "IH TBG", "tribal"),
    (BOTH, "PAY", "ITU", "tribal"),
    # How to get in
    (BOTH, "TAP", "TELE", "virtual"),
)


def _crosswalk() -> dict[Code, tuple[str, ...]]:
    """A code may stand in several lines: it means all of them."""
    found: dict[Code, tuple[str, ...]] = {}
    for books, category, codes, ours in _LINES:
        for key in _keys(books, category, codes):
            found[key] = (*found.get(key, ()), *ours.split())
    return found


CROSSWALK = _crosswalk()

# (category, code) -> (name, ISO 639). `nai` and `ypk` are the collective codes for what the sheet does not tell apart;
# "other languages" (FX) names none. The sheet says "Creole"; in US treatment that is Haitian.
LANGUAGES = {
    ("SL", "SP"): ("Spanish", "es"),
    ("SL", "AH"): ("American Sign Language", "ase"),
    ("SL", "NX"): ("American Indian or Alaska Native languages", "nai"),
    ("OL", "F4"): ("Arabic", "ar"),
    ("OL", "F17"): ("Chinese", "zh"),
    ("OL", "F19"): ("Creole", "ht"),
    ("OL", "F25"): ("Farsi", "fa"),
    ("OL", "F28"): ("French", "fr"),
    ("OL", "F30"): ("German", "de"),
    ("OL", "F31"): ("Greek", "el"),
    ("OL", "F35"): ("Hebrew", "he"),
    ("OL", "F36"): ("Hindi", "hi"),
    ("OL", "F37"): ("Hmong", "hmn"),
    ("OL", "F42"): ("Italian", "it"),
    ("OL", "F43"): ("Japanese", "ja"),
    ("OL", "F47"): ("Korean", "ko"),
    ("OL", "F66"): ("Polish", "pl"),
    ("OL", "F67"): ("Portuguese", "pt"),
    ("OL", "F70"): ("Russian", "ru"),
    ("OL", "F81"): ("Tagalog", "tl"),
    ("OL", "F92"): ("Vietnamese", "vi"),
    ("OL", "N24"): ("Ojibwa", "oj"),
    ("OL", "N40"): ("Yupik", "ypk"),
}

SERVICE_NAMES = {"mh": "Mental health treatment", "sa": "Substance use treatment"}
ORGANIZATION_KINDS = {"mh": "treatment_provider", "sa": "part2_program"}
# Categories whose names make the description: what kind of place, which settings, crisis services, withdrawal.
DESCRIBED = {"mh": ("FT", "SET", "EMS"), "sa": ("HOSP", "SET", "DETOX")}
# Rows that only serve some; said aloud as eligibility.
EXCLUSIVE = {("EXCL", "DUO"), ("EXCL", "AUDO"), ("EXCL", "OUDO")}


class Meaning(NamedTuple):
    """What a row's codes mean in the portal's words."""

    ours: frozenset[str]
    languages: frozenset[tuple[str, str]]
    description: str
    eligibility: str
    minimum_age: int | None
    maximum_age: int | None


class Crosswalk:
    """A book's list read once in the portal's words, so that a row's codes are only looked up."""

    def __init__(self, book: str, terms: list[Term]) -> None:
        self._book = book
        keys = [(term.category, term.code) for term in terms]
        self._ours = [CROSSWALK.get(Code(book, *key), ()) for key in keys]
        self._languages = [LANGUAGES.get(key) for key in keys]
        self._sentences = [_plain(term.name) for term in terms]
        self._exclusive = {place for place, key in enumerate(keys) if key in EXCLUSIVE}
        self._certified = {place for place, key in enumerate(keys) if key == ("OT", "OTP")}
        self._in = {
            category: {place: key[1] for place, key in enumerate(keys) if key[0] == category}
            for category in (*DESCRIBED[book], "AGE", "GN")
        }

    def meaning(self, places: tuple[int, ...]) -> Meaning:
        """The portal's words for a row's codes."""
        ours = {own for place in places for own in self._ours[place]}
        ours |= _one_gender(self._codes("GN", places))
        youngest, oldest = _ages(self._book, self._codes("AGE", places))
        return Meaning(
            frozenset(ours),
            frozenset(found for place in places if (found := self._languages[place])),
            self._description(places),
            " ".join(f"{self._sentences[place]}." for place in places if place in self._exclusive),
            youngest,
            oldest,
        )

    def _codes(self, category: str, places: tuple[int, ...]) -> set[str]:
        known = self._in[category]
        return {known[place] for place in places if place in known}

    def _description(self, places: tuple[int, ...]) -> str:
        """One sentence a category: "Outpatient; Partial hospitalization/day treatment." """
        parts = []
        for category in DESCRIBED[self._book]:
            known = self._in[category]
            names = dict.fromkeys(self._sentences[place] for place in places if place in known)
            if names:
                parts.append("; ".join(names) + ".")
        if not self._certified.isdisjoint(places):
            parts.append("Federally certified opioid treatment program.")
        return " ".join(parts)


def _one_gender(accepted: set[str]) -> set[str]:
    """A place for women is one that takes no men; most take both, which says nothing."""
    if accepted == {"FEM"}:
        return {"women"}
    return {"men"} if accepted == {"MALE"} else set()


def _ages(book: str, groups: set[str]) -> tuple[int | None, int | None]:
    """Limits only where the groups are one unbroken span. The substance use book has gaps (children and seniors but no
    adults: 676 rows), so there only "young adults and adults, no children" is believed; elsewhere a wrong limit would
    hide a place from people whom it takes."""
    if "CHLD" not in groups and {"YAD", "ADLT"} <= groups:
        return 18, None
    if book == "mh" and groups == {"CHLD"}:
        return None, 17
    if book == "mh" and groups == {"CHLD", "YAD"}:
        return None, 25
    if book == "mh" and groups == {"SNR"}:
        return 65, None
    return None, None


def _plain(name: str) -> str:
    return name.strip().rstrip(".")

"""From text to the stems that are indexed and asked for: one way for both."""

import re
import unicodedata
from functools import lru_cache

from whoosh.lang.porter import stem as porter

LONGEST_WORD = 40  # characters
MOST_WORDS = 8  # of a question

# Words that say nothing about which service is meant, in English and Spanish.
_GAP = re.compile(r"[^a-z0-9]+")
_STOP = """
a an and any are at be by can do for from get has have help i im in is it me my need needs of on or our please so some
someone that the there this to us we where who with you your looking find want wants got
un una el la los las de del en y o para por con que mi necesito busco quiero ayuda donde hay tengo estoy
"""
STOP = frozenset(_STOP.split())

# Words that say nothing in a question, beside those. They stay in the index: names have them ("The Next Door").
_EMPTY = """
about after again also am among around as back been being but cant could dont down doesnt during does did done if into isnt
it its ive just like maybe me more most much must near nearby close no nobody not now off only out over own perhaps
possible quite really right say says should since still such than them then there these they this those thing things
through too tonights try trying until up upon very was way went were what whats when where wheres which while whom whose
why will wont would yes he hes she shes him his her hers their theirs theyre myself himself herself themselves someone
somebody anyone anybody anything anywhere somewhere something hello hi hey thanks thank next best good better open go going
gone come coming know tell show call called take takes taken give gives make makes let one two has had having within miles
year years old yr yrs yo urgent urgently instead last week weeks month months ago gonna wanna gotta nearest closest closer nearer
se te le les lo nos su sus mis tu tus que como cuando porque si no muy mas pero este esta esto ese esa eso es son soy ser
estar estamos estan puedo puede podemos alguien algo algun alguna cerca aqui ahi alla favor gracias hola al desde hasta
entre sobre tambien todo toda todos unas unos cual quien ya sin ni necesita necesitamos necesitan quiere queremos busca
buscando buscamos tiene tienen tenemos ayudar ayudame ayudenme urgente hace anos encontrar hallar dame cercano cercana mas
"""
EMPTY = STOP | frozenset(_EMPTY.split())

# Words that name what every service is, or who asks: they decide nothing beside a word that means something.
_BESIDE = """
service services program programs center centre centers facility facilities place places resource resources treatment
clinic clinics agency agencies provider providers location locations option options info information support assistance
local area available availability spot spots bed beds room rooms people person persons client patient citizen individual
adult adults son sons daughter daughters husband wife spouse partner boyfriend girlfriend brother sister mom mother dad
father parent parents uncle aunt cousin nephew niece friend neighbor coworker loved guy guys kid home house city town county
problem problems issue issues question emergency today night evening hours phone number hospital hospitals houses homes feeling feels feel thoughts thinking meeting meetings
speaking cama camas
servicio servicios programa programas centro centros lugar lugares tratamiento clinica recursos informacion apoyo
asistencia disponible cupo cuarto gente persona personas hijo hija hijos esposo esposa marido hermano hermana madre padre
mama papa tio tia primo prima amigo amiga vecino novio novia adultos casa ciudad condado problema problemas emergencia
noche hoy telefono numero clinicas
"""
BESIDE = frozenset(_BESIDE.split())
# Of these, what stands in thousands of names, written out or cut short: it decides nothing beside any other word.
GENERIC = frozenset(
    [
        "center",
        "centers",
        "centre",
        "program",
        "programs",
        "service",
        "services",
        "agency",
        "centro",
        "programa",
        "servicios",
    ]
)


def fold(text: str) -> list[str]:
    """Words of a text: lower case, accents off, apostrophes dropped, "&" as "and", everything else a gap."""
    plain = text.replace("&", " and ").replace("'", "").replace("’", "").casefold()
    if plain.isascii():
        return [word[:LONGEST_WORD] for word in _GAP.sub(" ", plain).split()]
    letters = (c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else " " for c in letters)
    return [word[:LONGEST_WORD] for word in kept.split()]


@lru_cache(maxsize=5_000)
def stem(word: str) -> str:
    """English stem: plurals and endings off. Words with digits or other scripts stay as they are."""
    if len(word) < 3 or not (word.isascii() and word.isalpha()):
        return word
    return str(porter(word))


def stems(text: str) -> list[str]:
    """What a listing's text is indexed by: every word but the empty ones, stemmed."""
    return [stem(word) for word in fold(text) if word not in STOP]

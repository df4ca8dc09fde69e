"""The published file of Open Eligibility: services and situations, each a tree of up to four levels.

Its first line says version 2.0, which is no version of XML: that line is left out. A few terms share an id.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree
from xml.parsers import expat

from portal.directory.taxonomies import List, Term
from portal.exchange.taxonomy.checking import BadTaxonomy, tidy

NAME = "Open Eligibility"
NOTICE = "Open Eligibility, under CC BY-SA 3.0 (https://creativecommons.org/licenses/by-sa/3.0/)."
BRANCHES = {"services": "service", "situations": "situation"}

_PROLOG = re.compile(rb"^\s*<\?xml[^>]{0,200}\?>")
_LEVEL = re.compile(r"(top|second|third|fourth|fifth)_level")


def read(data: bytes) -> List:
    """Raises BadTaxonomy for what is not that file, with the line. No entity is ever declared or fetched."""
    root = _parsed(_PROLOG.sub(b"", data))
    if root.tag != "taxonomy" or not any(root.find(branch) is not None for branch in BRANCHES):
        raise BadTaxonomy(
            "This XML is not the file of Open Eligibility: it has no <services> in a <taxonomy>."
        )
    terms: list[Term] = []
    for branch, category in BRANCHES.items():
        top = root.find(branch)
        if top is not None:
            about = {tidy(each.get("id")): tidy(each.text) for each in top.iter("category")}
            terms += _terms(top, category, "", about)
    numbered = [replace(term, row=row) for row, term in enumerate(terms, 1)]
    return List(name=NAME, version=tidy(root.findtext("version")), notice=NOTICE, terms=tuple(numbered))


def _parsed(data: bytes) -> ElementTree.Element:
    """As a tree, refusing every declaration of an entity or a document type: a list of terms needs none."""
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data

    def refuse(*_declared: object) -> None:
        raise BadTaxonomy("This XML declares entities or a document type, which no list of terms needs.")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, ElementTree.ParseError, UnicodeError) as error:
        line = getattr(error, "lineno", 1)
        raise BadTaxonomy(
            f"Line {line} is not XML: {expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else 'it ends too early'}."
        ) from error


def _terms(at: ElementTree.Element, category: str, parent: str, about: dict[str, str]) -> Iterator[Term]:
    for child in at:
        if not _LEVEL.fullmatch(child.tag):
            continue
        code, name = tidy(child.get("id")), tidy(child.get("title"))
        key = f"{parent}/{code}:{name}"  # ids are not unique, and the same name stands under several
        description = about.get(code, "") if not parent else ""
        yield Term(
            key=key[-200:],
            name=name,
            code=code,
            description=description,
            parent=parent[-200:],
            category=category,
        )
        yield from _terms(child, category, key, about)

"""Well-formed XML whatever the text: what XML 1.0 has no place for is left out, the rest is escaped by the standard library."""

import re
from xml.etree import ElementTree

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    """A child of this name."""
    child = ElementTree.SubElement(parent, name, {key: legal(value) for key, value in attributes.items()})
    child.text = legal(text) or None
    return child


def legal(text: str) -> str:
    """The text without control characters and broken surrogates."""
    return _ILLEGAL.sub("", text)


def written(root: ElementTree.Element) -> bytes:
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document

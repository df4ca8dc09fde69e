"""Codes that are said aloud: two everyday words and two digits, drawn by lot. Nobody need spell them, on any line."""

import re
import secrets

# Short, common, unlike each other to the ear, and none of them says anything of a person or of help.
_SAID = """
apple arrow autumn bagel banjo barrel basket beach berry biscuit blanket bottle branch bridge bucket
butter button cabin cactus camera candle canoe carpet carrot castle cedar cherry circle clover cocoa
copper corner cotton cricket crystal curtain daisy dolphin donkey dragon drum eagle elbow engine feather
fiddle finger forest fountain garden garlic ginger globe guitar hammer harbor hazel helmet honey island
jacket jigsaw jungle kettle kitten ladder lantern lemon lizard lobster lumber magnet mango maple marble
meadow mirror mitten monkey mountain muffin mustard napkin needle noodle nutmeg ocean olive onion orange
otter paddle panda paper parrot peanut pebble pencil pepper piano pickle pillow planet pocket pony
potato pumpkin puzzle rabbit radio raven ribbon river robin rocket saddle salmon sandal silver sponge
squirrel summer teapot thunder tiger timber tomato tractor tulip tunnel turtle umbrella velvet violin
waffle wagon walnut whistle willow window winter yellow zebra
"""
WORDS = tuple(_SAID.split())
DIGITS = "23456789"  # without what is taken for a letter


def new_code() -> str:
    """`maple tiger 47`: one of more than a million."""
    first, second = secrets.choice(WORDS), secrets.choice(WORDS)
    return f"{first} {second} {secrets.choice(DIGITS)}{secrets.choice(DIGITS)}"


def heard(text: str) -> str:
    """What was typed, as a code is written: small letters, single spaces; hyphens, dots and commas are spaces, and the two
    digits stand together."""
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", text.casefold()).split())
    return re.sub(r"(?<=\d) (?=\d)", "", re.sub(r"(?<=[a-z])(?=\d)", " ", plain))

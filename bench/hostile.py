"""Strings that brought other searches down, or were made to."""

STRINGS = [
    "[a TO z]",
    " ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"),
    "a" * 60_000,
    "(" * 1000,
    "field:* owner: email:",
    '"' * 10_000,
    "AND OR NOT ^^^ ~~",
    'NEAR("a b", 99999999)',
    "!!!&",
    "(a+)+$",
    "@" * 50_000,
    " ".join("abcdefgh"),
    "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz " * 5,
    "in near at in near at in near at in near at",
    "near a near b near c near d near e near f near g near h",
    "abcdefghijklmnopqrst uvwxyzabcdefghijklmn opqrstuvwxyzabcdef",
    "trea coun reco heal serv comm supp cent",
    "s c p r t a m h",
    "\u0000\u202e\ufeff\U0001f4a9" * 40,
    "%' OR 1=1 -- ; DROP TABLE service",
]

"""A workbook that is cut short, encrypted, a bomb or something else altogether: one sentence, and nothing is unpacked."""

import struct
import zipfile
from pathlib import Path

import pytest

from portal.exchange.samhsa_book import read_book, read_books
from portal.exchange.workbook import BadWorkbook, Workbook
from tests.exchange.books import CODES, make_book, read_parts, row, write_parts


def test_a_book_is_known_by_its_codes_and_not_by_its_name(tmp_path: Path) -> None:
    misnamed = make_book(tmp_path / "National_Directory_MH.xlsx", "sa", [row("sa")])
    assert read_book(misnamed).kind == "sa"


def test_the_same_directory_twice_is_refused(tmp_path: Path) -> None:
    files = [make_book(tmp_path / f"{i}.xlsx", "mh", [row()]) for i in (1, 2)]
    with pytest.raises(BadWorkbook, match="1.xlsx and 2.xlsx are both"):
        read_books(files)


def test_extensions_are_text_and_letters_in_a_number_stay(tmp_path: Path) -> None:
    book = read_book(
        make_book(
            tmp_path / "a.xlsx",
            "mh",
            [row(phone="615-555-0100 x12A", intake1="800-555-HELP", intake2="615-555-0100 ext. 7")],
        )
    )
    phones = [(phone.number, phone.extension, phone.type) for phone in book.facilities[0].phones]
    assert phones == [
        ("615-555-0100", "12A", "voice"),
        ("800-555-HELP", "", "intake"),
        ("615-555-0100", "7", "intake"),
    ]


def test_bad_rows_are_told_by_number_and_reason(tmp_path: Path) -> None:
    rows = [
        row(),
        row(zip="372"),
        row(state="ZZ"),
        row(name1=""),
        row(service_code_info="MH * NOPE"),
        row(zip="3720A"),
        row(phone="call us"),
    ]
    book = read_book(make_book(tmp_path / "a.xlsx", "mh", rows))
    told = {rejected.row: rejected.reason for rejected in book.rejected}
    assert told == {
        4: "'ZZ' is not a state",
        5: "name1 is missing",
        6: "'NOPE' is not in the list of codes",
        7: "'3720A' is not a ZIP code",
        8: "'call us' is not a phone number",
    }
    assert [facility.zip for facility in book.facilities] == ["37203", "00372"], "Excel drops leading zeros"
    assert book.read == 7


def test_a_code_that_two_categories_share_is_read_by_its_place(tmp_path: Path) -> None:
    codes = [*CODES["mh"], ("ZZ", "Last", "OP", "Something else")]
    rows = [row(service_code_info="MH * OP * CMHC"), row(service_code_info="MH * OP * CMHC * MD * OP")]
    book = read_book(make_book(tmp_path / "a.xlsx", "mh", rows, codes))
    named = [[book.terms[place].category for place in facility.codes] for facility in book.facilities]
    assert named == [["TC", "SET", "FT"], ["TC", "SET", "FT", "PAY", "ZZ"]]


@pytest.mark.parametrize("keep", [0, 3, 100, 0.5, 0.9, 0.999])
def test_a_book_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    with pytest.raises(BadWorkbook, match=r"^a\.xlsx is cut short"):
        read_book(path)


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    damaged = bytearray(path.read_bytes())
    damaged[60] ^= 0xFF
    path.write_bytes(damaged)
    with pytest.raises(BadWorkbook):
        read_book(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    text, old, folder, other = (tmp_path / name for name in ("a.csv", "b.xls", "c", "d.xlsx"))
    text.write_text("name1,name2\n")
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    folder.mkdir()
    write_parts(other, {"word/document.xml": "<w/>"})
    for path, words in (
        (text, "not an .xlsx"),
        (old, "encrypted"),
        (folder, "not a file"),
        (other, "not an .xlsx"),
        (tmp_path / "none", "cannot be opened"),
    ):
        with pytest.raises(BadWorkbook, match=words):
            read_book(path)


def test_a_workbook_with_a_password_is_refused(tmp_path: Path) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    raw = bytearray(path.read_bytes())
    entry = raw.find(b"PK\x01\x02")
    raw[entry + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(BadWorkbook, match="encrypted"):
        Workbook(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/zeros", b"\0" * 5_000_000)
    with pytest.raises(BadWorkbook, match="far more than it should"):
        Workbook(path)


def test_a_bomb_that_lies_about_its_size_is_not_believed(tmp_path: Path) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    parts = read_parts(path)
    write_parts(
        path, parts | {"xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"] + " " * 3_000_000}
    )
    raw = bytearray(path.read_bytes())
    at = raw.rfind(b"xl/worksheets/sheet1.xml") - 46
    raw[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(raw)
    with pytest.raises(BadWorkbook):
        read_book(path)


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_parts(path, {f"part{i}": "" for i in range(600)})
    with pytest.raises(BadWorkbook, match="too many parts"):
        Workbook(path)


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"],
)
def test_entities_are_refused_in_every_part(tmp_path: Path, part: str) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    parts = read_parts(path)
    parts[part] = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]>' + parts[part]
    write_parts(path, parts)
    with pytest.raises(BadWorkbook, match="declares entities"):
        read_book(path)


def test_broken_xml_and_missing_parts_are_refused(tmp_path: Path) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()])
    parts = read_parts(path)
    sheet = "xl/worksheets/sheet1.xml"
    for changed in (
        parts | {sheet: parts[sheet].replace("</row>", "", 1)},
        parts | {sheet: parts[sheet].replace("<v>0</v>", "<v>99999999</v>")},
        parts | {sheet: parts[sheet].replace('<row r="2">', '<row r="two">')},
        {name: text for name, text in parts.items() if name != sheet},
        {name: text for name, text in parts.items() if name != "xl/sharedStrings.xml"},
    ):
        write_parts(path, changed)
        with pytest.raises(BadWorkbook):
            read_book(path)


def test_a_workbook_of_something_else_is_refused(tmp_path: Path) -> None:
    path = make_book(tmp_path / "a.xlsx", "mh", [row()], codes=[("AGE", "Ages", "ADLT", "Adults")])
    with pytest.raises(BadWorkbook, match="neither"):
        read_book(path)
    both = make_book(
        tmp_path / "b.xlsx", "mh", [row()], codes=[*CODES["mh"], ("OT", "", "A", ""), ("DETOX", "", "B", "")]
    )
    with pytest.raises(BadWorkbook, match="neither"):
        read_book(both)

"""Fifty ways in which a package is not what it should be: each one clear error, with file and line, and nothing half-written."""

import io
import stat
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.directory import models as d
from portal.exchange import BadPackage, ImportResult, import_hsds
from portal.store import db
from portal.store.actor import TERMINAL
from tests.exchange.intake.packages import community, gazetteer

pytestmark = pytest.mark.sqlite_only

ORG = "id,name,description\no1,Harbor,Helps\n"
SERVICE = "id,organization_id,name,status\ns1,o1,Clinic,active\n"
PLACE = "id,organization_id,name,location_type\np1,o1,House,physical\n"
AT = "id,service_id,location_id\na1,s1,p1\n"
SOUND = {"organizations": ORG, "services": SERVICE, "locations": PLACE, "service_at_location": AT}

# A file added to, or put in place of, a sound package's; the file and row that are named, and the reason.
ROWS = [
    ("organizations", ORG + ",No id,d\n", 3, "has no id"),
    ("organizations", ORG + "o2,,d\n", 3, "name is empty"),
    ("organizations", ORG + "o1,Other name,Helps\n", 3, "this id was given before with another name"),
    ("organizations", ORG + "o2,A,B,C,D\n", 3, "has 5 cells where there are 3 columns"),
    ("organizations", ORG + 'o2,"A"x,B\n', 3, "is no CSV: ',' expected after '\"'"),
    ("services", SERVICE + "s2,o9,Night,active\n", 3, "its organization is not in the package"),
    ("services", SERVICE + "s2,,Night,active\n", 3, "names no organization"),
    ("services", SERVICE + f"{'s' * 201},o1,Night,active\n", 3, "has an id that is none"),
    ("locations", PLACE + "p2,o9,House,physical\n", 3, "its organization is not in the package"),
    ("service_at_location", AT + "a2,s9,p1\n", 3, "its service is not in the package, or was rejected"),
    ("service_at_location", AT + "a2,s1,p9\n", 3, "its location is not in the package"),
    ("service_at_location", AT + "a2,s1,\n", 3, "names no location"),
    ("service_at_location", AT + "a2,,p1\n", 3, "belongs to nothing: it names no row that it is of"),
    ("phones", "id,service_id,number\n1,s1,\n", 2, "number is empty"),
    ("phones", "id,service_id,number\n1,s1,call us\n", 2, 'number "call us" is not a phone number'),
    ("phones", "id,service_id,number\n1,s1,555;ext=1\n", 2, 'number "555;ext=1" is not a phone number'),
    ("phones", "id,service_id,number\n1,,615-555-0100\n", 2, "belongs to nothing: it names no row that it is of"),
    ("phones", "id,service_id,number\n1,s9,615-555-0100\n", 2, "its service is not in the package, or was rejected"),
    ("schedules", "id,service_id,byday,opens_at,closes_at\n1,s1,MO,09:00,\n", 2, "one of opens_at and closes_at is missing"),
    ("schedules", "id,service_id,byday,opens_at,closes_at\n1,s1,MO,25:00,26:00\n", 2, 'opens_at "25:00" is not a time (write 09:00)'),
    ("schedules", "id,service_id,byday,opens_at,closes_at\n1,s1,Someday,9:00,10:00\n", 2, 'byday "Someday" are not days of the week (write MO,TU,WE)'),
    ("schedules", "id,service_id,freq,byday\n1,s1,YEARLY,MO\n", 2, None),
    ("schedules", "id,service_id,freq,byday\n1,s1,WEEKLY,2MO\n", 2, "a week has no second Monday: numbered days need freq MONTHLY"),
    ("schedules", "id,service_id,valid_from,valid_to\n1,s1,2026-05-01,2026-04-01\n", 2, "valid_to is before valid_from"),
    ("schedules", "id,service_id,valid_from\n1,s1,2026-02-30\n", 2, 'valid_from "2026-02-30" is not a day (write 2026-12-31)'),
    ("schedules", "id,service_id,valid_to\n1,s1,1/2/14\n", 2, 'valid_to "1/2/14" is not a day (write 2026-12-31)'),
    ("schedules", "id,service_id,bymonthday\n1,s1,first\n", 2, 'bymonthday "first" is not a list of numbers (write 1,15)'),
    ("addresses", "id,location_id,address_1,city\n1,p1,,\n", 2, "has no street, city or postal code"),
    ("addresses", "id,location_id,address_1,city\n1,p9,1 Main,Nashville\n", 2, "its location is not in the package, or was rejected"),
    ("programs", "id,organization_id,name\n1,,Night\n", 2, "belongs to nothing: it names no row that it is of"),
    ("contacts", "id,organization_id,name,title,department\n1,,Ann,,\n", 2, "belongs to nothing: it names no row that it is of"),
    ("taxonomy_terms", "id,code,name,description\nt1,A,,d\n", 2, "name is empty"),
    ("attributes", "id,link_id,link_entity,taxonomy_term_id\n1,s1,heart,t1\n", 2, "link_entity is no table of HSDS"),
    ("attributes", "id,link_id,link_entity,taxonomy_term_id\n1,s9,service,t1\n", 2, "its row that it is said of is not in the package, or was rejected"),
    ("service_capacity", "id,service_id,unit_id,available,updated\n1,s1,u9,5,2025-01-01\n", 2, "its unit is not in the package"),
    ("service_capacity", "id,service_id,unit_id,available,updated\n1,s1,u9,many,2025-01-01\n", 2, 'available "many" is not a number from 0 to 1e+06'),
    ("closures", "id,service_at_location_id,begins_on,ends_on\n1,a1,2026-12-26,2026-12-24\n", 2, "ends before it begins"),
    ("closures", "id,service_at_location_id,begins_on,ends_on\n1,a1,2026-12-24,\n", 2, "has no first or no last day"),
    ("closures", "id,organization_id,begins_on,ends_on\n1,,2026-12-24,2026-12-24\n", 2, "belongs to nothing: it names no row that it is of"),
    ("metadata", "id,resource_id,resource_type,last_action_date,field_name\n1,s1,service,yesterday,name\n", 2, 'last_action_date "yesterday" is not a moment (write 2026-12-31T08:00:00Z)'),
]  # fmt: skip

# A file that spoils the whole package: nothing of it is taken.
FILES = [
    ("organizations.csv", b"", "organizations.csv is empty."),
    ("organizations.csv", b"id,name,name\no1,a,b\n", "organizations.csv, line 1: the column name is there twice."),
    ("organizations.csv", b'id,name\no1,"never closed\n', "organizations.csv, line 2: a quotation mark is never closed."),
    ("organizations.csv", b"id,name\no1," + b"x" * 300_000 + b"\n", "organizations.csv, line 2: a cell holds more than 250,000 characters."),
    ("organizations.csv", b"id,name\no1," + b"x" * 1_100_000, "organizations.csv, line 2: longer than 1,000,000 characters."),
    ("organizations.csv", b",".join(b"c%d" % n for n in range(600)) + b"\n", "organizations.csv has more than 500 columns."),
    ("organizations.csv", "id,name\no1,a\n".encode("utf-16-le"), "organizations.csv is no text, or text of two bytes a letter without a mark. Save it as UTF-8."),
    ("organizations.csv", b"\xff\xfe\x00\xd8\x00\xd8", "organizations.csv, line 1: its letters cannot be read (utf-16)."),
    ("something.csv", b"color,size\nred,5\n", "package holds nothing of HSDS: no file of it has the columns or the objects."),
    ("organizations.json", b'[{"id": "o1", "name": "a"}, {"id": ', "organizations.json is not sound JSON after object 1"),
    ("organizations.json", b'[{"id": "o1", "name": NaN}]', "organizations.json is not sound JSON after object"),
    ("organizations.json", b"[" * 100 + b"]" * 100, "organizations.json, object 1: it is nested too deep."),
    ("organizations.json", b'[{"id": "o1", "name": "' + b"x" * 1_200_000 + b'"}]', "organizations.json holds a text of more than 1,000,000 characters."),
    ("organizations.json", b'"just a text"', "organizations.json, object 1: 'just a text' is no object."),
    ("organizations.json", '[{"id": "o1"}]'.encode("utf-16"), "organizations.json is not UTF-8. Save it as UTF-8."),
    ("services.json", b'[{"id": "s1", "name": "x", "description": ["a"]}]', None),
    ("services.json", b'[["s1", "x"]]', None),
]  # fmt: skip


@pytest.fixture(autouse=True)
def home(app: Flask) -> None:
    community()
    gazetteer()


def take(path: Path) -> ImportResult:
    return import_hsds(TERMINAL, path, source="malformed")


def nothing_is_here() -> bool:
    tables = (d.Organization, d.Service, d.Location, d.Metadata, d.ImportRun)
    return not any(db.session.scalar(select(func.count()).select_from(table)) for table in tables)


@pytest.mark.parametrize(("file", "text", "row", "reason"), ROWS)
def test_a_bad_row_is_named_and_the_good_ones_are_taken(
    tmp_path: Path, file: str, text: str, row: int, reason: str | None
) -> None:
    for name, sound in {**SOUND, file: text}.items():
        (tmp_path / f"{name}.csv").write_text(sound, encoding="utf-8")
    result = take(tmp_path)
    if reason is None:  # mended: what is not known is left out of a row that is useful without it
        assert not result.rejected
        assert result.mended
    else:
        assert [(each.file, each.row, each.reason) for each in result.rejected] == [
            (f"{file}.csv", row, reason)
        ]
    assert result.counts["created"] == 1


@pytest.mark.parametrize(("file", "content", "said"), FILES)
def test_a_bad_file_is_refused_whole_in_one_sentence(
    tmp_path: Path, file: str, content: bytes, said: str | None
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / file).write_bytes(content)
    if said is None:
        assert [(each.file, each.row) for each in take(folder).rejected] == [(file, 1)]
        return
    with pytest.raises(BadPackage, match=r"[.:]") as refused:
        take(folder)
    assert str(refused.value).startswith(said)
    assert nothing_is_here()


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return path


def test_zips_that_would_harm_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    many = {f"{number}.csv": b"" for number in range(2_001)}
    bomb = zipped(tmp_path / "bomb.zip", {"services.csv": b"0" * 20_000_000})
    slip = zipped(tmp_path / "slip.zip", {"../../services.csv": b"id\n"})
    nested = zipped(tmp_path / "nested.zip", {"inner.zip": b"PK"})
    twins = zipped(tmp_path / "twins.zip", {"a/services.csv": b"id\n", "b/services.csv": b"id\n"})
    crowd = zipped(tmp_path / "crowd.zip", many)
    empty = zipped(tmp_path / "empty.zip", {"readme.txt": b"hello"})
    link = tmp_path / "link.zip"
    with zipfile.ZipFile(link, "w") as packed:
        info = zipfile.ZipInfo("services.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(info, "/etc/passwd")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bomb.read_bytes()[:1000])
    for path, said in {
        bomb: "unpacks to far more than it should",
        slip: "would lie outside of it",
        nested: "holds another archive",
        twins: "two files of one name",
        crowd: "more than 2,000 files",
        empty: "holds no CSV and no JSON file",
        link: "holds a link in place of a file",
        cut: "is neither a zip, nor CSV or JSON; or it is cut short",
        tmp_path / "absent.zip": "is not there",
    }.items():
        with pytest.raises(BadPackage, match=said):
            take(path)
    assert nothing_is_here()


def test_a_zip_whose_bytes_were_changed_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("organizations.csv", ORG)
    path = tmp_path / "changed.zip"
    path.write_bytes(whole.getvalue().replace(b"Harbor", b"Sunken"))
    with pytest.raises(BadPackage, match=r"organizations.csv is cut short or damaged"):
        take(path)
    assert nothing_is_here()


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "services.csv").symlink_to("/etc/passwd")
    with pytest.raises(BadPackage, match="is a link or no plain file"):
        take(tmp_path)


def test_letters_markup_and_line_ends_are_put_right_and_that_is_said(tmp_path: Path) -> None:
    for name, sound in SOUND.items():
        (tmp_path / f"{name}.csv").write_text(sound, encoding="utf-8")
    said = r'"<p>Women&#39;s group</p><script>x()</script>Mon 4:00pmGÇô5:00pm\nCall donâ€™t wait"'
    (tmp_path / "organizations.csv").write_text(f"id,name,description\no1,Harbor,{said}\n", encoding="utf-8")
    result = take(tmp_path)
    owner = db.session.scalars(select(d.Organization)).one()
    assert owner.description == "Women's group\nMon 4:00pm–5:00pm\nCall don’t wait"
    assert sum(result.mended.values()) == 3


def test_a_file_in_the_letters_of_old_windows_is_read_and_that_is_said(tmp_path: Path) -> None:
    for name, sound in SOUND.items():
        (tmp_path / f"{name}.csv").write_bytes(sound.replace("Clinic", "Niño").encode("cp1252"))
    result = take(tmp_path)
    assert db.session.scalars(select(d.Service.name)).one() == "Niño"
    assert result.mended["the file is not UTF-8; it was read as Windows-1252"] == 1

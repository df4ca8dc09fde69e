"""Small workbooks in the format of the official ones: the same sheets, columns, codes and parts, few rows."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from portal.exchange.samhsa_book import CODE_COLUMNS, FACILITY_COLUMNS

# category, its name, code, name
CODES = {
    "mh": [
        ("TC", "Type of Care", "SA", "Substance use treatment"),
        ("TC", "Type of Care", "MH", "Mental health treatment    "),
        ("TC", "Type of Care", "SUMH", "Treatment for co-occurring substance use"),
        ("SET", "Service Setting", "HI", "Hospital inpatient/24-hour hospital inpatient"),
        ("SET", "Service Setting", "OP", "Outpatient "),
        ("FT", "Facility Type", "CMHC", "Community mental health center"),
        ("FT", "Facility Type", "IPSY", "Separate inpatient psychiatric unit of a general hospital"),
        ("PHR", "Pharmacotherapies", "NRT", "Nicotine replacement"),
        (
            "EMS",
            "Emergency Mental Health Services",
            "PEOFF",
            "Psychiatric emergency mobile/off-site services",
        ),
        ("EMS", "Emergency Mental Health Services", "WI", "Psychiatric emergency walk-in services"),
        ("PAY", "Payment", "MD", "Medicaid"),
        ("SG", "Special Programs/Groups Offered", "DV", "Clients who have experienced domestic violence"),
        ("SG", "Special Programs/Groups Offered", "VET", "Veterans"),
        ("AGE", "Age Groups Accepted", "ADLT", "Adults"),
        ("AGE", "Age Groups Accepted", "CHLD", "Children/adolescents"),
        ("AGE", "Age Groups Accepted", "YAD", "Young adults "),
        ("SL", "Language Services", "SP", "Spanish"),
        ("SL", "Language Services", "AH", "Sign language services for the deaf and hard of hearing"),
    ],
    "sa": [
        ("TC", "Type of Care", "SA", "Substance use treatment"),
        ("TC", "Type of Care", "DT", "Detoxification  "),
        ("SET", "Service Setting", "ORT", "Regular outpatient treatment"),
        ("SET", "Service Setting", "RD", "Residential detoxification"),
        ("SET", "Service Setting", "RL", "Long-term residential"),
        ("OT", "Type of Opioid Treatment", "OTP", "Federally-certified Opioid Treatment Program"),
        ("OT", "Type of Opioid Treatment", "UB", "Prescribes buprenorphine "),
        ("PHR", "Pharmacotherapies", "METH", "Methadone"),
        ("PHR", "Pharmacotherapies", "NRT", "Nicotine replacement"),
        ("PAY", "Payment", "NP", "No payment accepted"),
        ("PYAS", "Payment Assistance", "SS", "Sliding fee scale"),
        ("SG", "Special Programs/Groups Offered", "DV", "Clients who have experienced domestic violence"),
        ("DETOX", "Detoxification", "ODTX", "Opioids detoxification"),
        ("AGE", "Age Groups Accepted", "ADLT", "Adults"),
        ("AGE", "Age Groups Accepted", "YAD", "Young adults "),
        ("GN", "Gender Accepted", "FEM", "Female"),
        ("GN", "Gender Accepted", "MALE", "Male"),
        ("EXCL", "Exclusive Services", "OUDO", "Opioid use disorder clients only"),
        ("OL", "Other Languages", "F92", "Vietnamese"),
    ],
}

DEFAULTS = {
    "name1": "Example Center",
    "street1": "1 Main Street",
    "city": "Nashville",
    "state": "TN",
    "zip": "37203",
    "phone": "615-555-0100",
    "service_code_info": {
        "mh": "MH * OP * CMHC * MD * ADLT YAD",
        "sa": "SA * ORT * SS * ADLT YAD * FEM MALE",
    },
}


def row(kind: str = "mh", **cells: str) -> dict[str, str]:
    """A facility; whatever is not said is sound."""
    made = {name: value if isinstance(value, str) else value[kind] for name, value in DEFAULTS.items()}
    return made | cells


def many(kind: str, count: int) -> list[dict[str, str]]:
    """`count` facilities at `count` places; the first half's are in both books."""
    return [
        row(kind, name1=f"Center {i % 17}", name2=f"Program {i}", street1=f"{i} Main Street")
        for i in range(count)
    ]


def make_book(
    path: Path, kind: str, rows: list[dict[str, str]], codes: list[tuple[str, str, str, str]] | None = None
) -> Path:
    """A workbook of shared strings, as Excel writes it. Blank cells are left out."""
    listed = CODES[kind] if codes is None else codes
    strings: dict[str, int] = {}
    facilities = [list(FACILITY_COLUMNS), *([one.get(name, "") for name in FACILITY_COLUMNS] for one in rows)]
    sheets = [facilities, [list(CODE_COLUMNS), *([*code, ""] for code in listed)]]
    parts = {f"xl/worksheets/sheet{i}.xml": _sheet(cells, strings) for i, cells in enumerate(sheets, 1)}
    parts["xl/sharedStrings.xml"] = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
        + "</sst>"
    )
    parts["xl/workbook.xml"] = (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Facilities List" sheetId="1" r:id="rId1"/>'
        '<sheet name="Service Code Reference" sheetId="2" r:id="rId2"/></sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{i}" Type="sheet" Target="worksheets/sheet{i}.xml"/>' for i in (1, 2)
        )
        + "</Relationships>"
    )
    write_parts(path, parts)
    return path


def write_parts(path: Path, parts: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, text)


def read_parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def _sheet(rows: list[list[str]], strings: dict[str, int]) -> str:
    lines = []
    for number, cells in enumerate(rows, 1):
        written = "".join(
            f'<c r="{chr(65 + column)}{number}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'
            for column, text in enumerate(cells)
            if text
        )
        lines.append(f'<row r="{number}">{written}</row>')
    body = "".join(lines)
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{body}</sheetData></worksheet>'

"""What Whoosh wrote, the pack holds: looked at through Whoosh's public reader, so that a change of its insides is noticed."""

import random
from pathlib import Path

import pytest
from whoosh import index

from portal.search import whoosh_index
from portal.search.arrays import Damaged, load, peek, save
from portal.search.pack import FIELD, Pack, load_pack, path_of


def texts(listings: int, seed: int) -> list[tuple[int, list[str]]]:
    """Words so that some are in one listing, some in a few, some in hundreds (several blocks), some thrice or 300 times."""
    draw = random.Random(seed)
    common = [f"w{n}" for n in range(40)]
    return [
        (
            number,
            ["every"] * (1 + number % 3) + [f"only{number}"] + draw.choices(common, k=draw.randrange(1, 30)),
        )
        for number in range(1, listings + 1)
    ] + [(listings + 1, ["heavy"] * 300)]


def through_whoosh(folder: Path, term: str) -> dict[int, float]:
    """Listing -> weight, by the public reader."""
    ix = index.open_dir(str(folder))
    reader = ix.reader()
    numbers = reader.column_reader("number")
    found = {}
    if (FIELD, term) in reader:
        matcher = reader.postings(FIELD, term)
        while matcher.is_active():
            if not reader.is_deleted(matcher.id()):
                found[numbers[matcher.id()]] = matcher.weight()
            matcher.next()
    reader.close()
    ix.close()
    return found


def through_packs(packs: list[Pack], deleted: dict[str, list[int]], term: str) -> dict[int, float]:
    found = {}
    for pack in packs:
        at = pack.find(term)
        gone = set(deleted.get(pack.name, ()))
        if at is not None:
            for doc, weight in zip(pack.docs[at].tolist(), pack.weights[at].tolist(), strict=True):
                if doc not in gone:
                    found[int(pack.numbers[doc])] = weight
    return found


def test_every_posting_of_every_segment_is_in_its_pack(tmp_path: Path) -> None:
    whoosh_index.create(tmp_path)
    first = texts(700, seed=1)
    whoosh_index.apply(tmp_path, first, (), fresh=True)
    changed = [(5, ["other"]), (900, ["every", "other", "only900"])]
    names, deleted = whoosh_index.apply(tmp_path, changed, [7, 8])
    packs = [load_pack(tmp_path, name) for name in names]
    assert len(packs) == 2
    terms = {word for _number, words in first + changed for word in words}
    assert terms >= {term for pack in packs for term in pack.terms} - {"only7", "only8"}
    for term in sorted(terms):
        expected = {number: min(weight, 255) for number, weight in through_whoosh(tmp_path, term).items()}
        assert through_packs(packs, deleted, term) == expected, term
    assert through_packs(packs, deleted, "every").keys() == {*range(1, 701), 900} - {5, 7, 8}
    assert packs[0].find("nowhere") is None


def test_a_segment_is_unpacked_once_and_swept_when_nothing_points_at_it(tmp_path: Path) -> None:
    whoosh_index.create(tmp_path)
    first, _deleted = whoosh_index.apply(tmp_path, texts(20, seed=2), (), fresh=True)
    stamp = path_of(tmp_path, first[0]).stat().st_mtime_ns
    names, _deleted = whoosh_index.apply(tmp_path, [(3, ["other"])], ())
    assert names[0] == first[0]
    assert path_of(tmp_path, first[0]).stat().st_mtime_ns == stamp
    whoosh_index.tidy(tmp_path, names[1:])
    assert [path.stem for path in tmp_path.glob("*.pack")] == names[1:]


def test_arrays_come_back_as_they_were_and_any_flipped_byte_is_noticed(tmp_path: Path) -> None:
    whoosh_index.create(tmp_path)
    names, _deleted = whoosh_index.apply(tmp_path, texts(3, seed=3), (), fresh=True)
    path = path_of(tmp_path, names[0])
    about, head, arrays = load(path)
    copy = tmp_path / "copy.pack"
    save(copy, {"change": 7}, head, arrays)
    assert peek(copy)["change"] == 7
    again = load(copy)[2]
    assert {name: array.tolist() for name, array in again.items()} == {
        name: array.tolist() for name, array in arrays.items()
    }
    whole = copy.read_bytes()
    for at in range(0, len(whole), 7):
        copy.write_bytes(whole[:at] + bytes([whole[at] ^ 8]) + whole[at + 1 :])
        try:
            _about, _head, read = load(copy)
        except Damaged:
            continue
        # only bytes that fill up to the next eight, or a name in `about`, may change unnoticed
        assert {name: array.tolist() for name, array in read.items()} == {
            name: array.tolist() for name, array in arrays.items()
        }
    for size in range(0, len(whole), 11):
        copy.write_bytes(whole[:size])
        with pytest.raises(Damaged):
            load(copy)

"""Preset files: all of them are read, and one that leads nowhere is refused with its name and the place."""

from pathlib import Path

import pytest

from portal.programs import BadPreset, persons_of, presets
from portal.programs.preset import FOLDER, read

GOOD = (FOLDER / "partners-in-care-nashville.yaml").read_text()


def test_every_file_is_a_preset_of_its_name() -> None:
    found = presets()
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(found)
    assert all(preset.metrics for preset in found.values() if "encounters" in preset.modules)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 1", "version: one", "version"),
        ("default_role: officer", "default_role: pilot", "pilot"),
        ("kind: police}", "kind: magic}", "magic"),
        ("disposition: arrest", "disposition: jail", "jail"),
        ("within: 24h", "within: soon", "soon"),
        ("signatures: 2", "signatures: 2\nspell: abracadabra", "spell"),
        ("code: arrest,", "code: hospital,", "twice"),
        ("name: Partners in Care", "name: [", "while parsing"),
    ],
)
def test_a_file_that_leads_nowhere_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in GOOD
    path = tmp_path / "partners-in-care-nashville.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(BadPreset) as refused:
        read(path)
    assert says in str(refused.value)
    assert path.name in str(refused.value)


@pytest.mark.parametrize("code", list(presets()))
def test_whoever_is_to_reach_a_person_may_see_whom(code: str) -> None:
    preset = presets()[code]
    reaching = [each for each in preset.follow_ups if each.kind in ("follow_up", "first_contact", "touch")]
    settings = persons_of(preset)
    for each in reaching:
        assert settings is not None, each.code
        assert preset.role_kind(each.role) in settings.seen_by, each.code

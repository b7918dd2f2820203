"""Who answers for a root or folder, exact on a day."""

from __future__ import annotations

from datetime import date

import pytest

from archive.access import Viewer
from archive.config import Config, load_config
from archive.errors import ConfigError
from archive.folder_custodians import FolderCustodians, known_custodians

ROOTS = [
    {
        "name": "filing", "path": "/srv/filing", "owner": "karin",
        "collections": {"legal/**": "legal"},
    },
    {"name": "share", "path": "/mnt/share"},
]  # fmt: skip
CUSTODIANS = [
    {"name": "anna", "root": "filing", "folder": "contracts", "until": date(2021, 12, 31)},
    {"name": "bo", "root": "filing", "folder": "/contracts/", "since": date(2022, 1, 1)},
    {"name": "cy", "root": "filing", "folder": "contracts/old", "since": date(2020, 1, 1),
     "until": date(2020, 12, 31)},
    {"name": "eve", "root": "filing", "folder": "legal"},
    {"name": "dan", "root": "share", "since": date(2023, 1, 1)},
]  # fmt: skip


@pytest.fixture
def config() -> Config:
    return Config(roots=ROOTS, custodians=CUSTODIANS)


@pytest.mark.parametrize(
    ("root", "path", "day", "names"),
    [
        ("filing", "contracts/a.pdf", date(2021, 12, 31), {"anna"}),
        ("filing", "contracts/a.pdf", date(2022, 1, 1), {"bo"}),
        ("filing", "contracts/old/a.pdf", date(2019, 12, 31), {"anna"}),
        ("filing", "contracts/old/a.pdf", date(2020, 1, 1), {"cy"}),
        ("filing", "contracts/old/a.pdf", date(2021, 1, 1), {"anna"}),
        ("filing", "contracts-2/a.pdf", date(2020, 1, 1), {"karin"}),
        ("filing", "a.pdf", date(1990, 1, 1), {"karin"}),
        ("share", "a.pdf", date(2022, 12, 31), set()),
        ("share", "a.pdf", date(2023, 1, 1), {"dan"}),
        ("upload", "a.pdf", date(2023, 1, 1), set()),
    ],
)
def test_on_a_day_the_deepest_folder_that_somebody_answers_for_says_who(
    config, root, path, day, names
):
    assert FolderCustodians(config).on(root, path, day) == names


def test_in_a_period_everybody_counts_who_answered_on_one_of_its_days(config):
    found = FolderCustodians(config)
    between = (date(2020, 12, 31), date(2022, 1, 1))
    assert found.between("filing", "contracts/old/x/a.pdf", *between) == {"cy", "anna", "bo"}
    assert found.between("filing", "contracts/a.pdf", *between) == {"anna", "bo"}
    one = (date(2021, 5, 1), date(2021, 5, 1))
    assert found.between("filing", "contracts/old/a.pdf", *one) == {"anna"}
    assert found.between("share", "a.pdf", date(2020, 1, 1), None) == {"dan"}


def test_who_is_named_for_all_of_a_root_answers_in_the_place_of_its_owner(config):
    named = Config(roots=ROOTS, custodians=[{"name": "fay", "root": "filing"}])
    assert FolderCustodians(named).on("filing", "a.pdf", date(2020, 1, 1)) == {"fay"}


def test_custodians_of_what_a_viewer_may_not_read_are_as_if_they_were_not_there(config):
    ids = {"general": 1, "legal": 2}

    def known(*reads: int) -> tuple[str, ...]:
        viewer = Viewer("user:1", "legal", frozenset(reads), frozenset(), 1, "x")
        return known_custodians(ids, viewer, config)

    assert known(1) == ("anna", "bo", "cy", "dan", "karin")
    assert known(2) == ("eve", "karin")
    assert known() == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('root = "filling"', "the name of one of the roots"),
        ('root = "filing"\nsince = 2022-01-01\nuntil = 2021-01-01', "not before"),
        ('root = "filing"\nsince = "soon"', "custodians.0.since"),
    ],
)
def test_a_custodian_of_no_root_or_of_a_period_that_ends_first_is_refused(tmp_path, wrong, said):
    path = tmp_path / "config.toml"
    text = f'[[roots]]\nname = "filing"\npath = "f"\n[[custodians]]\nname = "x"\n{wrong}\n'
    path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        load_config(path)

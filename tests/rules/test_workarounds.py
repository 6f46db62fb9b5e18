"""A line that works around a library says of which version, and when it may go."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORM = re.compile(r"WORKAROUND [A-Za-z][\w-]* \d+(\.\d+)*: .+?[.;] drop when .+", re.DOTALL | re.IGNORECASE)


def workarounds(text):
    """The comments that begin with the word, each with the lines of comment that follow."""
    return [
        re.sub(r"\n\s*# ?", " ", found[0]) for found in re.finditer(r"WORKAROUND.*(?:\n\s*#.*)*", text)
    ]  # fmt: skip


def test_each_names_a_version_and_its_end():
    found = {
        path.relative_to(ROOT).as_posix(): workarounds(path.read_text(encoding="utf-8"))
        for path in [*ROOT.glob("engine/**/*.py"), *ROOT.glob("gui/**/*.py"), ROOT / "pyproject.toml"]
    }
    assert sum(map(len, found.values())) > 5
    wrong = {place: [one for one in some if not FORM.match(one)] for place, some in found.items()}
    assert {place: some for place, some in wrong.items() if some} == {}, (
        "WORKAROUND <library> <version>: ...; drop when"
    )


@pytest.mark.parametrize(
    ("comment", "is_right"),
    [
        ("# WORKAROUND pandas 3.1: it is slow; drop when it is quick.", True),
        ("# WORKAROUND pandas 3.1: it is slow.\n    # Drop when it is quick.", True),
        ("# WORKAROUND pandas: it is slow; drop when it is quick.", False),
        ("# WORKAROUND pandas 3.1: it is slow.", False),
    ],
)
def test_the_form_is_read(comment, is_right):
    assert [bool(FORM.match(one)) for one in workarounds(comment)] == [is_right]

"""What every export format must do. Subclass :class:`FormatContract` and say by which ending it is chosen."""

from __future__ import annotations

import contextlib

import pytest

from engine import Categorical, Float, SearchSpace, Study
from engine.errors import UserFault
from engine.exporting import export_study, registry

HOSTILE = ["<b>x</b>", "=1+1", "a\nb", "\u202ex"]


class FormatContract:
    """Give ``ending`` in the subclass: a fixture. Formats that a study cannot be written in say so in a sentence."""

    @pytest.fixture
    def ending(self):
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def source(cls, tmp_path_factory):
        """A study whose names and texts a stranger chose."""
        path = tmp_path_factory.mktemp("study") / "a.study"
        with contextlib.closing(Study(SearchSpace({"<i>": Float(0, 1), "=c": Categorical(HOSTILE)}), seed=1)) as study:
            study.save(path)
            study.optimize(lambda trial: trial.params["<i>"], 5)
            study.tell(study.ask(), state="failed", reason="<script>")
        return path

    def test_it_says_what_it_is(self, ending):
        assert registry.get(ending).title

    def test_it_writes_a_file_or_says_why_not_and_touches_nothing_else(self, ending, source, tmp_path):
        before, path = source.read_bytes(), tmp_path / f"out.{ending}"
        path.write_text("what stood here")
        refusal = ""
        try:
            export_study(source, path)
        except UserFault as fault:
            refusal = str(fault)
        assert refusal.endswith(".") is (path.read_bytes() == b"what stood here")
        assert path.stat().st_size > 0
        assert source.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == [path.name]

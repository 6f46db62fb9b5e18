"""Thousands of study files that were made to harm, through everything that a person does with a study of a stranger.

``python -m tests.campaigns.crafted [FILES SEED EVERY]``; ``tests/system/test_crafted.py`` runs a slice of it. Each file
(:mod:`tests.campaigns.crafting`) is shown, asked about, read from Python, run for two trials and exported, in this
process and under an audit hook: no traceback, nothing longer than two seconds of the processor, and no file, socket or
program touched that is not ours or beside the study. A stand-in takes the place of the worker's process: it prepares
the data as that does and scores by chance. Every ``EVERY``-th file is opened in the real window as well. What was
exported as a script is not run by the export here, but in a jail of its own.
"""

import ast
import faulthandler
import io
import json
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from engine.exporting import registry
from tests.campaigns.crafted_jail import run_in_jail
from tests.campaigns.crafted_watch import Standin, Watch
from tests.campaigns.crafting import craft, make_templates

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 2.0  # seconds of the processor for one thing done with a file
HANGS = 300.0  # seconds after which it is told where everything stands, and all ends; a busy computer needs many
MEMORY = 6 << 30  # bytes of address space, so that a bomb ends in an error here and not with this computer
FILES_A_SCRIPT = 40  # one exported script is run for so many files
ENDINGS = ("json", "yaml", "csv", "parquet", "py")
FURTHER = (
    *(("html", ""), ("db", ""), ("svg", "history"), ("svg", "importance"), ("svg", "learning"), ("csv", "curves")),
    *(("csv", "predictions"), ("parquet", "curves"), ("json", "space"), ("yaml", "space"), ("json", "ensemble")),
)
COMMANDS = ("explain", "explain", "compare", "ensemble", "branch", "steer")
LOADING = ("neighbours", "mlp", "branin", "a table beside it", "several")  # kinds that load all that is loaded
FEW = 100  # files, of which the kinds above are enough
SILENT = "Traceback (most recent call last)"


class Look:
    """All that is done with one file, what went wrong and how it was answered."""

    def __init__(self, path, watch, rng=random):
        self.path, self.watch, self.rng = path, watch, rng
        self.wrong, self.answers, self.scripts = [], Counter(), []
        self.longest = 0.0

    def all_of_it(self):
        for stage in (self.show, self.show_json, self.ask, self.read, self.export, self.export_more, self.run):
            self.stage(stage)

    def stage(self, stage):
        """Do one thing; again where it took too long, for something may have been loaded that stays loaded."""
        took = self._timed(stage)
        if took > LONGEST:
            took = min(took, self._timed(stage))
        self.longest = max(self.longest, took)
        if took > LONGEST:
            self.wrong.append(f"{stage.__name__} took {took:.1f} s")

    def _timed(self, stage):
        """How many seconds of the processor one thing takes, under the audit hook."""
        name = stage.__name__
        begun = time.process_time()
        faulthandler.dump_traceback_later(HANGS, exit=True)
        with self.watch.over(self.path.parents[name == "open_window"]) as watch:  # the window looks at recent ones
            try:
                self.answers[f"{name}: {stage()}"] += 1
            except KeyboardInterrupt:
                raise
            except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
                lines = traceback.format_exc().splitlines()
                ours = [line.strip() for line in lines if f'"{ROOT}/engine' in line or f'"{ROOT}/gui' in line]
                self.wrong.append(f"{name}: {lines[-1][-1500:]} at {' < '.join(ours[-1:-4:-1])}")
        faulthandler.cancel_dump_traceback_later()
        self.wrong += [f"{name} reached {one}" for one in dict.fromkeys(watch.reached)]
        return time.process_time() - begun

    def _command(self, *arguments):
        from engine.cli import main

        out, err = io.StringIO(), io.StringIO()
        late = threading.Timer(HANGS / 2, lambda: print(out.getvalue(), err.getvalue(), file=sys.__stderr__))
        late.daemon = True
        late.start()
        with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings(action="ignore"):
            status = main(list(arguments))
        late.cancel()
        if SILENT in err.getvalue() or "Internal error" in err.getvalue() + out.getvalue():
            raise AssertionError(" < ".join((err.getvalue() + out.getvalue())[-2000:].split("\n")))
        if status not in {0, 1, 2} or (status == 2 and len(err.getvalue().splitlines()) != 1):
            raise AssertionError(f"status {status}: " + " ".join(err.getvalue().split())[:500])
        return status, out.getvalue()

    def show(self):
        return self._command("show", str(self.path))[0]

    def show_json(self):
        status, out = self._command("show", str(self.path), "--json")
        if status == 0:
            json.loads(out)
        return status

    def ask(self, commands=None):
        """One of the rarer commands that train nothing, or all that are given."""
        said = []
        for command in commands or [self.rng.choice(COMMANDS)]:
            branched = self.path.with_name("branched.study")
            branched.unlink(missing_ok=True)
            others = {"branch": branched, "steer": "pause", "compare": self.path}
            further = (str(others[command]),) if command in others else ()
            status, out = self._command(command, str(self.path), *further, "--json")
            if status == 0:
                json.loads(out)
            said.append(f"{command} {status}")
        return " ".join(said)

    def read(self):
        """What a notebook does."""
        from engine import Study, store
        from engine.errors import UserFault

        copy = self.path.with_name("read.study")
        shutil.copy(self.path, copy)
        try:
            with store.Reader(copy) as reader:
                for question in (reader.log, lambda: reader.whys, reader.run_state, reader.curves):
                    try:
                        question()
                    except UserFault:
                        continue
            with warnings.catch_warnings(action="ignore"), Study.open(copy) as study:
                for look in (
                    lambda: study.best,
                    lambda: study.trials[:20],
                    study.trials_dataframe,
                    lambda: repr(study),
                    study._repr_html_,
                ):
                    try:
                        look()
                    except (UserFault, AttributeError):
                        continue
                trial = study.ask()
                trial.report(1, {"loss": 0.5})
                trial.should_prune()
                study.tell(trial, state="failed", reason="no")
                study.ask()
        except UserFault as fault:
            return "refused" if fault.what else "refused without a word"
        return "done"

    def export(self):
        said = []
        for ending in ENDINGS:
            target = self.path.with_name(f"made.{ending}")
            status, _ = self._command("export", str(self.path), "--to", str(target))
            said.append(str(status))
            if ending == "py" and status == 0:
                self.scripts.append(target)
        return "".join(said)

    def export_more(self, count=2):
        """Some of the rarer exports."""
        said = []
        for ending, what in self.rng.sample(FURTHER, count):
            target = self.path.with_name(f"more.{ending}")
            status, _ = self._command(
                "export", str(self.path), "--to", str(target), *(("--what", what) if what else ())
            )
            said.append(f"{what or ending} {status}")
        return " ".join(sorted(said))

    def open_window(self):
        return self.window.look(self.path)

    def run(self):
        """Two trials at most, with a worker that does not train."""
        from engine.runner import local_backend

        copy = self.path.with_name("run.study")
        shutil.copy(self.path, copy)
        real, local_backend.LocalWorker = local_backend.LocalWorker, Standin
        Standin.mistakes = []
        try:
            status, out = self._command("run", str(copy), "--trials", "2", "--workers", "1", "--seconds", "1", "--json")
        finally:
            local_backend.LocalWorker = real
        for line in out.splitlines():
            json.loads(line)
        if Standin.mistakes:
            raise AssertionError("in the worker: " + " < ".join(Standin.mistakes[0].strip().splitlines()[-1:-4:-1]))
        return status


def campaign(folder, files, seed, every=0, first=0):
    """What went wrong, what was answered, and how many scripts ran, over ``files`` crafted studies."""
    os.environ["TWINLOOP_HOME"] = str(folder)
    templates = make_templates(folder, LOADING if files < FEW else None)
    registry.get("py").check = _parse  # the jail runs it
    watch, wrong, answers, longest, scripts, window = Watch(), [], Counter(), 0.0, [], None
    _warm(folder, templates)
    threads = threading.active_count()
    for index in range(first, first + files):
        rng = random.Random(f"{seed}-{index}")
        print(f"file {index}", end="\r", file=sys.__stderr__, flush=True)  # where it hung, if it does
        place = folder / f"f{index}"
        place.mkdir()
        _, done = craft(place / "a.study", templates, rng)
        look = Look(place / "a.study", watch, rng)
        os.environ["TWINLOOP_HOME"] = str(place)
        look.all_of_it()
        if every and index % every == 0:
            from tests.campaigns.crafted_window import Windowed

            window = window or Windowed(folder)
            look.window = window
            look.stage(look.open_window)
        wrong += [(index, "; ".join(done), one) for one in look.wrong]
        for one in look.wrong:
            print(f"file {index}: {one}", file=sys.__stderr__)
        answers += look.answers
        longest = max(longest, look.longest)
        if look.scripts and len(scripts) < 2 + (index - first) // FILES_A_SCRIPT:
            scripts += look.scripts
        else:
            shutil.rmtree(place)
    if threading.active_count() > threads + 3:
        wrong.append((files, "", f"{threading.active_count()} threads are left"))
    wrong += [(0, "script", one) for one in run_in_jail(scripts)]
    return wrong, answers, longest, len(scripts)


def _warm(folder, templates):
    """Load everything before the watch begins: what is imported is no file of a study."""
    import engine.objectives.preparing
    import engine.study  # noqa: F401

    for name, content in templates.items():
        path = folder / "warm.study"
        path.write_bytes(content)
        (folder / "t.csv").write_text("a,b,y\n" + "".join(f"{i % 7},{i % 3},{i % 2}\n" for i in range(40)))
        look = Look(path, None)
        assert (look.show(), look.read()) == (0, "done"), name
        if name in LOADING:
            look.ask(COMMANDS), look.export(), look.run()
    look.export_more(len(FURTHER))


def _parse(format_, content, path):
    ast.parse(path.read_text(encoding="utf-8"))
    return ()


def main(files=20_000, seed=0, every=40, first=0):
    """Print what went wrong, kind by kind."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        wrong, answers, longest, scripts = campaign(Path(folder), files, seed, every, first)
    print(f"{files} files, seed {seed}, {time.monotonic() - begun:.0f} s, longest {longest:.2f} s, {scripts} scripts")
    for answer, count in sorted(answers.items()):
        print(f"  {count:6d} {answer}")
    kinds = Counter(re.sub(r"[\d.]+", "N", one)[:260] for _, _, one in wrong)
    print(f"{len(wrong)} wrong (limit 0), of {len(kinds)} kinds")
    for kind, count in kinds.most_common():
        index, done, one = next(item for item in wrong if re.sub(r"[\d.]+", "N", item[2])[:260] == kind)
        print(f"{count:5d} x {one[:600]}\n        file {index}: {done[:300]}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""Thousands of study files that were made to harm, through everything that a person does with a study of a stranger.

``python -m tests.campaigns.crafted [FILES SEED EVERY]``; ``tests/system/test_crafted.py`` runs a slice of it. Each file
(:mod:`tests.campaigns.crafting`) is shown, read from Python, run for two trials and exported to every ending, in this
process and under an audit hook: no traceback, nothing longer than two seconds, and no file, socket or program touched
that is not ours or beside the study. A stand-in takes the place of the worker's process: it prepares the data as that
does and scores by chance. Every ``EVERY``-th file is opened in the real window as well. What was exported as a script
runs in a jail of its own. ``python -m tests.campaigns.crafted one INDEX SEED`` shows a single file.
"""

import faulthandler
import io
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections import Counter
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

from tests.campaigns.crafting import craft, make_templates

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 2.0  # seconds for one thing done with a file
HANGS = 60.0  # seconds after which it is told where everything stands, and all ends
MEMORY = 6 << 30  # bytes of address space, so that a bomb ends in an error here and not with this computer
MOST_SCRIPTS = 400
ENDINGS = ("json", "yaml", "csv", "parquet", "py")
SILENT = "Traceback (most recent call last)"
SHARED = str(Path(tempfile.gettempdir()) / "twinloop-shared-")  # what workers share of a table
_READ_ONLY = (str(ROOT), sys.prefix, sys.base_prefix, "/proc", "/sys", "/usr", "/lib", "/etc/mime.types", "/dev/null")
_OURS = ("/dev/urandom", "/etc/localtime", "/etc/ld.so.cache", "/etc/fonts", "/var/cache/fontconfig")
_NEVER = ("socket.connect", "socket.bind", "socket.getaddrinfo", "os.system", "os.exec", "os.posix_spawn", "os.fork",
          "subprocess.Popen", "ftplib.connect", "urllib.Request", "webbrowser.open")  # fmt: skip
_CHANGES = ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree")


class Watch:
    """An audit hook of this process; ``reached`` lists what was touched outside ``folder`` while it is on."""

    def __init__(self):
        self.folder, self.is_on, self.reached = "", False, []
        sys.addaudithook(self._hear)

    @contextmanager
    def over(self, folder):
        self.folder, self.is_on, self.reached = str(folder), True, []
        try:
            yield self
        finally:
            self.is_on = False

    def _hear(self, event, arguments):
        if not self.is_on:
            return
        if event == "subprocess.Popen" and "engine.execution.child" in arguments[1]:
            return  # the window warms a worker
        if event in _NEVER:
            self.reached.append(f"{event} {str(arguments)[:200]}")
        elif event == "ctypes.dlopen":
            self._touch(event, arguments[0], False)
        elif event == "open":
            path, mode, flags = arguments
            writes = bool((flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)) or set(mode or "") & set("wax+")
            self._touch(event, path, writes)
        elif event in _CHANGES:
            is_relative = any(isinstance(one, int) and one >= 0 for one in arguments[1:])  # to a folder that is open
            for path in () if is_relative else arguments[:2]:
                self._touch(event, path, True)
        elif event == "sqlite3.connect":
            self._touch(event, re.sub(r"^file://|\?.*$", "", str(arguments[0])), False)

    def _touch(self, event, path, writes):
        if isinstance(path, int) or path is None or path == -1 or path == ":memory:":
            return
        path = os.path.abspath(os.fsdecode(path))
        if path.startswith((self.folder, SHARED)) or path == "/dev/null":
            return
        if not writes and path.startswith((*_READ_ONLY, *_OURS)):
            return
        self.reached.append(f"{event} {'for writing ' if writes else ''}{path[:200]}")


class Standin:
    """In the place of a worker's process: takes messages as they would travel, prepares as it does, never trains."""

    def __init__(self, number, receive):
        import msgspec

        from engine.execution.job import Ready

        self.number, self._receive, self._encode = number, receive, msgspec.msgpack.encode
        self._is_closed = False
        self._say(Ready(0))

    def send(self, message):
        from engine.errors import UserFault
        from engine.execution.job import Control, Failed, Prepare, Prepared, Quit, Refusal, RunTrial, Scored
        from engine.objectives.preparing import prepare

        self._encode(message)
        if isinstance(message, Prepare):
            try:
                prepare(message.objective, message.cache)
            except UserFault as fault:
                self._say(Refusal(fault.what, fault.remedy))
            except Exception as error:  # noqa: BLE001 - as the worker does
                self._say(Refusal(f"The data could not be prepared: {error}", "See the log."))
                self.mistakes.append(traceback.format_exc())
            else:
                self._say(Prepared())
        elif isinstance(message, Control | Quit):
            return
        else:
            for trial in (message,) if isinstance(message, RunTrial) else message.trials:
                self._say(Scored(trial.number, 0.5, 0.01) if trial.number % 3 else Failed(trial.number, "no", 0.01))

    mistakes: list[str] = []

    def _say(self, message):
        if not self._is_closed:
            self._receive(self.number, message)

    def megabytes(self):
        return 1.0

    def kill(self):
        self._is_closed = True

    def ask_to_end(self):
        self._is_closed = True

    def end(self, grace):
        self._is_closed = True

    def close(self, grace=1.0):
        self._is_closed = True


class Look:
    """All that is done with one file, what went wrong and how it was answered."""

    def __init__(self, path, watch):
        self.path, self.watch = path, watch
        self.wrong, self.answers, self.scripts = [], Counter(), []
        self.longest = 0.0

    def all_of_it(self):
        for stage in (self.show, self.show_json, self.read, self.export, self.run):
            self.stage(stage)

    def stage(self, stage):
        """Do one thing, under the audit hook and with a look at the clock."""
        name = stage.__name__
        begun = time.perf_counter()
        faulthandler.dump_traceback_later(HANGS, exit=True)
        with self.watch.over(self.path.parents[name == "open_window"]) as watch:  # the window looks at recent ones
            try:
                self.answers[f"{name}: {stage()}"] += 1
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is what we look for
                if isinstance(error, KeyboardInterrupt):
                    raise
                lines = traceback.format_exc().splitlines()
                ours = [line.strip() for line in lines if f'"{ROOT}/engine' in line or f'"{ROOT}/gui' in line]
                self.wrong.append(f"{name}: {lines[-1][:200]} at {' < '.join(ours[-1:-4:-1])}")
        faulthandler.cancel_dump_traceback_later()
        took = time.perf_counter() - begun
        self.longest = max(self.longest, took)
        if took > LONGEST:
            self.wrong.append(f"{name} took {took:.1f} s")
        self.wrong += [f"{name} reached {one}" for one in dict.fromkeys(watch.reached)]

    def _command(self, *arguments):
        from engine.cli import main

        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), warnings.catch_warnings(action="ignore"):
            status = main(list(arguments))
        if SILENT in err.getvalue() or "made a mistake" in err.getvalue() + out.getvalue():
            raise AssertionError(err.getvalue()[-2000:])
        if status not in {0, 1, 2} or (status == 2 and len(err.getvalue().splitlines()) != 1):
            raise AssertionError(f"status {status}: {err.getvalue()[:500]}")
        return status, out.getvalue()

    def show(self):
        return self._command("show", str(self.path))[0]

    def show_json(self):
        status, out = self._command("show", str(self.path), "--json")
        if status == 0:
            json.loads(out)
        return status

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
                for look in (lambda: study.best, lambda: study.trials[:20], study.trials_dataframe, lambda: repr(study),
                             lambda: study._repr_html_()):  # fmt: skip
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
            assert str(fault).isprintable() or fault.what, fault
            return "refused"
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

    def open_window(self):
        return self.window.look(self.path)

    def run(self):
        """Two trials at most, with a worker that does not train."""
        from engine.runner import crew

        copy = self.path.with_name("run.study")
        shutil.copy(self.path, copy)
        real, crew.LocalWorker = crew.LocalWorker, Standin
        Standin.mistakes = []
        try:
            status, out = self._command("run", str(copy), "--trials", "2", "--workers", "1", "--seconds", "1", "--json")
        finally:
            crew.LocalWorker = real
        for line in out.splitlines():
            json.loads(line)
        if Standin.mistakes:
            raise AssertionError("in the worker: " + " < ".join(Standin.mistakes[0].strip().splitlines()[-1:-4:-1]))
        return status


def campaign(folder, files, seed, every=0, first=0):
    """What went wrong, what was answered, and how many scripts ran, over ``files`` crafted studies."""
    os.environ["TWINLOOP_HOME"] = str(folder)
    templates = make_templates(folder)
    watch, wrong, answers, longest, scripts, window = Watch(), [], Counter(), 0.0, [], None
    _warm(folder, templates)
    threads = threading.active_count()
    for index in range(first, first + files):
        rng = random.Random(f"{seed}-{index}")
        place = folder / f"f{index}"
        place.mkdir()
        _, done = craft(place / "a.study", templates, rng)
        look = Look(place / "a.study", watch)
        os.environ["TWINLOOP_HOME"] = str(place)
        look.all_of_it()
        if every and index % every == 0:
            from tests.campaigns.crafted_window import Windowed

            window = window or Windowed(folder)
            look.window = window
            look.stage(look.open_window)
        wrong += [(index, "; ".join(done), one) for one in look.wrong]
        answers += look.answers
        longest = max(longest, look.longest)
        if look.scripts and len(scripts) < MOST_SCRIPTS:
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
        look = Look(path, Watch.__new__(Watch))
        for stage in (look.show, look.read, look.export, look.run):
            stage()
        assert "read: refused" not in look.answers, name


JAIL = """
import os, resource, runpy, sys, time
import numpy, pandas, sklearn.ensemble, sklearn.neural_network, sklearn.svm, sklearn.neighbors, sklearn.linear_model
import sklearn.pipeline, sklearn.preprocessing, sklearn.model_selection, sklearn.calibration, sklearn.metrics, threadpoolctl
import io
pandas.read_csv(io.StringIO("a\\n1\\n"))
NEVER = {"socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
         "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link"}
def watch(event, arguments):
    if event in NEVER:
        os.write(1, f"JAIL {event} {arguments}\\n".encode()); os._exit(7)
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        path, mode, flags = os.path.abspath(os.fsdecode(arguments[0])), arguments[1], arguments[2] or 0
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(mode or "") & set("wax+")
        allowed = path.startswith((HERE, sys.prefix, sys.base_prefix, ROOT, "/proc", "/sys", "/usr", "/etc/localtime"))
        if (writes and path != "/dev/null") or not allowed and path not in ("/dev/null", "/dev/urandom"):
            os.write(1, f"JAIL open {path} {mode}\\n".encode()); os._exit(7)
ROOT = sys.argv[1]
for script in sys.argv[2:]:
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        sys.argv, HERE = [script], os.path.dirname(script)
        os.chdir(HERE)
        os.dup2(os.open(os.path.join(HERE, "said"), os.O_WRONLY | os.O_CREAT), 2)
        sys.addaudithook(watch)
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit:
            pass
        except BaseException as error:
            import traceback; traceback.print_exc()
            os.write(1, f"FAILED {type(error).__name__}: {error}\\n".encode()); os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print("ENDED", script, status, flush=True)
"""
_HONEST = ("UserFault", "ValueError", "InvalidParameterError", "FileNotFoundError", "OverflowError", "MemoryError")


def run_in_jail(scripts):
    """Run exported scripts one by one in processes that may read their own folder alone; what they did besides."""
    if not scripts:
        return []
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", JAIL, str(ROOT), *map(str, scripts)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    lines = done.stdout.splitlines()
    found = [line[:300] for line in lines if line.startswith("JAIL")]
    found += [line[:300] for line in lines if line.startswith("FAILED") and not line.split()[1].startswith(_HONEST)]
    ended = sum(line.startswith("ENDED") for line in lines)
    return found + ([f"{ended} of {len(scripts)} ended: {done.stderr[-500:]}"] if ended < len(scripts) else [])


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

"""Programs: commands filled with values as data, output read as it comes."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import UserFault
from engine.objectives import command as command_room
from engine.objectives.code_files import with_present_version
from engine.objectives.command import CommandEvaluator
from engine.objectives.command_line import fill_shell, fill_words, require_places
from engine.objectives.description import CommandObjective
from engine.objectives.output_reading import OutputReader
from tests.helpers.asking import AskedTrial, TrialEndsHere


@given(st.text(max_size=30).filter(lambda text: "\0" not in text))
def test_a_value_is_one_word_whatever_it_holds(value):
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    assert fill_words("fit --text {text} --n={n}", {"text": value, "n": 3}) == ["fit", "--text", value, "--n=3"]
    if os.name != "nt":
        assert shlex.split(fill_shell("fit {text} x{text}", {"text": value})[2]) == ["fit", value, f"x{value}"]


def test_a_shell_runs_only_what_the_person_wrote(tmp_path):
    if os.name == "nt":
        pytest.skip("a POSIX shell")
    evil = f"'; touch {tmp_path}/evil; echo \"$(touch {tmp_path}/evil)\" `touch {tmp_path}/evil` '"
    done = subprocess.run(
        fill_shell("printf %s {text} | cat", {"text": evil}), capture_output=True, text=True, check=True
    )
    assert done.stdout == evil
    assert not (tmp_path / "evil").exists()


def test_what_plays_no_part_is_left_out_with_its_option():
    assert fill_words("fit --degree {degree} --lr {lr} {params} {{x}}", {"lr": 0.5, "flag": True, "trial": 3}) == [
        "fit", "--lr", "0.5", "--lr=0.5", "--flag=true", "{x}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "names", "hands_over", "sentence"),
    [
        ("fit {lr} {depth}", ("lr",), False, "the search space has no depth"),
        ("fit {lr}", ("lr", "depth"), False, "does not use depth"),
        ("fit {config}", ("lr",), False, "no file is handed over"),
        ("", (), False, None),
        ("fit {config}", ("lr",), True, None),
        ("fit {params}", ("lr", "depth"), False, None),
    ],
)
def test_placeholders_are_checked(command, names, hands_over, sentence):
    if sentence is None:
        require_places(command, names, hands_over)
        return
    with pytest.raises(UserFault, match=sentence):
        require_places(command, names, hands_over)


STEPPED = r"it (?P<step>\d+) l (?P<loss>[\d.]+)|end (?P<score>\d)"


@pytest.mark.parametrize(
    ("lines", "changes", "scores", "steps"),
    [
        (['{"score": 0.5}'], {}, (0.5,), 0),
        (['{"epoch": 1, "loss": 2}', 'log: {"score": 1e-3}'], {}, (0.001,), 1),
        (["epoch 3", "step=4 val_loss: 0.25, acc=0.5", "score = -1.5e2"], {}, (-150.0,), 1),
        (["accuracy: 93.5%", "accuracy: 94.5 %"], {"scores": ("accuracy",)}, (94.5,), 0),
        (["a=1", "b=2"], {"scores": ("b", "a"), "directions": ("minimize", "minimize")}, (2.0, 1.0), 0),
        (["noise", "0.75"], {}, (0.75,), 0),
        (["Acc 0,5 (best)"], {"reading": "pattern", "pattern": r"Acc ([\d,.]+)"}, (0.5,), 0),
        (["it 3 l 0.5", "end 2"], {"reading": "pattern", "pattern": STEPPED}, (2.0,), 1),
        (["score=nan"], {}, (float("nan"),), 0),
        (['{"score": null}'], {}, (float("nan"),), 0),
    ],
)  # fmt: skip
def test_numbers_are_found_in_what_is_printed(lines, changes, scores, steps):
    reader = OutputReader(CommandObjective("fit", **changes))
    found = [step for line in lines if (step := reader.read(line)) is not None]
    assert len(found) == steps
    given_scores, _ = reader.ending()
    assert given_scores == pytest.approx(scores, nan_ok=True)


def test_a_missing_score_and_one_that_is_printed_twice_are_told():
    reader = OutputReader(CommandObjective("fit"))
    reader.read("loss=0.5")
    with pytest.raises(UserFault, match=r"printed no score. It printed loss"):
        reader.ending()
    reader.read("score=1")
    reader.read("score=2")
    assert reader.ending() == ((2.0,), ["score was printed 2 times; the last one counts."])


@pytest.mark.parametrize("pattern", ["", "(", "(a+)+$", "([0-9]+.)*x", "a" * 600])
def test_a_pattern_that_is_none_or_takes_for_ever_is_refused(pattern):
    with pytest.raises(UserFault):
        OutputReader(CommandObjective("fit", reading="pattern", pattern=pattern))


@given(st.text(max_size=200))
def test_any_line_is_read_without_an_error(line):
    for reading in ("auto", "json", "pairs"):
        OutputReader(CommandObjective("fit", reading=reading)).read(line)


def run(tmp_path, text, *, trial=None, params=None, **fields):
    program = tmp_path / "fit.py"
    program.write_text(text)
    command = fields.pop("command", f"{shlex.quote(sys.executable)} fit.py")
    objective = CommandObjective(command, folder=str(tmp_path), **fields)
    return CommandEvaluator(objective).evaluate_trial(params or {}, 0, trial or AskedTrial())


def test_a_program_that_was_changed_between_two_trials_is_not_run(tmp_path):
    (tmp_path / "fit.py").write_text("print('score=1')\n")
    objective = CommandObjective(f"{shlex.quote(sys.executable)} fit.py", folder=str(tmp_path))
    evaluator = CommandEvaluator(with_present_version(objective))
    assert evaluator.evaluate_trial({}, 0, AskedTrial()).scores == (1.0,)
    (tmp_path / "fit.py").write_text("print('score=2')\n")
    ending = evaluator.evaluate_trial({}, 1, AskedTrial(1))
    assert ending.reason.startswith("A file of the command was changed a moment ago. Press Run again")
    assert ending.ends_search


@pytest.mark.skipif(sys.platform == "win32", reason="a program of the system")
def test_a_program_that_ends_before_its_output_is_read_is_scored(tmp_path, monkeypatch):
    monkeypatch.setattr(command_room, "LOOK_SECONDS", 0.0)  # looks come before the reader, as on a busy computer
    for _ in range(20):
        ending = run(tmp_path, "", command="echo score=0.5")
        assert (ending.scores, ending.reason) == ((0.5,), "")


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_configuration_is_handed_over_as_a_file(tmp_path, kind):
    params = {"lr": 1e-5, "kind": "on", "depth": 3, "flag": True}
    text = (
        "import json, sys, yaml\n"
        "values = (json if sys.argv[1].endswith('json') else yaml).__dict__\n"
        "load = values.get('safe_load') or values['load']\n"
        "print(json.dumps(load(open(sys.argv[1]))))\n"
        "print('score=1')\n"
    )
    trial = AskedTrial()
    command = f"{shlex.quote(sys.executable)} fit.py {{config}}"
    ending = run(tmp_path, text, trial=trial, params=params, command=command, handover=kind)
    assert ending.scores == (1.0,)
    assert json.loads(trial.output.splitlines()[0]) == params


@pytest.mark.parametrize(
    ("text", "fields", "reason"),
    [
        ("import sys; print('oh no'); sys.exit(3)", {}, "The program ended with exit code 3. Its last line was: oh no"),
        ("print('nothing')", {}, "The program printed no score."),
        ("import sys; print('score=2'); sys.exit(3)", {"accepted": (0, 3)}, ""),
        ("import os; print('score', os.environ['MINE'], sep='=')", {"environment": {"MINE": "2"}}, ""),
        ("import os; os.kill(os.getpid(), 9)", {}, "The program was ended by signal 9."),
    ],
)
def test_how_a_program_ends_is_told(tmp_path, text, fields, reason):
    ending = run(tmp_path, text, **fields)
    assert ending.reason.startswith(reason)
    assert ending.state == ("failed" if reason else "complete")
    assert reason or ending.scores == (2.0,)


def test_a_program_that_is_none_and_a_folder_that_is_gone_are_sentences(tmp_path):
    with pytest.raises(UserFault, match="cannot be started"):
        run(tmp_path, "", command="no-such-program --x")
    with pytest.raises(UserFault, match="is not there"):
        CommandEvaluator(CommandObjective("fit", folder=str(tmp_path / "gone")))


def test_a_program_that_prints_for_ever_is_ended_and_bounded(tmp_path):
    trial = AskedTrial(stops_at=50)
    text = "n = 0\nwhile True:\n    n += 1\n    print(f'step={n} loss=0.5 ' + 'x' * 100)\n"
    with pytest.raises(TrialEndsHere):
        run(tmp_path, text, trial=trial)
    assert len(trial.output) < 30_000

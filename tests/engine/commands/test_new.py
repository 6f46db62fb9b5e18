"""``twinloop new --set``: rows held at a value and settings of the model, or a sentence with the names there are."""

import json

import pytest

from engine.cli import main
from engine.study import choose_table, suggest_setup


def shown(capsys, path):
    assert main(["show", str(path), "--json"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def new(path, *more):
    return main(["new", "--sample", "wine", "--model", "mlp", *more, str(path)])


def test_hyperparameters_are_held_and_settings_changed(tmp_path, capsys):
    given = ("optimizer=sgd", "dropout=0", "batch_size=16", "epochs=12", "hypergradients=true")
    path = tmp_path / "a.study"
    assert new(path, *(part for one in given for part in ("--set", one))) == 0
    told = shown(capsys, path)
    assert told["space"]["optimizer"]["choices"] == ["sgd"]
    assert told["space"]["momentum"]["when"] == {"optimizer": ["sgd"]}
    assert (told["space"]["dropout"]["low"], told["space"]["dropout"]["high"]) == (0.0, 0.0)
    assert told["space"]["batch_size"]["choices"] == [16]
    assert told["objective"]["settings"] == {"epochs": 12, "hypergradients": True}


def test_a_row_that_can_play_no_part_any_more_is_left_out(tmp_path, capsys):
    path = tmp_path / "a.study"
    assert new(path, "--set", "optimizer=adam") == 0
    assert "momentum" not in shown(capsys, path)["space"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("optimiser=sgd", "The model has no 'optimiser' to set. Its hyperparameters are: layers, hidden_units, "),
        ("optimizer=foo", "optimizer cannot be foo. Give one of adam, sgd, nesterov, rmsprop, adamw, lion, adadelta, "),
        ("layers=1.5", "layers cannot be 1.5. Give a whole number from 1 to 3."),
        ("epochs=0", "Epochs is 0. Give a whole number from 1 to 100000."),
        ("early_stopping=maybe", "Early stopping is 'maybe'. Give true or false."),
        ("epochs", "--set needs NAME=VALUE, not epochs. Write it like --set optimizer=sgd."),
        ("=3", "--set needs NAME=VALUE, not =3. Write it like --set optimizer=sgd."),
    ],
)
def test_a_wrong_value_is_refused_in_a_sentence_and_makes_no_file(tmp_path, capsys, given, sentence):
    path = tmp_path / "a.study"
    assert new(path, "--set", given) == 2
    assert capsys.readouterr().err.startswith(sentence)
    assert not path.exists()


def test_the_names_of_settings_are_told_as_well(tmp_path, capsys):
    new(tmp_path / "a.study", "--set", "speed=9")
    assert "Its settings are: epochs, early_stopping, patience, hypergradients." in capsys.readouterr().err


def test_without_a_target_the_guess_of_the_window_is_named(tmp_path, capsys):
    table = tmp_path / "houses.csv"
    table.write_text("price,rooms,lprice\n" + "".join(f"{n * 1.5},{n % 7},{n / 3}\n" for n in range(1, 60)))
    assert main(["new", "--data", str(table), str(tmp_path / "a.study")]) == 2
    assert "Name it with --target COLUMN; likely it is 'price'." in capsys.readouterr().err
    assert main(["inspect", str(table), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["likely_target"] == "price"
    choose_table(str(table))
    assert suggest_setup(str(table)).objective.target == "price"


def test_new_says_what_there_is_to_know_of_the_table_with_the_options_that_help(tmp_path, capsys):
    table = tmp_path / "pay.csv"
    rows = [f"{n % 7},{(n * n) % 53 + 1.5},{((n * n) % 53 + 1.5) * 3}" for n in range(120)]
    table.write_text("\n".join(["n,wage,cents paid", *rows]))
    assert main(["new", "--data", str(table), "--target", "wage", str(tmp_path / "a.study")]) == 0
    said = capsys.readouterr().out
    assert "cents paid leaks the target: alone it explains" in said
    assert "(--ignore 'cents paid')" in said
    assert "(--validation repeated)" in said

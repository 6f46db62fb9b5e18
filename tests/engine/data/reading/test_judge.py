"""The judge of readings: the truth is right, a wrong reading wrong, and told only where a caution tells of it."""

from dataclasses import replace

import pytest

from tests.helpers.habits import Reading, make_case, verdict_on

SEEDS = range(150)
CASES = [make_case(seed) for seed in SEEDS]
PLAIN = [case for case in CASES if case.plain]
KINDS = {"number": "number", "time": "time", "clock": "number", "duration": "number", "label": "category"}
KINDS |= {"bool": "category", "id": "identifier", "zip": "category", "text": "text"}


def truth(case):
    """The reading that a careful colleague would give, with the cautions that must be."""
    file = case.file
    names = [one.name or f"column_{i}" for i, one in enumerate(file.expected)]
    names = [f"{name}_2" if name in names[:i] else name for i, name in enumerate(names)]
    cautions = [("", "The last line was left out.")] * file.left_out + [("", "Two names were equal.")] * file.renamed
    cautions += [
        (name, f"Some of {name!r} are below a limit.")
        for name, one in zip(names, file.expected, strict=True)
        if one.doubtful
    ]
    return Reading(
        names=names,
        kinds=[KINDS[one.what] for one in file.expected],
        left_out=["names each row" if one.what == "id" else "" for one in file.expected],
        columns=[list(one.cells) for one in file.expected],
        cautions=cautions,
    )


def first(case, what):
    return next(i for i, one in enumerate(case.file.expected) if one.what == what)


def changed(reading, i, values):
    columns = list(reading.columns)
    columns[i] = values
    return replace(reading, columns=columns)


def with_caution(reading, column, sentence):
    return replace(reading, cautions=[*reading.cautions, (column, sentence)])


def test_cases_are_the_same_again():
    assert [make_case(seed).file.content for seed in range(0, 150, 10) if make_case(seed).habit.form != "xlsx"] == [
        CASES[seed].file.content for seed in range(0, 150, 10) if CASES[seed].habit.form != "xlsx"
    ]


def test_the_truth_is_right():
    status = {case.seed: verdict_on(case, truth(case)) for case in CASES}
    off = {seed: one.differences for seed, one in status.items() if one.status != "right"}
    assert all(one.about == "doubtful" and one.told for found in off.values() for one in found), off


def test_there_are_plain_and_other_cases_of_every_form():
    assert len(PLAIN) > 20
    assert {case.habit.form for case in CASES} == {"text", "xlsx", "parquet"}


def divided(case, reading, i):
    return changed(
        reading, i, [value if value is None or value < 1000 else value / 1000 for value in reading.columns[i]]
    )


def multiplied(case, reading, i):
    return changed(reading, i, [value and value * 100 for value in reading.columns[i]])


def emptied(case, reading, i):
    return changed(reading, i, [None, *reading.columns[i][1:]])


def moved(case, reading, i):
    return changed(reading, i, [*reading.columns[i][1:], reading.columns[i][0]])


def as_words(case, reading, i):
    words = changed(reading, i, [value and str(value) for value in reading.columns[i]])
    return replace(words, kinds=["category" if j == i else kind for j, kind in enumerate(reading.kinds)])


def left_out(case, reading, i):
    return replace(reading, left_out=["names each row" if j == i else said for j, said in enumerate(reading.left_out)])


def gaps_as_zero(case, reading, i):
    return changed(reading, i, [value or 0.0 for value in reading.columns[i]])


@pytest.mark.parametrize("mistake", [divided, multiplied, emptied, moved, as_words, left_out, gaps_as_zero])
def test_a_number_read_wrongly_is_wrong_unless_a_caution_names_the_column(mistake):
    tried = 0
    for case in CASES:
        i = first(case, "number")
        reading = truth(case)
        wrong = mistake(case, reading, i)
        if (wrong.columns == reading.columns and mistake is not left_out) or case.file.expected[i].doubtful:
            continue
        tried += 1
        assert verdict_on(case, wrong).status == "wrong", case.seed
        if not case.plain:
            told = with_caution(wrong, wrong.names[i], "The decimal sign is in doubt.")
            assert verdict_on(case, told).status == "told", case.seed
            other = with_caution(wrong, "another column", "The day is in doubt.")
            assert verdict_on(case, other).status == "wrong", case.seed
    assert tried > 20


def test_a_caution_about_gaps_does_not_excuse_wrong_numbers():
    case = next(one for one in CASES if not one.plain and not one.file.expected[first(one, "number")].doubtful)
    i = first(case, "number")
    wrong = multiplied(case, truth(case), i)
    said = with_caution(wrong, wrong.names[i], "3 cells count as missing.")
    assert verdict_on(case, said).status == "wrong"


@pytest.mark.parametrize("what", ["time", "label", "bool", "id", "zip", "text", "clock", "duration"])
@pytest.mark.parametrize("mistake", [emptied, moved])
def test_any_other_column_read_wrongly_is_wrong(what, mistake):
    tried = 0
    for case in CASES:
        if not any(one.what == what for one in case.file.expected) or case.file.expected[0].index:
            continue
        reading = truth(case)
        wrong = mistake(case, reading, first(case, what))
        if wrong.columns != reading.columns:
            tried += 1
            assert verdict_on(case, wrong).status == "wrong", case.seed
    assert tried > 2


def test_leading_zeros_that_are_lost_are_wrong():
    for case in CASES:
        for i, one in enumerate(case.file.expected):
            if one.what == "zip":
                wrong = changed(truth(case), i, [float(value) for value in one.cells])
                assert verdict_on(case, wrong).status == "wrong"


def test_day_and_month_the_wrong_way_round_are_wrong_until_told():
    case = next(one for one in CASES if any(column.style.startswith("dmy") for column in one.table.columns))
    i = next(i for i, one in enumerate(case.file.expected) if one.style.startswith("dmy"))
    wrong = changed(truth(case), i, [value and value + 30 * 86_400 for value in case.file.expected[i].cells])
    assert verdict_on(case, wrong).status == "wrong"
    told = with_caution(wrong, wrong.names[i], "Day and month cannot be told apart; read as day first.")
    assert verdict_on(case, told).status == "told"


def rows_cut(reading):
    return replace(reading, columns=[values[1:] for values in reading.columns])


def column_dropped(reading):
    return replace(
        reading,
        names=reading.names[:-1],
        kinds=reading.kinds[:-1],
        left_out=reading.left_out[:-1],
        columns=reading.columns[:-1],
    )


def columns_turned(reading):
    return replace(
        reading, columns=[*reading.columns[1:], reading.columns[0]], kinds=[*reading.kinds[1:], reading.kinds[0]]
    )


@pytest.mark.parametrize("mistake", [rows_cut, column_dropped, columns_turned])
def test_a_table_read_wrongly_is_wrong(mistake):
    for case in CASES:
        if case.file.expected[0].index or case.file.left_out or any(one.doubtful for one in case.file.expected):
            continue
        if mistake is columns_turned and (case.file.renamed or case.habit.header == "none"):
            continue
        assert verdict_on(case, mistake(truth(case))).status == "wrong", case.seed


def test_totals_and_new_names_that_nobody_speaks_of_are_wrong():
    silent = [case for case in CASES if case.file.left_out or case.file.renamed]
    assert len(silent) > 5
    for case in silent:
        assert verdict_on(case, replace(truth(case), cautions=[])).status == "wrong", case.seed


def test_a_plain_table_with_a_caution_is_wrong():
    for case in PLAIN:
        assert verdict_on(case, with_caution(truth(case), "", "All is well.")).status == "wrong"


def test_labels_that_are_one_may_be_called_by_any_spelling_but_not_by_two():
    case = next(one for one in CASES if any(column.merged and column.what == "label" for column in one.file.expected))
    i = next(i for i, one in enumerate(case.file.expected) if one.merged)
    upper = changed(truth(case), i, [value and value.upper() for value in case.file.expected[i].cells])
    assert verdict_on(case, upper).status == verdict_on(case, truth(case)).status
    values = list(case.file.expected[i].cells)
    row = next(j for j, value in enumerate(values) if value is not None)
    split = changed(truth(case), i, [*values[:row], f"{values[row]}!", *values[row + 1 :]])
    assert verdict_on(case, split).status == "wrong"


def test_letters_of_a_guessed_code_page_are_told_only_by_the_caution_that_they_are():
    guessed = [case for case in CASES if any(one.guessed for one in case.file.expected)]
    assert {case.habit.encoding for case in guessed} == {"cp1252", "latin-1", "cp1250", "cp1251", "gbk", "shift_jis"}
    caution = "Some bytes are not UTF-8; the file was read as Windows-1252, a guess (for example 'n')."
    for case in guessed:
        reading = truth(case)
        i = next(i for i, one in enumerate(case.file.expected) if one.guessed)
        wrong = replace(reading, kinds=[*reading.kinds[:i], "identifier", *reading.kinds[i + 1 :]])
        told = with_caution(wrong, "", caution)
        if case.file.expected[i].what not in {"id", "zip", "text"}:
            assert verdict_on(case, with_caution(wrong, "", caution.replace(", a guess", ""))).status == "wrong"
            assert verdict_on(case, told).status == "told"


def test_a_guessed_code_page_tells_nothing_of_plain_columns():
    plain = [
        (case, i)
        for case in CASES
        for i, one in enumerate(case.file.expected)
        if one.what == "number"
        and not one.guessed
        and not one.doubtful
        and any(cell and cell > 0 for cell in one.cells)
    ]
    assert plain
    caution = "Some bytes are not UTF-8; the file was read as Windows-1252, a guess (for example 'n')."
    for case, i in plain:
        reading = with_caution(truth(case), "", caution)
        assert verdict_on(case, changed(reading, i, [7.0 for _ in reading.columns[i]])).status == "wrong"

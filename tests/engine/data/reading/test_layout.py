"""Records in, the names and the edges of the table out; nothing is left out without a sentence."""

import csv
import io
import os
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.reading.layout import find_layout, find_separator
from engine.data.reading.options import ReadOptions
from engine.errors import UserFault

ROWS = "\n".join(f"{i},{i * 1.5:.1f},{'ab'[i % 2]}" for i in range(20))


def records(text, separator=None):
    separator = separator or find_separator(text)
    if separator == " ":
        return [line.split() for line in text.splitlines()]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True))


def layout(text, **options):
    rows = records(text)
    return find_layout(rows[:300], rows[-60:], ReadOptions(**options))


def parts(found):
    return found.skip_top, found.header_rows, found.skip_bottom, found.names


def said(found):
    return [caution.sentence for caution in found.cautions]


PLAIN = {
    "numbers and words": ("x,y,k\n" + ROWS, ("x", "y", "k")),
    "words only": ("name,city\nAnna,Bern\nBob,Ulm\nCarl,Bern\n", ("name", "city")),
    "letters": ("class,odor\n" + "".join(f"{'pe'[i % 2]},{'xyz'[i % 3]}\n" for i in range(30)), ("class", "odor")),
    "years": ("country,1990,1991\nA,12.5,13\nB,14,15\nC,1,2\n", ("country", "1990", "1991")),
    "months": ("id,Jan 2020,Feb 2020\nA,1,2\nB,3,4\nC,5,6\n", ("id", "Jan 2020", "Feb 2020")),
    "sep line": ("sep=;\na;b\n1,5;2\n2,5;3\n", ("a", "b")),
    "dates": ("date,value\n2020-01-01,5\n2020-01-02,6\n", ("date", "value")),
    "truth values": ("a,b\ntrue,1\nfalse,2\ntrue,3\n", ("a", "b")),
    "one row": ("a,b\n1,2\n", ("a", "b")),
    "names only": ("a,b\n", ("a", "b")),
    "a name over two lines": ('"Umsatz\n(Tsd. €)";b;z\n1,5;2;0\n2,5;3;1\n', ("Umsatz\n(Tsd. €)", "b", "z")),
    "signs in names": ("Temperatur, °C;Feuchte, %\n20,0;37,7\n20,9;53,0\n", ("Temperatur, °C", "Feuchte, %")),
    "gaps below the names": ("x,y,k\n" + "".join(f"{i},NA,a\n" for i in range(5)) + ROWS, ("x", "y", "k")),
    "a word below the names": ("x,y,k\n" + "".join(f"{i},unknown,a\n" for i in range(3)) + ROWS, ("x", "y", "k")),
    "a value called Total": ("b,x\n" + "".join(f"{['B', 'Total'][i % 2]},{i}\n" for i in range(12)), ("b", "x")),
    "a last row with gaps": ("id,a,b\n1,2,3\n2,3,4\n3,5,6\n4,,\n", ("id", "a", "b")),
    "a last row with a word": ("x,y,k\n" + ROWS + "\n21,unknown,b\n", ("x", "y", "k")),
    "comments": ("id,c,z\n" + "".join(f"{i},hi {i},w\n" for i in range(9)) + "9,Note: odd,w\n", ("id", "c", "z")),
    "a row like a note": ("r,x,y\ns1,1,2\ns2,2,3\ns3,5,6\ns4,6,2\n\nNote,7,8.5\n", ("r", "x", "y")),
    "a gap before the end": ("r,x,y\ns1,1,2\ns2,2,3\ns3,5,6\ns4,6,2\n\ns5,unknown,9\n", ("r", "x", "y")),
    "blanks between": ("a b c\n1 2 3\n4,5 5 6\n", ("a", "b", "c")),
    "aligned": ("  x   y\n  1,5  2,5\n 10,5  3,5\n", ("x", "y")),
    "few rows with everything": ("a,b,c,d\n1,,,\n,2,,\n,,3,\n,,,4\n", ("a", "b", "c", "d")),
}  # fmt: skip


@pytest.mark.parametrize("case", PLAIN)
def test_a_plain_table_gives_no_caution(case):
    text, names = PLAIN[case]
    found = layout(text)
    assert found.names == names
    assert (found.skip_bottom, found.row_names, found.units, found.cautions) == (0, False, (), ())
    assert (found.skip_top, found.header_rows) == (int(text.startswith("sep=")), 1)


NAMELESS = {
    "numbers and a class": ("5.1,3.5,setosa\n4.9,3.0,setosa\n4.7,3.2,virginica\n4.6,3.1,setosa\n", 3),
    "numbers": ("1.5,2\n3,4\n5,6\n", 2),
    "numbers that count": ("1,2,3\n4,5,6\n7,8,9\n", 3),
    "ids": ("842302,M,17.99\n842517,M,20.57\n84300903,M,19.69\n84348301,B,11.42\n", 3),
    "adult": ("39, Gov, Bachelors, <=50K\n50, Self, Bachelors, <=50K\n3, Self, 9th, <=50K\n5, No, 9th, >50K\n" * 3, 4),
    "words": ("Anna,Bern\nBob,Ulm\nCarl,Bern\nDora,Ulm\nEve,Bern\n", 2),
    "letters": ("".join(f"{'pe'[i % 2]},{'xyz'[i % 3]},{'no'[i % 2]}\n" for i in range(30)), 3),
    "codes": ("A1,3\nB2,4\nC3,5\nD4,6\n", 2),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMELESS)
def test_a_table_without_names_keeps_its_first_row_and_says_so(case):
    text, width = NAMELESS[case]
    found = layout(text)
    assert parts(found) == (0, 0, 0, tuple(f"column_{i + 1}" for i in range(width)))
    assert said(found) == [f"No line holds names, so the columns are called column_1 to column_{width}."]


def test_a_line_that_describes_the_table_is_no_header():
    rows = "".join(f"{i}.5,{i / 3:.2f},0.5,1.5,{i % 3},{i % 2}\n" for i in range(20))
    found = layout("200,4,red,green,blue\n" + rows)
    assert parts(found) == (1, 0, 0, tuple(f"column_{i + 1}" for i in range(6)))
    assert said(found)[0] == "The first line (200, 4, red, green, blue) is not data and is left out."


TOPS = {
    "comments": ("# made by me\n# 2024\nx,y,k\n", 2, "(# made by me; # 2024)"),
    "a title": ("Report of sales\n\nx,y,k\n", 2, "(Report of sales)"),
    "a padded title": ("Station,Bern,\nExport,01.02.2024,\nx,y,k\n", 2, "(Station, Bern; Export, 01.02.2024)"),
    "a title with commas": ("Weather, of the world, and more\nx,y,k\n", 1, "(Weather, of the world, and more)"),
    "many lines": ("a: b\nc: d\ne: f\ng: h\n\nx,y,k\n", 5, "(a: b; c: d; e: f; …)"),
}


@pytest.mark.parametrize("case", TOPS)
def test_lines_before_the_names_are_left_out_and_told(case):
    lines, count, shown = TOPS[case]
    found = layout(lines + ROWS)
    assert parts(found) == (count, 1, 0, ("x", "y", "k"))
    assert len(said(found)) == 1
    assert shown in said(found)[0]


def test_a_padded_title_above_a_table_without_names_is_left_out():
    rows = "".join(f"{i},{i * 1.5},{i % 3},{i % 5},{i * 2}.5,{'ab'[i % 2]}\n" for i in range(20))
    found = layout("Station,Bern,,,,\n" + rows)
    assert parts(found) == (1, 0, 0, tuple(f"column_{i + 1}" for i in range(6)))
    assert said(found)[0] == "The first line (Station, Bern) is not data and is left out."


@pytest.mark.parametrize("blank", ["", "\n"])
def test_pairs_before_a_table_of_two_columns_are_left_out(blank):
    rows = "".join(f"{i},{i / 3:.1f}\n" for i in range(30))
    found = layout(f"Device,ABC\nSerial,123\nDate,2020-01-01\n{blank}time,temp\n{rows}")
    assert parts(found) == (3 + len(blank), 1, 0, ("time", "temp"))
    assert "The first 3 lines" in said(found)[0]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Station;North\nExported;2024-02-01\nkind;amount\n", ("kind", "amount")),
        ("Station;North;\nExported;2024-02-01;\nkind;place;amount\n", ("kind", "place", "amount")),
        ("Station;North;\nExported;2024-02-01;\namount;place;kind\n", ("amount", "place", "kind")),
        ("Station;North;\nExported;2024-02-01;\nkind;day;amount\n", ("kind", "day", "amount")),
    ],
)
def test_pairs_before_a_table_with_one_column_of_numbers_are_left_out(text, names):
    row = ";".join({"amount": "{1}", "day": "2023-05-{2:02d}"}.get(name, "{0}") for name in names)
    found = layout(text + "".join(row.format("xyz"[i % 3], i * 7, i + 1) + "\n" for i in range(20)))
    assert parts(found) == (2, 1, 0, names)
    assert said(found) == ["The first 2 lines (Station, North; Exported, 2024-02-01) are not data and are left out."]


def test_pairs_before_names_with_a_blank_corner_are_left_out():
    rows = "".join(f"{i};2024-01-{i + 1:02d};{i * 7}\n" for i in range(20))
    found = layout(f"Station;North;\nExported;2024-02-01;\n;when;amount\n{rows}")
    assert parts(found) == (2, 1, 0, ("column_1", "when", "amount"))


@pytest.mark.parametrize(("top", "skipped"), [("", 0), ("Station;North;\n", 1)])
def test_a_word_among_the_first_numbers_of_a_table_is_no_name_below_pairs_either(top, skipped):
    rows = "".join(f"{'xyz'[i % 3]};Ulm;{i * 7}\n" for i in range(20))
    found = layout(f"{top}kind;place;amount\nz;Ulm;lost\n{rows}")
    assert parts(found) == (skipped, 1, 0, ("kind", "place", "amount"))


def test_a_word_among_the_first_numbers_of_a_table_is_no_name():
    found = layout("kind;amount\nz;lost\n" + "".join(f"{'xyz'[i % 3]};{i * 7}\n" for i in range(20)))
    assert parts(found) == (0, 1, 0, ("kind", "amount"))


def test_a_label_that_stands_alone_in_the_last_row_is_data():
    found = layout("kind,a,b\n" + "".join(f"{'xyz'[i % 3]},{i},{i * 2}\n" for i in range(12)) + "x,,\n")
    assert parts(found) == (0, 1, 0, ("kind", "a", "b"))
    assert not said(found)


def test_names_in_a_comment_are_names():
    found = layout("# x,y,k\n" + ROWS)
    assert parts(found) == (0, 1, 0, ("x", "y", "k"))
    assert not found.cautions


BOTTOMS = {
    "sums": ("Total,190,285.0,\n", "Total, 190, 285.0"),
    "sums and a source": ("Total,190,285.0,\n\nSource: me\n", "Total, 190, 285.0; Source: me"),
    "sums and means": ("Total,190,285.0,\nAverage,9.5,14.25,\n", "Total, 190, 285.0; Average, 9.5, 14.25"),
    "a number of rows": ("(20 rows)\n", "(20 rows)"),
    "a source with commas": ("Source: me, you, them, all\n", "Source: me, you, them, all"),
    "notes": ('\n"Source: me, 2020"\n* estimated\n', "Source: me, 2020; * estimated"),
    "a long note": ("An export of our data base in the year of dragons\n", "An export of our data base in the year …"),
}  # fmt: skip


@pytest.mark.parametrize("case", BOTTOMS)
def test_lines_after_the_rows_are_left_out_and_told(case):
    lines, shown = BOTTOMS[case]
    found = layout("r,x,y,k\n" + "".join(f"s{i},{i},{i * 1.5:.1f},{'ab'[i % 2]}\n" for i in range(20)) + lines)
    assert (found.skip_top, found.header_rows, found.names) == (0, 1, ("r", "x", "y", "k"))
    assert found.skip_bottom == sum(bool(line.strip()) for line in lines.splitlines())
    assert len(said(found)) == 1
    assert shown in said(found)[0]


def test_a_total_of_a_long_table_is_known_by_its_size_and_its_word():
    rows = [["r", "x", "y"], *([f"s{i}", str(i), str(2 * i)] for i in range(2000))]
    total = ["Total", str(sum(range(2000))), str(2 * sum(range(2000)))]
    found = find_layout(rows[:300], [*rows[-59:], total])
    assert (found.skip_bottom, said(found)) == (
        1,
        ["The last line (Total, 1999000, 3998000) is not data and is left out."],
    )
    assert find_layout(rows[:300], [*rows[-59:], ["Total", "5", "7"]]).skip_bottom == 0


def test_a_last_row_that_only_says_total_is_data_and_told():
    found = layout("brand,x,y\n" + "".join(f"{'abc'[i % 3]},{i},{i * 2}\n" for i in range(12)) + "Total,3,5\n")
    assert found.skip_bottom == 0
    assert "does not sum up the others" in said(found)[0]


def test_the_end_sign_of_old_files_is_left_out():
    found = layout("x,y,k\n" + ROWS + "\n\x1a")
    assert (found.skip_bottom, found.cautions) == (1, ())


def test_names_in_two_rows_are_joined():
    rows = "".join(f"{i};{i},5;2,{i};3;4\n" for i in range(9))
    found = layout(";Länge;;Breite;\nid;Kelch;Blatt;Kelch;Blatt\n" + rows)
    assert parts(found) == (0, 2, 0, ("id", "Länge Kelch", "Länge Blatt", "Breite Kelch", "Breite Blatt"))
    assert said(found) == ["The names stand in 2 lines, which are joined, for example 'Länge Kelch'."]


@pytest.mark.parametrize(
    ("top", "row"),
    [
        ("G,G,G,H,H\nrow,place,kind,code,size\n", "t,Ulm,Bonn,C-{0},{0}"),  # one column of numbers among five
        ("G,G,H,H\nstart,place,share,kind\n", "'Tue {1} May',Ulm,{0},Bonn"),
        ("G,H,\nplace,size,\n", "Ulm,{0}.5 kg,"),
        ("G,H,\nplace,size,\n", "Ulm,{0},"),
    ],
)
def test_names_below_groups_are_names_where_few_columns_hold_numbers(top, row):
    found = layout(top + "".join(row.format(i * 3, 10 + i) + "\n" for i in range(20)))
    assert found.first_row == 2
    assert all(word in name for word, name in zip(top.split("\n")[1].split(","), found.names, strict=True))


def test_a_first_row_without_its_number_is_data_below_doubled_names():
    rows = "".join(f"Ann{i},Lee{i},{i * 3}\n" for i in range(20))
    found = layout(f"name,name,score\nBob,Ray,\n{rows}")
    assert parts(found) == (0, 1, 0, ("name", "name_2", "score"))


@pytest.mark.parametrize("groups", ["G,G,H", "G,,H"])  # the second as cells of sheets that were merged
def test_row_names_below_the_name_of_a_group_are_called_by_their_place(groups):
    found = layout(f"{groups}\n,size,kind\n" + "".join(f"{i},{i * 3},{'xy'[i % 2]}\n" for i in range(20)))
    assert parts(found) == (0, 2, 0, ("column_1", "G size", "H kind"))


def test_a_date_above_names_that_are_doubled_is_no_part_of_them():
    found = layout("As of 2024-02-01,,\nsize,kind,size\n" + "".join(f"{i},x{i % 2},{i * 3}\n" for i in range(20)))
    assert parts(found) == (1, 1, 0, ("size", "kind", "size_2"))


def test_names_of_merged_cells_are_joined_downwards_and_to_the_right():
    found = layout("Name;Age;Scores;\n;;Math;Bio\n" + "".join(f"N{i};{i + 20};{i};{i * 2}\n" for i in range(9)))
    assert parts(found) == (0, 2, 0, ("Name", "Age", "Scores Math", "Scores Bio"))


@pytest.mark.parametrize(
    ("line", "units"),
    [("s,degC,%,hPa", ("s", "degC", "%", "hPa")), ("[s],[°C],,[hPa]", ("[s]", "[°C]", "", "[hPa]"))],
)
def test_a_row_of_units_is_left_out_and_told(line, units):
    found = layout(f"t,temp,hum,press\n{line}\n" + "".join(f"{i},{i}.5,3,1013\n" for i in range(9)))
    assert parts(found) == (0, 1, 0, ("t", "temp", "hum", "press"))
    assert (found.units, found.first_row) == (units, 2)
    assert "The line below the names holds units (" in said(found)[0]


def test_lines_of_dashes_below_the_names_are_no_data():
    found = layout(" id | name  | v\n----+-------+---\n  1 | Anna | 5\n  2 | Bob | 6\n  3 | Bob | 7\n(3 rows)\n")
    assert parts(found) == (0, 2, 1, ("id", "name", "v"))
    found = layout("| id | name |\n|---:|:-----|\n| 1 | Anna |\n| 2 | Bob |\n| 3 | Bob |\n")
    assert parts(found) == (0, 2, 0, ("", "id", "name", ""))


def test_names_shorter_than_the_rows_leave_the_first_column_to_the_rows():
    found = layout('"mpg","cyl"\n"Mazda RX4",21,6\n"Datsun",22.8,4\n"Valiant",18.1,6\n')
    assert parts(found) == (0, 1, 0, ("row_names", "mpg", "cyl"))
    assert found.row_names
    assert said(found) == ["The first column has no name in the header; it is called row_names."]


@pytest.mark.parametrize("text", ["a,b,\n1,2,\n3,4,\n5,6,\n", "a,b\n1,2,\n3,4,\n5,6,\n", "a,b,\n1,2\n3,4\n"])
def test_a_column_of_separators_without_anything_has_no_name_and_no_word(text):
    found = layout(text)
    assert (found.names, found.row_names, found.cautions) == (("a", "b", ""), False, ())


def test_columns_of_the_same_name_are_told_apart():
    found = layout("a,a,b,a_2\n1,2,3,4\n2,3,4,5\n")
    assert found.names == ("a", "a_3", "b", "a_2")
    assert said(found) == ["Some columns share a name; the later ones are called a_3."]


@pytest.mark.parametrize("text", [",a,b\n0,1.5,x\n1,2.5,y\n2,3,x\n3,4,z\n", '"","b"\n"1",3\n"2",5\n"3",9\n'])
def test_a_blank_corner_above_the_names_of_rows_is_no_doubt(text):
    found = layout(text)
    assert parts(found) == (0, 1, 0, ("column_1", *found.names[1:]))
    assert found.names[-1] == "b"
    assert found.cautions == ()


def test_numbers_below_a_blank_corner_are_names():
    found = layout(",142.2,144.7,147.3\n9.4,0,0,1\n9.5,0,2,1\n9.6,0,1,3\n9.7,0,1,3\n")
    assert parts(found) == (0, 1, 0, ("column_1", "142.2", "144.7", "147.3"))
    assert said(found) == ["The line of numbers above the data (142.2, 144.7, 147.3) counts as the names."]


def test_columns_without_a_name_are_numbered():
    found = layout("a,,b,\n1,2,3,4\n2,3,4,5\n")
    assert found.names == ("a", "column_2", "b", "column_4")
    assert said(found) == ["Columns without a name are called column_2, column_4."]
    assert said(layout(",a\nx,1\nx,2\ny,3\n")) == ["A column without a name is called column_1."]


def test_a_line_of_numbers_that_counts_as_names_is_told():
    found = layout("0,1,2,3\n" + "".join(f"{i * 0.3:.2f},{i * i},{i % 3},{i}\n" for i in range(9)))
    assert parts(found) == (0, 1, 0, ("0", "1", "2", "3"))
    assert "The line of numbers above the data (0, 1, 2 and 1 more) counts as the names." in said(found)[0]


def test_names_that_stand_again_in_the_data_are_told():
    found = layout("x,y,k\n" + ROWS + "\nx,y,k\n" + ROWS)
    assert parts(found) == (0, 1, 0, ("x", "y", "k"))
    assert said(found) == ["The names of the columns stand again among the data, in 1 line or more."]


def test_names_without_cells_are_told():
    assert said(layout("a,b,c\n1,2\n3,4\n5,6\n")) == ["Rows have 2 cells for 3 names; without any: c."]


@pytest.mark.parametrize("text", ["a\n1\n2\n", "comment\nhello there, you\nbye\nok then\n", "", "\n\n"])
def test_one_column_is_refused(text):
    with pytest.raises(UserFault, match=r"t\.csv has one column only"):
        find_layout(records(text), [], ReadOptions(), "t.csv")


def test_what_a_person_fixed_is_obeyed():
    text = "Report, all of it, by me\nx,y,k\n" + ROWS + "\n\nSource: me\n"
    assert parts(layout(text, skip_top=0)) == (0, 1, 1, ("Report", "all of it", "by me"))
    assert parts(layout(text, header=False, skip_top=2))[:2] == (2, 0)
    assert layout(text, skip_bottom=7).skip_bottom == 7
    assert layout(text, skip_bottom=0).skip_bottom == 0
    assert parts(layout(ROWS, header=True)) == (0, 1, 0, ("0", "0.0", "a"))
    assert layout("x,y,k\n" + ROWS, header=False).names == ("column_1", "column_2", "column_3")


SEPARATORS = {
    "lists in bars": ("name,genre\nToy (1995),A|B\nX (1996),C|D\nY,E|F\n", ","),
    "times": ("t,v\n2020-01-01 12:00,5\n2020-01-01 13:00,6\n", ","),
    "addresses": ("u,v\nhttp://a.b,1\nhttps://c.d,2\n", ","),
    "decimal commas": ("a\tb\n1,5\t2\n3,5\t4\n", "\t"),
    "names with commas": ("id;name\n1;Smith, John\n2;Doe, Jane\n", ";"),
    "lists with commas": ("id;tags\n1;a,b\n2;c,d\n3;e,f\n", ";"),
    "quoted": ('a,"b\nc;d"\n1,"x;y"\n2,"z;w"\n', ","),
    "groups of digits": ("a;b\n1 234,5;2\n2 000,0;3\n", ";"),
    "groups of blanks below a title": (
        "Monthly report 2024\nMade by the office\n\ndose,order,size\n"
        + "".join(f"{i},{i % 9 + 1} {134 + i} {930 - i},81528712871220{i:03d},{i % 7 + 1}.5e-8\n" for i in range(30)),
        ",",
    ),
    "groups of blanks before a minus sign": (
        "Monthly report 2024\nMade by the office\n\nA,A,B\n,speed,load\n"
        + "".join(f"{i},{i % 9 + 1} {134 + i} {930 - i},{'-' * (i % 2)}{i % 7 + 11}.53\n" for i in range(30)),
        ",",
    ),
    "grouped numbers in blanks": ("a b\n1,234,567 2,345,678\n2,345,678 1,134,987\n3,345,678 6,245,777\n", " "),
    "colon": ("root:x:0:0\nbin:x:1:1\n", ":"),
    "caret": ("a^b\n1^2\n", "^"),
    "tilde": ("a~b\n1,5~2\n", "~"),
    "months in words": (
        "Stärke,key,date\n" + "".join(f'"{i + 3},0{i}5%",815287128712{i:05d},Jun {i + 1} 2022\n' for i in range(30)),
        ",",
    ),
    "months in words beside decimal commas": (
        "day|day\n" + "".join(f"Feb {i + 1} 2008|{i + 3},{i}35\n" for i in range(28)),
        "|",
    ),
    "sentences": ("x,comment\n1,the cat sat on\n2,a b c d e\n3,q\n", ","),
}


@pytest.mark.parametrize("case", SEPARATORS)
def test_the_separator_is_found(case):
    text, sign = SEPARATORS[case]
    assert find_separator(text) == sign


def test_twenty_thousand_columns_take_a_moment():
    rng = random.Random(0)
    rows = [[f"c{j}" for j in range(20_001)], *([str(rng.randint(0, 9)) for _ in range(20_001)] for _ in range(30))]
    start = time.process_time()
    found = find_layout(rows, rows)
    assert time.process_time() - start < 4.0  # about 0.5 s
    assert (len(found.names), found.header_rows, found.cautions) == (20_001, 1, ())


def test_twenty_columns_take_no_time():
    rng = random.Random(0)
    rows = [[f"c{j}" for j in range(20)], *([f"{rng.uniform(0, 9):.3f}" for _ in range(20)] for _ in range(400))]
    find_layout(rows[:300], rows[-60:])
    start = time.process_time()
    find_layout(rows[:300], rows[-60:])
    assert time.process_time() - start < 0.1  # about 0.006 s


_MANY = int(os.environ.get("TWINLOOP_EXAMPLES", "200"))


def random_table(rng):
    """Records of a table with random edges, and the layout that is right."""
    width, rows = rng.randint(2, 7), rng.randint(6, 40)
    makers = [
        lambda i: f"{rng.uniform(-50, 50):.2f}",
        lambda i: str(rng.randint(0, 500)),
        lambda i: f"{rng.randint(2000, 2024)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}",
        lambda i: rng.choice(["red", "green", "blue"]),
        lambda i: rng.choice(["", "x1", "x2"]),
        lambda i: rng.choice(["", f"{rng.gauss(0, 1):.3f}", f"{rng.gauss(0, 1):.3f}"]),
    ]
    kinds = [rng.randrange(2), *(rng.randrange(6) for _ in range(width - 1))]
    rng.shuffle(kinds)
    names = rng.sample(["Temp", "Feuchte, %", "kind", "when", "Druck", "area m2", "id", "größe", "y"], width)
    data = [[makers[kind](i) for kind in kinds] for i in range(rows)]
    padded = ["Title", *[""] * (width - 1)]
    top = rng.choice([[], [], [["Report of the station"], []], [["# by me"]], [padded]])
    header = rng.random() < 0.7
    units = [[rng.choice(["m", "°C", "hPa", "%", "[s]"]) if k < 2 else "" for k in kinds]] if rng.random() < 0.2 else []
    units = units if header else []
    notes = rng.choice([[], [], [[], ["Source: own work"]], [["(12 rows)"]], [["* estimated"], ["** by hand"]]])
    every = [*top, *([names] if header else []), *units, *data, *notes]
    wanted = tuple(names) if header else tuple(f"column_{i + 1}" for i in range(width))
    return every, (len(top), int(header), sum(map(bool, notes)), wanted, tuple(units[0]) if units else ())


tables = st.integers(0, 10**12).map(random.Random).map(random_table)


@given(tables)
@settings(max_examples=_MANY, deadline=None)
def test_random_edges_are_found_or_told(table):
    every, wanted = table
    found = find_layout(every[:300], every[-60:])
    right = (*parts(found), found.units) == wanted
    assert right or found.cautions
    if right:
        assert len(found.cautions) == bool(wanted[0]) + (not wanted[1]) + bool(wanted[2]) + bool(wanted[4])


def test_random_edges_are_nearly_always_found():
    right = 0
    for seed in range(1000):
        every, wanted = random_table(random.Random(seed))
        found = find_layout(every[:300], every[-60:])
        right += (*parts(found), found.units) == wanted
    assert right >= 990


@given(tables)
@settings(max_examples=100, deadline=None)
def test_what_was_found_gives_the_same_when_it_is_fixed(table):
    every, _ = table
    found = find_layout(every[:300], every[-60:])
    fixed = ReadOptions(header=found.header_rows > 0, skip_top=found.skip_top, skip_bottom=found.skip_bottom)
    assert parts(find_layout(every[:300], every[-60:], fixed)) == parts(found)


@given(st.lists(st.lists(st.text(max_size=8), max_size=6), max_size=12), st.integers(0, 12))
@settings(max_examples=300, deadline=None)
def test_any_records_end_in_a_layout_or_a_sentence(rows, last):
    try:
        found = find_layout(rows, rows[last:])
    except UserFault:
        return
    named = [name for name in found.names if name]
    assert len(named) == len(set(named)) >= 2
    assert found.first_row <= len(rows)


@pytest.mark.parametrize(
    ("sign", "lines"),
    [
        (",", [",measured on,speed", *[f"{i},{i % 28 + 1} March 2003,{2000 + 7 * i}" for i in range(20)]]),
        ("\t", ["height\tarea\tyear", *[f"{i}.28\t{i * 3}.45 €\t{1950 + i}" for i in range(20)]]),
        (
            "\t",
            ['""\t"amount"\t"start"', *[f'"{i}"\t"1.73e-{i % 8 + 1}"\t"1996-06-{i % 28 + 1:02}"' for i in range(20)]],
        ),
    ],
)
def test_words_of_a_title_are_no_cells(sign, lines):
    text = "\n".join(["Monthly report 2024", "Made by the office", "", *lines])
    assert find_separator(text, ".txt") == sign

"""Dates, times of day and durations: found from all rows of a column, read exactly, or with a doubt."""

import random
import time
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.reading import dates
from engine.data.reading.date_parsing import MONTHS, parse_dates
from engine.errors import UserFault

EPOCH = datetime(1970, 1, 1)


def texts(values):
    return pd.Series(list(values), dtype="str")


def seconds(when):
    return (when - EPOCH).total_seconds()


def find(values, name="when", **known):
    return dates.find(texts(values), name, **known)


def read(values, name="when", **known):
    """What the found formats make of the values: ISO texts, and *None* for what is unread."""
    found = find(values, name, **known)
    assert found is not None
    numbers = parse_dates(texts(values), found.formats)
    return [None if np.isnan(one) else dates.iso_text(one, found.formats) for one in numbers]


def days(count, start=datetime(2021, 3, 10), step=timedelta(days=4, hours=0)):
    return [start + place * step for place in range(count)]


def test_dates_in_dutch_american_oracle_habits_are_read_over_all_rows():
    for written, formats, day_first in (
        ("%d-%m-%Y", ("%d-%m-%Y",), True),
        ("%m/%d/%y", ("%m/%d/%y",), False),
        ("%d-%b-%y", ("%d-%b-%y",), None),
        ("%b %-d %Y", ("%b %d %Y",), None),
    ):
        whens = days(200)
        random.Random(0).shuffle(whens)
        cells = [when.strftime(written) for when in whens]
        found = find(cells)
        assert (found.formats, found.day_first, found.doubt, found.unread_count) == (formats, day_first, "", 0)
        assert parse_dates(texts(cells), found.formats).tolist() == [seconds(when) for when in whens]


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("2022-02-23", "2022-02-23"),
        ("2022-2-3", "2022-02-03"),
        ("2022/02/23", "2022-02-23"),
        ("2022.02.23", "2022-02-23"),
        ("2022. 2. 23.", "2022-02-23"),
        ("23.02.2022", "2022-02-23"),
        ("23. 2. 2022", "2022-02-23"),
        ("23.2.22", "2022-02-23"),
        ("23-02-2022", "2022-02-23"),
        ("2/23/22", "2022-02-23"),
        ("23Feb2022", "2022-02-23"),
        ("23-FEB-22", "2022-02-23"),
        ("23-FEB-98", "1998-02-23"),
        ("2022-Feb-23", "2022-02-23"),
        ("Feb. 23, 2022", "2022-02-23"),
        ("February 23rd, 2022", "2022-02-23"),
        ("23rd of February 2022", "2022-02-23"),
        ("Wed, 23 Feb 2022", "2022-02-23"),
        ("Wednesday, February 23, 2022", "2022-02-23"),
        ("23. Februar 2022", "2022-02-23"),
        ("Mi., 23.02.2022", "2022-02-23"),
        ("23.02.2022 (Mi)", "2022-02-23"),
        ("23. Mrz 2022", "2022-03-23"),
        ("23. März 2022", "2022-03-23"),
        ("1er févr. 2022", "2022-02-01"),
        ("mar. 8 mars 2022", "2022-03-08"),
        ("23 fevrier 2022", "2022-02-23"),
        ("23 mar 2022", "2022-03-23"),
        ("mar 22/02/2022", "2022-02-22"),
        ("23 de febrero de 2022", "2022-02-23"),
        ("23 giu 2022", "2022-06-23"),
        ("23 mrt 2022", "2022-03-23"),
        ("23 sierpnia 2022", "2022-08-23"),
        ("23. července 2022", "2022-07-23"),
        ("23. helmikuuta 2022", "2022-02-23"),
        ("23 февраля 2022 г.", "2022-02-23"),
        ("2022年02月23日", "2022-02-23"),
        ("2022년 2월 23일", "2022-02-23"),
        ("2022/2/23(水)", "2022-02-23"),
        ("2022-02", "2022-02-01"),
        ("02/2022", "2022-02-01"),
        ("Feb-2022", "2022-02-01"),
        ("Feb-22", "2022-02-01"),
        ("Feb '22", "2022-02-01"),
        ("Februar 2022", "2022-02-01"),
        ("2022M02", "2022-02-01"),
        ("1974Q1", "1974-01-01"),
        ("1974-Q2", "1974-04-01"),
        ("1974 Q3", "1974-07-01"),
        ("Q4 1974", "1974-10-01"),
        ("4Q74", "1974-10-01"),
        ("2022-W05", "2022-01-31"),
        ("2022-W05-3", "2022-02-02"),
        ("2022W053", "2022-02-02"),
        ("KW 5/2022", "2022-01-31"),
        ("2022-02-23T10:15:30.5Z", "2022-02-23T10:15:30.500000"),
        ("2022-02-23T10:15:30+01:00", "2022-02-23T09:15:30"),
        ("2022-02-23 10:15:30 UTC", "2022-02-23T10:15:30"),
        ("2022-02-23 10:15:30 EST", "2022-02-23T15:15:30"),
        ("2022-02-23 10:15:30,25", "2022-02-23T10:15:30.250000"),
        ("2022-02-23 24:00", "2022-02-24"),
        ("23.02.2022 24:00:00", "2022-02-24"),
        ("2022-02-23 10:15 PM", "2022-02-23T22:15:00"),
        ("2022-02-23T10", "2022-02-23T10:00:00"),
        ("2022:02:23 10:15:30", "2022-02-23T10:15:30"),
        ("20220223T101530", "2022-02-23T10:15:30"),
        ("20220223T101530Z", "2022-02-23T10:15:30"),
        ("23.02.2022, 10:15 Uhr", "2022-02-23T10:15:00"),
        ("23.02.22 10.15", "2022-02-23T10:15:00"),
        ("23/02/2022 10h15", "2022-02-23T10:15:00"),
        ("23/02/2022 10:15 p. m.", "2022-02-23T22:15:00"),
        ("2/23/2022 12:05:00 AM", "2022-02-23T00:05:00"),
        ("2/23/2022 12:05\u202fPM", "2022-02-23T12:05:00"),
        ("23-FEB-22 10.15.30.5 AM", "2022-02-23T10:15:30.500000"),
        ("23/Feb/2022:10:15:30 +0100", "2022-02-23T09:15:30"),
        ("Wed Feb 23 10:15:30 +0000 2022", "2022-02-23T10:15:30"),
        ("Wed Feb 23 2022 10:15:30 GMT+0100", "2022-02-23T09:15:30"),
        ("Wed, 23 Feb 2022 10:15:30 GMT", "2022-02-23T10:15:30"),
        ("2022年2月23日 下午3:15", "2022-02-23T15:15:00"),
        ("10:15 23.02.2022", "2022-02-23T10:15:00"),
        ("10:15", "10:15:00"),
        ("9:05:30", "09:05:30"),
        ("10:15 p.m.", "22:15:00"),
        ("12 AM", "00:00:00"),
        ("10h15", "10:15:00"),
        ("10.15 Uhr", "10:15:00"),
        ("24:00", "24:00:00"),
    ],
)
def test_one_cell_is_enough_to_know_the_habit(cell, iso):
    assert read([cell, cell]) == [iso, iso]
    assert find([cell]).doubt == ""


def test_months_are_known_by_their_names_in_each_language_once():
    names = " ".join(MONTHS.values()).split()
    assert len(names) == len(set(names)) > 300
    for month, known in MONTHS.items():
        cells = [f"23 {name} 2022" for name in [*known.split(), *known.title().split()]]
        assert read(cells) == [f"2022-{month:02d}-23"] * len(cells)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1 days 02:03:04", "0 days 00:00:01.5"], [93784, 1.5]),
        (["1 day, 2:03:04", "2:03:04", "-1 day, 23:59:59"], [93784, 7384, -1]),
        (["26:10:00", "1:00:00", "00:00:30"], [94200, 3600, 30]),
        (["PT1H2M", "P1DT2H", "PT0.5S"], [3720, 93600, 0.5]),
        (["1h 30m", "45m", "2h", "1h 2m 3s"], [5400, 2700, 7200, 3723]),
        (["1 Std. 30 Min.", "2 Tage 3 Std."], [5400, 183600]),
        (["1:23.4", "59.1", "10:00.0", "1:02:03.5"], [83.4, None, 600, 3723.5]),
        (["-00:05:00", "100:00:00"], [-300, 360000]),
    ],
)
def test_durations_are_numbers_in_seconds(cells, expected):
    cells = cells * 60 if None not in expected else cells + cells[:1] * 200
    expected = expected * 60 if None not in expected else expected + expected[:1] * 200
    found = find(cells, "spent")
    assert found.kind == "number"
    numbers = parse_dates(texts(cells), found.formats)
    assert [None if np.isnan(one) else one for one in numbers] == pytest.approx(expected)


def test_hours_past_24_make_a_duration_and_two_numbers_of_one_are_told():
    found = find(["10:15", "26:10", "00:30"], "shift")
    assert (found.kind, found.formats) == ("number", ("duration",))
    assert found.doubt == "Durations of 'shift' such as 10:15 were read as hour:minute."
    assert find(["10:15:00", "26:10:00", "00:30:00"]).doubt == ""
    found = find(["3:45", "4:02"], "track length")
    assert found.formats == ("minutes:seconds",)
    assert found.doubt == "Durations of 'track length' such as 3:45 were read as minute:second."
    assert find(["10:15", "24:00", "00:30"]).kind == "time"


def test_one_value_past_12_anywhere_in_a_long_column_settles_the_order():
    cells = [f"{1 + n % 12:02d}/{1 + n // 12 % 12:02d}/{1900 + n // 144}" for n in range(20_000)]
    random.Random(1).shuffle(cells)
    assert find(cells).doubt != ""
    for last, day_first in (("25/03/2020", True), ("03/25/2020", False)):
        found = find([*cells, last])
        assert (found.day_first, found.doubt, found.unread_count, len(found.formats)) == (day_first, "", 0, 1)


def test_an_order_without_proof_is_told_with_what_was_assumed():
    found = find(["02/10/22", "05/06/22", "01/01/22"])
    assert found.formats == ("%m/%d/%y",)
    assert found.doubt == "Day and month of 'when' cannot be told apart; 02/10/22 was read as 10 February 2022."
    assert found.day_first is None
    found = find(["02-10-2022", "05-06-2022"])
    assert found.doubt == "Day and month of 'when' cannot be told apart; 02-10-2022 was read as 2 October 2022."
    found = find(["02.10.2022", "05.06.2022"])
    assert (found.formats, found.doubt, found.day_first) == (("%d.%m.%Y",), "", None)
    # Equal numbers are the same day in any order.
    assert find(["02/02/2022", "05/05/2022"]).doubt == ""


def test_another_column_settles_the_order_and_a_proof_of_its_own_outweighs_it():
    cells = ["02/10/2022", "05/06/2022"]
    for day_first, first in ((True, "2022-10-02"), (False, "2022-02-10")):
        assert read(cells, day_first=day_first)[0] == first
        found = find(cells, day_first=day_first)
        assert (found.doubt, found.day_first) == ("", None)
    assert find([*cells, "13/01/2022"], day_first=False).formats == ("%d/%m/%Y",)


def test_the_order_of_the_rows_settles_it():
    whens = [when for when in days(300, datetime(2020, 1, 1), timedelta(days=1)) if when.day <= 12]
    for written, day_first in (("%m/%d/%Y", False), ("%d/%m/%Y", True), ("%d-%m-%Y %H:%M", True)):
        for rows in (whens, whens[::-1], [when for when in whens for _ in range(3)], whens * 3):
            cells = [when.strftime(written) for when in rows]
            found = find(cells)
            assert (found.doubt, found.day_first) == ("", day_first), (written, cells[:20])
            assert parse_dates(texts(cells), found.formats).tolist() == [seconds(when) for when in rows]
    shuffled = random.Random(0).sample(whens, len(whens))
    assert find([when.strftime("%d/%m/%Y") for when in shuffled]).doubt != ""


def test_first_days_of_months_lie_evenly_in_one_order_only():
    months = [datetime(2018 + n // 12, 1 + n % 12, 1) for n in range(36)]
    random.Random(0).shuffle(months)
    for written, day_first in (("%m/%d/%Y", False), ("%d/%m/%Y", True)):
        found = find([when.strftime(written) for when in months])
        assert (found.doubt, found.day_first) == ("", day_first)


def test_years_of_two_digits_in_front_are_known_by_how_close_they_lie():
    whens = days(200, datetime(2021, 1, 1), timedelta(days=3))
    for written in ("%y-%m-%d", "%d-%m-%y", "%d.%m.%y", "%y/%m/%d"):
        cells = [when.strftime(written) for when in whens]
        found = find(cells)
        assert (found.formats, found.doubt) == ((written,), "")
    # The first days of quarters, of years: their first number is the same for all, and no year.
    first = datetime.now().year - 15
    quarters = [datetime(first + n // 4, 1 + n % 4 * 3, 1) for n in range(80)]
    for written in ("%d/%m/%y", "%d.%m.%y"):
        assert find([when.strftime(written) for when in quarters]).formats == (written,)
    assert read(["98-02-23", "99-03-01"]) == ["1998-02-23", "1999-03-01"]
    found = find(["22-02-10"])
    assert found.doubt == "Day and year of 'when' cannot be told apart; 22-02-10 was read as 22 February 2010."


def test_contradicting_orders_are_both_read_and_told():
    cells = ["25/03/2022"] * 3 + ["04/05/2022"] * 2 + ["03/26/2022"]
    found = find(cells)
    assert found.formats == ("%d/%m/%Y", "%m/%d/%Y")
    assert found.doubt == (
        "Day and month of 'when' change places: 25/03/2022 was read as 25 March 2022, "
        "but 03/26/2022 was read as 26 March 2022."
    )
    assert found.day_first is None
    assert read(cells)[3:] == ["2022-05-04", "2022-05-04", "2022-03-26"]


def test_what_a_person_chose_is_obeyed():
    cells = ["02/10/2022", "03/25/2022", "05/06/2022"]
    assert read(cells, chosen="month first") == ["2022-02-10", "2022-03-25", "2022-05-06"]
    found = find(cells, chosen="Day first")
    assert (found.unread, found.unread_count, found.doubt, found.day_first) == (("03/25/2022",), 1, "", True)
    assert read(cells, chosen="%d/%m/%Y") == ["2022-10-02", None, "2022-06-05"]
    assert read(["2022-13-02", "2022-01-02"], chosen="%Y-%d-%m") == ["2022-02-13", "2022-02-01"]
    assert read(["2022Q1"], chosen="Quarter") == ["2022-01-01"]
    assert read(["2022-044"], chosen="%Y-%j") == ["2022-02-13"]
    assert read(["10.Feb.2022"], chosen="%d.%B.%Y") == ["2022-02-10"]


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        ("%d.%m.%Y", "No value of 'when' is written as %d.%m.%Y."),
        ("duration", "No value of 'when' is written as duration."),
        ("dd.mm.yyyy", "'dd.mm.yyyy' is not a date format."),
        ("%d/%m/%", "'%d/%m/%' is not a date format."),
        ("%Q", "'%Q' is not a date format."),
        ("%G", "'%G' is not a date format."),
        ("day first", "No value of 'when' is a date that could be read day first."),
    ],
)
def test_a_choice_that_reads_nothing_is_a_fault_of_the_person(chosen, what):
    with pytest.raises(UserFault) as fault:
        find(["alpha", "beta", "2022/03"] if chosen != "day first" else ["alpha", "beta"], chosen=chosen)
    assert fault.value.what == what
    assert fault.value.remedy == "Say day first, month first, or a format such as %d.%m.%Y."


def test_several_formats_in_one_column_are_all_read():
    cells = ["10.02.2022", "2022-02-11", "2022-02-12 10:15", "13.02.2022 10:15", "14 Feb 2022", "5/30/2022", "3/4/2022"]
    assert read(cells) == [
        *("2022-02-10", "2022-02-11", "2022-02-12T10:15:00", "2022-02-13T10:15:00", "2022-02-14"),
        *("2022-05-30", "2022-03-04"),
    ]
    rare = ["2022-02-10"] * 30_000 + ["Feb 11, 2022", "12.02.2022 10:15"]
    assert find(rare).unread_count == 0


def test_unread_cells_are_listed_and_words_among_dates_leave_them_dates():
    found = find([*["10.02.2022"] * 99, "31.02.2022"])
    assert (found.unread, found.unread_count) == (("31.02.2022",), 1)
    found = find([*["10.02.2022", "11.02.2022"] * 30, *["unknown", "0000-00-00", "n.a."] * 10])
    assert (found.unread, found.unread_count) == (("unknown", "0000-00-00", "n.a."), 30)
    assert find([*["10.02.2022"] * 60, *["17", "18"] * 20]) is None
    assert find([*["10.02.2022"] * 40, *["unknown"] * 60]) is None
    assert find([*["10.02.2022"] * 60, *(f"name {'x' * n}" for n in range(40))]) is None
    assert find([]) is None


def test_times_of_day_written_with_a_point_need_the_name_or_many_minutes():
    cells = [f"{n % 24}.{n % 60:02d}" for n in range(200)]
    assert read(cells, "uhr")[23:26] == ["23:23:00", "00:24:00", "01:25:00"]
    assert find(cells, "uhr").doubt == ""
    assert find(cells, "x").doubt == "Numbers of 'x' such as 23.59 were read as hours and minutes."
    assert find([*cells, "10.60"], "uhr") is None
    assert find(["4.99", "3.50", "1.20", "2.49", "12.30"] * 40, "price") is None
    assert find(["3.50", "1.20", "2.49", "12.30"] * 40, "price") is None
    assert find(["3.50", "1.20", "2.49", "12.30"] * 40, "time") is None


def test_whole_numbers_are_dates_only_where_all_are_and_enough_speaks_for_it():
    cells = [when.strftime("%Y%m%d") for when in days(40)]
    assert read(cells, "x")[:2] == ["2021-03-10", "2021-03-14"]
    assert read(cells[:3], "order date")[:2] == ["2021-03-10", "2021-03-14"]
    assert find([*cells, "00000000"], "x").unread_count == 1
    assert find(cells[:3], "x") is None
    assert find(cells, "customer_id") is None
    assert find([*cells, "20211301"], "date") is None
    assert find([*cells, "21500101"], "date") is None
    assert find(cells * 500, "date").unread_count == 0  # whatever the distance of the cells that are looked at first
    assert find([*cells * 500, cells[0], "21500101", *cells * 10], "date") is None  # not in the sample
    assert read(["202202", "202203"], "month") == ["2022-02-01", "2022-03-01"]
    assert find(["202202", "202203"], "units") is None
    assert read([when.strftime("%Y%m%d%H%M%S") for when in days(20)], "x")[1] == "2021-03-14"


ORDINARY = {
    "year": ["1998", "1999", "2000"],
    "amount": ["1.5", "2020.25", "3.75", "-4"],
    "grouped": ["1,234.56", "2,000.00"],
    "version": ["1.2.3", "1.10.12", "2.0.1", "1.11.30", "1.2.4"],
    "address": ["192.168.1.10", "10.0.0.1"],
    "phone": ["01 23 45 67 89", "02 33 44 55 66"],
    "us phone": ["555-123-4567", "212-555-0100"],
    "ssn": ["123-45-6789", "078-05-1120"],
    "id": ["12-34-5678", "10-11-5678", "10-12-1234", "03-44-2001"],
    "ratio": ["1/2", "10/12", "3/4"],
    "expiry": ["01/22", "12/25"],
    "score": ["3-2", "1-0"],
    "score ": ["25:22", "31:28"],
    "goals": ["3:2", "0:0"],
    "aspect": ["16:09", "21:09"],
    "range": ["2010-2012", "2011-2013"],
    "season": ["2009-10", "2010-11", "2011-12"],
    "season ": ["2009/2010", "2010/2011"],
    "age": ["20-29", "30-39", "5-9"],
    "pressure": ["120/80", "110/70"],
    "room": ["Room 10", "Room 12"],
    "product": ["Marketing 2020", "Junior 2021"],
    "day": ["10 Feb", "22 Mar"],
    "month": ["May", "March", "Sun"],
    "invoice": ["2022-001", "2022-045"],
    "size": ["45 min", "90 min"],
    "length": ["10m", "12m"],
    "mac": ["12:34:56:78:90:11", "12:34:56:78:90:12"],
    "span": ["10.02.2022 - 11.02.2022", "10.03.2022 - 11.03.2022"],
    "zip": ["01234", "90210"],
    "number": ["12345678", "87654321", "20191234"],
    "lone": ["-", ".", "/"],
    "percent": ["%d", "@", "10%"],
}


def test_times_of_day_are_told_from_scores_by_their_zeros():
    times = [f"{i * 7 % 24:02d}:{i * 13 % 60:02d}" for i in range(40)]
    assert find(times, "ratio").formats == ("%H:%M",)
    assert find([f"{20 + i % 9}:{25 - i % 7}" for i in range(40)], "score") is None
    assert find(["09:16", "16:09", "03:04"] * 20, "ratio") is None


def test_a_score_of_three_parts_is_a_duration():
    found = find(["10:21:01", "23:59:42", "110:43:38", "27:12:12"], "ratio")
    assert found.formats == ("duration",)


@pytest.mark.parametrize("name", ORDINARY)
def test_what_only_resembles_dates_is_left_alone(name):
    assert find(ORDINARY[name] * 40, name.strip()) is None


def test_dates_far_ahead_are_told():
    later = datetime.now() + timedelta(days=365 * 40)
    found = find(["2022-02-10", later.strftime("%Y-%m-%d")])
    assert found.doubt == f"The latest date of 'when' is {later.date()}, in the future."
    assert find(["2022-02-10", f"{datetime.now().year + 25}-01-01"]).doubt == ""
    found = find(["23.02.22", "01.01.62"])
    assert found.doubt == (
        "The latest date of 'when' is 2062-01-01, in the future. Years of two digits were read as 1969 to 2068."
    )
    assert "in the future" in find(["23.02.88", f"01.01.{(datetime.now().year + 2) % 100:02d}"], "Birth date").doubt
    assert "0001-01-01" in find(["2022-02-10"] * 3 + ["0001-01-01"]).doubt


def test_words_for_people():
    assert dates.format_words(("%d.%m.%Y",)) == "day first, 31.12.2022"
    assert dates.format_words(("%m/%d/%y %I:%M %p", "ISO8601")) == "month first, 12/31/22 11:59 PM; ISO, 2022-12-31"
    assert dates.format_words(("%H:%M",)) == "time of day, 23:59"
    assert dates.format_words(("%d %B %Y",)) == "31 December 2022"
    assert dates.format_words(("duration",)) == "durations, 26:10:00"
    assert dates.iso_text(86400.0, ("ISO8601",)) == "1970-01-02"
    assert dates.iso_text(86400.0, ("ISO8601",), whole_days=False) == "1970-01-02T00:00:00"
    assert dates.iso_text(-62135596800.0, ("ISO8601",)) == "0001-01-01"
    assert dates.iso_text(3723.0, ("%H:%M:%S",)) == "01:02:03"
    assert dates.iso_text(float("nan"), ("%H:%M:%S",)) == ""


def test_missing_cells_and_other_writing_in_new_rows_are_missing():
    new = pd.Series(["10.02.2022", None, " 11.02.2022 ", "2022-02-12", "1998", "x"], dtype="str", index=range(10, 16))
    numbers = parse_dates(new, ("%d.%m.%Y",))
    assert numbers.index.tolist() == list(range(10, 16))
    assert numbers.notna().tolist() == [True, False, True, False, False, False]
    numbers = parse_dates(pd.Series(["2022-02-12", "1998", "today", "now", None]), ("ISO8601",))
    assert numbers.notna().tolist() == [True, False, False, False, False]
    assert parse_dates(pd.Series([], dtype="str"), ("%d.%m.%Y",)).tolist() == []
    far = parse_dates(texts(["2022-02-12T10:15:30.123456789", "9999-12-31", "0001-01-01"]), ("ISO8601",))
    assert far.notna().all()


HABITS = [
    *(f"%{a}{sign}%{b}{sign}%{c}" for a, b, c in ("dmY", "mdY", "Ymd", "dmy", "mdy") for sign in "-/"),
    # With points the day is first by convention: month.day.year without a day past 12 is read wrong by design.
    *("%d.%m.%Y", "%d.%m.%y", "%Y.%m.%d"),
    *(
        "%d. %m. %Y",
        "%d %b %Y",
        "%d-%b-%y",
        "%b %d, %Y",
        "%B %d, %Y",
        "%d. %B %Y",
        "%d%b%Y",
        "%a, %d %b %Y",
        "%Y年%m月%d日",
    ),
]
CLOCKS = [
    *("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", " %H:%M:%S.%f"),
    *(" %H:%M:%S +0000", " %H:%M:%SZ"),
]


def written(when, habit, padded, names):
    """A time in a habit, with numbers padded or not, with months in one of several languages."""
    text = habit.replace("%b", names[when.month - 1]).replace("%B", names[when.month - 1])
    if not padded:
        text = text.replace("%d", str(when.day)).replace("%m", str(when.month)).replace("%H", str(when.hour))
    return when.strftime(text)


NAMES = [[datetime(2000, month, 1).strftime(form) for month in range(1, 13)] for form in ("%b", "%B")] + [
    line.split()
    for line in (
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "ene feb mar abr may jun jul ago sep oct nov dic",
    )
]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1970, 1, 1), datetime(2030, 12, 31)), min_size=1, max_size=60),
    st.sampled_from(HABITS),
    st.sampled_from(CLOCKS),
    st.booleans(),
    st.sampled_from(NAMES),
    st.sampled_from(["as they come", "sorted", "reversed"]),
)
def test_dates_of_any_habit_come_back_exactly_or_with_a_doubt(whens, habit, clock, padded, names, order):
    whens = {"sorted": sorted(whens), "reversed": sorted(whens, reverse=True)}.get(order, whens)
    smallest = {"%f": "microseconds=1", "%S": "seconds=1", "%M": "minutes=1"}
    unit = next((text for part, text in smallest.items() if part in clock), "days=1")
    name, size = unit.split("=")
    size = timedelta(**{name: int(size)})
    whens = [EPOCH + (when - EPOCH) // size * size for when in whens]
    cells = [written(when, habit + clock, padded, names) for when in whens]
    found = find(cells)
    assert found is not None, cells[:3]
    assert found.unread_count == 0, (cells[:3], found)
    numbers = parse_dates(texts(cells), found.formats)
    if not found.doubt:
        wanted = [seconds(when) for when in whens]
        assert numbers.tolist() == pytest.approx(wanted, abs=1e-6), (cells[:3], found)


ORDINARY_CELLS = st.one_of(
    st.text("abcdefghijklmnopqrstuvwxyzäöü ", min_size=1, max_size=12).map(str.strip).filter(bool),
    st.integers(-(10**12), 10**12).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=2).map(str),
    st.from_regex(r"[A-Z]{1,3}-?[0-9]{2,6}", fullmatch=True),
    st.from_regex(r"[0-9]{3}-[0-9]{2}-[0-9]{4}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]{0,2}(,[0-9]{3}){1,3}(\.[0-9]{2})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){3}", fullmatch=True),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(ORDINARY_CELLS, min_size=1, max_size=80))
def test_words_numbers_and_ids_are_never_dates(cells):
    assert find(cells, "x") is None


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=30), st.sampled_from(["", "day first", "%d.%m.%Y", "duration"])
)
def test_no_text_breaks_the_search(cells, chosen):
    known = {} if not chosen else {"chosen": chosen}
    try:
        found = find([cell.strip() or "x" for cell in cells], **known)
    except UserFault:
        return
    assert found is None or found.formats


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(["%d.%m.%Y %H:%M:%S", "%m/%d/%Y", "%Y%m%d", "%d%m%Y", "%H:%M", "%d-%m-%Y %H.%M"]),
)
def test_formats_read_as_strptime_reads_them(whens, date_format):
    cells = [f"{when.strftime(date_format.replace('%Y', '@'))}".replace("@", f"{when.year:04d}") for when in whens]
    wanted = [datetime.strptime(cell, date_format) for cell in cells]
    numbers = parse_dates(texts(cells), (date_format,))
    base = EPOCH if "%Y" in date_format else datetime(1900, 1, 1)
    assert numbers.tolist() == [(when - base).total_seconds() for when in wanted]


def test_a_column_of_words_or_numbers_is_known_at_once():
    for cells in (["alpha", "beta", "gamma"], [f"{n / 7:.4f}" for n in range(1000)], list(map(str, range(1000)))):
        column = texts(cells * (100_000 // len(cells)))
        spent = []
        for _ in range(5):
            begun = time.perf_counter()
            assert dates.find(column, "x") is None
            spent.append(time.perf_counter() - begun)
        assert min(spent) < 0.005  # about 0.2 ms on an idle machine

"""Bytes in, the encoding out: marks, UTF-8, UTF-16 without a mark, and the code pages of many languages."""

import random
import time

import pytest

from engine.data.reading.encodings import check, detect
from engine.errors import UserFault

WORDS = {
    ("cp1252", "mac_roman", "cp850"): {
        "de": "Münster Köln Größe Straße Österreich Übung häufig Jänner Gemüse Züge Löhne Fläche",
        "fr": "élève région numéro été Genève château français naïf forêt système dépôt préfecture",
        "es": "año niño población región Cádiz Córdoba mañana múltiple género España código",
        "pt": "São Paulo região população coração ações número média município educação",
        "sv": "Malmö Göteborg Västerås kön ålder födelseår Örebro längd mått öppen",
    },
    ("cp1252",): {
        "da": "København Århus køn ålder Sjælland størrelse område før øl",
        "fi": "sää määrä päivä Jyväskylä",
    },
    ("cp1250", "iso8859_2"): {
        "cs": "město výměra třída Děčín Plzeň příjmení číslo žena měsíc střední řada dům",
        "pl": "województwo Łódź Kraków płeć powierzchnia wartość źródło święto ćwiczenie miesiąc gęstość",
        "hu": "város terület népesség Győr Kőszeg megye árfolyam férfi nő összesen érték",
    },
    ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"): {
        "ru": "город население Москва область возраст пол значение Казань район площадь",
    },
    ("cp1251",): {
        "uk": "місто область населення Київ вік стать значення їжа",
        "bg": "град област население София възраст",
    },
    ("cp1253", "iso8859_7"): {"el": "πόλη πληθυσμός Αθήνα ηλικία φύλο τιμή ημερομηνία περιοχή"},
    ("cp1254",): {"tr": "şehir nüfus İstanbul bölge yaş ağırlık değer çocuk ölçüm kadın"},
    ("cp1255",): {"he": "עיר אוכלוסייה ירושלים גיל מין ערך תאריך"},
    ("cp1256",): {"ar": "مدينة السكان القاهرة العمر القيمة التاريخ المنطقة"},
    ("cp1257",): {
        "lt": "miestas gyventojų Šiauliai amžius lytis reikšmė mėnuo įmonė",
        "lv": "pilsēta iedzīvotāji Rīga gadu vērtība mēnesis",
    },
    ("cp874",): {"th": "เมือง ประชากร กรุงเทพ อายุ เพศ ค่า วันที่"},
    ("cp932", "euc_jp"): {"ja": "都道府県 人口 北海道 面積 東京都 分類 表示 能力 ソフト データ"},
    ("gb18030",): {"zh": "城市 人口 北京 面积 年龄 性别 上海 数量 日期"},
    ("big5",): {"zh": "城市 人口 臺北 面積 年齡 性別 高雄 數量 日期 功能"},
    ("cp949",): {"ko": "도시 인구 서울 면적 나이 성별 부산 값 날짜"},
}  # fmt: skip
CASES = [(code, tongue) for codes, tongues in WORDS.items() for code in codes for tongue in tongues.items()]


def table(words, rows=40):
    rng = random.Random(0)
    head = f"id;{words[0]};{words[1]};x\n"
    return head + "".join(
        f"{n};{rng.choice(words)};{rng.choice(words)};{rng.uniform(0, 99):.2f}\n" for n in range(rows)
    )


def found(folder, raw, name="table.csv"):
    path = folder / name
    path.write_bytes(raw)
    return detect(path, raw[: 1 << 18])


@pytest.mark.parametrize(("code", "tongue"), CASES, ids=[f"{code}-{tongue[0]}" for code, tongue in CASES])
def test_the_texts_of_many_languages_come_back_and_are_told(tmp_path, code, tongue):
    text = table(tongue[1].split())
    name, caution = found(tmp_path, text.encode(code))
    assert text.encode(code).decode(name) == text
    assert caution.startswith("Some bytes are not UTF-8; the file was read as ")


def test_the_caution_shows_a_word_of_the_file(tmp_path):
    name, caution = found(tmp_path, table(["Münster", "Ulm"]).encode("cp1252"))
    assert name == "cp1252"
    assert caution == ("Some bytes are not UTF-8; the file was read as Windows-1252, a guess (for example 'Münster').")


LONELY = [
    "Zürich",
    "Genève",
    "Köln",
    "São",
    "Málaga",
    "café",
    "°C",
    "µg",
    "5€",
    "für",
    "Größe",
    "Straße",
    "Québec",
    "año",
    "Ørsted",
    "Malmö",
    "Århus",
    "Bogotá",
    "México",
    "señor",
    "Noël",
    "Öl",
    "ÜBUNG",
    "m²",
    "km²",
    "£5",
    "½",
    "it’s",
    "–",
    "Ångström",
    "Curaçao",
    "Zoë",
    "Höhe",
    "Äpfel",
    "piñata",
    "Besançon",
    "Nîmes",
    "Forlì",
    "perché",
    "più",
    "André",
]


@pytest.mark.parametrize("word", LONELY)
def test_one_western_word_is_enough(tmp_path, word):
    raw = ("a;b\n" + f"{word};1,5\nBern;2,5\n" * 20).encode("cp1252")
    name, _ = found(tmp_path, raw)
    assert word.encode("cp1252").decode(name) == word


MONEY = [
    ("cp1252", "£464.93"),
    ("cp1252", "464.93 €"),
    ("cp1251", "464.93 €"),
    ("cp1250", "464.93 €"),
    ("cp932", "￡464.93"),
    ("gbk", "4’464’120"),
    ("gbk", "21.5 °C"),
    ("shift_jis", "4’464’120"),
]


@pytest.mark.parametrize(("code", "cell"), MONEY)
@pytest.mark.parametrize("sign", [",", "|"])
def test_signs_beside_numbers_are_no_letters(tmp_path, code, cell, sign):
    numbers = "".join(f"{cell.replace('464', str(400 + i))}{sign}{i}\n" for i in range(30))
    raw = f"speed{sign}load\n{numbers}".encode(code)
    name, caution = found(tmp_path, raw)
    assert raw.decode(name) == raw.decode(code)
    assert ", a guess (for example" in caution


@pytest.mark.parametrize(
    ("code", "word"),
    [("cp1251", "город"), ("shift_jis", "価格"), ("shift_jis", "表示"), ("shift_jis", "能力"), ("gbk", "高度")],
)
def test_words_between_bars_are_weighed_alone(tmp_path, code, word):
    raw = (f"amount|{word}|customerID|load\n" + "5|7|C-1|3.5\n" * 20).encode(code)
    name, _ = found(tmp_path, raw)
    assert raw.decode(name) == raw.decode(code)


@pytest.mark.parametrize(("code", "word", "cell"), [("cp1252", "Größe", "±{}"), ("cp1251", "город", "{} µg")])
def test_words_that_differ_in_digits_tell_no_more_than_one(tmp_path, code, word, cell):
    raw = (f"a,{word}\n" + "".join(f"{i},{cell.format(100 + 7 * i)}\n" for i in range(60))).encode(code)
    name, _ = found(tmp_path, raw)
    assert raw.decode(name) == raw.decode(code)


def test_letters_that_first_show_late_are_weighed(tmp_path):
    text = "a,b\n" + "°C,1\n" * 2_500_000 + "Zürich,2\nGenève,3\n"
    name, caution = found(tmp_path, text.encode("cp1252"))
    assert name == "cp1252"
    assert "'Zürich'" in caution


@pytest.mark.parametrize(
    "text", ["a,b\n1,2\n", "a,Größe\n1,2\n", "a,都道府県\n1,2\n", "a,b\n" + "1,2\n" * 600_000 + "1,ß\n"]
)
def test_utf8_needs_no_word(tmp_path, text):
    assert found(tmp_path, text.encode()) == ("utf-8", "")


def test_a_letter_on_the_edge_of_two_chunks_is_whole(tmp_path):
    text = "a,b\n" + "1," + "x" * ((1 << 20) - 7) + "ß\n" + "ß,ß\n" * 10
    assert text.encode()[(1 << 20) - 1 : (1 << 20) + 1] == "ß".encode()
    assert found(tmp_path, text.encode()) == ("utf-8", "")


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_is_known(tmp_path, code):
    assert found(tmp_path, table(["Münster", "都道"]).encode(code)) == (code, "")


@pytest.mark.parametrize("code", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("words", [["Münster", "Ulm"], ["都道府県", "北海道"], ["город", "Москва"]])
def test_utf16_without_a_mark_is_known(tmp_path, code, words):
    assert found(tmp_path, table(words).encode(code)) == (code, "")


def test_a_few_stray_bytes_do_not_spoil_utf8(tmp_path):
    raw = (table(["Münster", "Köln", "Größe"]) + "99;M").encode() + b"\xfcnster;x;1\n"
    name, caution = found(tmp_path, raw)
    assert name == "utf-8"
    assert "read as \ufffd (for example 'M\ufffdnster')" in caution


@pytest.mark.parametrize("raw", [b"", b"  \n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf \r\n"])
def test_nothing_is_empty(tmp_path, raw):
    with pytest.raises(UserFault, match=r"table\.csv is empty"):
        found(tmp_path, raw)


@pytest.mark.parametrize(
    "raw", [b"a,b\n\0\0\0,1\n", b"\0" * 50, bytes(range(256)) * 20, b"PK\x03\x04\0\0\0\x08", b"%PDF-1.4 ..."]
)
def test_what_is_no_text_is_refused(tmp_path, raw):
    with pytest.raises(UserFault, match="is not a text file"):
        found(tmp_path, raw)


def test_any_bytes_end_in_an_encoding_or_a_sentence(tmp_path):
    rng = random.Random(1)
    for _ in range(300):
        raw = bytes(rng.choice([10, 44, 65, *range(128, 256)]) for _ in range(rng.randint(1, 60))) + b"\n"
        try:
            name, _ = found(tmp_path, raw)
        except UserFault:
            continue
        raw.decode(name, errors="replace" if name.startswith("utf-8") else "strict")


@pytest.mark.parametrize(
    ("written", "chosen", "name"),
    [
        ("cp1252", "Windows-1252", "cp1252"),
        ("cp1252", "ANSI", "cp1252"),
        ("utf-8-sig", "utf-8", "utf-8-sig"),
        ("utf-16", "UTF-16-LE", "utf-16"),
        ("cp932", "Shift-JIS", "cp932"),
        ("utf-8", "UTF8", "utf-8"),
    ],
)
def test_a_chosen_encoding_is_known_by_its_usual_names(tmp_path, written, chosen, name):
    path = tmp_path / "t.csv"
    path.write_bytes("a,é\n1,2\n".replace("é", "é" if written != "cp932" else "ソ").encode(written))
    assert check(path, chosen) == name


@pytest.mark.parametrize(
    "chosen", ["utf-8", "cp932", "utf-16", "klingon", "base64", "rot13", "", "unicode_escape", "a\0b"]
)
def test_an_encoding_that_cannot_be_is_refused_by_its_name(tmp_path, chosen):
    path = tmp_path / "t.csv"
    path.write_bytes("a,Münster\n1,2\n".encode("cp1252"))
    with pytest.raises(UserFault) as caught:
        check(path, chosen)
    assert repr(chosen)[1:-1] in caught.value.what
    assert caught.value.remedy


def test_a_large_file_is_checked_at_a_gigabyte_in_a_few_seconds(tmp_path):
    raw = b"abc,1.5,Bern\n" * 16_000_000  # 208 MB
    (tmp_path / "t.csv").write_bytes(raw)
    start = time.perf_counter()
    assert detect(tmp_path / "t.csv", raw[:100]) == ("utf-8", "")
    assert time.perf_counter() - start < 2.0  # 0.1 s where nothing else runs


def test_a_search_that_is_no_longer_wanted_ends(tmp_path):
    raw = b"a,b\n" + b"1,\xfc\n" * 10
    (tmp_path / "t.csv").write_bytes(raw)
    assert detect(tmp_path / "t.csv", raw, cancelled=lambda: True) == ("utf-8", "")

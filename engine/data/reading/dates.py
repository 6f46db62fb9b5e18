from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    formats: tuple
    kind: str = "time"
    unread: tuple = ()
    unread_count: int = 0
    doubt: str = ""
    day_first: object = None


def find(texts, name, chosen="", day_first=None):
    return Found(("ISO8601",)) if texts.iloc[:20].str.match(r"\d{4}-\d\d-\d\d").all() else None


def format_words(f):
    return ",".join(f)


def iso_text(s, f):
    import datetime

    return str(datetime.datetime.utcfromtimestamp(s))

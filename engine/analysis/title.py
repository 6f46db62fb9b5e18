"""What stands over a picture: a sentence that says the finding, and a dim remark under it."""

from __future__ import annotations

from typing import NamedTuple


class Title(NamedTuple):
    """``subject`` is the part in the colour of its ``loop`` (``outer``, ``inner``, ``bad`` or ``text``)."""

    subject: str
    rest: str = ""
    remark: str = ""
    loop: str = "outer"

    @property
    def sentence(self) -> str:
        """The title as plain text."""
        return f"{self.subject} {self.rest}".strip()


def name_words(name: str) -> str:
    """A hyperparameter's name as it stands in a sentence: ``learning_rate`` is *learning rate*."""
    return name.replace("_", " ")


def first_up(words: str) -> str:
    """The same words at the beginning of a sentence."""
    return words[:1].upper() + words[1:]

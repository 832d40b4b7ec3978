import pytest

from shop_content.content import HiddenCharacters, refuse_hidden


def test_refuse_hidden_reads_references_only_when_told() -> None:
    refuse_hidden("&#x202E;", references=False)
    with pytest.raises(HiddenCharacters):
        refuse_hidden("&#x202E;", references=True)


def test_refuse_hidden_takes_ordinary_text_of_any_script() -> None:
    ordinary = "Grüße\t小麦\nनमस्ते 👩\u200d🔬 a\u00adb\u00a0c\r\n"
    refuse_hidden(ordinary, references=True)  # would raise
    with pytest.raises(HiddenCharacters):
        refuse_hidden(ordinary + "\u202e", references=True)

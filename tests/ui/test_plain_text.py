from hypothesis import given
from hypothesis import strategies as st

from ui.plain_text import one_line, plain_text


def test_control_and_direction_characters_go_and_words_stay() -> None:
    assert plain_text("a\x00b\r\nc\td\re\u202ef\x85") == "ab\nc\td\nef"
    assert one_line(" a\n b\t\tc\x1b ") == "a b c"


@given(st.text(st.characters()))
def test_whatever_was_typed_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line

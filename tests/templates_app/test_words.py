"""The words of rules and their placeholders."""

import pytest

from templates_app.words import fill, placeholders, static_words


def test_placeholders_are_found_once_each_in_order() -> None:
    assert placeholders("{shown} of {value:ORG01} in {cell:ORG01}, {shown}") == ("shown", "value:ORG01", "cell:ORG01")


def test_filling_names_what_is_missing() -> None:
    assert (
        fill("At least {least}% of {label:ORG01}", {"least": "60", "label:ORG01": "income"}) == "At least 60% of income"
    )
    with pytest.raises(KeyError, match="shown"):
        fill("About {shown}", {})


def test_before_any_figure_is_known_the_words_point_at_its_cell() -> None:
    names = {"cell:ORG01": "Organisation!C6", "least": "60"}
    assert static_words("at least {least}% of {value:ORG01}", names) == "At least 60% of the figure in Organisation!C6"
    assert (
        static_words("no more than {value:ORG01} ({cell:ORG01})", names) == "No more than the figure in Organisation!C6"
    )
    assert (
        static_words("no more than {value:ORG01} in {cell:ORG01}", names)
        == "No more than the figure in Organisation!C6"
    )
    assert static_words("{shown} or more", names) == "The figure or more"

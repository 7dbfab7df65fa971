"""The words that a director signs. Pure; each signature keeps the words it was given under."""


def declaration(trust_name: str, collection_name: str, year: str, reference: str) -> str:
    """For a return with figures: one exact file."""
    return (
        f"I sign for {trust_name}. I have looked at this return ({collection_name}, figures for {year}, reference {reference}). "
        "To the best of my knowledge its figures are complete and right, and what is said of unusual figures is true."
    )


def nil_declaration(trust_name: str, collection_name: str, year: str) -> str:
    """For a nil return."""
    return f"I sign for {trust_name}. To the best of my knowledge it has nothing to report for {collection_name}, figures for {year}."

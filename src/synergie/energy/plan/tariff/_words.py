"""A mark for texts that reach a person by another name than the call that shows them."""


def N_(text: str) -> str:  # noqa: N802 (the name every gettext tool knows)
    """*text* as it is: the catalogue finds it here, and it is translated where it is shown."""
    return text

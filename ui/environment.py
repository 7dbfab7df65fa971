"""The Jinja environment of every page: NHS components, addresses, formats, and a misspelt name that speaks up."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader
from jinja2.utils import missing

from ui import formats

FILTERS = (
    formats.exact,
    formats.number,
    formats.pounds,
    formats.pounds_and_pence,
    formats.thousand_pounds,
    formats.percent,
    formats.plural,
    formats.ordinal,
    formats.sentence_list,
    formats.long_date,
    formats.clock_time,
    formats.moment,
)


class LoudUndefined(ChainableUndefined):
    """A name a page does not know. It may be asked about, as the NHS macros do all the time, but not printed.

    Going through it also raises where it cannot be one of a macro's optional parameters: a name missing from the page,
    or an attribute missing from an object of ours, would otherwise show as an empty list.
    """

    __slots__ = ()

    def __html__(self) -> str:
        self._refuse()

    def __str__(self) -> str:
        self._refuse()

    def __iter__(self) -> Iterator[Any]:
        self._refuse_unless_optional()
        return iter(())

    def __len__(self) -> int:
        self._refuse_unless_optional()
        return 0

    def _refuse(self) -> NoReturn:
        raise self._undefined_exception(self._undefined_message)

    def _refuse_unless_optional(self) -> None:
        holder = self._undefined_obj
        # The macros write the word "undefined" where JavaScript would.
        optional = self._undefined_name == "undefined" if holder is missing else isinstance(holder, Mapping | str)
        if not optional:
            self._refuse()


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of the page called `name`, such as `url("submissions:findings", return_.pk)`."""
    return reverse(name, args=args, kwargs=kwargs)


def environment(**options: Any) -> Environment:
    """What Django's Jinja2 backend is given as `OPTIONS["environment"]`."""
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    options["undefined"] = LoudUndefined
    made = Environment(**options)  # noqa: S701 - Django's backend passes autoescape=True, and a test holds it to that
    made.globals.update({"url": url, "static": static})
    made.filters.update({function.__name__: function for function in FILTERS})
    return made

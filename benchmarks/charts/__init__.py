"""Charts of metrics, drawn on the server as SVG. Pure.

Better is always to the right. Colour (blue better, orange worse, grey for a neutral metric) only repeats what position and
words say. Nothing needs a style sheet or a script: colours are attributes, and classes beginning `chart-` only size the text.
A chart is 320 units wide, so that on a phone its text is nearly as large as the page's. Each chart needs a table beside it.
"""

from benchmarks.charts.bars import Bar, bars, bars_without_names
from benchmarks.charts.calendar import Ending, calendar
from benchmarks.charts.common_scale import place_on_scale
from benchmarks.charts.footprint import StripRow, footprint_strips
from benchmarks.charts.labels import Dot, Words
from benchmarks.charts.scatter import Sized, scatter
from benchmarks.charts.small import small_multiple
from benchmarks.charts.strip import strip
from ui.svg import WIDTH

__all__ = [
    "WIDTH",
    "Bar",
    "Dot",
    "Ending",
    "Sized",
    "StripRow",
    "Words",
    "bars",
    "bars_without_names",
    "calendar",
    "footprint_strips",
    "place_on_scale",
    "scatter",
    "small_multiple",
    "strip",
]

"""The regions of England in 2016."""

from django.db import models


class Region(models.TextChoices):
    """The four regions that NHS England and NHS Improvement had in 2016."""

    NORTH = "North", "North"
    MIDLANDS_AND_EAST = "Midlands and East", "Midlands and East"
    LONDON = "London", "London"
    SOUTH = "South", "South"

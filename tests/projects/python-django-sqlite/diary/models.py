"""What was written on a day."""

from django.db import models


class Entry(models.Model):
    """One day."""

    text = models.TextField()

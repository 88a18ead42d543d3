"""The site as it is published."""

import os
import sys

sys.path.append(os.curdir)
from pelicanconf import *  # noqa: E402, F403

RELATIVE_URLS = True
DELETE_OUTPUT_DIRECTORY = True

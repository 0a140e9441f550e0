"""Every example is drawn anew unless CI asks for the same ones; the extension under test is not optimised."""

import os

from hypothesis import settings

settings.register_profile("fast", deadline=None, max_examples=15)
settings.register_profile("ci", deadline=None, max_examples=100, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

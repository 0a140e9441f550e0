"""The examples are the same in every run, as those of the crate's property tests, unless `HYPOTHESIS_PROFILE=search` draws
more, and others. The extension under test is not optimised."""

import os

from hypothesis import settings

settings.register_profile("fast", deadline=None, max_examples=15, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

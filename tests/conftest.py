"""What every test may ask for: a database of either kind, the cast of the village, a browser, the running house."""

pytest_plugins = ["tests.databases", "tests.cast", "tests.house"]

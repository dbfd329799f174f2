collect_ignore = ["recorded"]  # modules that the tests here run themselves

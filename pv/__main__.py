"""`python -m pv`."""

import sys

from pv.cli import main

sys.exit(main())

"""`python -m trainer VERB` is the console script `distill`."""

import sys

from trainer.cli import main

sys.exit(main())

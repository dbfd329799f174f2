"""`python -m trainer VERB` is the console script `distill`."""

import sys

from trainer.entry import main

sys.exit(main())

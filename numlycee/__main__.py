"""`python -m numlycee` is `numlycee`."""

import sys

from numlycee.cli import main

sys.exit(main())

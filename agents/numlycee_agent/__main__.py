"""`python -m numlycee_agent` is `numlycee-agent`."""

import sys

from numlycee_agent.cli import main

sys.exit(main())

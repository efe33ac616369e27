"""Run the `statecode` command as `python -m statecode`."""

import sys

from statecode.cli import main

sys.exit(main())

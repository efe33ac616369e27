"""`python -m statecode` is the `statecode` command."""

import sys

from statecode.cli import main

sys.exit(main())

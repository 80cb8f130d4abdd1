"""`python -m synergie`."""

import sys

from synergie.cli import main

sys.exit(main())

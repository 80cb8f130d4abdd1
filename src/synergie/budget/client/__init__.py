"""Its calls. `synergie.client` gathers them, so it is loaded first, whoever asks."""

import synergie.client  # noqa: F401 (its modules import ours, and we some of its)

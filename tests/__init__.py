"""What is asked of the product, room by room as it stands in core and pages."""

import pandas as pd

# As the server does at its start: frames are kept from one test to the next, and those of two kinds are not alike.
pd.set_option("mode.string_storage", "python")

"""What people bring: files read with limits, held against the tables as declared, and made cells of a data set."""

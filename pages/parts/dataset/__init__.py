"""What a visitor does with data sets: bring files, edit tables, check, keep versions, look at what differs."""

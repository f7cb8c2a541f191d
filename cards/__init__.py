"""Dataset cards: what a reader of a data set is told about it."""

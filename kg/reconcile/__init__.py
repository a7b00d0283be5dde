"""Reconciliation: the datasets and concepts that the cells of a stranger's table may mean, as scored candidates."""

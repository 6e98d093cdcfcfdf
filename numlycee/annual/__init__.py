"""The annual report: its figures assembled, then rendered."""

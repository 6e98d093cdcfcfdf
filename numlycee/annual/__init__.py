"""The annual report: figures of one school year, put in order for the people who decide."""

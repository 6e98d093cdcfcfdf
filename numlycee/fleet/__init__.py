"""The sites that are watched: directory, places, enrolments, keys."""

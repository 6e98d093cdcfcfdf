"""Devices handed to pupils: seen on the school's network, counted by school day, never followed."""

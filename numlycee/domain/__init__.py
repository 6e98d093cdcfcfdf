"""The vocabulary and the arithmetic of availability: pure functions of their arguments.

Every instant is an integer count of milliseconds since the Unix epoch, UTC; every interval is
half-open, ``[start, end)``. Local time exists in `calendars` only.
"""

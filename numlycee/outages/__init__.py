"""From the live board to open outages, their owner and their alerts."""

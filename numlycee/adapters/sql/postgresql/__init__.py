"""The store in PostgreSQL: any number of collectors write, each site's account one at a time."""

"""The store in one SQLite file: WAL, every commit synced, one writer, readers on snapshots."""

"""Observations in their rhythm, and what they prove: the account of every resource and instant."""

"""The same past, counted as other products count it: each rule with its source, and why it differs.

Pure functions over the vocabulary of `domain`; nothing here feeds a published figure.
"""

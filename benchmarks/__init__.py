"""How fast annostd is, beside its peers; README.md says how to repeat it."""

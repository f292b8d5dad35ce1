"""Killed again and again: what is left of the lists when the client dies anywhere, over a server that applies late."""

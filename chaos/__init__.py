"""The chaos rig: it kills the sync anywhere, over a server that applies late, and judges what is left of the lists."""

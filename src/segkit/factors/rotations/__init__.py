"""Turning factors so that each item loads on few of them."""

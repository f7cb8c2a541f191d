"""Readers of models and point clouds, one for each format.

They read with NumPy alone. A general loader passes files in silence that are cut off or
lie, and reads text in many times its size; here each header is held against the file
first, and nothing is ever opened besides the file itself.
"""

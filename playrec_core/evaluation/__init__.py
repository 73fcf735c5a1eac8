"""How good a continuation is: metrics, their intervals, slices, and the contest's own scoring.

``base`` holds what a metric reads, ``metrics/`` one metric a file, ``registry`` finds them, ``intervals`` says how
sure a mean is, ``summary`` makes the table, ``slices`` splits the playlists, ``contest`` scores results files.
"""

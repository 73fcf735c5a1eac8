"""The lessons on screen, one file each, found by `playrec_core.ui.lesson_path`. What they compute is a file of
`playrec_core.lessons`.
"""

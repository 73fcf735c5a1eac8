"""One metric a file. A module here with a tuple ``METRICS`` is found by `playrec_core.evaluation.registry`;
nothing else has to be told about it.
"""

"""One metric per file: `playrec_core.evaluation.registry` finds every module here with a tuple ``METRICS``."""

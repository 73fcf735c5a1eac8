"""One command a file: its docstring is its help, ``arguments(parser)`` declares what it takes, ``run(given)`` does it.

``playrec_core.commands.cli`` finds the files; ``demo_data.py`` is ``playrec demo-data``. Numerical libraries are
imported in ``run``, after the limit on their threads is set.
"""

"""Runs on disk: write, verify, open.

::

    artifacts/
      current                    the id of the run in use, one line of text
      runs/<run_id>/             a finished run; never changed again
        manifest.json            what made it, and size and SHA-256 of every file
        manifest.sha256          the manifest's own SHA-256, as `sha256sum` writes it
        <stage>/...              the files of each stage of training
      unfinished/<key>/          a run being written, or one that was interrupted
        files/<stage>/...        finished stages
        finished/<stage>.json    what each finished stage holds and how long it took
        partial/<stage>/...      the stage being written, or what a kill left of it
      prepared/<hash>/           data that was read and split before; see `kept`
      mixes/<run_id>/            what people saved beside a run; see `playrec_core.voting.saved`
      verified/<run_id>.json     which files of a run the app has hashed; see `remembered`

A reader finds the old run or the new one, never a mixture: files are written aside and synced, folders are renamed
into place, and ``current`` is replaced last. ``current`` is a file and not a link, because on Windows not every
user may make links.

A flipped byte is silent in safetensors, Arrow and sqlite files. So every byte of a run is under a SHA-256 (the
manifest covers the files, ``manifest.sha256`` the manifest), and `Run.file` compares it before it hands a file out.
That guards against damage, not against an author who means harm; against him stands that no file is ever code.
"""

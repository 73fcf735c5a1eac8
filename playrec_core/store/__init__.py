"""Runs on disk: write, verify, open.

::

    artifacts/
      current                    the id of the run in use, one line of text
      runs/<run_id>/             a finished run; never changes
        manifest.json            how it was made, and size and SHA-256 of every file
        manifest.sha256          the manifest's own SHA-256, as `sha256sum` writes it
        <stage>/...              the files of each stage of training
      unfinished/<key>/          a run being written, or an interrupted one
        files/<stage>/...        finished stages
        finished/<stage>.json    files of each finished stage and how long it took
        partial/<stage>/...      the stage being written, or the rest of a killed one
      prepared/<hash>/           data already read and split; see `content_cache`
      mixes/<run_id>/            weighted votes that users saved for a run; see `playrec_core.voting.saved`
      verified/<run_id>.json     files of a run already verified; see `verification_cache`

A reader finds the old run or the new one, never a mixture: files are written to a temporary folder and synced, folders
are renamed into place, and ``current`` is replaced last. ``current`` is a file and not a link, because not every user
of Windows may create links.

A flipped byte goes unnoticed in safetensors, Arrow and SQLite files. So every byte of a run is covered by a SHA-256
(the files by the manifest, the manifest by ``manifest.sha256``), and `Run.file` compares it before it returns a file.
This protects against damage, not against malicious authors; against those, no file is ever executed or unpickled.
"""

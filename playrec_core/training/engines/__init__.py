"""Engines that fit models outside the local process, one file each."""

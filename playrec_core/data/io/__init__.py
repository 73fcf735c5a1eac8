"""Readers and writers of file formats that several data sets share."""

"""Why a model answered so: terms, walks, evidence and the dialog beside every list."""

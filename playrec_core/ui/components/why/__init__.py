"""Why a model recommends an item: attributions, traces, evidence and the dialog beside every list."""

"""Why a model recommends an item: attributions, counterfactuals, and whether explanations are faithful."""

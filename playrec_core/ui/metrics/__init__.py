"""The metric tables, what opens from them, and what is made of them."""

"""One folder a page, with everything that only this page uses. No page imports another."""

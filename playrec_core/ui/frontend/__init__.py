"""JavaScript and CSS that the components share, and how their clicks reach the server."""

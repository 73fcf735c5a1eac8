"""What models of several families share."""

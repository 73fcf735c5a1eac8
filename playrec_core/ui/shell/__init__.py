"""What surrounds every page: common setup, navigation, and what is loaded ahead."""

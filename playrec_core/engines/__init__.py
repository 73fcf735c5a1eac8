"""Where models are fitted: here, or past one machine, on engines that exist. An engine is one file of this folder."""

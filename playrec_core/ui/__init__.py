"""What the pages share. The only part of the core that imports streamlit."""

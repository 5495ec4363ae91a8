"""The pages: everything that is Streamlit."""

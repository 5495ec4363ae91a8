"""The least page that Streamlit can repaint on a slider move: one slider, one text."""

import streamlit as st

value = st.slider("Amount", 0.0, 1.0, 0.5, 0.01, key="amount")
st.title(f"The amount is {value}")

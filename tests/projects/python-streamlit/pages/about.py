import streamlit as st

st.write("Measured on the roof.")

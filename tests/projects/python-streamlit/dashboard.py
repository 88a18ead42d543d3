import streamlit as st

st.title("Rainfall")
st.bar_chart({"mm": [3, 0, 7, 12]})

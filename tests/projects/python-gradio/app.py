"""Says how a flag is spelt."""

import gradio as gr

ALPHABET = {"a": "Alfa", "b": "Bravo", "c": "Charlie"}


def spell(text: str) -> str:
    """TEXT in the phonetic alphabet, as far as it is known here."""
    return " ".join(ALPHABET.get(letter, letter) for letter in text.lower())


demo = gr.Interface(fn=spell, inputs="text", outputs="text", title="Flags")

if __name__ == "__main__":
    demo.launch()

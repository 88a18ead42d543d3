"""Catches by month."""

from dash import Dash, dcc, html

app = Dash(__name__, title="Catches")
app.layout = html.Div([html.H1("Catches"), dcc.Graph(figure={"data": [{"x": [1, 2], "y": [3, 4]}]})])

if __name__ == "__main__":
    app.run(debug=False)

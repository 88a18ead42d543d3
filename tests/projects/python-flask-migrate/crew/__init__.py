"""Who is on board."""

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Sailor(db.Model):
    """One of the crew."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80))


def create_app() -> Flask:
    """The app."""
    app = Flask(__name__)
    app.config.from_object("config.Config")
    db.init_app(app)
    Migrate(app, db)

    @app.get("/")
    def count() -> str:
        db.session.add(Sailor(name="one more"))
        db.session.commit()
        return f"{Sailor.query.count()} on board"

    return app

"""Tells when the ferry leaves."""

import logging
import os
from pathlib import Path

from telegram import Update
from telegram.ext import Application, CommandHandler, ContextTypes, PicklePersistence

TOKEN = os.environ["TELEGRAM_TOKEN"]
DATA = Path(__file__).parent / "data"

logging.basicConfig(level=logging.INFO)


async def ferry(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """The next one."""
    await update.message.reply_text("at ten past")


def main() -> None:
    """Listen until told to stop."""
    DATA.mkdir(exist_ok=True)
    kept = PicklePersistence(filepath=DATA / "chats.pickle")
    app = Application.builder().token(TOKEN).persistence(kept).build()
    app.add_handler(CommandHandler("ferry", ferry))
    app.run_polling()


if __name__ == "__main__":
    main()

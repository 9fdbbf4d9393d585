"""An async view asks both shops at once. It still keeps a thread of the server."""

import asyncio

from flask import Flask

SHOP_SECONDS = 1
PRICES = {"north": 12, "south": 9}

app = Flask(__name__)


async def ask(shop):
    await asyncio.sleep(SHOP_SECONDS)  # the shop's computer takes its time
    return PRICES[shop]


@app.get("/price")
async def price():
    prices = await asyncio.gather(ask("north"), ask("south"))  #: The view asks both shops at once
    return {"best": min(prices)}  #: The user gets the best price, and the thread is free

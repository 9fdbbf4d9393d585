import asyncio

import httpx
from flask import Flask
from shops import SHOPS

app = Flask(__name__)


async def ask(client, url, thing):
    answer = await client.get(url, params={"q": thing})
    answer.raise_for_status()
    return len(answer.text)


@app.get("/compare/<thing>")
async def compare(thing):
    async with httpx.AsyncClient(timeout=5) as client:
        answers = await asyncio.gather(*(ask(client, url, thing) for url in SHOPS.values()))
    return dict(zip(SHOPS, answers, strict=True))


@app.get("/one-by-one/<thing>")
def one_by_one(thing):
    with httpx.Client(timeout=5) as client:
        return {shop: len(client.get(url, params={"q": thing}).text) for shop, url in SHOPS.items()}

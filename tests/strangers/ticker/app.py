from flask import Flask, Response, stream_with_context
from quotes import quotes

app = Flask(__name__)


@app.get("/quotes")
def stream():
    def events():
        for number, price in enumerate(quotes(4)):
            yield f"id: {number}\ndata: {price}\n\n"

    return Response(stream_with_context(events()), mimetype="text/event-stream")


@app.get("/health")
def health():
    return "ok"

import os

from flask import Flask

from weather.cache import cache
from weather.station import measure

app = Flask(__name__)
app.config["UNIT"] = os.environ["WEATHER_UNIT"]
cache.init_app(app)


@app.get("/<city>")
@cache.cached()
def city(city):
    return {"city": city, "degrees": measure(city), "unit": app.config["UNIT"]}

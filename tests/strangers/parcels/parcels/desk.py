import itertools
import threading

from flask import Blueprint, abort, current_app, request

from . import carrier, letters

bp = Blueprint("desk", __name__)
parcels = {}
numbers = itertools.count(1)


def write(config, parcel):
    letters.write(config, parcel["to"], parcel["tracking"])
    parcel["written"] = True


@bp.post("/parcels")
def send():
    wish = request.get_json()
    number = next(numbers)
    parcel = parcels[number] = {
        "to": wish["to"],
        "tracking": carrier.book(wish["town"]),
        "written": False,
    }
    config = dict(current_app.config)
    threading.Thread(target=write, args=(config, parcel), daemon=True).start()
    return {"number": number, "tracking": parcel["tracking"]}, 201


@bp.get("/parcels/<int:number>")
def show(number):
    return parcels.get(number) or abort(404)

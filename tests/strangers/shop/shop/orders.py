import time

from flask import Blueprint, abort, current_app, request

from .models import Item, Order, db

orders = Blueprint("orders", __name__)


@orders.post("/items/<int:id>/order")
def order(id):
    item = db.get_or_404(Item, id)
    if item.stock < 1:
        abort(409, "sold out")
    left = item.stock
    pay()
    item.stock = left - 1
    db.session.add(Order(item_id=id, customer=request.form["customer"]))
    db.session.commit()
    return {"left": item.stock}


@orders.get("/items/<int:id>")
def show(id):
    item = db.get_or_404(Item, id)
    sold = db.session.query(Order).filter_by(item_id=id).count()
    return {
        "name": item.name,
        "stock": item.stock,
        "sold": sold,
        "shop": current_app.config["SHOP"],
    }


def pay():
    time.sleep(0.3)

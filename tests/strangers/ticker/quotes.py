import random
import time


def quotes(count):
    price = 100
    for _ in range(count):
        time.sleep(0.5)
        price += random.choice([-1, 1])
        yield price

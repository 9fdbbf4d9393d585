import time


def shrink(path):
    with open(path, "rb") as file:
        content = file.read()
    time.sleep(len(content) / 20_000)
    with open(path + ".small", "wb") as file:
        file.write(content[::100])

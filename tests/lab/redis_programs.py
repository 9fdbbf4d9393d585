"""What Redis and redis-py promise, as programs: each prints what a real one would.

Times are rounded so that the same figures come out on a real clock (``against_redis``).
"""

from __future__ import annotations

HEAD = """\
import threading
import time
from flask import Flask
import redis
from redis import Redis

app = Flask(__name__)
r = Redis()

def after(seconds, call, *arguments):
    threading.Timer(seconds, call, arguments).start()

def timed(call, *arguments, **options):
    began = time.monotonic()
    return call(*arguments, **options), round(2 * (time.monotonic() - began)) / 2
"""

#: Name: (what ``drive()`` does, what is printed, in order).
PROGRAMS: dict[str, tuple[str, list[str]]] = {
    "values of every kind": (
        """
print(r.ping(), r.set("a", "b"), r.get("a"), r.get("none"), r.incr("n", 5), r.incrbyfloat("f", 0.5))
print(r.hset("h", mapping={"x": 1, "y": 2}), r.hgetall("h"), r.hincrby("h", "x", 2))
print(r.rpush("l", 1, 2, 3), r.lrange("l", 0, -1), r.lpop("l"), r.llen("l"))
print(r.sadd("s", "b", "a"), sorted(r.smembers("s")), r.sismember("s", "a"), r.type("s"))
print(r.zadd("z", {"a": 1.5, "b": 1}), r.zrange("z", 0, -1, withscores=True), r.zscore("z", "a"))
print(r.exists("a", "none"), r.delete("a"), sorted(r.keys("*")), r.dbsize())
""",
        [
            "True True b'b' None 5 0.5",
            "2 {b'x': b'1', b'y': b'2'} 3",
            "3 [b'1', b'2', b'3'] b'1' 2",
            "2 [b'a', b'b'] 1 b'set'",
            "2 [(b'b', 1.0), (b'a', 1.5)] 1.5",
            "1 1 [b'f', b'h', b'l', b'n', b's', b'z'] 6",
        ],
    ),
    "keys expire by the clock": (
        """
print(r.set("a", 1, ex=1), r.set("b", 1, px=500), r.ttl("a"), r.ttl("none"))
time.sleep(0.7)
print(r.get("a"), r.get("b"))
time.sleep(0.5)
print(r.get("a"), r.set("c", 1, nx=True), r.set("c", 2, nx=True), r.persist("c"))
print(r.expire("c", 1), r.expire("none", 1))
""",
        ["True True 1 -2", "b'1' None", "None True None False", "True False"],
    ),
    "a blocking command ends when there is something": (
        """
after(1.5, r.rpush, "q", "x")
print(timed(r.blpop, "q", 4))
print(timed(r.blpop, ["p", "q"], 1))
after(0.5, r.lpush, "p", "y")
print(timed(r.brpoplpush, "p", "q", 4), r.lrange("q", 0, -1))
after(0.5, r.zadd, "z", {"a": 1})
print(timed(r.bzpopmin, "z", 4))
after(0.5, r.rpush, "from", "v")
print(timed(r.blmove, "from", "to", 4), r.lrange("to", 0, -1))
""",
        [
            "((b'q', b'x'), 1.5)",
            "(None, 1.0)",
            "(b'y', 0.5) [b'y']",
            "((b'z', b'a', 1.0), 0.5)",
            "(b'v', 0.5) [b'v']",
        ],
    ),
    "who waited first is served first": (
        """
got = []
def wait(name):
    got.append((name, r.blpop("q", 3)[1]))
for name in "ab":
    after(0.1 if name == "a" else 0.3, wait, name)
time.sleep(0.6)
r.rpush("q", 1, 2)
time.sleep(0.3)
print(sorted(got))
""",
        ["[('a', b'1'), ('b', b'2')]"],
    ),
    "pipelines and transactions": (
        """
with r.pipeline() as pipe:
    print(pipe.incr("n").incr("n").get("n").execute())
    pipe.watch("n")
    r.incr("n")
    pipe.multi()
    pipe.set("n", 0)
    try:
        pipe.execute()
    except redis.WatchError:
        print("somebody was faster", r.get("n"))
print(r.transaction(lambda pipe: pipe.multi() or pipe.set("n", 1), "n"))
try:
    r.pipeline().set("s", "x").incr("s").execute()
except redis.ResponseError as error:
    print(str(error)[-39:])
""",
        [
            "[1, 2, b'2']",
            "somebody was faster b'3'",
            "[True]",
            "value is not an integer or out of range",
        ],
    ),
    "scripts and locks": (
        """
double = r.register_script("return redis.call('incrby', KEYS[1], ARGV[1] * 2)")
print(double(keys=["n"], args=[4]), double(keys=["n"], args=[1]))
print(r.eval("return {1, 'two', redis.call('get', 'none')}", 0))
lock = r.lock("l", timeout=2)
print(lock.acquire(), r.lock("l").acquire(blocking=False), lock.locked())
print(timed(r.lock("l", sleep=0.5).acquire, blocking_timeout=1.2))
lock.extend(5)
lock.release()
try:
    with r.lock("l", timeout=1):
        time.sleep(1.2)
        print(r.lock("l", timeout=1).acquire())
except redis.exceptions.LockNotOwnedError:
    print("it was somebody else's by then")
""",
        [
            "8 10",
            "[1, b'two', None]",
            "True False True",
            "(False, 1.0)",
            "True",
            "it was somebody else's by then",
        ],
    ),
    "publish and subscribe": (
        """
sub = r.pubsub()
sub.subscribe("news")
sub.psubscribe("n*")
after(1, r.publish, "news", "hello")
print([sub.get_message(timeout=1)["type"] for _ in range(2)])
print(timed(sub.get_message, timeout=4)[1], sub.get_message(timeout=1)["data"])
print(timed(sub.get_message, timeout=0.5))
print(sub.get_message())
sub.close()
print(r.publish("news", "nobody"))
heard = []
other = r.pubsub(ignore_subscribe_messages=True)
other.subscribe(news=lambda message: heard.append(message["data"]))
thread = other.run_in_thread(sleep_time=1, daemon=True)
time.sleep(0.2)
print(r.publish("news", "x"))
time.sleep(0.2)
print(heard)
thread.stop()
""",
        [
            "['subscribe', 'psubscribe']",
            "1.0 b'hello'",
            "(None, 0.5)",
            "None",
            "0",
            "1",
            "[b'x']",
        ],
    ),
    "streams": (
        """
r.xadd("s", {"n": 1}, id="1-1")
r.xgroup_create("s", "g", id="0")
print(r.xreadgroup("g", "me", {"s": ">"}), r.xpending("s", "g")["pending"])
print(r.xack("s", "g", "1-1"), r.xlen("s"))
after(0.5, r.xadd, "s", {"n": 2}, "2-1")
print(timed(r.xread, {"s": "$"}, block=2000))
print(timed(r.xread, {"s": "$"}, block=500))
""",
        [
            "[[b's', [(b'1-1', {b'n': b'1'})]]] 1",
            "1 1",
            "([[b's', [(b'2-1', {b'n': b'2'})]]], 0.5)",
            "([], 0.5)",
        ],
    ),
    "clients of every kind": (
        """
text = redis.StrictRedis(connection_pool=r.connection_pool)
print(text.set("a", "ä"), text.get("a"))
settings = r.connection_pool.connection_kwargs
pool = redis.ConnectionPool(connection_class=r.connection_pool.connection_class, **settings)
old = Redis(connection_pool=pool)
print(old.get("a").decode(), old.client_getname(), old.echo("x"))
print("redis_version" in r.info())
try:
    r.lpush("a", 1)
except redis.ResponseError as error:
    print(error)
try:
    r.execute_command("NOTHING")
except redis.ResponseError as error:
    print(str(error).split(",")[0].lower())
""",
        [
            "True b'\\xc3\\xa4'",
            "ä  b'x'",
            "True",
            "WRONGTYPE Operation against a key holding the wrong kind of value",
            "unknown command 'nothing'",
        ],
    ),
}

import os


class Config:
    REDIS_URL = os.environ.get("REDIS_URL") or "redis://"
    PAGES_A_SECOND = 50


class Slow(Config):
    PAGES_A_SECOND = 25


config = {"default": Config, "slow": Slow}

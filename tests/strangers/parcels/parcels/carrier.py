import functools

import requests
from flask import current_app
from requests.adapters import HTTPAdapter
from urllib3.util import Retry


@functools.cache
def session():
    made = requests.Session()
    again = Retry(total=3, status_forcelist=[503], allowed_methods=None, backoff_factor=0.1)
    made.mount("https://", HTTPAdapter(max_retries=again))
    made.headers["User-Agent"] = "parcels/1.0"
    return made


def book(town):
    url = f"{current_app.config['CARRIER']}/shipments"
    answer = session().post(url, json={"town": town}, timeout=(3, 10))
    answer.raise_for_status()
    return answer.json()["tracking"]

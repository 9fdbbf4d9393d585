"""The record of a run and everything that is derived from it, as pure functions.

A run leaves a list of events (``events``). ``derive`` makes a ``Trace`` of it (``records``),
which can be written as JSON, streamed as records, and shown as tables. Nothing here knows how a
program is run, and nothing here imports another part of the project.
"""

from .codec import decode, encode, schema
from .deriving import derive
from .facts import EventError
from .records import EVENTS, FORMAT, VERSION, WEBSOCKET, About, Listing, Trace
from .stream import records_of
from .tables import execution_table, to_csv, variable_tracker

__all__ = [
    "EVENTS",
    "FORMAT",
    "VERSION",
    "WEBSOCKET",
    "About",
    "EventError",
    "Listing",
    "Trace",
    "decode",
    "derive",
    "encode",
    "execution_table",
    "records_of",
    "schema",
    "to_csv",
    "variable_tracker",
]

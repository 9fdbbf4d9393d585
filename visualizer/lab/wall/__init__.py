"""The same lessons on the wall clock: real processes, real requests, real time.

``conduct`` starts the processes of a run, lets the users come and makes one trace of all;
``process`` is one of those processes; ``server`` and ``workers`` are what it can be; ``users``
makes the requests.
"""

"""The outside world of a program: what it reaches through a socket, and who stands in for it.

A program in the lab can leave its process only towards a **stand-in**: a service that the job
names (``job.Service``), which speaks SMTP or HTTP as a real server would, and takes, fails or
refuses work as the job says. The client library is the real one; only the socket below it is ours.

- ``smtp``, ``http``: a server's side of one connection, bytes in and bytes out.
- ``conduct``: how a stand-in treats each piece of work: latency, failure, limits, being down.
- ``services``: all stand-ins of a run, with the time of whoever holds it; no socket in sight.
- ``serving``: the same behind real sockets on loopback, for the wall clock.
- ``addresses``: who stands at which address.
- ``way_out``, ``sockets``, ``polling``, ``tls``, ``names``: what the program's process has instead
  of a network; ``replacing`` puts it in place.
"""

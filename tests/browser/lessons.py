"""What the tests of all lessons know about them."""

INLINE, THREAD = "Inside the request", "In a background thread"
CAPTURED, LATE = "The thread gets the name", "The thread asks the request, too late"
GREEN = "A cooperative server"
BLOCKING = "A cooperative server, and a call that blocks it"

# The versions that the stage of each lesson shows, from top to bottom, with how many steps they
# have. The last one leads.
LESSONS = {
    "long_task": {INLINE: 7, THREAD: 7},
    "send_email": {INLINE: 9, THREAD: 9},
    "greet": {CAPTURED: 9, LATE: 8},
    "async_views": {GREEN: 18, BLOCKING: 18},
}

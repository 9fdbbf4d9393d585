"""The texts of moments: the defaults, a lesson's own, and what fills their braces."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The text of a moment's row unless the lesson's ``[captions]`` give another.
DEFAULTS: dict[str, str] = {
    "request sent": "{user} sends {method} {path}",
    "request received": "The server receives the request",
    "connection asked for": "{user} asks for a connection that stays open",
    "connection open": "The connection is open: the server may speak at any time",
    "task queued": "{task} is put into the queue",
    "task received": "{thread} takes {task} from the queue",
    "task started": "{task} is started",
    "task retried": "{task} failed and will be tried again",
    "task failed": "{task} fails: {error}",
    "task finished": "{task} is finished",
    "task rejected": "{thread} rejects {task}: it goes to nobody else",
    "task revoked": "{thread} drops {task}: {error}",
    "service called": "{thread} asks {service}: {what}",
    "service failed": "{service} answers {thread}: {error}",
    "message pushed": "{thread} sends {user} the event {event}",
    "process killed": "{process} is killed",
    "process restarts": "{process} is restarted: the old process takes no new requests",
    "process stopped": "{process}: the old process has ended",
    "process started": "{process} is up again, in a new process",
    "message dropped": "The message of {task} is lost on its way to the queue",
    "request failed": "{user} gets no answer: {error}",
    "response sent": "The response is sent ({status})",
    "request over": "The request is over: nothing is left to do for it",
}
OVER_WITHOUT = "The request is over: {task} was lost, and nobody will do it"
"""The default of "request over" where a task of the request was lost."""

_NAME = re.compile(r"\{(user|method|path|task|status|error|thread|service|what|event|process)\}")


class Captions:
    """Fills the texts of moments."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._texts = {**DEFAULTS, **own}
        self._over_without = own.get("request over", OVER_WITHOUT)

    def fill(self, moment: str, values: Mapping[str, object], lost: bool = False) -> str:
        """The text of a moment. A value that is missing or None becomes nothing.

        ``lost``: a request is over of which a task was lost.
        """

        def value(match: re.Match[str]) -> str:
            found = values.get(match[1])
            return "" if found is None else str(found)

        return _NAME.sub(value, self._over_without if lost else self._texts[moment])

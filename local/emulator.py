"""Starts the emulator, with one gap of MiniStack 1.5.33 closed: its PutEvents gives every event the time of its coming,
where EventBridge keeps the entry's own Time, and the pipeline dates its orders by that."""

import contextvars
import json
import sys

from ministack.app import main
from ministack.core.responses import json_response
from ministack.services import eventbridge

put_events = eventbridge._put_events
now = eventbridge._now_ts
entry_time = contextvars.ContextVar("entry_time", default=None)


def put_events_at_their_time(data, *args, **options):
    entries = data.get("Entries", [])
    if not 1 <= len(entries) <= 10:  # refused as a whole
        return put_events(data, *args, **options)
    merged = {"FailedEntryCount": 0, "Entries": []}
    for entry in entries:
        time = entry.get("Time")
        token = entry_time.set(time if isinstance(time, (int, float)) else None)
        try:
            status, headers, body = put_events({"Entries": [entry]}, *args, **options)
        finally:
            entry_time.reset(token)
        if status != 200:
            return status, headers, body
        one = json.loads(body)
        merged["FailedEntryCount"] += one["FailedEntryCount"]
        merged["Entries"] += one["Entries"]
    return json_response(merged)


eventbridge._put_events = put_events_at_their_time
eventbridge._now_ts = lambda: entry_time.get() or now()
sys.exit(main())

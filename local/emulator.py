"""Starts the emulator with three things of MiniStack 1.5.33 set right that the pipeline would stumble over:

- its PutEvents gives every event the time of its coming, where EventBridge keeps the entry's own Time;
- it stops an expression after one second by the clock, so that a busy machine fails expressions that take milliseconds;
- it runs any number of executions at once, and on a few cores they hold each other up beyond their time-outs.
"""

import contextvars
import json
import sys
import threading
import time

from jsonata.jexception import JException
from jsonata.timebox import Timebox
from ministack.app import main
from ministack.core.responses import json_response
from ministack.services import eventbridge, stepfunctions

put_events = eventbridge._put_events
now = eventbridge._now_ts
entry_time = contextvars.ContextVar("entry_time", default=None)


def put_events_at_their_time(data, *args, **options):
    entries = data.get("Entries", [])
    if not 1 <= len(entries) <= 10:  # refused as a whole
        return put_events(data, *args, **options)
    merged = {"FailedEntryCount": 0, "Entries": []}
    for entry in entries:
        given = entry.get("Time")
        token = entry_time.set(given if isinstance(given, (int, float)) else None)
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


def thread_milliseconds():
    return int(time.thread_time() * 1000)


def begin_timebox(self, expression, timeout=None, max_depth=None):
    begin(self, expression, timeout, max_depth)
    self.time = thread_milliseconds()


def check_runaway(self):
    if self.max_depth is not None and self.depth > self.max_depth:
        raise JException("D1011", -1)
    if self.timeout is not None and thread_milliseconds() - self.time > self.timeout:
        raise JException("D1012", -1, self.timeout)


begin = Timebox.__init__
AT_ONCE = threading.Semaphore(16)
run_execution = stepfunctions._run_execution


def run_execution_in_turn(execution):
    with AT_ONCE:
        run_execution(execution)


eventbridge._put_events = put_events_at_their_time
eventbridge._now_ts = lambda: entry_time.get() or now()
Timebox.__init__ = begin_timebox
Timebox.check_runaway = check_runaway
stepfunctions._run_execution = run_execution_in_turn
sys.exit(main())

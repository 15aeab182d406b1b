#!/bin/sh
# Runs a server in this process group, and sweeps the whole group (the emulator's Lambda workers too) when standard input
# ends: so nothing is left behind however the program that started us dies, kill -9 included.
# SIGTERM goes to the whole group; here it must not end the wait for the server.
trap : TERM
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(trap '' TERM; read -r _ <&3; kill -s KILL 0) &
wait "$server"
status=$?
while kill -0 "$server" 2>/dev/null; do # a signal interrupts `wait`
  wait "$server"
  status=$?
done
exit "$status"

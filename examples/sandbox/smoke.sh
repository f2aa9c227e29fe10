#!/bin/sh
# A Zoom client in curl against the sandbox: a server-to-server app's token, a user, a meeting, a limit, a webhook's log.
# ZOOM=http://127.0.0.1:3100 sh examples/sandbox/smoke.sh
set -eu
ZOOM=${ZOOM:-http://127.0.0.1:3100}
JAR=$(mktemp)
trap 'rm -f "$JAR"' EXIT
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

# An app, made as its owner would in the Marketplace: sign in, keep the cookie, send the page's csrf field.
curl -sf -o /dev/null -c "$JAR" -d email=olivia@acme.example -d password=sandbox "$ZOOM/signin"
CSRF=$(curl -sf -b "$JAR" "$ZOOM/marketplace/apps" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -1)
curl -sf -o /dev/null -b "$JAR" --data-urlencode "csrf=$CSRF" -d name=Smoke -d kind=server_to_server \
  -d scopes="user:read:user:admin meeting:write:meeting:admin meeting:read:meeting:admin" "$ZOOM/marketplace/apps"
APPS=$(curl -sf "$ZOOM/_sandbox/apps")
ACCOUNT=$(printf %s "$APPS" | sed 's/"apps".*//' | field account_id)
APP=$(printf %s "$APPS" | tr '{' '\n' | grep '"name":"Smoke"' | tail -1)
ID=$(printf %s "$APP" | field client_id)
SECRET=$(printf %s "$APP" | field client_secret)

TOKEN=$(curl -sf -u "$ID:$SECRET" -d grant_type=account_credentials -d "account_id=$ACCOUNT" "$ZOOM/oauth/token" | field access_token)
curl -sf -H "authorization: Bearer $TOKEN" "$ZOOM/v2/users/me" | field email
echo
MEETING=$(curl -sf -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \
  -d '{"topic":"From curl","type":2}' "$ZOOM/v2/users/me/meetings" | field id)

# People come and go, an hour passes, and the next two calls fail as Zoom's do when it is too much.
curl -sf -o /dev/null -X POST "$ZOOM/_sandbox/meetings/$MEETING/start"
curl -sf -o /dev/null -d '{"advance":"PT1H"}' "$ZOOM/_sandbox/clock"
curl -sf -o /dev/null -X POST "$ZOOM/_sandbox/meetings/$MEETING/end"
TOKEN=$(curl -sf -u "$ID:$SECRET" -d grant_type=account_credentials -d "account_id=$ACCOUNT" "$ZOOM/oauth/token" | field access_token)
curl -sf -o /dev/null -d '{"kind":"status","status":429,"operation":"GET /meetings/{meetingId}","count":2}' "$ZOOM/_sandbox/faults"
for _ in 1 2 3; do
  curl -s -o /dev/null -w '%{http_code}\n' -H "authorization: Bearer $TOKEN" "$ZOOM/v2/meetings/$MEETING"
done

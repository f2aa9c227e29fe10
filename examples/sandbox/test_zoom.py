"""A Zoom client in Python against the sandbox, as pytest would run it; nothing but the standard library is needed.

ZOOM=http://127.0.0.1:3100 python3 -m pytest examples/sandbox/test_zoom.py
ZOOM=http://127.0.0.1:3100 python3 examples/sandbox/test_zoom.py
"""

import http.cookiejar
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode

ZOOM = os.environ.get("ZOOM", "http://127.0.0.1:3100")
SCOPES = "user:read:user:admin meeting:write:meeting:admin meeting:read:meeting:admin"


def call(method, path, body=None, headers=None, opener=urllib.request.build_opener()):
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    request = urllib.request.Request(ZOOM + path, data, headers or {}, method=method)
    try:
        with opener.open(request) as answer:
            text = answer.read().decode()
            return answer.status, json.loads(text) if text.startswith(("{", "[")) else text
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def new_app():
    """Signs in as the account's owner and makes a server-to-server app in the Marketplace."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = lambda **fields: urllib.parse.urlencode(fields).encode()
    call("POST", "/signin", form(email="olivia@acme.example", password="sandbox"), opener=browser)
    page = call("GET", "/marketplace/apps", opener=browser)[1]
    csrf = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
    app = form(csrf=csrf, name="Python", kind="server_to_server", scopes=SCOPES)
    call("POST", "/marketplace/apps", app, opener=browser)
    known = call("GET", "/_sandbox/apps")[1]
    return known["account_id"], known["apps"][-1]


def new_token():
    account_id, app = new_app()
    basic = b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    query = urllib.parse.urlencode({"grant_type": "account_credentials", "account_id": account_id})
    answer = call("POST", f"/oauth/token?{query}", b"", {"authorization": f"Basic {basic}"})[1]
    return {"authorization": f"Bearer {answer['access_token']}", "content-type": "application/json"}


def test_a_meeting_is_made_and_held():
    headers = new_token()
    status, meeting = call("POST", "/v2/users/me/meetings", {"topic": "From Python"}, headers)
    assert (status, meeting["topic"]) == (201, "From Python")
    call("POST", f"/_sandbox/meetings/{meeting['id']}/start", {})
    call("POST", f"/_sandbox/meetings/{meeting['id']}/join", {"name": "Guest", "device": "mobile"})
    call("POST", f"/_sandbox/meetings/{meeting['id']}/end", {})
    assert call("GET", f"/v2/meetings/{meeting['id']}", headers=headers)[1]["status"] == "waiting"


def test_a_scope_that_is_missing_is_refused_as_zoom_refuses_it():
    status, refusal = call("GET", "/v2/groups", headers=new_token())
    assert (status, refusal["code"]) == (400, 4711)


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
            print("passed", name)

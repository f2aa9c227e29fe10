import { createHmac } from "node:crypto";
import { Secret } from "@greenroom/connector-kit";
import { describe, expect, it } from "vitest";
import { receiveZoomWebhook } from "./receive-zoom-webhook.ts";

const secret = "the-secret-token";
const profile = { webhook_secret_token: new Secret(secret) };
const now = new Date("2026-01-15T10:00:00Z");
const seconds = now.getTime() / 1000;

interface Given {
  readonly body?: unknown;
  readonly text?: string;
  readonly timestamp?: string | undefined;
  readonly signature?: string | undefined;
  readonly key?: string;
}

const ended = {
  event: "meeting.ended",
  event_ts: Date.parse("2026-01-15T09:58:01.234Z"),
  payload: { account_id: "A1", object: { id: "81234567890", uuid: "u==", topic: "Käffchen ☕" } },
};

/** A delivery, signed as Zoom signs unless the test says otherwise. */
function deliver(given: Given = {}) {
  const text = given.text ?? JSON.stringify(given.body ?? ended);
  const timestamp = "timestamp" in given ? given.timestamp : String(seconds);
  const hmac = createHmac("sha256", given.key ?? secret)
    .update(`v0:${timestamp}:${text}`)
    .digest("hex");
  const signature = "signature" in given ? given.signature : `v0=${hmac}`;
  const headers = new Headers();
  if (timestamp !== undefined) headers.set("x-zm-request-timestamp", timestamp);
  if (signature !== undefined) headers.set("x-zm-signature", signature);
  return receiveZoomWebhook({ profile, headers, body: new TextEncoder().encode(text), now });
}

describe("a delivery", () => {
  it("becomes one event of the account it names, at the moment Zoom says", () => {
    const answer = deliver();
    expect(answer).toMatchObject({ status: 200, body: { received: true } });
    expect(answer.refused).toBeUndefined();
    expect(answer.deauthorized).toBeUndefined();
    expect(answer.events).toEqual([
      {
        name: "meeting.ended",
        accountId: "A1",
        occurredAt: new Date("2026-01-15T09:58:01.234Z"),
        dedupeKey: expect.any(String),
        payload: ended.payload,
      },
    ]);
  });

  it("to a chatbot is of the account that it names in its own spelling", () => {
    const payload = { accountId: "A1", robotJid: "v1x@xmpp.zoom.us", cmd: "hello" };
    const body = { event: "bot_notification", event_ts: ended.event_ts, payload };
    expect(deliver({ body }).events[0]).toMatchObject({ accountId: "A1", payload });
  });

  it("has the same key when Zoom sends it again, under another timestamp and signature", () => {
    const again = deliver({ timestamp: String(seconds + 200) });
    expect(again.status).toBe(200);
    expect(again.events[0]?.dedupeKey).toBe(deliver().events[0]?.dedupeKey);
  });

  it("has another key when the same happens again", () => {
    const left = { ...ended, event: "meeting.participant_left" };
    const later = { ...left, event_ts: ended.event_ts + 1 };
    const keys = [left, later].map((body) => deliver({ body }).events[0]?.dedupeKey);
    expect(new Set(keys).size).toBe(2);
  });

  it("of what can happen but once has a key of its ids, which whoever lists it knows too", () => {
    const later = { ...ended, event_ts: ended.event_ts + 1 };
    expect(deliver({ body: later }).events[0]?.dedupeKey).toBe("meeting.ended u==");
    expect(deliver().events[0]?.dedupeKey).toBe("meeting.ended u==");
    const files = [{ id: "b", file_type: "MP4" }, { id: "a", file_type: "M4A" }, { file_type: "TIMELINE" }];
    const keyOf = (recording_files: object[]) =>
      deliver({
        body: {
          ...ended,
          event: "recording.completed",
          payload: { object: { uuid: "u==", recording_files } },
        },
      }).events[0]?.dedupeKey;
    expect(keyOf(files)).toBe(keyOf(files.toReversed()));
    expect(keyOf(files)).not.toBe(keyOf([...files, { id: "c", file_type: "MP4" }]));
  });

  it("of a change has the state it leaves as a second key: of the fields that really changed, however they are written", () => {
    const stateOf = (object: object, old: object) =>
      deliver({
        body: {
          ...ended,
          event: "meeting.updated",
          payload: { object: { id: 1, ...object }, old_object: { id: 1, ...old } },
        },
      }).events[0]?.stateKey;
    const changed = stateOf({ topic: "B", duration: 30 }, { topic: "A", duration: 30 });
    expect(changed).toBe(stateOf({ topic: "B" }, { topic: "A" }));
    expect(changed).not.toBe(stateOf({ topic: "C" }, { topic: "A" }));
    const at = "2026-01-15T10:00:00Z";
    expect(stateOf({ start_time: at }, {})).toBe(stateOf({ start_time: at.replace("Z", ".000Z") }, {}));
    // What no list shows, nobody can find.
    expect(stateOf({ settings: { mute_upon_entry: true } }, {})).toBeUndefined();
  });

  it("is checked on the bytes as they came, whatever their spacing", () => {
    expect(deliver({ text: JSON.stringify(ended, null, 2) }).status).toBe(200);
  });
});

describe("a refused delivery answers 401, makes no event, and says why in the log", () => {
  it.each<[string, Given, RegExp]>([
    ["another secret", { key: "other" }, /signature is wrong/],
    ["a signature of another length", { signature: "v0=ab" }, /signature is wrong/],
    ["no signature", { signature: undefined }, /missing/],
    ["no timestamp", { timestamp: undefined }, /missing/],
    ["a timestamp that is no number", { timestamp: "now" }, /not a time/],
    ["a timestamp six minutes old", { timestamp: String(seconds - 360) }, /five minutes/],
    ["a timestamp six minutes ahead", { timestamp: String(seconds + 360) }, /five minutes/],
  ])("%s", (_, given, reason) => {
    const answer = deliver(given);
    expect(answer).toMatchObject({ status: 401, events: [] });
    expect(answer.refused).toMatch(reason);
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  it("a body that was changed after it was signed", () => {
    const signature = `v0=${createHmac("sha256", secret)
      .update(`v0:${seconds}:${JSON.stringify(ended)}`)
      .digest("hex")}`;
    expect(deliver({ signature, body: { ...ended, event: "meeting.started" } }).status).toBe(401);
  });
});

describe("a signed body that is no event answers 400", () => {
  it.each([
    "",
    "{",
    "[]",
    "null",
    '{"event":"x"}',
    '{"event":"x","payload":1}',
    '{"event":"x","event_ts":1e300,"payload":{}}',
  ])("%j", (text) => {
    expect(deliver({ text })).toMatchObject({ status: 400, events: [] });
  });
});

describe("Zoom's challenge", () => {
  const body = {
    event: "endpoint.url_validation",
    event_ts: 1,
    payload: { plainToken: "qgg8vlvZRS6UYooatFL8Aw" },
  };

  it("is answered with the token and its HMAC, and is no event", () => {
    const encryptedToken = createHmac("sha256", secret).update(body.payload.plainToken).digest("hex");
    expect(deliver({ body })).toEqual({
      status: 200,
      body: { plainToken: body.payload.plainToken, encryptedToken },
      events: [],
    });
  });

  it("is answered to nobody who cannot sign: that would sign for them", () => {
    expect(deliver({ body, key: "other" })).toMatchObject({
      status: 401,
      body: { error: expect.any(String) },
    });
  });

  it("without a token is a bad request", () => {
    expect(deliver({ body: { ...body, payload: {} } }).status).toBe(400);
  });
});

describe("the end of an authorization", () => {
  const body = {
    event: "app_deauthorized",
    payload: {
      account_id: "A1",
      user_id: "U1",
      client_id: "c",
      deauthorization_time: "2026-01-15T09:59:00.000Z",
      event_ts: "2026-01-15 09:59:00",
    },
  };

  it("names the account and the person, and is an event at the time it happened", () => {
    const answer = deliver({ body });
    expect(answer.deauthorized).toEqual({ accountId: "A1", userId: "U1" });
    expect(answer.events).toMatchObject([
      { name: "app_deauthorized", occurredAt: new Date("2026-01-15T09:59:00Z") },
    ]);
  });
});

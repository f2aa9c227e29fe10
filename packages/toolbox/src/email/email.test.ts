/** Email against a real SMTP server on this machine; its messages are read with a real mail parser. */
import type { Socket } from "node:net";
import { ConnectorError, type OpenFile } from "@greenroom/connector-kit";
import { simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connect, failure, fileOf } from "../stand-in.test-kit.ts";
import { createEmailConnector } from "./email.ts";

let server: SMTPServer;
let port: string;
let mails: { raw: string; to: string[] }[];
const sockets: Socket[] = [];
let onData: SMTPServerOptions["onData"];

async function start(options: SMTPServerOptions = {}): Promise<void> {
  server = new SMTPServer({
    ...{ disabledCommands: ["STARTTLS"], allowInsecureAuth: true, logger: false, disableReverseLookup: true },
    onAuth({ username, password }, _, callback) {
      if (username === "ada" && password === "pässword") callback(null, { user: "ada" });
      else callback(new Error("no such user"));
    },
    onRcptTo({ address }, _, callback) {
      if (address.startsWith("nobody")) {
        callback(Object.assign(new Error("No such mailbox here"), { responseCode: 550 }));
      } else if (address.startsWith("busy")) {
        callback(Object.assign(new Error("Try again later"), { responseCode: 451 }));
      } else callback();
    },
    onData: (stream, session, callback) => onData?.(stream, session, callback),
    ...options,
  });
  server.on("error", () => undefined);
  server.server.on("connection", (socket: Socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  port = String(typeof address === "object" && address ? address.port : 0);
}

beforeEach(() => {
  mails = [];
  onData = (stream, { envelope }, callback) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      const raw = Buffer.concat(chunks).toString();
      mails.push({ raw, to: envelope.rcptTo.map(({ address }) => address) });
      callback(null);
    });
  };
  return start();
});
afterEach(() => new Promise<void>((resolve) => server.close(resolve)));

const email = createEmailConnector({ allowPrivateNetworks: true });
const connected = (form: Record<string, string> = {}) =>
  connect(email, "smtp", {
    ...{ host: "127.0.0.1", port, encryption: "none", username: "ada", password: "pässword" },
    ...{ from: "Events <events@acme.example>", ...form },
  });
const message = { to: "hana@acme.example", subject: "Grüße", text: "Hello" };

it("sends text and HTML to people, some of them unseen", async () => {
  const { run } = await connected();
  const sent = await run("send-email", {
    ...message,
    ...{ to: ["hana@acme.example", "Olivia Park <olivia@acme.example>"], cc: "cc@acme.example" },
    ...{ bcc: ["secret@acme.example"], html: "<p>Hello <b>there</b></p>", replyTo: "desk@acme.example" },
  });
  expect(sent).toMatchObject({ accepted: expect.arrayContaining(["secret@acme.example"]), rejected: [] });
  const [{ raw, to }] = mails as [(typeof mails)[0]];
  const mail = await simpleParser(raw);
  expect(to).toEqual(["hana@acme.example", "olivia@acme.example", "cc@acme.example", "secret@acme.example"]);
  expect(raw).not.toContain("secret@acme.example");
  expect(mail).toMatchObject({ subject: "Grüße", html: "<p>Hello <b>there</b></p>" });
  expect(mail.text?.trim()).toBe("Hello");
  expect(mail.from?.text).toBe('"Events" <events@acme.example>');
  expect(mail.replyTo?.text).toBe("desk@acme.example");
  expect(mail.messageId).toBe(sent.messageId);
});

it("a step's message keeps its id however often it is tried, and another step's has another", async () => {
  const { run } = await connected();
  const ids = [];
  for (const key of ["job:1", "job:1", "job:2"])
    ids.push((await run("send-email", message, { key })).messageId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(ids[0]).toMatch(/^<[0-9a-f]{32}@acme\.example>$/);
});

it("streams files that earlier steps gave", async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
  const { file, openFile } = fileOf(bytes, "Übersicht 1.pdf", "application/pdf");
  const { run } = await connected();
  await run("send-email", { ...message, attachments: [file, { ...file, name: "b.pdf" }] }, { openFile });
  const { attachments } = await simpleParser(mails[0]!.raw);
  expect(attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
    ["Übersicht 1.pdf", "application/pdf"],
    ["b.pdf", "application/pdf"],
  ]);
  expect(attachments.every(({ content }) => content.equals(bytes))).toBe(true);
});

it("a file that cannot be read sends nothing, and is the error", async () => {
  const { file } = fileOf(Buffer.alloc(10), "a.pdf", "application/pdf");
  const gone: OpenFile = () => Promise.reject(new ConnectorError("not-found", "gone", "It is gone."));
  const error = await failure(
    (await connected()).run("send-email", { ...message, attachments: [file] }, { openFile: gone }),
  );
  expect(error).toMatchObject({ kind: "not-found", code: "gone" });
  expect(mails).toEqual([]);
});

describe("an invitation", () => {
  const event = {
    summary: "Product tour",
    start: "2026-12-01T15:00:00+01:00",
    durationMinutes: 45,
    location: "https://zoom.example/j/1",
  };
  const unfolded = (raw: string) => raw.replaceAll(/\r?\n /g, "");
  const calendarOf = async ({ raw }: { raw: string }) => {
    const { attachments } = await simpleParser(raw);
    return unfolded(
      attachments.find(({ contentType }) => contentType === "text/calendar")?.content.toString() ?? "",
    );
  };

  it("is taken in by calendars, and its cancellation names the same event", async () => {
    const { run } = await connected();
    const invite = (more: object) =>
      run("send-email", { ...message, invitation: { ...event, uid: "tour-1", ...more } });
    await invite({ reminderMinutes: 10 });
    await invite({ cancel: true, sequence: 1 });
    const [first, second] = await Promise.all(mails.map(calendarOf));
    expect(mails[0]?.raw).toMatch(/text\/calendar; charset=utf-8; method=REQUEST/);
    for (const line of [
      "METHOD:REQUEST",
      "UID:tour-1",
      "DTSTART:20261201T140000Z",
      "DTEND:20261201T144500Z",
      "SUMMARY:Product tour",
      "LOCATION:https://zoom.example/j/1",
      "TRIGGER:-PT10M",
    ])
      expect(first).toContain(line);
    expect(first).toMatch(/ORGANIZER;CN="?Events"?:mailto:events@acme.example/i);
    expect(first).toMatch(/ATTENDEE[^\n]*mailto:hana@acme.example/i);
    for (const line of ["METHOD:CANCEL", "UID:tour-1", "SEQUENCE:1", "STATUS:CANCELLED"])
      expect(second).toContain(line);
  });

  it("names its own people where the step does", async () => {
    const people = {
      organizer: { email: "boss@acme.example", name: "Boss" },
      attendees: [{ email: "guest@acme.example" }],
    };
    await (await connected()).run("send-email", { ...message, invitation: { ...event, ...people } });
    const text = await calendarOf(mails[0]!);
    expect(text).toContain("boss@acme.example");
    expect(text).toContain("guest@acme.example");
    expect(text).not.toContain("hana@acme.example");
  });
});

describe("what goes wrong", () => {
  it("a wrong password needs a new one, and is not told", async () => {
    const error = await failure((await connected({ password: "hidden" })).identify());
    expect(error).toMatchObject({ kind: "reconnect", code: "smtp.auth" });
    expect(error.message).not.toContain("hidden");
  });

  it("connecting says who it is", async () => {
    expect(await (await connected()).identify()).toMatchObject({
      ...{ accountId: "127.0.0.1", userId: "ada", email: "events@acme.example" },
    });
  });

  it("a mailbox that is not there is the receiver's fault; of several, the others get it", async () => {
    const { run } = await connected();
    const error = await failure(run("send-email", { ...message, to: "nobody@acme.example" }));
    expect(error).toMatchObject({ kind: "invalid-input", code: "smtp.550", fields: [{ field: "to" }] });
    const sent = await run("send-email", { ...message, to: ["nobody@acme.example", "hana@acme.example"] });
    expect(sent).toMatchObject({ accepted: ["hana@acme.example"], rejected: ["nobody@acme.example"] });
  });

  it("a server that is busy, or not there, is tried again", async () => {
    const { run } = await connected();
    expect(await failure(run("send-email", { ...message, to: "busy@acme.example" }))).toMatchObject({
      kind: "unavailable",
    });
    expect(await failure((await connected({ port: "9" })).run("send-email", message))).toMatchObject({
      ...{ kind: "unavailable", code: "econnrefused" },
    });
  });

  it("one that breaks off after the message may have sent it", async () => {
    onData = (stream) => {
      stream.resume().on("end", () => {
        for (const socket of sockets) socket.destroy();
      });
    };
    expect(await failure((await connected()).run("send-email", message))).toMatchObject({
      kind: "outcome-unknown",
    });
  });

  it("a certificate of nobody is not trusted", async () => {
    await new Promise<void>((resolve) => server.close(resolve));
    await start({ disabledCommands: [] });
    const error = await failure((await connected({ encryption: "starttls" })).run("send-email", message));
    expect(error).toMatchObject({ kind: "unavailable", code: "smtp.tls" });
    expect(mails).toEqual([]);
  });

  it("without encryption where it is asked for, nothing is sent", async () => {
    const error = await failure((await connected({ encryption: "starttls" })).run("send-email", message));
    expect(error.kind).toBe("unavailable");
    expect(mails).toEqual([]);
  });

  it("calls no address that is refused", async () => {
    const closed = createEmailConnector({ allowPrivateNetworks: false });
    const form = { host: "localhost", port, encryption: "none", from: "a@acme.example" };
    expect(await failure((await connect(closed, "smtp", form)).identify())).toMatchObject({
      code: "address-refused",
    });
    expect(await failure((await connected({ host: "169.254.169.254" })).identify())).toMatchObject({
      code: "address-refused",
    });
  });

  it.each([
    [{ to: "hana" }, "to"],
    [{ to: "a@b.example\r\nBcc: c@d.example" }, "to"],
    [{ to: "a@b.example", from: "x" }, "from"],
    [{ to: "a@b.example", invitation: { summary: "x", start: "tomorrow" } }, "invitation.start"],
  ])("refuses %j", async (input, field) => {
    const error = await failure((await connected()).run("send-email", { ...message, ...input }));
    expect(error.fields[0]?.field).toContain(field);
  });
});

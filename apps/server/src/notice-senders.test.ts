/** Notices on their way out: to a real SMTP server, and to a real web address. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Secret } from "@greenroom/connector-kit";
import type { Notice } from "@greenroom/engine";
import { guardedFetch } from "@greenroom/connector-kit";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMail } from "./access/mail.ts";
import { noticeSenders } from "./notice-senders.ts";

const notice: Notice = {
  ...{ id: "n1", kind: "job-failed", subject: "“Tea” failed (conflict)", path: "/jobs/1" },
  ...{ lines: ["A job of the recipe “Tea” failed.", "The first one: Sold out."], createdAt: new Date(0) },
};
const now = () => new Date("2026-11-28T00:00:00Z");
const publicUrl = "https://greenroom.example";
let smtp: SMTPServer;
let web: Server;
let webUrl: string;
const mails: { to: string[]; text: string }[] = [];
const requests: { headers: IncomingMessage["headers"]; body: string }[] = [];
let answer = 200;

beforeAll(async () => {
  smtp = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS"] },
    onRcptTo: ({ address }, _, done) =>
      done(address.startsWith("nobody") ? new Error("no such mailbox") : undefined),
    onData(stream, { envelope }, done) {
      let text = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      stream.on("end", () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  web = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      requests.push({ headers: request.headers, body });
      response.writeHead(answer, answer === 302 ? { location: "http://169.254.169.254/" } : {}).end();
    });
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}/hook`;
});
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(resolve));
  await new Promise((resolve) => web.close(resolve));
});

function senders(allowPrivateNetworks: boolean) {
  const { port } = smtp.server.address() as AddressInfo;
  const settings = { smtpUrl: new Secret(`smtp://127.0.0.1:${port}`), from: "greenroom@acme.example" };
  return noticeSenders({
    publicUrl,
    now,
    mail: createMail(settings),
    fetch: guardedFetch({ allowPrivateNetworks }),
  });
}

test("an e-mail says what happened and where to look", async () => {
  await senders(true).email?.("ops@acme.example", notice);
  expect(mails).toMatchObject([{ to: ["ops@acme.example"] }]);
  const [head = "", ...paragraphs] = (mails[0]?.text ?? "").split("\r\n\r\n");
  const body = paragraphs.join("\n");
  expect(head).toContain("From: greenroom@acme.example");
  const decoded = /base64/i.test(head)
    ? Buffer.from(body, "base64").toString()
    : body.replaceAll("=\r\n", "");
  expect(decoded).toContain("https://greenroom.example/jobs/1");
  await expect(senders(true).email?.("nobody@acme.example", notice)).rejects.toThrow(/no such mailbox/);
});

test("a request is signed over its time and body", async () => {
  await senders(true).webhook?.(webUrl, "the-secret", notice);
  const { headers, body } = requests.at(-1) ?? { headers: {}, body: "" };
  const timestamp = String(headers["x-greenroom-timestamp"]);
  const expected = createHmac("sha256", "the-secret").update(`${timestamp}.${body}`).digest("hex");
  expect(headers["x-greenroom-signature"]).toBe(`v1=${expected}`);
  expect(timestamp).toBe("1795824000");
  expect(JSON.parse(body)).toEqual({
    ...{ id: "n1", kind: "job-failed", subject: notice.subject, lines: notice.lines },
    ...{ link: "https://greenroom.example/jobs/1", createdAt: "1970-01-01T00:00:00.000Z" },
  });
});

test("a refusal, a redirect to elsewhere and an address inside the network are failures that say why", async () => {
  answer = 500;
  await expect(senders(true).webhook?.(webUrl, "s", notice)).rejects.toThrow("It answered 500.");
  answer = 302;
  await expect(senders(true).webhook?.(webUrl, "s", notice)).rejects.toThrow();
  const before = requests.length;
  await expect(senders(false).webhook?.(webUrl, "s", notice)).rejects.toThrow(/inside a private network/);
  await expect(senders(true).webhook?.("http://169.254.169.254/", "s", notice)).rejects.toThrow(/link-local/);
  expect(requests).toHaveLength(before);
});

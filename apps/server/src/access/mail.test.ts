/** Greenroom's own mail over TLS, against a real SMTP server with a company's own certificate. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Authority, newAuthority } from "../../../../tools/certificates.test-kit.ts";
import { readAccessConfig } from "../access-config.ts";
import { createMail } from "./mail.ts";

let own: Authority;
let other: Authority;
let folder: string;
let server: SMTPServer | undefined;
let port: number;
let sent: { secure: boolean }[] = [];

beforeAll(async () => {
  [own, other] = [await newAuthority("Acme"), await newAuthority("Another")];
  folder = mkdtempSync(join(tmpdir(), "greenroom-mail-"));
  writeFileSync(join(folder, "own.pem"), own.certificate);
  writeFileSync(join(folder, "other.pem"), other.certificate);
});
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(options: SMTPServerOptions): Promise<void> {
  sent = [];
  server = new SMTPServer({
    ...(await own.issue("localhost")),
    ...{ logger: false, authOptional: true, disableReverseLookup: true, ...options },
    onData(stream, { secure }, callback) {
      stream.resume().on("end", () => {
        sent.push({ secure });
        callback(null);
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  port = typeof address === "object" && address ? address.port : 0;
}

/** Sends one as the settings say. */
async function send(
  scheme: string,
  more: Readonly<Record<string, string>> = {},
  query = "",
  host = "localhost",
): Promise<void> {
  const env = { SMTP_URL: `${scheme}://${host}:${port}${query}`, MAIL_FROM: "greenroom@acme.example" };
  const mail = createMail(readAccessConfig({ ...env, ...more }).mail);
  await mail?.({ to: "ada@acme.example", subject: "Hello", text: "Hello" });
}
const authority = (name: string) => ({ SMTP_CA_FILE: join(folder, `${name}.pem`) });

test.each([
  ["smtp", {}],
  ["smtps", { secure: true }],
] as const)(
  "%s: encrypted and checked by the named authority; another one's is refused",
  async (scheme, options) => {
    await start(options);
    await send(scheme, authority("own"));
    expect(sent).toEqual([{ secure: true }]);
    await expect(send(scheme)).rejects.toThrow(/certificate/);
    await expect(send(scheme, authority("other"))).rejects.toThrow(/certificate/);
    expect(sent).toHaveLength(1);
  },
);

test("a server elsewhere that takes no STARTTLS gets no mail, unless its address says so", async () => {
  await start({ disabledCommands: ["STARTTLS"] });
  // On this machine nobody listens in between.
  await send("smtp");
  expect(sent).toEqual([{ secure: false }]);
  // This machine by another way to write it, as any other would be.
  const elsewhere = "[::ffff:127.0.0.1]";
  await expect(send("smtp", {}, "", elsewhere)).rejects.toThrow(/STARTTLS/);
  expect(sent).toHaveLength(1);
  await send("smtp", {}, "?ignoreTLS=true", elsewhere);
  expect(sent).toHaveLength(2);
});

test("an authority that cannot be read, or is none, ends the start with its name", () => {
  const env = { SMTP_URL: "smtps://mail.example.com", MAIL_FROM: "a@example.com" };
  expect(() => readAccessConfig({ ...env, SMTP_CA_FILE: "/nowhere/ca.pem" })).toThrow("/nowhere/ca.pem");
  const file = join(folder, "none.pem");
  writeFileSync(file, "hello");
  expect(() => readAccessConfig({ ...env, SMTP_CA_FILE: file })).toThrow(/SMTP_CA_FILE must be a file with/);
});

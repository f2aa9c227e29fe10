/** Encrypted mail, with STARTTLS and with TLS from the start, against a real SMTP server with a company's own certificate. */
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Authority, newAuthority } from "../../../../tools/certificates.test-kit.ts";
import { connect, failure } from "../stand-in.test-kit.ts";
import { createEmailConnector } from "./email.ts";

let own: Authority;
let other: Authority;
let server: SMTPServer;
let port: string;
let mails: { subject: string; secure: boolean; signedInSecurely: boolean | undefined }[];

beforeAll(async () => {
  [own, other] = [await newAuthority("Acme"), await newAuthority("Another")];
});
afterEach(() => new Promise<void>((resolve) => server.close(resolve)));

async function start(options: SMTPServerOptions, ...hosts: string[]): Promise<void> {
  mails = [];
  let signedInSecurely: boolean | undefined;
  server = new SMTPServer({
    ...(await own.issue(...hosts)),
    ...{ logger: false, disableReverseLookup: true, ...options },
    onAuth(_, session, callback) {
      signedInSecurely = session.secure;
      callback(null, { user: "ada" });
    },
    onData(stream, session, callback) {
      let raw = "";
      stream.on("data", (chunk: Buffer) => (raw += chunk.toString()));
      stream.on("end", () => {
        const subject = /^Subject: (.+)$/m.exec(raw)?.[1]?.trim() ?? "";
        mails.push({ subject, secure: session.secure, signedInSecurely });
        callback(null);
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  port = String(typeof address === "object" && address ? address.port : 0);
}

const email = createEmailConnector({ allowPrivateNetworks: true });
const connected = (form: Record<string, string>) =>
  connect(email, "smtp", {
    ...{ host: "localhost", port, username: "ada", password: "p", from: "events@acme.example", ...form },
  });
const message = { to: "hana@acme.example", subject: "Hello", text: "Hello" };

describe.each([
  ["starttls", {}],
  ["tls", { secure: true }],
] as const)("%s", (encryption, options) => {
  beforeEach(() => start(options, "localhost"));

  it("sends, signed in and encrypted, where the form's authority signed the certificate", async () => {
    const { identify, run } = await connected({ encryption, ca: own.certificate });
    expect(await identify()).toMatchObject({ userId: "ada" });
    await run("send-email", message);
    expect(mails).toEqual([{ subject: "Hello", secure: true, signedInSecurely: true }]);
  });

  it("refuses by default what no known authority signed, says what to do, and sends nothing", async () => {
    expect(await failure((await connected({ encryption })).run("send-email", message))).toMatchObject({
      ...{ kind: "unavailable", code: "smtp.tls" },
      hint: expect.stringContaining("enter that one's certificate at the connection"),
    });
    expect(mails).toEqual([]);
  });

  it("refuses a certificate of another authority than the form's", async () => {
    const { run } = await connected({ encryption, ca: other.certificate });
    expect(await failure(run("send-email", message))).toMatchObject({ code: "smtp.tls" });
    expect(mails).toEqual([]);
  });

  it("refuses a certificate for another name", async () => {
    const { run } = await connected({ encryption, ca: own.certificate, host: "127.0.0.1" });
    expect(await failure(run("send-email", message))).toMatchObject({
      code: "smtp.tls",
      hint: expect.stringContaining("by the name that its certificate has"),
    });
    expect(mails).toEqual([]);
  });
});

it.each(["starttls", "tls"])(
  "a certificate for an address is taken at that address (%s)",
  async (encryption) => {
    await start({ secure: encryption === "tls" }, "127.0.0.1");
    const { run } = await connected({ encryption, ca: own.certificate, host: "127.0.0.1" });
    await run("send-email", message);
    expect(mails).toMatchObject([{ secure: true }]);
  },
);

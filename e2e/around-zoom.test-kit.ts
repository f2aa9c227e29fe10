/** What the example recipes reach beside Zoom: real mail, database and S3 servers, and small stand-ins for those that cannot be reached. */
import { generateKeyPairSync } from "node:crypto";
import { connect as dial, createServer } from "node:net";
import { simpleParser } from "mailparser";
import { Client } from "pg";
import { SMTPServer } from "smtp-server";
import { createFilesConnector } from "../packages/toolbox/src/files/files.ts";
import { s3Keys, startS3Server } from "../packages/toolbox/src/files/s3-server.test-kit.ts";
import { connect, type Seen, startStandIn } from "../packages/toolbox/src/stand-in.test-kit.ts";
import { startExternalPostgres } from "../tools/external-postgres.test-kit.ts";

/** A mail as it arrived. */
export interface Mail {
  readonly to: string | undefined;
  readonly subject: string | undefined;
  readonly text: string;
}

/** A form filled in, by the connection's name in the recipes. */
export interface FilledForm {
  readonly connector: string;
  readonly kind: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** All that stands around Zoom. */
export interface AroundZoom {
  readonly forms: Readonly<Record<string, FilledForm>>;
  readonly mails: Mail[];
  readonly slack: string[];
  /** HubSpot's contacts by address. */
  readonly contacts: Map<string, Record<string, string>>;
  /** The rows of the sheet, its head first. */
  readonly sheet: string[][];
  readonly database: Client;
  /** The names of what is in the bucket. */
  stored(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Starts it. */
export async function startAroundZoom(): Promise<AroundZoom> {
  const [mail, slack, hubspot, sheets, database, s3] = [
    await startMail(),
    await startSlack(),
    await startHubspot(),
    await startSheets(),
    await startDatabase(),
    await startS3Server({ strict: false }),
  ];
  const bucket = { bucket: "recordings", region: "eu-central-1", endpoint: s3.url, ...s3Keys };
  return {
    forms: {
      email: mail.form,
      slack: slack.form,
      hubspot: hubspot.form,
      sheets: sheets.form,
      postgres: database.form,
      archive: { connector: "files", kind: "s3", fields: bucket },
    },
    mails: mail.mails,
    slack: slack.messages,
    contacts: hubspot.contacts,
    sheet: sheets.rows,
    database: database.client,
    async stored() {
      const files = createFilesConnector({ folder: "", allowPrivateNetworks: true });
      const { files: found } = await (await connect(files, "s3", bucket)).run("list-files", {});
      return (found as { path: string }[]).map(({ path }) => path).toSorted();
    },
    async close() {
      for (const one of [mail, slack, hubspot, sheets, database, s3]) await one.close();
    },
  };
}

async function startMail() {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    ...{ disabledCommands: ["STARTTLS"], authOptional: true, logger: false, disableReverseLookup: true },
    onData(stream, { envelope }, callback) {
      void simpleParser(stream).then(({ subject, text }) => {
        mails.push({ to: envelope.rcptTo[0]?.address, subject, text: text ?? "" });
        callback(null);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  const port = String(typeof address === "object" && address ? address.port : 0);
  const fields = { host: "127.0.0.1", port, encryption: "none", from: "Acme <events@acme.example>" };
  return {
    mails,
    form: { connector: "email", kind: "smtp", fields },
    close: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

async function startSlack() {
  const messages: string[] = [];
  const { url, close } = await startStandIn(({ json }) => {
    messages.push((json as { text: string }).text);
    return { body: "ok" };
  });
  const fields = { webhook_url: `${url}/hook/secret-path` };
  return { messages, form: { connector: "slack", kind: "slack-webhook", fields }, close };
}

async function startHubspot() {
  const contacts = new Map<string, Record<string, string>>();
  const { url, close } = await startStandIn(({ json }) => {
    const [input] = (json as { inputs: { id: string; properties: Record<string, string> }[] }).inputs;
    if (!input) return { status: 400 };
    contacts.set(input.id, { ...contacts.get(input.id), ...input.properties });
    const result = { id: String(contacts.size), properties: contacts.get(input.id), new: true };
    return { body: { status: "COMPLETE", results: [result] } };
  });
  const fields = { token: "pat-1", api_url: url };
  return { contacts, form: { connector: "hubspot", kind: "hubspot-private-app", fields }, close };
}

async function startSheets() {
  const rows: string[][] = [];
  const { url, close } = await startStandIn(({ path }: Seen) =>
    path === "/token"
      ? { body: { access_token: "ya29.1", token_type: "Bearer", expires_in: 3_599 } }
      : { body: { range: "Groups", majorDimension: "ROWS", values: rows } },
  );
  const { privateKey } = generateKeyPairSync("rsa", {
    ...{ modulusLength: 2_048, publicKeyEncoding: { type: "spki", format: "pem" } },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const key = { client_email: "robot@acme.example", private_key: privateKey, token_uri: `${url}/token` };
  const fields = { key: JSON.stringify(key), api_url: url };
  return { rows, form: { connector: "google-sheets", kind: "google-service-account", fields }, close };
}

async function startDatabase() {
  const server = await startExternalPostgres();
  const url = new URL(server.databaseUrl);
  const client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  const directory = url.searchParams.get("host");
  // The one from npm listens on a socket of the file system alone; connections are to a host and port.
  const gate = createServer((socket) => {
    const inner = dial(`${directory}/.s.PGSQL.${url.port || "5432"}`);
    socket.pipe(inner).pipe(socket);
    for (const one of [socket, inner]) one.on("error", () => undefined);
  });
  if (directory !== null) await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const address = gate.address();
  const port = typeof address === "object" && address ? String(address.port) : url.port;
  const fields = {
    ...{ host: "127.0.0.1", port, encryption: "none", database: url.pathname.slice(1) },
    ...{ user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
  };
  return {
    client,
    form: { connector: "postgres", kind: "postgres-user", fields },
    async close() {
      await client.end();
      gate.close();
      await server.stop();
    },
  };
}

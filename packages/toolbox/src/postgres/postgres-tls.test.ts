/** Encrypted connections to a real PostgreSQL that takes no others. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Authority, newAuthority } from "../../../../tools/certificates.test-kit.ts";
import { startTlsPostgres } from "../../../../tools/tls-postgres.test-kit.ts";
import { connect, failure } from "../stand-in.test-kit.ts";
import { createPostgresConnector } from "./postgres.ts";

let server: Awaited<ReturnType<typeof startTlsPostgres>>;
let own: Authority;
let other: Authority;

beforeAll(async () => {
  [own, other] = [await newAuthority("Acme"), await newAuthority("Another")];
  server = await startTlsPostgres(await own.issue("localhost"));
});
afterAll(() => server?.stop());

const postgres = createPostgresConnector({ allowPrivateNetworks: true });
const connected = (form: Record<string, string>) =>
  connect(postgres, "postgres-user", { ...server.form, host: "localhost", encryption: "verify", ...form });
const encrypted = { sql: "select ssl, version from pg_stat_ssl where pid = pg_backend_pid()" };

it("checks the certificate by the authority of the form, and is encrypted", async () => {
  const { identify, run } = await connected({ ca: own.certificate });
  expect(await identify()).toMatchObject({ userId: "anna" });
  expect(await run("run-query", encrypted)).toMatchObject({
    rows: [{ ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) }],
  });
});

it("takes the authority as a browser's field pastes it, in one line", async () => {
  const { identify } = await connected({ ca: own.certificate.replaceAll("\n", " ") });
  expect(await identify()).toMatchObject({ userId: "anna" });
});

it("refuses by default what no known authority signed, and says what to do", async () => {
  expect(await failure((await connected({})).identify())).toMatchObject({
    ...{ kind: "unavailable", code: "postgres.tls" },
    hint: expect.stringContaining("enter that one's certificate at the connection"),
  });
});

it("refuses a certificate of another authority than the form's", async () => {
  expect(await failure((await connected({ ca: other.certificate })).identify())).toMatchObject({
    code: "postgres.tls",
    message: expect.stringContaining("The certificate of localhost was not taken"),
  });
});

it("refuses a certificate for another name", async () => {
  const { identify } = await connected({ ca: own.certificate, host: "127.0.0.1" });
  expect(await failure(identify())).toMatchObject({
    code: "postgres.tls",
    hint: expect.stringContaining("by the name that its certificate has"),
  });
});

it("takes any certificate only where the form says so, and never goes without encryption by itself", async () => {
  const anyOf = await connected({ encryption: "require" });
  expect(await anyOf.run("run-query", encrypted)).toMatchObject({ rows: [{ ssl: true }] });
  expect(await failure((await connected({ encryption: "none" })).identify())).toMatchObject({
    message: expect.stringContaining("no encryption"),
  });
});

it("an authority that is no certificate is refused when the form is saved", async () => {
  const kind = postgres.connections?.[0];
  for (const ca of ["hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
    await expect(kind?.check?.({ ...server.form, ca })).rejects.toMatchObject({ fields: [{ field: "ca" }] });
  await expect(kind?.check?.({ ...server.form, ca: own.certificate })).resolves.toBeUndefined();
  await expect(kind?.check?.(server.form)).resolves.toBeUndefined();
});

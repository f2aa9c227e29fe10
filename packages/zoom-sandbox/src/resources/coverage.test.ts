import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createSandbox } from "../create-sandbox.ts";
import { operations } from "../operations/operations.ts";
import { connect, makeApp, visit } from "../visitor.test-kit.ts";
import { events } from "../webhooks/events.ts";

test("every emulated operation is of a tag that some test covers whole", async () => {
  const sandbox = await createSandbox({ port: 0, company: "small" });
  await sandbox.close();
  // What a file covers stands in it as `covers: ["users/Groups", …]`; `checkedSandbox` then wants every operation called.
  const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => readFileSync(join(import.meta.dirname, path), "utf8"))
    .filter((text) => text.includes("covers: ["));
  const tags = new Set(
    sandbox
      .emulated()
      .map((name) => operations().get(name))
      .map((operation) => `${operation?.product}/${operation?.tag}`),
  );
  expect([...tags].filter((tag) => !tests.some((text) => text.includes(`"${tag}"`)))).toEqual([]);
});

test("what is known only checks token and scopes, names its category, and says that it is not emulated", async () => {
  const sandbox = await createSandbox({ port: 0, company: "small", rateLimits: false });
  const owner = await visit(sandbox.url, "olivia@acme.example");
  const tokenFor = async (scopes: Iterable<string>) =>
    (await connect(sandbox.url, owner, await makeApp(sandbox.url, owner, [...scopes]))).access_token;
  const every = await tokenFor(new Set([...operations().values()].flatMap(({ scopes }) => scopes)));
  const narrow = await tokenFor(["tracking_field:read:list_tracking_fields:admin"]);
  const emulated = new Set(sandbox.emulated());
  const known = [...operations().values()].filter(({ name }) => !emulated.has(name));
  const ask = async ({ method, path, label }: (typeof known)[number], token?: string) => {
    const address = `${path.startsWith("/scim2") ? "" : "/v2"}${path.replaceAll(/\{\w+\}/g, "x")}`;
    const answer = await fetch(sandbox.url + address, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    expect([address, answer.headers.get("x-ratelimit-category")]).toEqual([address, label]);
    return { status: answer.status, ...((await answer.json()) as { code: number; message: string }) };
  };
  const wrong: unknown[] = [];
  const look = async (operation: (typeof known)[number], index: number) => {
    const { name, product, scopes } = operation;
    const all = await ask(operation, every);
    // A chatbot's own token is wanted there, by whatever it may do.
    const refused = product === "chatbot" ? all.status === 401 : all.message.includes(`knows ${name} but`);
    if (!refused || (all.status !== 501 && product !== "chatbot")) wrong.push([name, all]);
    // One in ten is asked by somebody who may not.
    if (index % 10 !== 0) return;
    const nobody = await ask(operation);
    if (nobody.status !== 401) wrong.push([name, nobody]);
    const few = await ask(operation, narrow);
    if (scopes.length > 0 && !few.message.includes("does not contain")) wrong.push([name, few]);
  };
  for (let start = 0; start < known.length; start += 25)
    await Promise.all(known.slice(start, start + 25).map((one, at) => look(one, start + at)));
  expect(wrong).toEqual([]);
  // The numbers of Zoom's own files: 1,786 operations, some of which stand in two products, and 535 events.
  expect([operations().size, known.length + emulated.size, events().size]).toEqual([1770, 1770, 535]);
  await sandbox.close();
}, 180_000);

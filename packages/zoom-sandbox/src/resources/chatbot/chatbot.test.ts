import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";
import { json, type MadeApp, makeApp, postToken, visit } from "../../visitor.test-kit.ts";
import { robotJid } from "./chatbot.ts";

let sandbox: CheckedSandbox;
let hana: Client;
let app: MadeApp;
let token: string;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["chatbot/Chatbot Messages"] });
  hana = await sandbox.as("hana@acme.example");
  app = await makeApp(sandbox.url, await visit(sandbox.url, "olivia@acme.example"), ["imchat:bot"]);
  const answer = (await json(
    await postToken(sandbox.url, app, { grant_type: "client_credentials" }),
  )) as Record<string, unknown>;
  token = String(answer["access_token"]);
});
afterAll(() => sandbox.finish());

test("a bot's message shows in the channel's history, is changed and deleted by that bot alone", async () => {
  const bot = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${sandbox.url}/v2/im/chat/messages${path}`, {
      ...{ method, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const { id, jid } = (await hana.post("/chat/users/me/channels", { name: "Bots", type: 1 })).body;
  const robot_jid = robotJid(app.id);
  const message = (more: object = {}) => ({
    ...{ robot_jid, to_jid: jid, account_id: app.account_id, user_jid: "" },
    ...{ content: { head: { text: "Build passed" } }, ...more },
  });
  const sent = await bot("POST", "", message());
  expect([sent.status, sent.body]).toMatchObject([201, { robot_jid, to_jid: jid }]);
  const history = async () => (await hana.get(`/chat/users/me/messages?to_channel=${id}`)).body.messages;
  expect(await history()).toMatchObject([
    { message: "Build passed", bot_message: { head: { text: "Build passed" } } },
  ]);
  const path = `/${String(sent.body["message_id"])}`;
  expect((await bot("PUT", path, message({ content: { head: { text: "Build failed" } } }))).status).toBe(200);
  expect(await history()).toMatchObject([{ message: "Build failed" }]);
  expect((await bot("POST", "", message({ robot_jid: "me" }))).body["code"]).toBe(7002);
  expect((await bot("POST", "", message({ robot_jid: robotJid("other") }))).body["code"]).toBe(7003);
  expect((await bot("POST", "", message({ to_jid: "nobody@xmpp.zoom.us" }))).body["code"]).toBe(7004);
  const gone = `${path}?account_id=${app.account_id}&robot_jid=${robot_jid}`;
  expect((await bot("DELETE", gone)).status).toBe(200);
  expect((await bot("DELETE", gone)).body["code"]).toBe(8001);
  expect(await history()).toEqual([]);
  token = "wrong";
  expect((await bot("POST", "", message())).body["code"]).toBe(7010);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox, type Client } from "../../checked-sandbox.test-kit.ts";
import { robotJid } from "../../marketplace/app.ts";
import { json, type MadeApp, makeApp, postToken, visit } from "../../visitor.test-kit.ts";

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

test("people command a bot, press its buttons, choose and edit; only that bot hears of it", async () => {
  const { id, jid } = (await hana.post("/chat/users/me/channels", { name: "Approvals", type: 1 })).body;
  const member = (what: string) =>
    sandbox.act(`/_sandbox/chat/channels/${id}/apps/${what}`, { app_id: app.id });
  expect((await member("remove")).body.error).toContain("not in the channel");
  expect((await member("add")).body.app_ids).toEqual([app.id]);
  expect((await member("remove")).body.app_ids).toEqual([]);
  await member("add");
  expect(
    ["added", "removed"].map((what) => sandbox.eventsOf(`team_chat.channel_app_${what}`).length),
  ).toEqual([2, 1]);
  const act = (path: string, body: object) => sandbox.act(`/_sandbox/chat/${path}`, body);
  const email = "hana@acme.example";
  expect((await act(`bots/${app.id}/command`, { email, text: "approve 7", channel: id })).status).toBe(200);
  expect(
    (await act(`bots/${app.id}/command`, { email: "ben@acme.example", text: "x", channel: id })).status,
  ).toBe(409);
  const robot_jid = robotJid(app.id);
  expect(sandbox.eventsOf("bot_notification")).toMatchObject([
    {
      payload: {
        cmd: "approve 7",
        channelName: "Approvals",
        toJid: jid,
        robotJid: robot_jid,
        userName: "Hana Hale",
      },
    },
  ]);
  const body = [
    { type: "message", text: "Draft", editable: true },
    {
      type: "actions",
      items: [
        { text: "Approve", value: "yes" },
        { text: "Deny", value: "no" },
      ],
    },
    {
      type: "fields",
      items: [
        { key: "amount", value: "70", editable: true },
        { key: "who", value: "Ben" },
      ],
    },
    { type: "select", text: "Team", select_items: [{ text: "Sales", value: "s" }] },
  ];
  const sent = await fetch(`${sandbox.url}/v2/im/chat/messages`, {
    ...{ method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } },
    body: JSON.stringify({
      ...{ robot_jid, to_jid: jid, account_id: app.account_id, user_jid: "" },
      content: { head: { text: "Approve?" }, body },
    }),
  });
  const { message_id } = (await sent.json()) as { message_id: string };
  const on = (what: string, given: object) => act(`messages/${message_id}/${what}`, { email, ...given });
  await on("press", { value: "yes" });
  await on("select", { value: "s" });
  await on("edit", { key: "amount", value: "80" });
  await on("edit", { value: "Final" });
  expect((await on("press", { value: "maybe" })).body.error).toContain("no button");
  expect((await on("edit", { key: "who", value: "Mei" })).status).toBe(409);
  expect(
    (await act(`messages/${message_id}/press`, { email: "ben@acme.example", value: "yes" })).status,
  ).toBe(409);
  const [row] = (await hana.get(`/chat/users/me/messages?to_channel=${id}`)).body.messages;
  expect(row.bot_message.body).toMatchObject([
    { text: "Final" },
    {},
    { items: [{ value: "80" }, { value: "Ben" }] },
    {},
  ]);
  const heard = (event: string) => sandbox.eventsOf(`interactive_message_${event}`)[0]?.payload;
  expect(heard("actions")).toMatchObject({
    messageId: message_id,
    actionItem: { text: "Approve", value: "yes" },
  });
  expect(heard("select")).toMatchObject({ selectedItems: [{ value: "s" }] });
  expect(heard("fields_editable")).toMatchObject({
    fieldEditItem: { key: "amount", currentValue: "70", newValue: "80" },
  });
  expect(heard("editable")).toMatchObject({ editItem: { origin: "Draft", target: "Final" } });
});

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

test("a token that a person gave, or a server-to-server app's, is not the bot's, whatever scopes it has", async () => {
  const owner = await visit(sandbox.url, "olivia@acme.example");
  const s2s = await makeApp(sandbox.url, owner, ["imchat:bot"], "server_to_server");
  const grant = { grant_type: "account_credentials", account_id: s2s.account_id };
  const { access_token, scope } = (await json(await postToken(sandbox.url, s2s, grant))) as Record<
    string,
    unknown
  >;
  expect(scope).toBe("imchat:bot");
  const refused = await fetch(`${sandbox.url}/v2/im/chat/messages/x?account_id=a&robot_jid=b`, {
    ...{ method: "DELETE", headers: { authorization: `Bearer ${String(access_token)}` } },
  });
  expect([refused.status, await refused.json()]).toMatchObject([401, { code: 7010 }]);
});

test("the bot's page shows its JID, and revoking its token removes the app from nobody", async () => {
  const owner = await visit(sandbox.url, "olivia@acme.example");
  expect(await (await owner.get(`/marketplace/apps/${app.id}`)).text()).toContain(robotJid(app.id));
  const client = { authorization: `Basic ${btoa(`${app.client_id}:${app.client_secret}`)}` };
  const own = async () =>
    String(
      (
        (await json(await postToken(sandbox.url, app, { grant_type: "client_credentials" }))) as Record<
          string,
          unknown
        >
      )["access_token"],
    );
  const [gone, stays] = [await own(), await own()];
  await fetch(`${sandbox.url}/oauth/revoke?token=${gone}`, { method: "POST", headers: client });
  const ask = async (bearer: string) => {
    const path = `/v2/im/chat/messages/x?account_id=${app.account_id}&robot_jid=${robotJid(app.id)}`;
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await fetch(sandbox.url + path, { method: "DELETE", headers });
    return ((await answer.json()) as { code: number }).code;
  };
  expect([await ask(gone), await ask(stays)]).toEqual([7010, 8001]);
});

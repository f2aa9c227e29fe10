import { runAction, Secret } from "@greenroom/connector-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { zoomChatbot } from "../../auth/zoom-oauth.ts";
import { connectedSandbox, failure } from "../../connected-sandbox.test-kit.ts";
import { zoom as connector } from "../../connector.ts";
import { createZoom } from "../../create-zoom.ts";
import { sendChatbotMessage } from "./send-chatbot-message.ts";

let zoom: Awaited<ReturnType<typeof connectedSandbox>>;
let bot: Awaited<ReturnType<typeof zoom.bot>>;
let jid: string;
let channelId: string;
beforeAll(async () => {
  zoom = await connectedSandbox();
  bot = await zoom.bot();
  const channel = await zoom.run("create-channel", { userId: "me", name: "Builds", type: 1 });
  jid = channel.jid ?? "";
  channelId = channel.id ?? "";
});
afterAll(() => zoom.close());

const content = { head: { text: "Build passed" } };
const written = async () =>
  (await zoom.run("list-chat-messages", { userId: "me", to_channel: channelId })).messages?.map(
    ({ message }) => message,
  );

it("writes as the connection's bot, changes what it wrote, and takes it back", async () => {
  const person = await zoom.run("get-user", { userId: "hana@acme.example" });
  const sent = await zoom.run("send-chatbot-message", { to_jid: jid, user_jid: person.jid, content });
  expect(sent).toMatchObject({ robot_jid: bot.profile["robot_jid"], to_jid: jid });
  expect(await written()).toEqual(["Build passed"]);
  const { message_id } = sent;
  await zoom.run("update-chatbot-message", { message_id, content: { head: { text: "Build failed" } } });
  expect(await written()).toEqual(["Build failed"]);
  await zoom.run("delete-chatbot-message", { message_id });
  expect(await written()).toEqual([]);
});

it("by a person's connection it says which connection it needs, before and after Zoom is asked", async () => {
  const send = (more: object) => {
    const input = { to_jid: jid, user_jid: "", content, ...more };
    return failure(runAction(sendChatbotMessage, { client: zoom.client, input, idempotencyKey: "k" }));
  };
  const { robot_jid, account_id } = bot.profile;
  // Not `reconnect`: the connection is alive.
  for (const more of [{}, { robot_jid, account_id }])
    expect(await send(more)).toMatchObject({
      ...{ kind: "forbidden", code: "no-chatbot" },
      hint: expect.stringContaining("chatbot"),
    });
});

it("its connection is tested against Zoom, which says whether bot and account are right", async () => {
  const identify = async (more: object) => {
    const profile = { ...bot.profile, ...more };
    const { accessToken } = await zoomChatbot.obtain({ profile, now: new Date() });
    const token = async () => ({ accessToken, apiUrl: undefined });
    return zoomChatbot.identify(
      connector.createClient({ profile, kind: zoomChatbot.id, accessToken: token }),
    );
  };
  const { robot_jid, account_id } = bot.profile;
  expect(await identify({})).toMatchObject({ accountId: account_id, userId: robot_jid });
  expect((await failure(identify({ robot_jid: "v1other@xmpp.zoom.us" }))).fields[0]?.field).toBe("robot_jid");
  expect((await failure(identify({ account_id: "other" }))).fields[0]?.field).toBe("account_id");
});

it("an app without a bot, and a wrong secret, are refused in words", async () => {
  const { client_id, client_secret } = zoom.profile;
  const obtain = (more: object) =>
    failure(zoomChatbot.obtain({ profile: { ...bot.profile, ...more }, now: new Date() }));
  expect((await obtain({ client_secret: new Secret("wrong") })).code).toBe("oauth.invalid_client");
  await zoom.owner.post(`/marketplace/apps/${zoom.appId}`, { scopes: ["user:read:user:admin"] });
  const error = await obtain({ client_id, client_secret });
  expect([error.code, error.message]).toEqual(["no-chatbot", expect.stringContaining("imchat:bot")]);
});

it("programs write as a bot too", async () => {
  const {
    client_id: clientId,
    client_secret: secret,
    account_id: accountId,
    robot_jid: robotJid,
  } = bot.profile;
  if (typeof clientId !== "string" || typeof accountId !== "string" || typeof robotJid !== "string")
    throw new Error("the profile is not whole");
  const clientSecret = secret instanceof Secret ? secret.reveal() : "";
  const program = createZoom({
    auth: { clientId, clientSecret, accountId, robotJid },
    ...{ baseUrl: `${zoom.sandbox.url}/v2`, oauthUrl: zoom.sandbox.url },
  });
  const sent = await program.actions.sendChatbotMessage({ to_jid: jid, user_jid: "", content });
  expect(sent.message_id).toBeDefined();
});

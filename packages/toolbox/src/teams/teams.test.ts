/** Teams over real HTTP against a small stand-in, written from Microsoft's public documents; the real one was not reached. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Answer, connect, failure, type StandIn, startStandIn } from "../stand-in.test-kit.ts";
import { createTeamsConnector } from "./teams.ts";

let teams: StandIn;
let answer: Answer;
beforeEach(async () => {
  answer = { status: 202 };
  teams = await startStandIn(() => answer);
});
afterEach(() => teams.close());
const hook = () =>
  connect(createTeamsConnector({ allowPrivateNetworks: true }), "teams-webhook", {
    webhook_url: `${teams.url}/workflows/abc?sig=secret`,
  });

it("posts a card with text, facts and links", async () => {
  const { run } = await hook();
  const facts = [{ title: "Attended", value: "12" }];
  await run("post-message", {
    title: "Webinar",
    text: "It **ended**.",
    facts,
    buttons: [{ title: "Open", url: "https://acme.example" }],
  });
  const [{ path, query, json } = { path: "", query: new URLSearchParams(), json: undefined }] = teams.seen;
  expect([path, query.get("sig")]).toEqual(["/workflows/abc", "secret"]);
  expect(json).toMatchObject({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          type: "AdaptiveCard",
          body: [
            { text: "Webinar", weight: "Bolder" },
            { text: "It **ended**.", wrap: true },
            { type: "FactSet", facts },
          ],
          actions: [{ type: "Action.OpenUrl", title: "Open", url: "https://acme.example" }],
        },
      },
    ],
  });
});

it("posts a card of one's own as it is", async () => {
  const card = { type: "AdaptiveCard", version: "1.5", body: [] };
  expect(await (await hook()).run("post-message", { card })).toEqual({ accepted: true });
  expect(teams.seen[0]?.json).toMatchObject({ attachments: [{ content: card }] });
});

it("says why it was refused, without the address, which is its permission", async () => {
  const { run } = await hook();
  const refused = async (said: Answer) => {
    answer = said;
    return await failure(run("post-message", { text: "Hi" }));
  };
  const gone = await refused({
    status: 404,
    body: { error: { code: "WorkflowNotFound", message: "The workflow is gone." } },
  });
  expect(gone).toMatchObject({ kind: "reconnect", code: "teams.WorkflowNotFound" });
  expect(gone.message).not.toContain("secret");
  expect((await refused({ status: 400, body: { error: { message: "Bad card" } } })).message).toContain(
    "Bad card",
  );
  expect((await refused({ status: 500 })).kind).toBe("outcome-unknown");
  expect((await refused({ status: 429, headers: { "retry-after": "60" } })).kind).toBe("rate-limited");
  expect((await failure(run("post-message", {}))).fields[0]?.field).toBe("text");
});

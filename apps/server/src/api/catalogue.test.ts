/** The catalogue and expressions over real HTTP. Pick lists need Zoom: see e2e. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnedServer, startOwnedServer } from "../owned-server.test-kit.ts";

let server: OwnedServer;
beforeAll(async () => {
  server = await startOwnedServer();
});
afterAll(() => server?.stop());

const get = (path: string) => server.api("GET", path);
// oxlint-disable-next-line typescript/no-explicit-any
const evaluate = async (body: object): Promise<any> =>
  (await server.api("POST", "/expressions/evaluate", body)).body;

test("the catalogue lists every connector's actions and triggers in short", async () => {
  const { body } = await get("/catalogue");
  const zoom = body.items.find(({ id }: { id: string }) => id === "zoom");
  expect(zoom.actions.length).toBeGreaterThan(200);
  expect(zoom.actions).toContainEqual({
    ...{ id: "zoom/create-meeting", title: "Create meeting", effect: "create", group: "Meeting" },
    summary: "Schedules a meeting for a user and gives its join link.",
  });
  expect(JSON.stringify(body).length).toBeLessThan(150_000);
});

test("an action comes with its forms, what the role must allow, and an example", async () => {
  const { body } = await get("/catalogue/actions/zoom/create-meeting");
  expect(body.inputSchema.properties.topic).toMatchObject({ type: "string" });
  expect(body.outputSchema.properties.join_url).toBeDefined();
  expect(body.picks.userId).toBe("users");
  expect(body.privilege).toBe("Meetings: View");
  expect(body.example).toContain("use: zoom/create-meeting");
});

test("a trigger comes with its settings, what its events carry, and a sample", async () => {
  const { body } = await get("/catalogue/triggers/zoom/meeting-ended");
  expect(body).toMatchObject({ event: "meeting.ended", needsConnection: true });
  expect(body.configSchema.properties.filters).toBeDefined();
  expect(body.payloadSchema.properties.object).toBeDefined();
  expect(body.sample.object).toBeDefined();
});

test.each([
  "/catalogue/actions/zoom/no-such",
  "/catalogue/triggers/zoom/constructor",
  "/catalogue/actions/x/y",
])("%s is not there, and says so", async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body.error.message).toMatch(/^There is no /);
});

test("operations are found by any of their words, with the action that does them", async () => {
  const { body } = await get("/catalogue/operations?search=users%20meetings%20post");
  expect(body.items).toContainEqual(
    expect.objectContaining({ name: "POST /users/{userId}/meetings", action: "zoom/create-meeting" }),
  );
  expect((await get("/catalogue/operations")).body.total).toBeGreaterThan(1_700);
  expect((await get("/catalogue/events")).body.items.length).toBeGreaterThan(500);
});

test("an expression is tried on data, and a mistake is told with what to do", async () => {
  const scope = { trigger: { object: { topic: "Review" } } };
  expect(await evaluate({ text: "trigger.object.topic.upcase()", scope })).toMatchObject({ value: "REVIEW" });
  expect(await evaluate({ text: "Follow-up: {{ trigger.object.topic }}", template: true, scope })).toEqual({
    value: "Follow-up: Review",
  });
  const { error } = await evaluate({ text: "trigger.object.topik", scope });
  expect(error).toMatchObject({ hint: "Did you mean “topic”?" });
});

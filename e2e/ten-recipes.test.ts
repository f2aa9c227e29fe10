/** The guide's ten recipes, each run against the sandbox and real servers around it, over real HTTP. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, ConnectorError, type OpenFile, runAction } from "@greenroom/connector-kit";
import {
  createCatalogue,
  lintRecipe,
  parseRecipe,
  type PerformStep,
  runRecipeTest,
  StepFailure,
} from "@greenroom/recipes";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect } from "../packages/toolbox/src/stand-in.test-kit.ts";
import { connectedSandbox } from "../packages/zoom/src/connected-sandbox.test-kit.ts";
import { type AroundZoom, startAroundZoom } from "./around-zoom.test-kit.ts";

const filesFolder = mkdtempSync(join(tmpdir(), "greenroom-ten-"));
const connectors = [zoom, ...toolboxConnectors({ filesFolder, allowPrivateNetworks: true })];
const catalogue = createCatalogue(connectors);
const clients = new Map<string, Client>();
let sandbox: Awaited<ReturnType<typeof connectedSandbox>>;
let around: AroundZoom;

beforeAll(async () => {
  sandbox = await connectedSandbox();
  around = await startAroundZoom();
  clients.set("zoom", sandbox.client);
  for (const [name, { connector, kind, fields }] of Object.entries(around.forms)) {
    const found = catalogue.connectors.get(connector);
    if (!found) throw new Error(`there is no ${connector}`);
    clients.set(name, (await connect(found, kind, fields)).client);
  }
});
afterAll(async () => {
  await around.close();
  await sandbox.close();
  rmSync(filesFolder, { recursive: true, force: true });
});

const openFile: OpenFile = (ref, from) => {
  const client = clientOf(ref.connector, ref.connection);
  if (!client.openFile) throw new Error(`${ref.connector} opens no files`);
  return client.openFile(ref, from);
};

function clientOf(connectorId: string, connection: string | undefined): Client {
  const named = clients.get(connection ?? "");
  if (named) return named;
  const connector = catalogue.connectors.get(connectorId);
  if (!connector) throw new Error(`there is no ${connectorId}`);
  return connector.createClient({ profile: {}, accessToken: undefined });
}

/** Performs what a recipe asks for as the engine does; waits are over at once. */
const perform: PerformStep = async (command, at) => {
  if (command.type === "wait") return { at: at.toISOString() };
  if (command.type !== "action") throw new Error("the ten recipes call no other");
  const [connectorId = ""] = command.use.split("/");
  const action = catalogue.action(command.use);
  if (!action) throw new Error(`there is no ${command.use}`);
  try {
    return await runAction(action, {
      ...{ client: clientOf(connectorId, command.connection), input: command.input, openFile },
      ...{ idempotencyKey: `test:${command.path}`, connection: command.connection },
    });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { kind, code, message } = error;
    throw new StepFailure({ kind, code, message });
  }
};

/** Runs a recipe of the folder for an event. */
async function run(file: string, event: object, properties: Record<string, unknown> = {}) {
  const parsed = parseRecipe(readFileSync(join(import.meta.dirname, "../examples/recipes", file), "utf8"));
  expect(parsed.problems).toEqual([]);
  expect(lintRecipe(parsed, catalogue)).toEqual([]);
  if (!parsed.recipe) throw new Error(`${file} does not parse`);
  const test = {
    name: file,
    event: event as Record<string, unknown>,
    properties,
    otherwise: "sandbox",
  } as const;
  const result = await runRecipeTest(parsed.recipe, catalogue, test, { perform });
  expect(result.problems, JSON.stringify(result.steps, null, 1).slice(0, 3_000)).toEqual([]);
  return result;
}

const called = (body: object) => ({
  ...{
    method: "POST",
    headers: {},
    query: {},
    body,
    text: JSON.stringify(body),
    receivedAt: "2026-01-15T06:00:00Z",
  },
});
const due = (scheduledAt: string) => ({
  ...{ scheduledAt, localTime: scheduledAt.slice(0, 19), timeZone: "Etc/UTC", missed: false },
});

/** A webinar that Ada came to and Bo did not, half an hour long. */
async function heldWebinar(topic: string) {
  const webinar = await sandbox.run("create-webinar", {
    ...{ userId: "mei@acme.example", topic, type: 5, settings: { approval_type: 0 } },
  });
  for (const email of ["ada@northwind.example", "bo@contoso.example"]) {
    await sandbox.run("add-webinar-registrant", { webinarId: webinar.id, email, first_name: email });
  }
  const act = (what: string, body: object = {}) => sandbox.control(`/webinars/${webinar.id}/${what}`, body);
  await act("start");
  await act("broadcast").catch(() => undefined);
  await act("join", { email: "ada@northwind.example" });
  await sandbox.sandbox.clock.advance(60_000);
  await act("end");
  const { webinars } = await sandbox.run("list-past-webinar-instances", { webinarId: webinar.id });
  return { ...webinar, uuid: webinars?.at(-1)?.uuid ?? "", host_email: "mei@acme.example" };
}

it("leads of a web form and of a CSV are registered for a webinar", async () => {
  const { id } = await sandbox.run("create-webinar", {
    ...{ userId: "mei@acme.example", topic: "Leads", settings: { approval_type: 0 } },
  });
  const properties = { WEBINAR_ID: String(id) };
  const lead = { email: "ada@northwind.example", first_name: "Ada", last_name: "Ackers" };
  const { outcome } = await run("leads-from-form.yaml", called(lead), properties);
  expect(outcome?.result).toEqual({ joinUrl: expect.stringContaining("/w/") });

  writeFileSync(
    join(filesFolder, "leads.csv"),
    "email,first_name,last_name\nada@northwind.example,Ada,Ackers\nbo@contoso.example,Bo,Bright\n",
  );
  const morning = due("2026-01-15T06:00:00Z");
  await run("leads-from-csv.yaml", morning, properties);
  await run("leads-from-csv.yaml", morning, properties);
  const { registrants } = await sandbox.run("list-webinar-registrants", { webinarId: id });
  expect(registrants?.map(({ email }) => email).toSorted()).toEqual([
    "ada@northwind.example",
    "bo@contoso.example",
  ]);
});

it("the attendance of a webinar goes to PostgreSQL, HubSpot and Slack", async () => {
  await around.database.query(
    "create table attendance (webinar text, email text, name text, seconds int, primary key (webinar, email))",
  );
  const webinar = await heldWebinar("Launch");
  await run("webinar-attendance.yaml", { object: webinar });
  const { rows } = await around.database.query("select email, seconds from attendance order by email");
  expect(rows).toEqual([
    { email: "ada@northwind.example", seconds: 60 },
    { email: "mei@acme.example", seconds: 60 },
  ]);
  expect(around.contacts.get("ada@northwind.example")).toMatchObject({ last_webinar: "Launch" });
  expect(around.slack).toContain("2 people came to Launch.");
});

it("recordings go to S3 whole, and then to Zoom's trash", async () => {
  const { id } = await sandbox.run("create-meeting", { userId: "hana@acme.example", topic: "Board talk" });
  const act = (what: string) => sandbox.control(`/meetings/${id}/${what}`);
  await act("start");
  await act("recording/start");
  await sandbox.sandbox.clock.advance(60_000);
  await act("end");
  await sandbox.sandbox.clock.advance(10 * 60_000);
  const recording = await sandbox.run("get-recording", { meetingId: String(id) });
  await run("archive-recordings-to-s3.yaml", { object: recording });
  const stored = await around.stored();
  expect(stored.length).toBe(recording.recording_files?.length);
  expect(stored[0]).toMatch(new RegExp(`^\\d{4}/\\d{2}/board-talk-${id}/`));
  const trash = await sandbox.run("list-recordings", {
    ...{ userId: "hana@acme.example", trash: true, trash_type: "meeting_recordings" },
  });
  expect(trash.meetings?.map(({ topic }) => topic)).toContain("Board talk");
});

it("who registered and did not come gets a message, and nobody else", async () => {
  const webinar = await heldWebinar("No-shows");
  const before = around.mails.length;
  await run("email-no-shows.yaml", { object: webinar });
  expect(around.mails.slice(before)).toMatchObject([
    {
      to: "bo@contoso.example",
      subject: "We missed you at No-shows",
      text: expect.stringContaining("Hello bo@"),
    },
  ]);
});

it("people of the HR table are added and deactivated", async () => {
  await around.database.query(`create table staff
    (email text, first_name text, last_name text, department text, active boolean)`);
  await around.database.query(`insert into staff values
    ('new@acme.example', 'Nia', 'New', 'Sales', true), ('ben@acme.example', 'Ben', 'Baker', 'Sales', false),
    ('hana@acme.example', 'Hana', 'Hale', 'Sales', true)`);
  await run("onboard-and-offboard.yaml", due("2026-01-15T06:05:00Z"));
  expect(await sandbox.run("get-user", { userId: "new@acme.example" })).toMatchObject({ dept: "Sales" });
  const { users } = await sandbox.run("list-users", { status: "inactive" });
  expect(users?.map(({ email }) => email)).toEqual(["ben@acme.example"]);
  await sandbox.run("change-user-status", { userId: "ben@acme.example", action: "activate" });
});

it("yesterday's numbers come by email", async () => {
  await sandbox.sandbox.clock.advance(24 * 3_600_000);
  // The token of the day before is over.
  sandbox = await connectedSandbox();
  clients.set("zoom", sandbox.client);
  const scheduledAt = sandbox.sandbox.clock.now().toISOString();
  const { outcome } = await run("daily-report.yaml", due(scheduledAt), { REPORT_TO: "boss@acme.example" });
  if (outcome?.reason === undefined) {
    expect(around.mails.at(-1)).toMatchObject({
      to: "boss@acme.example",
      text: expect.stringContaining("Meetings: "),
    });
  } else expect(outcome.reason).toContain("has no numbers");
});

it("summaries of meetings and alerts of rooms go to Slack", async () => {
  const object = { meeting_topic: "Review", summary_overview: "We agreed.", next_steps: ["Write it down"] };
  await run("summaries-to-slack.yaml", { object });
  expect(around.slack.at(-1)).toBe("*Review*\nWe agreed.\n• Write it down\n");
  const { id = "" } = await sandbox.run("create-room", { name: "Spree", type: "ZoomRoom" });
  await sandbox.control(`/rooms/${id}/alert`, { issue: "Camera disconnected" });
  await run("room-alerts.yaml", { object: { id, room_name: "Spree", issue: "Camera disconnected" } });
  expect(around.slack.slice(-2)).toEqual([
    "Spree: Camera disconnected",
    "Spree still has a problem after ten minutes: Camera disconnected",
  ]);
});

it("a meeting without passcode gets a waiting room, and its host is told", async () => {
  const made = await sandbox.run("create-meeting", {
    ...{
      userId: "hana@acme.example",
      topic: "Open",
      default_password: false,
      settings: { waiting_room: false },
    },
  });
  const event = { object: { id: made.id, topic: "Open", host_id: made.host_id } };
  await run("guard-meetings.yaml", event);
  const guarded = await sandbox.run("get-meeting", { meetingId: String(made.id) });
  expect(guarded.settings).toMatchObject({ waiting_room: true });
  expect(around.mails.at(-1)).toMatchObject({ to: "hana@acme.example" });
  expect((await run("guard-meetings.yaml", event)).outcome?.reason).toBe("It has a waiting room.");
});

it("groups are as a sheet says", async () => {
  const { id: groupId } = await sandbox.run("create-group", { name: "Sales" });
  await sandbox.run("add-group-members", { groupId, members: [{ email: "mei@acme.example" }] });
  around.sheet.push(["group", "email"], ["Sales", "hana@acme.example"], ["Sales", "luis@acme.example"]);
  await run("sync-groups.yaml", due("2026-01-15T02:30:00Z"), { GROUPS_SHEET: "1AbCdEfGhIjKlMnOp" });
  const { members } = await sandbox.run("list-group-members", { groupId });
  expect(members?.map(({ email }) => email).toSorted()).toEqual(["hana@acme.example", "luis@acme.example"]);
});

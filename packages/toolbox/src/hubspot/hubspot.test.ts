/** HubSpot over real HTTP against a small stand-in, written from HubSpot's public documents; the real one was not reached. */
import { lookUpAction } from "@greenroom/connector-kit";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type Answer,
  connect,
  failure,
  type Seen,
  type StandIn,
  startStandIn,
} from "../stand-in.test-kit.ts";
import { createHubspotConnector } from "./hubspot.ts";

interface Contact {
  id: string;
  properties: Record<string, string>;
  createdAt: string;
}

let hubspot: StandIn;
let contacts: Map<string, Contact>;
let members: Set<string>;
let override: ((request: Seen) => Answer) | undefined;

function answer(request: Seen): Answer {
  const { method, path, query, headers, json } = request;
  const overridden = override?.(request);
  if (overridden) return overridden;
  if (headers.authorization !== "Bearer pat-1")
    return {
      status: 401,
      body: {
        status: "error",
        message: "Authentication credentials not found.",
        category: "INVALID_AUTHENTICATION",
      },
    };
  if (path === "/account-info/v3/details") return { body: { portalId: 42, uiDomain: "app.hubspot.com" } };
  const body = (json ?? {}) as any;
  const create = (properties: Record<string, string>): Contact => {
    const contact = { id: String(100 + contacts.size), properties, createdAt: new Date().toISOString() };
    contacts.set(properties["email"] ?? "", contact);
    return contact;
  };
  if (method === "POST" && path === "/crm/v3/objects/contacts") {
    if (contacts.has(body.properties.email))
      return {
        status: 409,
        body: { message: "Contact already exists. Existing ID: 100", category: "CONFLICT" },
      };
    if (body.properties.nosuch !== undefined) {
      const errors = [{ message: 'Property "nosuch" does not exist', context: { propertyName: ["nosuch"] } }];
      return {
        status: 400,
        body: { message: "Property values were not valid", category: "VALIDATION_ERROR", errors },
      };
    }
    return { status: 201, body: create(body.properties) };
  }
  if (path === "/crm/v3/objects/contacts/batch/upsert") {
    const [{ id, idProperty, properties }] = body.inputs;
    if (idProperty !== "email") return { status: 400 };
    const before = contacts.get(id);
    if (before) Object.assign(before.properties, properties);
    return { body: { status: "COMPLETE", results: [{ ...(before ?? create(properties)), new: !before }] } };
  }
  const [, email] = /^\/crm\/v3\/objects\/contacts\/(.+)$/.exec(path) ?? [];
  if (email !== undefined && query.get("idProperty") === "email") {
    const found = contacts.get(decodeURIComponent(email));
    if (!found) return { status: 404, body: { message: "resource not found", category: "OBJECT_NOT_FOUND" } };
    if (method === "PATCH") Object.assign(found.properties, body.properties);
    return { body: found };
  }
  if (method === "PUT" && path === "/crm/v3/lists/7/memberships/add") {
    const added = body.filter((id: string) => !members.has(id));
    for (const id of added) members.add(id);
    return { body: { recordsIdsAdded: added, recordIdsRemoved: [], recordIdsMissing: [] } };
  }
  return { status: 404, body: { message: "no such path" } };
}

beforeEach(async () => {
  [contacts, members, override] = [new Map(), new Set(), undefined];
  hubspot = await startStandIn(answer);
});
afterEach(() => hubspot.close());
const connector = createHubspotConnector({ allowPrivateNetworks: true });
const app = (token = "pat-1") => connect(connector, "hubspot-private-app", { token, api_url: hubspot.url });
const email = "ada+1@northwind.example";

it("creates, finds and changes a contact by its address", async () => {
  const { run } = await app();
  expect(await run("find-contact", { email })).toEqual({ contact: null });
  const { contact } = await run("create-contact", {
    email,
    properties: { firstname: "Ada", score: 5, subscribed: true },
  });
  expect(contact.properties).toEqual({ email, firstname: "Ada", score: "5", subscribed: "true" });
  await run("update-contact", { email, properties: { firstname: null, company: "Northwind" } });
  expect((await run("find-contact", { email, properties: ["company"] })).contact.properties).toMatchObject({
    firstname: "",
    company: "Northwind",
  });
  expect(await failure(run("create-contact", { email }))).toMatchObject({
    kind: "conflict",
    code: "hubspot.CONFLICT",
  });
});

it("creates a contact or changes the one that is there, however often", async () => {
  const { run } = await app();
  expect(await run("upsert-contact", { email, properties: { firstname: "Ada" } })).toMatchObject({
    created: true,
  });
  expect(await run("upsert-contact", { email, properties: { firstname: "Ada L." } })).toMatchObject({
    ...{ created: false, contact: { properties: { firstname: "Ada L.", email } } },
  });
  expect(contacts.size).toBe(1);
});

it("puts contacts into a list, and says who was not in it before", async () => {
  const { run } = await app();
  expect(await run("add-to-list", { listId: "7", contactIds: ["100", "101"] })).toEqual({
    added: ["100", "101"],
  });
  expect(await run("add-to-list", { listId: "7", contactIds: ["101", "102"] })).toEqual({ added: ["102"] });
});

it("finds what an attempt made whose answer was lost, and nothing that was there before", async () => {
  const { client, run } = await app();
  const action = connector.actions["create-contact"]!;
  const lookUp = (since: Date) =>
    lookUpAction(action, { client, input: { email }, idempotencyKey: "k", since });
  expect(await lookUp(new Date())).toBeUndefined();
  await run("create-contact", { email });
  expect(await lookUp(new Date())).toMatchObject({ contact: { id: "100" } });
  expect(await lookUp(new Date(Date.now() + 3_600_000))).toBeUndefined();
});

it("says what HubSpot has against it", async () => {
  const { run, identify } = await app();
  expect(await identify()).toMatchObject({ accountId: "42" });
  expect(await failure((await app("pat-dead")).identify())).toMatchObject({ kind: "reconnect" });
  const field = await failure(run("create-contact", { email, properties: { nosuch: "x" } }));
  expect(field).toMatchObject({ kind: "invalid-input", fields: [{ field: "nosuch" }] });
  override = () => ({
    status: 429,
    body: {
      message: "You have reached your ten_secondly_rolling limit.",
      policyName: "TEN_SECONDLY_ROLLING",
    },
  });
  expect((await failure(run("find-contact", { email }))).retryAt!.getTime()).toBeGreaterThan(
    Date.now() + 5_000,
  );
  override = () => ({ status: 502 });
  expect((await failure(run("create-contact", { email }))).kind).toBe("outcome-unknown");
});

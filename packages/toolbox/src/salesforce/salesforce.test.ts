/** Salesforce over real HTTP against a small stand-in, written from Salesforce's public documents; the real one was not reached. */
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  type Answer,
  connect,
  failure,
  type Seen,
  type StandIn,
  startStandIn,
} from "../stand-in.test-kit.ts";
import { createSalesforceConnector } from "./salesforce.ts";

let salesforce: StandIn;
let records: { object: string; fields: Record<string, any> }[];
let valid: Set<string>;
let issued: number;
let override: ((request: Seen) => Answer) | undefined;
const api = "/services/data/v62.0";
const error = (status: number, errorCode: string, message: string, fields: string[] = []): Answer => ({
  status,
  body: [{ errorCode, message, fields }],
});

/** The few conditions that the connector writes: `A = 'x' AND B = 5`. */
function select(soql: string): typeof records {
  const [, object = "", where = ""] =
    /FROM (\w+)(?: WHERE (.*?))?(?: ORDER BY .*?)?(?: LIMIT \d+)?$/s.exec(soql) ?? [];
  const conditions = [...where.matchAll(/(\w+) = (?:'((?:[^'\\]|\\.)*)'|(\w+))/gs)].map(
    ([, name = "", text, plain]) =>
      [name, text === undefined ? JSON.parse(plain ?? "null") : text.replaceAll(/\\(.)/g, "$1")] as const,
  );
  return records.filter(
    (one) =>
      one.object === object && conditions.every(([name, value]) => (one.fields[name] ?? null) === value),
  );
}

function answer(request: Seen): Answer {
  const { method, path, query, headers, json, text } = request;
  const overridden = override?.(request);
  if (overridden) return overridden;
  if (path === "/services/oauth2/token") {
    const form = Object.fromEntries(new URLSearchParams(text));
    if (form["client_secret"] !== "cs")
      return {
        status: 400,
        body: { error: "invalid_client", error_description: "invalid client credentials" },
      };
    issued += 1;
    valid = new Set([`00D!${issued}`]);
    return {
      body: {
        access_token: `00D!${issued}`,
        token_type: "Bearer",
        instance_url: salesforce.url,
        scope: "api",
        id: "x",
      },
    };
  }
  if (!valid.has(headers.authorization?.replace("Bearer ", "") ?? ""))
    return error(401, "INVALID_SESSION_ID", "Session expired or invalid");
  if (path === "/services/oauth2/userinfo")
    return {
      body: { organization_id: "00D1", user_id: "0051", email: "int@acme.example", name: "Integration" },
    };
  if (path === `${api}/query`) {
    const rows = select(query.get("q") ?? "").map(({ object, fields }) => ({
      attributes: { type: object },
      ...fields,
    }));
    return {
      body: {
        totalSize: rows.length,
        done: rows.length <= 2,
        records: rows.slice(0, 2),
        ...(rows.length > 2 && { nextRecordsUrl: `${api}/query/more-2` }),
      },
    };
  }
  if (path === `${api}/query/more-2`)
    return {
      body: {
        done: true,
        records: select("SELECT Id FROM Lead")
          .slice(2)
          .map(({ fields }) => fields),
      },
    };
  const [, object = "", id, key] =
    new RegExp(`^${api}/sobjects/(\\w+)(?:/([^/]+))?(?:/([^/]+))?$`).exec(path) ?? [];
  const fields = (json ?? {}) as Record<string, any>;
  if (method === "POST" && object) {
    if (object === "Lead" && !fields["LastName"])
      return error(400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", ["LastName"]);
    if (
      object === "CampaignMember" &&
      records.some(
        (one) =>
          one.object === object &&
          one.fields["LeadId"] === fields["LeadId"] &&
          one.fields["CampaignId"] === fields["CampaignId"],
      )
    )
      return error(400, "DUPLICATE_VALUE", "Already a campaign member.");
    const made = { Id: `00Q00000000${String(1000 + records.length)}`, ...fields };
    records.push({ object, fields: made });
    return { status: 201, body: { id: made.Id, success: true, errors: [] } };
  }
  if (method === "PATCH" && key !== undefined) {
    const found = records.find(
      (one) => one.object === object && one.fields[id ?? ""] === decodeURIComponent(key),
    );
    if (found) Object.assign(found.fields, fields);
    else
      records.push({
        object,
        fields: { Id: "00Q000000009999", [id ?? ""]: decodeURIComponent(key), ...fields },
      });
    return {
      status: found ? 200 : 201,
      body: { id: found?.fields["Id"] ?? "00Q000000009999", success: true, created: !found },
    };
  }
  if (method === "PATCH") {
    const found = records.find((one) => one.fields["Id"] === id);
    if (!found) return error(404, "NOT_FOUND", "The requested resource does not exist");
    Object.assign(found.fields, fields);
    return { status: 204 };
  }
  return error(404, "NOT_FOUND", "no such path");
}

beforeEach(async () => {
  [records, valid, issued, override] = [[], new Set(), 0, undefined];
  salesforce = await startStandIn(answer);
});
afterEach(() => salesforce.close());
const org = (secret = "cs") =>
  connect(createSalesforceConnector({ allowPrivateNetworks: true }), "salesforce-client-credentials", {
    ...{ domain: salesforce.url, client_id: "ck", client_secret: secret },
  });
const lead = { FirstName: "Ada", LastName: "O'Neil", Company: "Northwind", Email: "ada@northwind.example" };

it("creates, finds, changes and upserts leads", async () => {
  const { run } = await org();
  const { id } = await run("create-record", { object: "Lead", fields: lead });
  const find = {
    object: "Lead",
    where: { LastName: "O'Neil", Email: lead.Email },
    fields: ["Id", "Company"],
  };
  expect(await run("find-records", find)).toMatchObject({
    count: 1,
    records: [{ Id: id, Company: "Northwind" }],
  });
  await run("update-record", { object: "Lead", id, fields: { Company: "Acme" } });
  expect((await run("find-records", find)).records[0]).toMatchObject({ Company: "Acme" });
  const upsert = { object: "Contact", keyField: "Zoom_Id__c", key: "a/b", fields: { LastName: "B" } };
  expect(await run("upsert-record", upsert)).toMatchObject({ created: true });
  expect(await run("upsert-record", upsert)).toMatchObject({ created: false });
});

it("finds nothing by a value that would be a query", async () => {
  const { run } = await org();
  await run("create-record", { object: "Lead", fields: lead });
  for (const LastName of ["x' OR LastName != 'x", "\\' OR Id != '", "a\nb"])
    expect(await run("find-records", { object: "Lead", where: { LastName } })).toMatchObject({ count: 0 });
  expect(
    (await failure(run("find-records", { object: "Lead WHERE 1", where: { A: 1 } }))).fields[0]?.field,
  ).toBe("object");
  expect((await failure(run("find-records", { object: "Lead", where: {} }))).fields[0]?.field).toBe("where");
});

it("reads a query's pages up to the limit", async () => {
  const { run } = await org();
  for (let number = 0; number < 5; number += 1)
    await run("create-record", { object: "Lead", fields: { LastName: `L${number}` } });
  const soql = "SELECT Id, LastName FROM Lead";
  expect(await run("run-query", { soql })).toMatchObject({ count: 5, more: false });
  expect(await run("run-query", { soql, limit: 1 })).toMatchObject({ count: 1, more: true });
});

it("makes a lead a member of a campaign once, and keeps the status up to date", async () => {
  const { run } = await org();
  const member = { campaignId: "701000000000001", leadId: "00Q000000000001" };
  const first = await run("add-to-campaign", { ...member, status: "Registered" });
  expect(first.created).toBe(true);
  expect(await run("add-to-campaign", { ...member, status: "Attended" })).toEqual({
    id: first.id,
    created: false,
  });
  expect(await run("add-to-campaign", member)).toEqual({ id: first.id, created: false });
  expect(records.map(({ fields }) => fields["Status"])).toEqual(["Attended"]);
  expect((await failure(run("add-to-campaign", { campaignId: member.campaignId }))).fields[0]?.field).toBe(
    "leadId",
  );
});

it("fetches a new session when the old one ended", async () => {
  const { run, identify } = await org();
  expect(await identify()).toMatchObject({ accountId: "00D1", email: "int@acme.example" });
  valid.clear();
  await run("create-record", { object: "Lead", fields: lead });
  expect(issued).toBe(2);
});

it("says what Salesforce has against it", async () => {
  const { run } = await org();
  const missing = await failure(run("create-record", { object: "Lead", fields: { Company: "x" } }));
  expect(missing).toMatchObject({
    kind: "invalid-input",
    code: "salesforce.REQUIRED_FIELD_MISSING",
    fields: [{ field: "fields.LastName" }],
  });
  expect(
    await failure(run("update-record", { object: "Lead", id: "00Q000000000001", fields: {} })),
  ).toMatchObject({ kind: "not-found" });
  override = ({ path }) =>
    path.includes("/sobjects/")
      ? error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
      : undefined;
  expect((await failure(run("create-record", { object: "Lead", fields: lead }))).kind).toBe("rate-limited");
  const wrong = await failure((await org("wrong")).identify());
  expect([wrong.kind, wrong.message]).toEqual([
    "forbidden",
    "Salesforce refused the token: invalid client credentials.",
  ]);
});

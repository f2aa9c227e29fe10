/** Records of Salesforce: leads, contacts and all other objects. */
import { type Client, ConnectorError, defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";

const api = "/services/data/v62.0";
const word = (what: string) =>
  z.string().regex(/^[A-Za-z]\w*$/, `must be the API name of ${what}, such as Lead or Webinar__c`);
const object = word("an object").describe("Lead, Contact, or any other object's API name");
const id = z
  .string()
  .regex(/^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/, "must be a record's ID, of 15 or 18 characters");
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const fields = z
  .record(word("a field"), value)
  .describe("By their API names, such as LastName, Company, Email");
const record = z.record(z.string(), z.unknown());
const made = z.looseObject({ id: z.string(), success: z.boolean().optional() });
const found = z.looseObject({
  records: z.array(z.looseObject({})),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
});

/** Finds records by their fields. */
export const findRecords = defineAction({
  title: "Find records",
  summary: "Gives the records whose fields have these values, the newest first.",
  endpoint: `GET ${api}/query`,
  scopes: ["api"],
  effect: "read",
  input: z.strictObject({
    object,
    where: fields.describe("The values that fields must have, all of them, such as Email"),
    fields: z
      .array(z.string().regex(/^[A-Za-z][\w.]*$/))
      .min(1)
      .default(["Id", "Name"])
      .describe("Which fields to give"),
    limit: z.int().min(1).max(2_000).default(100),
  }),
  output: z.object({ records: z.array(record), count: z.number() }),
  async run({ call, input: { object: name, where, fields: wanted, limit } }) {
    const conditions = Object.entries(where).map(([field, one]) => `${field} = ${literal(one)}`);
    if (conditions.length === 0) throw refused("where", "names no field");
    const names = [...new Set(["Id", ...wanted])].join(", ");
    const q = `SELECT ${names} FROM ${name} WHERE ${conditions.join(" AND ")} ORDER BY CreatedDate DESC LIMIT ${limit}`;
    const { records } = expectAnswer(found, await call({ query: { q } }), "Salesforce");
    return { records: records.map(withoutAttributes), count: records.length };
  },
});

/** Reads by a query in Salesforce's own language. */
export const runQuery = defineAction({
  title: "Run query",
  summary: "Reads records by a query in SOQL, all its pages up to a limit.",
  endpoint: `GET ${api}/query`,
  scopes: ["api"],
  effect: "read",
  input: z.strictObject({
    soql: z
      .string()
      .min(1)
      .max(100_000)
      .describe("Such as SELECT Id, Email FROM Lead WHERE CreatedDate = TODAY"),
    limit: z.int().min(1).max(50_000).default(2_000),
  }),
  output: z.object({ records: z.array(record), count: z.number(), more: z.boolean() }),
  async run({ call, client, input: { soql, limit } }) {
    const records: Record<string, unknown>[] = [];
    let page = expectAnswer(found, await call({ query: { q: soql } }), "Salesforce");
    for (;;) {
      records.push(...page.records.map(withoutAttributes));
      const next = page.nextRecordsUrl;
      if (page.done || next === undefined || records.length >= limit)
        return {
          records: records.slice(0, limit),
          count: Math.min(records.length, limit),
          more: !page.done || records.length > limit,
        };
      page = expectAnswer(found, await client.request("GET", next), "Salesforce");
    }
  },
});

/** Creates a record. */
export const createRecord = defineAction({
  title: "Create record",
  summary: "Creates a lead, a contact or a record of any other object.",
  endpoint: `POST ${api}/sobjects/{object}`,
  scopes: ["api"],
  effect: "create",
  input: z.strictObject({ object, fields }),
  output: z.object({ id: z.string() }),
  run: async ({ call, input: { object: name, fields: given } }) => ({
    id: expectAnswer(made, await call({ path: { object: name }, body: given }), "Salesforce").id,
  }),
});

/** Changes a record. */
export const updateRecord = defineAction({
  title: "Update record",
  summary: "Changes fields of a record.",
  endpoint: `PATCH ${api}/sobjects/{object}/{id}`,
  scopes: ["api"],
  effect: "update",
  input: z.strictObject({ object, id, fields }),
  output: z.object({ id: z.string() }),
  async run({ call, input: { object: name, id: record_, fields: given } }) {
    await call({ path: { object: name, id: record_ }, body: given });
    return { id: record_ };
  },
});

/** Creates a record, or changes the one with this key. */
export const upsertRecord = defineAction({
  title: "Create or update record",
  summary: "Changes the record whose external ID is this, or creates it.",
  endpoint: `PATCH ${api}/sobjects/{object}/{keyField}/{key}`,
  scopes: ["api"],
  effect: "update",
  input: z.strictObject({
    object,
    keyField: word("a field").describe("A field that is marked as external ID, such as Zoom_Registrant__c"),
    key: z.string().min(1).describe("Its value"),
    fields,
  }),
  output: z.object({ id: z.string(), created: z.boolean() }),
  async run({ call, input: { object: name, keyField, key, fields: given } }) {
    const said = await call({ path: { object: name, keyField, key }, body: given });
    const { id: record_, created = false } = expectAnswer(
      made.extend({ created: z.boolean().optional() }),
      said,
      "Salesforce",
    );
    return { id: record_, created };
  },
});

/** Puts a lead or contact into a campaign. */
export const addToCampaign = defineAction({
  title: "Add to campaign",
  summary: "Makes a lead or contact a member of a campaign; a member that is there already gets the status.",
  endpoint: `POST ${api}/sobjects/CampaignMember`,
  scopes: ["api"],
  effect: "update",
  input: z.strictObject({
    campaignId: id,
    leadId: id.optional(),
    contactId: id.optional().describe("Instead of a lead"),
    status: z.string().min(1).optional().describe("Such as Registered or Attended, as the campaign has them"),
  }),
  output: z.object({ id: z.string(), created: z.boolean() }),
  async run({ client, input: { campaignId, leadId, contactId, status } }) {
    if ((leadId === undefined) === (contactId === undefined))
      throw refused("leadId", "name a lead, or a contact, and one of them");
    const who = leadId === undefined ? { ContactId: contactId } : { LeadId: leadId };
    const body = { CampaignId: campaignId, ...who, ...(status !== undefined && { Status: status }) };
    const member = await memberOf(client, campaignId, who);
    if (member === undefined) {
      try {
        const said = await client.request("POST", `${api}/sobjects/CampaignMember`, { body });
        return { id: expectAnswer(made, said, "Salesforce").id, created: true };
      } catch (error) {
        // Somebody else, or an attempt whose answer was lost, was faster.
        if (!(error instanceof ConnectorError) || error.kind !== "conflict") throw error;
      }
    }
    const known = member ?? (await memberOf(client, campaignId, who));
    if (known === undefined)
      throw new ConnectorError(
        "conflict",
        "salesforce.DUPLICATE_VALUE",
        "Salesforce says that the member is there, and does not find it.",
      );
    if (status !== undefined && known.status !== status)
      await client.request("PATCH", `${api}/sobjects/CampaignMember/{id}`, {
        path: { id: known.id },
        body: { Status: status },
      });
    return { id: known.id, created: false };
  },
});

async function memberOf(client: Client, campaign: string, who: Record<string, string | undefined>) {
  const conditions = Object.entries({ CampaignId: campaign, ...who }).map(
    ([name, one = ""]) => `${name} = ${literal(one)}`,
  );
  const q = `SELECT Id, Status FROM CampaignMember WHERE ${conditions.join(" AND ")} LIMIT 1`;
  const { records } = expectAnswer(
    found,
    await client.request("GET", `${api}/query`, { query: { q } }),
    "Salesforce",
  );
  const member = z.looseObject({ Id: z.string(), Status: z.string().nullish() }).safeParse(records[0]).data;
  return member && { id: member.Id, status: member.Status };
}

/** A value as SOQL takes it. */
function literal(one: string | number | boolean | null): string {
  if (one === null) return "null";
  if (typeof one !== "string") return String(one);
  const escapes: Readonly<Record<string, string>> = {
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
  };
  return `'${one.replaceAll(/[\\'"]/g, "\\$&").replaceAll(/[\n\r\t\f\b]/g, (mark) => escapes[mark] ?? "")}'`;
}

/** Salesforce says of each record where it is; the fields are what is asked for. */
function withoutAttributes(one: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(one).filter(([name]) => name !== "attributes"));
}

function refused(field: string, problem: string): ConnectorError {
  return new ConnectorError("invalid-input", "invalid-input", `${field}: ${problem}.`, {
    fields: [{ field, message: problem }],
  });
}

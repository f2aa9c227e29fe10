/** Contacts of HubSpot, and the lists they are in. */
import { ConnectorError, defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";

const contact = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullish()),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
});
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const properties = z
  .record(z.string(), value)
  .describe("By HubSpot's own names, such as firstname, lastname, company, lifecyclestage");
const wanted = z
  .array(z.string())
  .default(["email", "firstname", "lastname", "company"])
  .describe("Which properties to give");
const read = ["crm.objects.contacts.read"];
const write = ["crm.objects.contacts.write"];

/** HubSpot takes all values as text; an empty one clears the property. */
const asText = (given: z.output<typeof properties>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, one]) => [name, one === null ? "" : String(one)]));

/**
 * Finds a contact.
 *
 * @see https://developers.hubspot.com/docs/api-reference/crm-contacts-v3
 */
export const findContact = defineAction({
  title: "Find contact",
  summary: "Gives the contact that has this email address; null when there is none.",
  endpoint: "GET /crm/v3/objects/contacts/{email}",
  scopes: read,
  effect: "read",
  input: z.strictObject({ email: z.email(), properties: wanted }),
  output: z.object({ contact: contact.nullable() }),
  async run({ call, input: { email, properties: names } }) {
    try {
      const found = await call({
        path: { email },
        query: { idProperty: "email", properties: names.join(",") },
      });
      return { contact: expectAnswer(contact, found, "HubSpot") };
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === "not-found") return { contact: null };
      throw error;
    }
  },
});

/** Creates a contact. */
export const createContact = defineAction({
  title: "Create contact",
  summary: "Creates a contact; one that is there already is refused.",
  endpoint: "POST /crm/v3/objects/contacts",
  scopes: write,
  effect: "create",
  input: z.strictObject({ email: z.email(), properties: properties.default({}) }),
  output: z.object({ contact }),
  run: async ({ call, input: { email, properties: given } }) => ({
    contact: expectAnswer(
      contact,
      await call({ body: { properties: { ...asText(given), email } } }),
      "HubSpot",
    ),
  }),
  async lookUp({ client, input: { email }, since }) {
    const path = { email };
    const options = { path, query: { idProperty: "email" }, expectStatus: [404] };
    const { status, body } = await client.send("GET", "/crm/v3/objects/contacts/{email}", options);
    if (status === 404) return undefined;
    const found = expectAnswer(contact, body, "HubSpot");
    // One that was there before is not what the lost attempt made.
    return Date.parse(found.createdAt ?? "") >= since.getTime() - 60_000 ? { contact: found } : undefined;
  },
});

/** Changes a contact. */
export const updateContact = defineAction({
  title: "Update contact",
  summary: "Changes properties of the contact that has this email address.",
  endpoint: "PATCH /crm/v3/objects/contacts/{email}",
  scopes: write,
  effect: "update",
  input: z.strictObject({ email: z.email(), properties }),
  output: z.object({ contact }),
  run: async ({ call, input: { email, properties: given } }) => ({
    contact: expectAnswer(
      contact,
      await call({ path: { email }, query: { idProperty: "email" }, body: { properties: asText(given) } }),
      "HubSpot",
    ),
  }),
});

const batch = z.looseObject({ results: z.array(contact.extend({ new: z.boolean().optional() })).min(1) });

/** Creates a contact, or changes the one that is there. */
export const upsertContact = defineAction({
  title: "Create or update contact",
  summary: "Changes the contact that has this email address, or creates it.",
  endpoint: "POST /crm/v3/objects/contacts/batch/upsert",
  scopes: write,
  effect: "update",
  input: z.strictObject({ email: z.email(), properties: properties.default({}) }),
  output: z.object({ contact, created: z.boolean() }),
  async run({ call, input: { email, properties: given } }) {
    const inputs = [{ idProperty: "email", id: email, properties: { ...asText(given), email } }];
    const { results } = expectAnswer(batch, await call({ body: { inputs } }), "HubSpot");
    const { new: created = false, ...found } = results[0] ?? { id: "", properties: {} };
    return { contact: found, created };
  },
});

const ids = z
  .array(z.union([z.string(), z.number()]))
  .transform((list) => list.map(String))
  .optional();
const membership = z.looseObject({ recordIdsAdded: ids, recordsIdsAdded: ids });

/** Puts contacts into a list. */
export const addToList = defineAction({
  title: "Add contacts to list",
  summary: "Puts contacts into a list that is kept by hand; those that are in it stay.",
  endpoint: "PUT /crm/v3/lists/{listId}/memberships/add",
  scopes: ["crm.lists.write"],
  effect: "update",
  input: z.strictObject({
    listId: z.string().min(1).describe("The list's ID, from the list's address in HubSpot"),
    contactIds: z.array(z.string().min(1)).min(1).max(100_000),
  }),
  output: z.object({ added: z.array(z.string()).describe("The IDs of those that were not in it before") }),
  async run({ call, input: { listId, contactIds } }) {
    const said = expectAnswer(
      membership,
      (await call({ path: { listId }, body: contactIds })) ?? {},
      "HubSpot",
    );
    // HubSpot: its documents spell the field in both ways.
    return { added: said.recordIdsAdded ?? said.recordsIdsAdded ?? [] };
  },
});

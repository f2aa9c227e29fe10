/** Telephone numbers of the account. Not emulated: emergency addresses, ports, SIP groups. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { ownerOf, type PhoneNumber } from "./phone-rows.ts";

const E164 = /^\+[1-9]\d{6,14}$/;
const MOST_AT_ONCE = 20;

/** Makes a number of the account. */
export function makeNumber(
  { table, ids }: Pick<Sandbox, "table" | "ids">,
  number: string,
  more: Partial<PhoneNumber> = {},
): PhoneNumber {
  const row: PhoneNumber = {
    ...{ id: ids.key(), number, number_type: /^\+1(800|888|877|866)/.test(number) ? "tollfree" : "toll" },
    ...{ source: "internal", capability: ["incoming", "outgoing"], display_name: "", location: "" },
    ...{ assignee_id: "", ...more },
  };
  table<PhoneNumber>("phone_numbers").set(row.id, row);
  return row;
}

/** The operations. */
export function phoneNumbers(sandbox: Sandbox): void {
  const { api, table } = sandbox;
  const rows = table<PhoneNumber>("phone_numbers");
  const shown = (row: PhoneNumber): object => ({
    ...row,
    ...{ status: "available", site: { id: sandbox.account.id, name: "Main Site" } },
    ...(row.assignee_id && { assignee: ownerOf(sandbox, row.assignee_id) }),
  });
  const named = (id: string): PhoneNumber => {
    const row = rows.get(id);
    if (!row) throw zoomError(400, 400, `Phone number does not exist, phonenumberId:${id}`);
    return row;
  };

  api.on("GET /phone/numbers", (call) => {
    const [type, numberType, text] = ["type", "number_type", "phone_number"].map(call.query);
    const list = rows.filter(
      ({ assignee_id, source, number_type, number }) =>
        (type !== "assigned" || assignee_id !== "") &&
        (type !== "unassigned" || assignee_id === "") &&
        (type !== "byoc" || source === "external") &&
        (!numberType || number_type === numberType) &&
        (!text || number.includes(text)),
    );
    const { rows: page, ...rest } = call.page(list);
    return { ...rest, phone_numbers: page.map(shown) };
  });
  api.on("GET /phone/numbers/{phoneNumberId}", (call) => shown(named(call.params.phoneNumberId)));
  api.on("PATCH /phone/numbers/{phoneNumberId}", (call) => {
    const row = rows.get(call.params.phoneNumberId);
    if (!row) throw zoomError(404, 404, `Phone number does not exist. ID: ${call.params.phoneNumberId}.`);
    const { capability, display_name } = call.body<Partial<PhoneNumber>>();
    Object.assign(row, capability && { capability }, display_name !== undefined && { display_name });
  });
  api.on("DELETE /phone/numbers", (call) => {
    const wanted = (call.query("phone_numbers") ?? "").split(",").filter(Boolean);
    if (wanted.length === 0 || wanted.length > MOST_AT_ONCE) {
      throw zoomError(
        400,
        300,
        `The number of items for the query parameter \`phone_numbers\` must be between 1 and ${MOST_AT_ONCE} inclusive.`,
      );
    }
    for (const row of rows.filter(({ id, number }) => wanted.includes(number) || wanted.includes(id)))
      if (row.assignee_id === "") rows.delete(row.id);
  });
  api.on("POST /phone/byoc_numbers", (call) => {
    const { carrier = "", phone_numbers = [] } = call.body<{ carrier?: string; phone_numbers?: string[] }>();
    const wrong = phone_numbers.find(
      (number) => !E164.test(number) || rows.find((row) => row.number === number),
    );
    if (wrong !== undefined) throw zoomError(400, 300, "Validation failed.");
    const made = phone_numbers.map((number) =>
      makeNumber(sandbox, number, { source: "external", carrier: { code: 0, name: carrier } }),
    );
    return { phone_numbers: made.map(({ id, number }) => ({ id, number })) };
  });
}

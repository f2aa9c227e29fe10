/** The account's blocked numbers. What they block does not get through on the act-as-a-person routes. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

/** A blocked number, or the beginning of many. Table `phone_blocked`. */
interface BlockedNumber {
  id: string;
  block_type: "inbound" | "outbound" | "threat";
  match_type: "phoneNumber" | "prefix";
  phone_number: string;
  status: "active" | "inactive";
  comment: string;
  country: string;
}

/** The operations on the blocked numbers. */
export function blockedList(sandbox: Sandbox): void {
  const checkCountry = ({ country }: { country?: string }): void => {
    if (country && !/^[A-Z]{2}$/.test(country)) throw zoomError(400, 300, "Invalid country.");
  };
  const { table } = collection<BlockedNumber>(sandbox, {
    ...{ table: "phone_blocked", listKey: "blocked_list", id: "id", param: "blockedListId" },
    ...{ list: "GET /phone/blocked_list", create: "POST /phone/blocked_list" },
    ...{
      get: "GET /phone/blocked_list/{blockedListId}",
      update: "PATCH /phone/blocked_list/{blockedListId}",
    },
    missing: (id) => zoomError(400, 400, `Blocked number (Id: ${id}) does not exist.`),
    make: (call: Call) => {
      const body = call.body<Partial<BlockedNumber>>();
      checkCountry(body);
      const defaults = { block_type: "inbound", match_type: "phoneNumber", status: "active" } as const;
      return { ...defaults, phone_number: "", comment: "", country: "", ...body, id: sandbox.ids.key() };
    },
    change: (row, call) => {
      const body = call.body<Partial<BlockedNumber>>();
      checkCountry(body);
      Object.assign(row, body);
    },
  });
  // Zoom: the same fault has another code and text when it is met by a removal (OpenAPI file of phone, deleteABlockedList).
  sandbox.api.on("DELETE /phone/blocked_list/{blockedListId}", (call) => {
    const id = call.params["blockedListId"] ?? "";
    if (!table.get(id))
      throw zoomError(400, 300, `Validation Failed. Blocked number (Id: ${id}) does not exist.`);
    table.delete(id);
  });
}

/** Whether the account blocks what comes from, or goes to, a number outside. */
export function isBlocked(
  { table }: Pick<Sandbox, "table">,
  direction: "inbound" | "outbound",
  number: string,
): boolean {
  const digits = (text: string): string => text.replace(/\D/g, "");
  const found = table<BlockedNumber>("phone_blocked").find((row) => {
    // Zoom's threats are numbers that call people of the account.
    const way = row.block_type === "outbound" ? "outbound" : "inbound";
    if (row.status !== "active" || way !== direction || digits(row.phone_number) === "") return false;
    const [blocked, given] = [digits(row.phone_number), digits(number)];
    return row.match_type === "prefix" ? given.startsWith(blocked) : given === blocked;
  });
  return found !== undefined;
}

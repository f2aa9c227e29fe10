/** Divisions of an account: everybody is in one, at first in the main division. */
import type { Call } from "../../call.ts";
import { type Sandbox, type User, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

interface Division {
  division_id: string;
  division_name: string;
  division_description: string;
  is_main_division: boolean;
  member_ids: string[];
}

const MOST_DIVISIONS = 100;

/** The divisions' operations. */
export function divisions(sandbox: Sandbox): void {
  const { api, ids, clock, users } = sandbox;
  const missing = () => zoomError(404, 40406, "Division not found.");

  const checkName = (name: string, self?: Division): string => {
    if (name.trim() === "") throw zoomError(400, 40005, "Invalid field.");
    const taken = rows.all().some((row) => row !== self && row.division_name === name);
    if (taken) throw zoomError(409, 300, "This name is already in use. Please try another.");
    return name;
  };
  const isMember = (user: User, division: Division): boolean =>
    division.is_main_division
      ? !rows.all().some((row) => row.member_ids.includes(user.id))
      : division.member_ids.includes(user.id);
  const members = (division: Division): User[] => users.all().filter((user) => isMember(user, division));

  const { table: rows, named } = collection<Division>(sandbox, {
    ...{ table: "divisions", id: "division_id", param: "divisionId", missing },
    ...{ list: "GET /divisions", create: "POST /divisions", get: "GET /divisions/{divisionId}" },
    make: (call) => {
      const { division_name = "", division_description = "" } = call.body<Partial<Division>>();
      if (rows.size() >= MOST_DIVISIONS) {
        throw zoomError(
          400,
          42006,
          "You've reached the maximum number of divisions reached. You can clean up some divisions then try again.",
        );
      }
      const name = checkName(division_name);
      return {
        ...{ division_id: ids.key(), division_name: name, division_description },
        ...{ is_main_division: false, member_ids: [] },
      };
    },
    item: (division) => ({ ...division, total_members: members(division).length }),
    update: "PATCH /divisions/{divisionId}",
    change: (division, call) => {
      const { division_name, division_description } = call.body<Partial<Division>>();
      if (division_name !== undefined) division.division_name = checkName(division_name, division);
      division.division_description = division_description ?? division.division_description;
    },
  });
  const division = (call: Call<"divisionId">) => named("", call.params.divisionId);

  sandbox.onRestore(() => {
    if (rows.size() > 0) return;
    const division_id = ids.key();
    rows.set(division_id, {
      ...{ division_id, division_name: "Main division", division_description: "", is_main_division: true },
      member_ids: [],
    });
  });
  sandbox.onUserRemoved(({ id }) => {
    for (const row of rows.all()) row.member_ids = row.member_ids.filter((member) => member !== id);
  });

  api.on("DELETE /divisions/{divisionId}", (call) => {
    const row = division(call);
    if (row.is_main_division) throw zoomError(400, 42011, "Main division can't be deleted.");
    if (members(row).length > 0) {
      throw zoomError(400, 42012, "Please remove all users from this division before deleting.");
    }
    rows.delete(row.division_id);
  });

  api.on("GET /divisions/{divisionId}/users", (call) => {
    const { rows: people, ...page } = call.page(members(division(call)));
    return {
      ...page,
      users: people.map(({ id, display_name, email }) => ({
        ...{ user_id: id, user_display_name: display_name, user_email: email },
      })),
    };
  });
  api.on("POST /divisions/{divisionId}/users", (call) => {
    const into = division(call);
    const { users: given = [] } = call.body<{ users?: { user_id?: string; user_email?: string }[] }>();
    const people = given.map(({ user_id, user_email }) =>
      users.named(user_id ?? user_email ?? "", call.caller),
    );
    for (const { id } of people) {
      // One division each: assigning moves the person.
      for (const row of rows.all()) row.member_ids = row.member_ids.filter((member) => member !== id);
      if (!into.is_main_division) into.member_ids.push(id);
    }
    return { ids: people.map(({ id }) => id).join(","), added_at: clock.now().toISOString() };
  });
}

/** IM groups: who finds whom in the directory of contacts. */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

interface ImGroup {
  id: string;
  name: string;
  type: "normal" | "shared" | "restricted";
  search_by_account: boolean;
  search_by_domain: boolean;
  search_by_ma_account: boolean;
  member_ids: string[];
}

/** The operations. */
export function imGroups(sandbox: Sandbox): void {
  const { api, ids, users, clock } = sandbox;
  const missing = (id: string) => zoomError(404, 4130, `IM group does not exist: ${id}.`);
  const freeName = (name: string, self?: ImGroup): string => {
    if (table.find((row) => row !== self && row.name === name))
      throw zoomError(409, 4132, `Group name ${name} is already in use.`);
    return name;
  };
  const view = (row: ImGroup): object => ({ ...row, total_members: row.member_ids.length });
  const { table, named } = collection<ImGroup>(sandbox, {
    ...{ table: "im_groups", id: "id", param: "groupId", listKey: "groups", missing, item: view },
    ...{ list: "GET /im/groups", create: "POST /im/groups", get: "GET /im/groups/{groupId}" },
    ...{ update: "PATCH /im/groups/{groupId}", remove: "DELETE /im/groups/{groupId}" },
    make: (call) => {
      const body = call.body<Partial<ImGroup>>();
      return {
        ...{ id: ids.key(), name: freeName(body.name ?? ""), type: body.type ?? "normal", member_ids: [] },
        ...{ search_by_account: body.search_by_account === true },
        ...{ search_by_domain: body.search_by_domain === true },
        search_by_ma_account: body.search_by_ma_account === true,
      };
    },
    change: (row, call) => {
      const body = call.body<Partial<ImGroup>>();
      if (body.name !== undefined) freeName(body.name, row);
      Object.assign(row, body);
    },
    view: (row, call) => (call.operation.method === "POST" ? call.answer(201, view(row)) : view(row)),
  });
  const of = (call: Call) => named("", call.params["groupId"] ?? "");
  sandbox.onUserRemoved(({ id }) => {
    for (const row of table.all()) row.member_ids = row.member_ids.filter((one) => one !== id);
  });

  api.on("GET /im/groups/{groupId}/members", (call) => {
    const { rows, ...page } = call.page(of(call).member_ids.flatMap((id) => users.find(id) ?? []));
    return { ...page, members: rows };
  });
  api.on("POST /im/groups/{groupId}/members", (call) => {
    const row = of(call);
    const { members = [] } = call.body<{ members?: { id?: string; email?: string }[] }>();
    const people = members.map(({ id, email }) => users.named(id ?? email ?? ""));
    row.member_ids = [...new Set([...row.member_ids, ...people.map(({ id }) => id)])];
    return call.answer(201, {
      ids: people.map(({ id }) => id).join(","),
      added_at: clock
        .now()
        .toISOString()
        .replace(/\.\d+Z$/, "Z"),
    });
  });
  api.on("DELETE /im/groups/{groupId}/members/{memberId}", (call) => {
    const row = of(call);
    const { id } = users.named(call.params.memberId);
    row.member_ids = row.member_ids.filter((one) => one !== id);
  });
}

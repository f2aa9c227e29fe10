/**
 * Contact groups: who sees whom in the directory of Zoom's client.
 *
 * @see https://developers.zoom.us/docs/api/users/#tag/contact-groups
 */
import type { Call } from "../../call.ts";
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

interface ContactGroup {
  group_id: string;
  group_name: string;
  /** 1 anyone sees it, 2 its members, 3 nobody but who is allowed. */
  group_privacy: number;
  description: string;
  members: Member[];
}

interface Member {
  /** 1 a person, 2 a group of people. */
  type: number;
  id: string;
}

const MOST_GROUPS_AT_ONCE = 3;
const MOST_PEOPLE_AT_ONCE = 50;
const MOST_REMOVED_AT_ONCE = 20;

/** The contact groups' operations. */
export function contactGroups(sandbox: Sandbox): void {
  const { api, ids, table, users } = sandbox;
  const invalid = (message: string) => zoomError(400, 300, message);
  const missing = (id: string) => invalid(`A group with this groupId: ${id} does not exist.`);

  const checked = (given: readonly Partial<Member>[]): Member[] => {
    if (given.filter(({ type }) => type === 2).length > MOST_GROUPS_AT_ONCE) {
      throw invalid(`The maximum number of group member per request is ${MOST_GROUPS_AT_ONCE}.`);
    }
    if (given.filter(({ type }) => type === 1).length > MOST_PEOPLE_AT_ONCE) {
      throw invalid(`The maximum number of user member per request is ${MOST_PEOPLE_AT_ONCE}.`);
    }
    return given.map(({ type = 1, id = "" }) => {
      const known = type === 2 ? table<{ id: string }>("groups").get(id) : users.find(id);
      if (!known) throw invalid(`A member with this memberId: ${id} does not exist.`);
      return { type, id: known.id };
    });
  };
  const nameOf = ({ type, id }: Member): string =>
    (type === 2 ? table<{ name: string }>("groups").get(id)?.name : users.find(id)?.display_name) ?? "";

  const groups = collection<ContactGroup>(sandbox, {
    ...{ table: "contact_groups", id: "group_id", param: "groupId", listKey: "groups", missing },
    ...{
      list: "GET /contacts/groups",
      create: "POST /contacts/groups",
      get: "GET /contacts/groups/{groupId}",
    },
    ...{ update: "PATCH /contacts/groups/{groupId}", remove: "DELETE /contacts/groups/{groupId}" },
    make: (call) => {
      const given = call.body<Partial<ContactGroup> & { group_members?: Member[] }>();
      return {
        ...{
          group_id: ids.key(),
          group_name: given.group_name ?? "",
          group_privacy: given.group_privacy ?? 2,
        },
        ...{ description: given.description ?? "", members: checked(given.group_members ?? []) },
      };
    },
    change: (group, call) => {
      // Zoom: here the fields are called name and privacy, elsewhere group_name and group_privacy.
      const { name, privacy, description } = call.body<{
        name?: string;
        privacy?: number;
        description?: string;
      }>();
      group.group_name = name ?? group.group_name;
      group.group_privacy = privacy ?? group.group_privacy;
      group.description = description ?? group.description;
    },
    view: (group) => ({ ...group, total_members: group.members.length }),
  });
  const named = (call: Call<"groupId">) => groups.named("", call.params.groupId);

  api.on("GET /contacts/groups/{groupId}/members", (call) => {
    const { rows, ...page } = call.page(named(call).members);
    return { ...page, group_members: rows.map((member) => ({ ...member, name: nameOf(member) })) };
  });
  api.on("POST /contacts/groups/{groupId}/members", (call) => {
    const group = named(call);
    const added = checked(call.body<{ group_members?: Member[] }>().group_members ?? []);
    const fresh = added.filter(({ id }) => !group.members.some((member) => member.id === id));
    group.members.push(...fresh);
    return { member_ids: added.map(({ id }) => id) };
  });
  api.on("DELETE /contacts/groups/{groupId}/members", (call) => {
    const group = named(call);
    const gone = call.query("member_ids")?.split(",") ?? [];
    if (gone.length > MOST_REMOVED_AT_ONCE)
      throw invalid(`The maximum number of memberId is ${MOST_REMOVED_AT_ONCE}.`);
    const unknown = gone.find((id) => !group.members.some((member) => member.id === id));
    if (unknown !== undefined) throw invalid(`A member with this memberId: ${unknown} does not exist.`);
    const left = group.members.filter(({ id }) => !gone.includes(id));
    if (left.length === 0) throw invalid("A group must have at least one member.");
    group.members = left;
  });

  sandbox.onUserRemoved(({ id }) => {
    for (const group of groups.table.all())
      group.members = group.members.filter((member) => member.id !== id);
  });
}

/** Who is in which group: events do not say it, and filters ask. */
import type { Knowledge } from "@greenroom/connector-kit";
import { listed } from "./look-around.ts";

/** The groups that filters name. */
export type KnownGroups = readonly {
  readonly id: string;
  readonly name: string;
  readonly members: readonly string[];
}[];

/** Looks up the members of the groups that filters name, by id or name. */
export const groupsKnowledge: Knowledge = {
  id: "groups",
  reads: ["GET /groups", "GET /groups/{groupId}/members"],
  async look({ client, config: asked }): Promise<KnownGroups> {
    const wanted = new Set([...asked].map((one) => one.toLowerCase()));
    const groups = (await listed(client, "/groups", "groups"))
      .map(({ id, name }) => ({ id: String(id), name: String(name) }))
      .filter(({ id, name }) => wanted.has(id.toLowerCase()) || wanted.has(name.toLowerCase()));
    return await Promise.all(
      groups.map(async (group) => {
        const rows = await listed(client, "/groups/{id}/members", "members", { path: { id: group.id } });
        return { ...group, members: rows.map(({ id }) => String(id)) };
      }),
    );
  },
};

/** Whether a person is in one of the groups, which are named by id or name. */
export function isInGroup(known: unknown, wanted: readonly string[], personId: string): boolean {
  if (!Array.isArray(known)) return false;
  // Only the look above makes it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const groups = known as unknown as KnownGroups;
  return wanted.some((one) =>
    groups.some(
      ({ id, name, members }) =>
        (id === one || name.toLowerCase() === one.toLowerCase()) && members.includes(personId),
    ),
  );
}

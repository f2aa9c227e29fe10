import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../pages/sign-in/sign-in-queries.ts";

const order = ["viewer", "operator", "builder", "admin"] as const;
type Role = (typeof order)[number];

/** Whether who is signed in has at least a role: everywhere, or in a recipe's folder. The server decides; this hides what it would refuse. */
export function useMay(role: Role, folder?: string): boolean {
  return useMayIn(role)(folder);
}

/** The same, for as many folders as there are. */
export function useMayIn(role: Role): (folder: string | undefined) => boolean {
  const { data: me } = useQuery(meQuery);
  const enough = (held: string | null | undefined) => order.indexOf(held as Role) >= order.indexOf(role);
  return (folder) =>
    me !== undefined &&
    (enough(me.role) ||
      Object.entries(me.folders).some(
        ([name, held]) =>
          enough(held) && folder !== undefined && (folder === name || folder.startsWith(`${name}/`)),
      ));
}

/** Whether who is signed in has at least a role somewhere. */
export function useMayAnywhere(role: Role): boolean {
  const { data: me } = useQuery(meQuery);
  return [me?.role, ...Object.values(me?.folders ?? {})].some(
    (held) => order.indexOf(held as Role) >= order.indexOf(role),
  );
}

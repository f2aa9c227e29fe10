/** Roles, least first: each may do what the ones before it may. */
export const roles = ["viewer", "operator", "builder", "admin"] as const;

/** What somebody may do: look, run, build, or decide who else may. */
export type Role = (typeof roles)[number];

/** Roles by recipe folder; a folder's role holds for the folders in it too. */
export type FolderRoles = Readonly<Record<string, Role>>;

/** What somebody may do, everywhere and in folders. */
export interface Permission {
  /** Everywhere; null for nothing outside of `folders`. */
  readonly role: Role | null;
  readonly folders: FolderRoles;
}

const rank = (role: Role | null | undefined) => (role == null ? -1 : roles.indexOf(role));

/** Whether a role includes another. */
export function includesRole(role: Role | null | undefined, least: Role): boolean {
  return rank(role) >= rank(least);
}

/** The role in one folder; undefined asks for the highest role that holds anywhere. */
export function roleIn({ role, folders }: Permission, folder: string | undefined): Role | null {
  const applying = Object.entries(folders).filter(
    ([name]) => folder === undefined || folder === name || folder.startsWith(`${name}/`),
  );
  return applying.reduce<Role | null>((best, [, own]) => (rank(own) > rank(best) ? own : best), role);
}

/** The same permission, nowhere above a role. */
export function capped({ role, folders }: Permission, most: Role): Permission {
  const least = (own: Role) => (rank(own) > rank(most) ? most : own);
  return {
    role: role && least(role),
    folders: Object.fromEntries(Object.entries(folders).map(([name, own]) => [name, least(own)])),
  };
}

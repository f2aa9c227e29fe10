import type { Sandbox, User } from "../sandbox.ts";
import { zoomError } from "../sandbox.ts";

/** The people that a person's role reaches: a privilege over users may be narrowed to groups. */
export interface UserReach {
  readonly all: (by: User, privilege: string) => User[];
  /** Finds one by id. @throws {ZoomError} when nobody is found, or the role does not reach them */
  readonly named: (by: User, id: string | undefined, privilege?: string) => User;
  /** @throws {ZoomError} when the role does not reach them */
  readonly check: (by: User, row: User, privilege?: string) => void;
}

/** Makes it. */
export function createUserReach({ users, roles }: Pick<Sandbox, "users" | "roles">): UserReach {
  const reaches = (by: User, privilege: string): ((row: User) => boolean) => {
    const groups = roles.reach(by, privilege);
    return (row) => groups === undefined || row.id === by.id || row.group_ids.some((id) => groups.has(id));
  };
  const check: UserReach["check"] = (by, row, privilege = "User:Edit") => {
    if (!reaches(by, privilege)(row))
      throw zoomError(403, 200, `Your role does not reach ${row.email}: it is narrowed to groups of people.`);
  };
  return {
    all: (by, privilege) => {
      const all = users.all();
      return roles.reach(by, privilege) === undefined ? all : all.filter(reaches(by, privilege));
    },
    named: (by, id = "", privilege) => {
      const row = users.find(id);
      if (row === undefined) throw zoomError(404, 1001, `User does not exist: ${id}.`);
      check(by, row, privilege);
      return row;
    },
    check,
  };
}

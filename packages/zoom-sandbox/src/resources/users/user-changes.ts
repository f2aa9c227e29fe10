import type { Sandbox, Transfer, User } from "../../sandbox.ts";
import { zoomError } from "../../sandbox.ts";
import { newUser } from "../../seed.ts";

/** How a new person comes to the account. */
export type CreateAction = "create" | "autoCreate" | "custCreate" | "ssoCreate";

type Changes = { [Name in keyof User]?: User[Name] | undefined };

/** What is known of a person to be added. */
export type NewPerson = Changes & { readonly email: string };

/** Changes to people, with their events; the API and the portal share them. */
export interface UserChanges {
  readonly create: (action: CreateAction, given: NewPerson, by: User) => User;
  readonly acceptInvitation: (user: User) => void;
  readonly update: (user: User, change: Changes, by: User) => void;
  readonly remove: (user: User, action: "disassociate" | "delete", by: User, transfer?: Transfer) => void;
  readonly setStatus: (user: User, status: "active" | "inactive", by: User) => void;
}

type ChangesParts = Pick<Sandbox, "clock" | "ids" | "users" | "emit" | "account"> & {
  /** Told when a person has left, so that their apps and tokens go. */
  readonly onRemoved: (user: User, transfer: Transfer) => void;
  /** Told when a person is deactivated, so that their browsers are signed out. */
  readonly onDeactivated: (user: User) => void;
};

const INVITATION_LIFETIME_MS = 30 * 86_400_000;
const LOGIN_TYPES: Record<CreateAction, number[]> = {
  create: [100],
  autoCreate: [100],
  custCreate: [99],
  ssoCreate: [101],
};

const by = (operator: User) => ({ operator: operator.email, operator_id: operator.id });

/** Makes the changes to people. */
export function createUserChanges(parts: ChangesParts): UserChanges {
  const { clock, users, emit, account, onRemoved, onDeactivated } = parts;
  function tell(event: string, user: User, head: object = {}): void {
    const { id, first_name, last_name, display_name, email, type } = user;
    emit(
      event,
      { ...head, object: { id, first_name, last_name, display_name, email, type } },
      { userId: id },
    );
  }

  return {
    create: (action, given, operator) => {
      if (users.byEmail(given.email) !== undefined) throw zoomError(409, 1005, "Email has already been used");
      const known: Partial<User> = Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      );
      const expires = new Date(clock.now().getTime() + INVITATION_LIFETIME_MS).toISOString();
      const user = newUser(parts, {
        ...known,
        email: given.email,
        login_types: LOGIN_TYPES[action],
        // Zoom: `create` only invites; the others give an active person at once (zoom-api.md 4.5).
        ...(action === "create" ? { status: "pending", verified: 0, invitation_expires_at: expires } : {}),
      });
      users.keep(user);
      tell("user.created", user, { ...by(operator), creation_type: action });
      return user;
    },
    acceptInvitation: (user) => {
      if (user.status !== "pending" || new Date(user.invitation_expires_at ?? 0) < clock.now()) {
        throw zoomError(400, 1120, "The invitation is used or has expired; invite the person again.");
      }
      user.status = "active";
      user.verified = 1;
      delete user.invitation_expires_at;
      users.keep(user);
      tell("user.invitation_accepted", user);
    },
    update: (user, change, operator) => {
      const now = new Map<string, unknown>(Object.entries(user));
      const changed = Object.entries(change).filter(
        ([name, value]) => value !== undefined && value !== now.get(name),
      );
      if (changed.length === 0) return;
      const old = Object.fromEntries(changed.map(([name]) => [name, now.get(name)]));
      const fresh = Object.fromEntries(changed);
      Object.assign(user, fresh);
      const renamed = "first_name" in fresh || "last_name" in fresh;
      if (renamed && change.display_name === undefined) {
        old["display_name"] = user.display_name;
        user.display_name = [user.first_name, user.last_name].filter(Boolean).join(" ") || user.email;
        fresh["display_name"] = user.display_name;
      }
      users.keep(user);
      const { id } = user;
      const time_stamp = clock.now().getTime();
      emit(
        "user.updated",
        { ...by(operator), time_stamp, object: { id, ...fresh }, old_object: { id, ...old } },
        { userId: id },
      );
    },
    remove: (user, action, operator, transfer = {}) => {
      if (user.id === account.owner_id) throw zoomError(400, 1117, "The account owner cannot be removed.");
      // Zoom: an invitation that is still open is taken back by disassociate only (zoom-api.md 4.5).
      if (user.status === "pending" && action === "delete")
        throw zoomError(400, 1120, "Invitation not found.");
      users.remove(user);
      tell(action === "delete" ? "user.deleted" : "user.disassociated", user, by(operator));
      onRemoved(user, transfer);
    },
    setStatus: (user, status, operator) => {
      if (user.id === account.owner_id) throw zoomError(400, 200, "No permission.");
      if (user.status === status) return;
      user.status = status;
      users.keep(user);
      if (status === "inactive") onDeactivated(user);
      tell(status === "active" ? "user.activated" : "user.deactivated", user, by(operator));
    },
  };
}

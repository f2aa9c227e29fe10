/** Who asks, as the routes see it. */
import type { KeyLimits, Permission } from "@greenroom/engine";
import type { HttpBindings } from "@hono/node-server";

/** Somebody with what they may do. */
export interface Principal {
  readonly kind: "person" | "key" | "owner" | "anonymous";
  /** The person's or the key's. */
  readonly id: string | undefined;
  readonly name: string;
  /** Of a person in a browser. */
  readonly email: string | undefined;
  /** The person, also behind a key. */
  readonly personId: string | undefined;
  readonly permission: Permission;
  /** Of a key. */
  readonly limits: KeyLimits | undefined;
  /** Of a person in a browser. */
  readonly sessionId: string | undefined;
}

/** What Hono's context holds in all our routes. */
export interface Visit {
  Variables: {
    principal: Principal;
    client: string;
    /** Who asks, as people read it: an address, or a key's name. */
    actor: string | undefined;
  };
  Bindings: Partial<HttpBindings> & {
    /** Set by the server itself when it asks its own routes for somebody. */
    readonly as?: Principal;
  };
}

/** Nobody we know. */
export const anonymous: Principal = {
  ...{ kind: "anonymous", id: undefined, name: "Somebody", email: undefined, personId: undefined },
  ...{ permission: { role: null, folders: {} }, limits: undefined, sessionId: undefined },
};

/** Whoever can read the home's files: an admin on this machine. */
export const processOwner: Principal = {
  ...{
    kind: "owner",
    id: undefined,
    name: "The owner of this machine",
    email: undefined,
    personId: undefined,
  },
  ...{ permission: { role: "admin", folders: {} }, limits: undefined, sessionId: undefined },
};

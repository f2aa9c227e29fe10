import { z } from "zod";
import { checked } from "../checked.ts";
import type { Sandbox } from "../sandbox.ts";
import { presentIn, presentPerson, type Whom } from "./presence.ts";
import { BodyRefused, type Planned, type Session, sessionOf } from "./session.ts";
import type { Participant } from "./session-rows.ts";

/** Where something is done: a meeting or webinar, under way or not. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly planned: Planned;
  /** @throws {Refused} unless it is under way */
  readonly session: () => Session;
  /** Someone who is in. @throws {Refused} */
  readonly person: (whom: Whom) => Participant;
  /** Everybody, or the one who is named. @throws {Refused} */
  readonly people: (whom: Whom & { readonly all?: boolean | undefined }) => Participant[];
}

/** Something that people do: what it needs, and what comes of it. */
export interface Action {
  readonly body: z.ZodType;
  readonly run: (scene: Scene, body: unknown) => object | undefined;
}

/** Makes an action whose body is checked. */
export function action<Body extends z.ZodType>(
  body: Body,
  run: (scene: Scene, body: z.infer<Body>) => object | undefined | void,
): Action {
  // The body is parsed before it runs.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { body, run: (scene, given) => run(scene, given as z.infer<Body>) ?? undefined };
}

/** Runs an action. @throws {BodyRefused} with what is wrong with the body @throws {Refused} with why the person cannot do it */
export function perform({ body, run }: Action, scene: Scene, given: unknown): object {
  const { data, faults } = checked(body, given);
  if (faults !== undefined) throw new BodyRefused(faults);
  return run(scene, data) ?? { status: "ok" };
}

/** The scene of a meeting or webinar. */
export function sceneOf(sandbox: Sandbox, planned: Planned): Scene {
  const session = (): Session => sessionOf(sandbox, planned);
  const person = (whom: Whom): Participant => presentPerson(session(), whom);
  return {
    ...{ sandbox, planned, session, person },
    people: ({ all, ...whom }) =>
      all === true ? presentIn(sandbox, session().instance.uuid) : [person(whom)],
  };
}

/** How a body names a person. */
export const whom = {
  user_id: z.string().min(1).optional(),
  email: z.email().optional(),
  name: z.string().min(1).optional(),
};

const nobody = { path: ["user_id"], error: "name somebody by user_id, email or name" };
const isNamed = (given: object): boolean =>
  Object.keys(whom).some((name) => Reflect.get(given, name) !== undefined);

/** A body that names a person, with what else there is to say. */
export function ofPerson<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject({ ...whom, ...shape }).refine(isNamed, nobody);
}

/** A body that names one person and nothing else. */
export const onePerson = ofPerson({});

/** A body that names one person, or all. */
export const someOrAll = z
  .strictObject({ ...whom, all: z.boolean().optional() })
  .refine((given) => given.all === true || isNamed(given), nobody);

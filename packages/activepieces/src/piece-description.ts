/** What a piece says of itself, as the child process reads it out and a file in its folder keeps it. */
import { z } from "zod";

/** A property of an action, a trigger or a form, in Activepieces' own words. */
export const pieceProperty = z.looseObject({
  type: z.string(),
  displayName: z.string().optional(),
  description: z.string().nullish(),
  required: z.boolean().default(false),
  defaultValue: z.unknown().optional(),
  options: z
    .looseObject({
      options: z.array(z.looseObject({ label: z.string().optional(), value: z.unknown() })).optional(),
    })
    .nullish()
    .catch(undefined),
  properties: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});

/** Such a property. */
export type PieceProperty = z.output<typeof pieceProperty>;

const properties = z.record(z.string(), pieceProperty).catch({});

/** A way to sign in, in Activepieces' own words. */
export const pieceAuth = z.looseObject({
  type: z.string(),
  displayName: z.string().optional(),
  description: z.string().nullish(),
  required: z.boolean().default(true),
  props: properties.optional(),
  username: z
    .looseObject({ displayName: z.string().optional(), description: z.string().nullish() })
    .optional(),
  password: z
    .looseObject({ displayName: z.string().optional(), description: z.string().nullish() })
    .optional(),
  authUrl: z.string().optional(),
  tokenUrl: z.string().optional(),
  scope: z.array(z.string()).optional(),
  pkce: z.boolean().optional(),
  grantType: z.string().optional(),
  authorizationMethod: z.string().optional(),
  extra: z.record(z.string(), z.string()).optional(),
  canValidate: z.boolean().default(false),
});

/** Such a way to sign in. */
export type PieceAuth = z.output<typeof pieceAuth>;

const part = z.looseObject({
  displayName: z.string(),
  description: z.string().nullish(),
  props: properties,
  requireAuth: z.boolean().default(true),
});

/** A piece. */
export const pieceDescription = z.looseObject({
  displayName: z.string(),
  description: z.string().nullish(),
  /** Newer pieces are given their credentials with their type, older ones bare. */
  typedAuth: z.boolean(),
  auth: z.array(pieceAuth),
  actions: z.record(z.string(), part.extend({ classification: z.string().nullish() })),
  triggers: z.record(
    z.string(),
    part.extend({
      type: z.string(),
      sampleData: z.unknown().optional(),
      /** How a service asks whether an address is ours, before it calls it. */
      handshake: z
        .looseObject({ strategy: z.string(), paramName: z.string().optional() })
        .nullish()
        .catch(undefined),
    }),
  ),
});

/** What a piece says of itself. */
export type PieceDescription = z.output<typeof pieceDescription>;

/** What a piece's folder says beside it. */
export const installedPiece = z.object({
  package: z.string(),
  version: z.string(),
  /** Whether it brings machine code, which no permission holds back. */
  addons: z.boolean(),
  description: pieceDescription,
});

/** An installed piece. */
export type InstalledPiece = z.output<typeof installedPiece>;

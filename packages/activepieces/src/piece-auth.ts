/** A piece's ways to sign in as connections. */
import {
  type AccessTokenSource,
  type AppProfile,
  type Client,
  type ConnectionKind,
  ConnectorError,
  type Identity,
  Secret,
} from "@greenroom/connector-kit";
import { z } from "zod";
import type { PieceAuth, PieceDescription } from "./piece-description.ts";
import { pieceOAuth, saidWith } from "./piece-oauth.ts";
import { formFields, formValues, plainText } from "./piece-schema.ts";

/** What the kinds need of the connector. */
export interface PieceAuthContext {
  readonly id: string;
  readonly fetch: typeof globalThis.fetch;
  /** Lets the piece itself try the credentials. */
  readonly validate: (client: Client, authIndex: number) => Promise<unknown>;
}

const kindId = (id: string, index: number) => (index === 0 ? id : `${id}-${index + 1}`);

/** The ways that can be offered; those of Activepieces' own cloud cannot. */
export function connectionKinds(
  { displayName, auth }: PieceDescription,
  context: PieceAuthContext,
): readonly ConnectionKind[] {
  return auth.flatMap((one, index): ConnectionKind[] => {
    const common = {
      id: kindId(context.id, index),
      title: titleOf(one, displayName),
      summary: plainText(one.description) || `Signs in to ${displayName}.`,
    };
    if (one.type === "OAUTH2")
      return [pieceOAuth(one, { ...common, service: displayName, fetch: context.fetch })];
    const profileFields = fieldsOf(one);
    if (profileFields === undefined) return [];
    return [
      {
        ...{ ...common, type: "form", profileFields },
        identify: async (client) => await identified(client, index, one, context),
      },
    ];
  });
}

function titleOf({ type, displayName }: PieceAuth, piece: string): string {
  const usual: Readonly<Record<string, string>> = {
    SECRET_TEXT: "Key",
    BASIC_AUTH: "User and password",
    OAUTH2: "OAuth 2.0",
    CUSTOM_AUTH: "Credentials",
  };
  return `${piece}: ${displayName && !/^(connection|authentication)$/i.test(displayName) ? displayName : (usual[type] ?? type)}`;
}

function fieldsOf({ type, displayName, description, props = {}, username, password }: PieceAuth) {
  if (type === "SECRET_TEXT")
    return [
      {
        name: "secret",
        label: displayName ?? "Key",
        hint: plainText(description),
        type: "secret" as const,
        required: true,
      },
    ];
  if (type === "BASIC_AUTH")
    return [
      {
        name: "username",
        label: username?.displayName ?? "User",
        hint: plainText(username?.description),
        type: "text" as const,
        required: true,
      },
      {
        name: "password",
        label: password?.displayName ?? "Password",
        hint: plainText(password?.description),
        type: "secret" as const,
        required: true,
      },
    ];
  return type === "CUSTOM_AUTH" ? formFields(props) : undefined;
}

const validated = z.looseObject({ valid: z.boolean(), error: z.string().nullish() });

async function identified(
  client: Client,
  index: number,
  auth: PieceAuth,
  { id, validate }: PieceAuthContext,
): Promise<Identity> {
  if (auth.canValidate) {
    const { valid, error } = validated.catch({ valid: true }).parse(await validate(client, index));
    if (!valid)
      throw new ConnectorError(
        "forbidden",
        "piece.auth",
        `The credentials were refused: ${error ?? "no reason was given"}.`,
      );
  }
  return {
    accountId: id,
    accountName: undefined,
    userId: "connection",
    email: "",
    displayName: auth.displayName ?? "Connection",
    roleName: undefined,
  };
}

/** What a call is given as its credentials, in the form that the piece's version expects. */
export async function authValue(
  { auth, typedAuth }: PieceDescription,
  {
    id,
    kind,
    profile,
    accessToken,
  }: {
    id: string;
    kind: string | undefined;
    profile: AppProfile;
    accessToken: AccessTokenSource | undefined;
  },
): Promise<unknown> {
  const one = auth.find((_, index) => kindId(id, index) === kind);
  if (!one) return undefined;
  const textOf = (name: string) => {
    const value = profile[name];
    return value instanceof Secret ? value.reveal() : (value ?? "");
  };
  if (one.type === "SECRET_TEXT")
    return typedAuth ? { type: one.type, secret_text: textOf("secret") } : textOf("secret");
  if (one.type === "BASIC_AUTH")
    return { type: one.type, username: textOf("username"), password: textOf("password") };
  const props = formValues(one.props ?? {}, textOf);
  if (one.type === "CUSTOM_AUTH") return typedAuth ? { type: one.type, props } : props;
  const { accessToken: token } = (await accessToken?.()) ?? { accessToken: new Secret("") };
  const data = saidWith(token);
  return { type: one.type, access_token: data["access_token"] ?? "", token_type: "Bearer", data, props };
}

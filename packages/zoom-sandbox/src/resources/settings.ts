/** Settings of an account, a group or a person: one document in several parts, chosen by the query `option`. */
import type { Call } from "../call.ts";
import { alternativesOf } from "../operations/shapes.ts";
import type { Sandbox } from "../sandbox.ts";
import { document, type Documents, type DocumentSpec } from "./document.ts";

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Which part of the answer an `option` means; without one it is the first. */
const markOf: Readonly<Record<string, string>> = {
  meeting_security: "meeting_security",
  security: "session_security",
  meeting_authentication: "authentication_options",
  recording_authentication: "authentication_options",
};

/** Registers settings with the queries `option` and `custom_query_fields`. */
export function settingsDocument(sandbox: Sandbox, spec: DocumentSpec): Documents {
  return document(sandbox, {
    ...spec,
    shown: (values, call) => {
      const parts = alternativesOf(spec.get);
      const mark = markOf[call.query("option") ?? ""];
      const names = mark === undefined ? parts[0] : parts.find((part) => part.includes(mark));
      const part = names ? Object.fromEntries(names.map((name) => [name, values[name]])) : values;
      return chosen(part, call);
    },
  });
}

// Zoom: `custom_query_fields` names single settings, separated by commas; the groups they stand in come with them.
function chosen(part: Fields, call: Call): Fields {
  const wanted = call.query("custom_query_fields")?.split(",").filter(Boolean);
  if (!wanted || wanted.length === 0) return part;
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, value]) => {
      if (wanted.includes(name)) return [[name, value]];
      if (!isFields(value)) return [];
      const inside = Object.fromEntries(Object.entries(value).filter(([field]) => wanted.includes(field)));
      return Object.keys(inside).length > 0 ? [[name, inside]] : [];
    }),
  );
}

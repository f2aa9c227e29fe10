/** Values such as Zoom sends, made up from a field's name. */

const texts: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/uuid$/, "pn2r8wUxTfqFJ1XUiDb4jA=="],
  [/account_id$/, "aCc0untSampleId0000001"],
  [/(host|user|operator|participant)_?id$|^operator_id$/, "uHo5tSampleHostId00001"],
  [/email|^operator$/, "ada@northwind.example"],
  [/(time|date|timestamp|_start|_end)$/, "2026-01-15T09:00:00Z"],
  [/timezone/, "Europe/Paris"],
  [/topic|title|subject/, "Quarterly review"],
  [/url|link/, "https://zoom.example/sample"],
  [/first_name/, "Ada"],
  [/last_name/, "Ackers"],
  [/name/, "Ada Ackers"],
  [/number|phone/, "+12125550111"],
  [/message|text|content/, "Hello"],
  [/id$/, "81234567890"],
];

/** A value of a field that holds no others. */
export function sampleValue(
  name: string,
  { type, enum: choices }: { readonly type?: unknown; readonly enum?: readonly unknown[] | undefined },
): unknown {
  const [first] = choices ?? [];
  if (typeof first === "string" || typeof first === "number") return first;
  if (type === "boolean") return false;
  if (type === "integer" || type === "number")
    return name.endsWith("id") ? 81_234_567_890 : name.includes("duration") ? 60 : 1;
  return texts.find(([pattern]) => pattern.test(name))?.[1] ?? "sample";
}

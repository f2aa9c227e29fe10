/** What a cell of a spreadsheet says, as plain data. */
export function cellValue(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value !== "object") return null;
  // A formula's own value stands beside it; a link's and a rich text's words are in parts.
  if ("result" in value) return cellValue(value.result);
  if ("formula" in value || "sharedFormula" in value || "error" in value) return null;
  if ("richText" in value && Array.isArray(value.richText))
    return value.richText.map((part: unknown) => cellValue(part) ?? "").join("");
  if ("text" in value) return cellValue(value.text);
  if ("hyperlink" in value) return cellValue(value.hyperlink);
  return null;
}

/** A value as a cell takes it; what a spreadsheet has no form for is written as JSON. */
export function valueForCell(value: unknown): string | number | boolean | Date | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return value.slice(0, 32_767);
  return (JSON.stringify(value) ?? "").slice(0, 32_767);
}

import { notifications } from "@mantine/notifications";
import { api, type ExportedRecipe, type Recipe } from "../api.ts";

/** Gives a recipe to the browser as a file of YAML, as it is saved. */
export function downloadYaml({ name, source }: Pick<Recipe, "name" | "source">): void {
  download(`${fileName(name)}.yaml`, source, "application/yaml");
}

/** Gives a recipe as Workato's JSON, and says how much there is to check there. */
export async function downloadForWorkato({ id, name }: Pick<Recipe, "id" | "name">): Promise<void> {
  const { json, notes } = await api<ExportedRecipe>("GET", `/recipes/${id}/export/workato`);
  download(`${fileName(name)}.recipe.json`, JSON.stringify(json, null, 2), "application/json");
  if (notes.length === 0) return;
  const shown = 3;
  notifications.show({
    ...{ color: "orange", autoClose: 20_000, title: `To check in Workato: ${notes.length}` },
    message: [
      ...notes.slice(0, shown).map(({ message }) => message),
      ...(notes.length > shown ? [`… and ${notes.length - shown} more`] : []),
    ].join(" "),
  });
}

const fileName = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "") || "recipe";

function download(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  Object.assign(link, { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

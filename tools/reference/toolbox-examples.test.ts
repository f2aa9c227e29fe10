import { createCatalogue, lintRecipe, parseRecipe } from "@greenroom/recipes";
import { toolboxConnectors } from "@greenroom/toolbox";
import { zoom } from "@greenroom/zoom";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { toolboxExamples } from "./toolbox-examples.ts";
import { connectionIn } from "./toolbox-notes.ts";

const toolbox = toolboxConnectors({ filesFolder: "files" });
const catalogue = createCatalogue([zoom, ...toolbox]);
const examples = Object.entries(toolboxExamples).flatMap(([connector, byAction]) =>
  Object.entries(byAction).map(([action, input]) => ({ use: `${connector}/${action}`, connector, input })),
);

it.each(examples)(
  "the reference's example of $use is a step that a recipe can have",
  ({ use, connector, input }) => {
    const connection = connectionIn(toolbox.find(({ id }) => id === connector));
    const source = stringify({
      name: "Example",
      trigger: { use: "zoom/webinar-registration-created", connection: "zoom" },
      steps: [
        {
          id: "recording",
          use: "zoom/download-recording",
          input: { downloadUrl: "https://zoom.us/rec/download/x" },
        },
        { use, ...(connection !== undefined && { connection }), input },
      ],
    });
    const parsed = parseRecipe(source);
    expect([...parsed.problems, ...lintRecipe(parsed, catalogue)]).toEqual([]);
  },
);

import { tmpdir } from "node:os";
import { type Catalogue, createCatalogue, type WorkatoAliases } from "@greenroom/recipes";
import { toolboxConnectors } from "@greenroom/toolbox";
import { workatoOperations, zoom } from "@greenroom/zoom";

/** What recipes may use, without a server: for linting and moving files. Nothing of it is run here. */
export function offlineCatalogue(): Catalogue {
  return createCatalogue([zoom, ...toolboxConnectors({ filesFolder: tmpdir() })]);
}

/** Workato's names for the operations of the connectors that are here. */
export const workatoAliases: WorkatoAliases = { zoom: workatoOperations };

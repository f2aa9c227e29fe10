/** The pieces that were added to this installation, as connectors. */
import { join } from "node:path";
import type { AddressPolicy, Connector } from "@greenroom/connector-kit";
import { installedPieces, piecesFolder } from "./installed-pieces.ts";
import { pieceConnector } from "./piece-connector.ts";

import type { SaveFile } from "./piece-files.ts";
import { type PieceLimits, pieceProcesses } from "./piece-process.ts";
import { pieceStore } from "./piece-store.ts";

/** What pieces need of their installation. */
export interface PiecesOptions extends Partial<PieceLimits> {
  /** The data directory; pieces are in its folder `connectors`. */
  readonly home: string;
  /** Keeps a file that a piece made. */
  readonly saveFile: SaveFile;
  /** Fetches tokens for pieces that sign in by OAuth; it keeps to the address policy. */
  readonly fetch: typeof globalThis.fetch;
  readonly allowPrivateNetworks: AddressPolicy["allowPrivateNetworks"];
  /** Told of a piece that cannot be read; the others are loaded all the same. */
  readonly onBroken?: (name: string, reason: string) => void;
}

/** The pieces as connectors, from what is on the disk: none is run before one of its actions is. */
export function loadPieces({
  home,
  saveFile,
  fetch,
  onBroken,
  allowPrivateNetworks,
  timeoutMs = 60_000,
  memoryMb = 512,
}: PiecesOptions): readonly Connector[] {
  return installedPieces(home).flatMap(({ id, root, piece, broken }) => {
    if (!piece) {
      onBroken?.(id, broken ?? "");
      return [];
    }
    const { addons, description } = piece;
    const place = {
      title: description.displayName,
      folder: join(root, "node_modules", piece.package),
      root,
      addons,
    };
    return [
      pieceConnector({
        ...{ id, description, saveFile, fetch },
        processes: pieceProcesses(place, { timeoutMs, memoryMb, allowPrivateNetworks }),
        store: pieceStore(join(piecesFolder(home), "stores", `${id}.json`)),
      }),
    ];
  });
}

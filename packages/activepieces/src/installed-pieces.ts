/** The pieces in a home: read, and removed. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ConnectorError } from "@greenroom/connector-kit";
import { type InstalledPiece, installedPiece } from "./piece-description.ts";

/** A folder of a piece, and what it says of itself where that can be read. */
export interface PieceFolder {
  /** The connector's id, as recipes write it. */
  readonly id: string;
  readonly root: string;
  readonly piece: InstalledPiece | undefined;
  /** Why it cannot be read. */
  readonly broken: string | undefined;
}

/** Where a home has its pieces. */
export const piecesFolder = (home: string): string => join(home, "connectors");

/** All of them by their ids; none is run. */
export function installedPieces(home: string): readonly PieceFolder[] {
  const folder = piecesFolder(home);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(
      (entry) => entry.isDirectory() && entry.name.startsWith("piece-") && !entry.name.includes(".old-"),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name: id }) => {
      const root = join(folder, id);
      try {
        const piece = installedPiece.parse(JSON.parse(readFileSync(join(root, "greenroom.json"), "utf8")));
        return { id, root, piece, broken: undefined };
      } catch (error) {
        return { id, root, piece: undefined, broken: error instanceof Error ? error.message : String(error) };
      }
    });
}

/** Removes a piece by its id; what it has stored stays, for the case that it comes back. @throws {ConnectorError} when there is none */
export function removePiece(home: string, id: string): void {
  const found = installedPieces(home).find((one) => one.id === id);
  if (!found)
    throw new ConnectorError("not-found", "no-piece", `No piece “${id}” was added to ${home}.`, {
      fields: [{ field: "id", message: "must be one of those that `greenroom connector list` shows" }],
    });
  rmSync(found.root, { recursive: true });
}

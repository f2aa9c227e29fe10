export { addPiece, type AddedPiece } from "./add-piece.ts";
export { installedPieces, type PieceFolder, removePiece } from "./installed-pieces.ts";
export { loadPieces, type PiecesOptions } from "./load-pieces.ts";
export type { SaveFile } from "./piece-files.ts";

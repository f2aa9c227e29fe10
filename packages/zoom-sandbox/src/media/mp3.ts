/** MP3 files (ISO/IEC 13818-3, Layer III, 16 kHz, mono, 16 kbit/s) of silence: what telephone recordings are. */
import { type VirtualFile, virtualFile } from "./virtual-file.ts";

const SAMPLE_RATE = 16_000;
const SAMPLES_A_FRAME = 576;
const FRAME_BYTES = 72;

/** The header, and side information that is all zero: no coefficient is coded, so nothing is heard. */
const SILENCE = new Uint8Array(FRAME_BYTES);
SILENCE.set([0xff, 0xf3, 0x28, 0xc0]);

/** Silence of so many seconds. */
export function mp3(seconds: number): VirtualFile {
  const times = Math.max(1, Math.ceil((seconds * SAMPLE_RATE) / SAMPLES_A_FRAME));
  return virtualFile([{ bytes: SILENCE, times }]);
}

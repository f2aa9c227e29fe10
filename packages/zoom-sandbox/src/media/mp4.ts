/** MP4 and M4A files (ISO/IEC 14496-12) of any length: the index first, so that they play while they load. */
import { ascii, box, concat, full, fullWith, u16, u32, u32s, zeros } from "./boxes.ts";
import {
  FRAMES_A_GROUP,
  HEIGHT,
  KEY_FRAME_BYTES,
  keyFrame,
  PPS,
  SAME_FRAME_BYTES,
  sameFrame,
  sized,
  SPS,
  WIDTH,
} from "./h264.ts";
import { once, type Piece, type VirtualFile, virtualFile } from "./virtual-file.ts";

const SAMPLE_RATE = 8_000;
const SAMPLES_A_FRAME = 1_024;
/** AAC-LC, 8 kHz, mono (ISO/IEC 14496-3, AudioSpecificConfig). */
const AUDIO_CONFIG = [0x15, 0x88];
/** One AAC frame in which nothing is heard. */
const SILENCE = Uint8Array.from([0x00, 0x00, 0x00, 0x07]);
const TIMESCALE = 1_000;
/** What fills a file up to a wanted size; players pass over it. */
const FILLER = new Uint8Array(65_536);

/** How long, and how big at least. */
export interface Recorded {
  readonly seconds: number;
  /** Filled up to this size; a file that is bigger stays as it is. */
  readonly sizeBytes?: number | undefined;
}

/** A video with a silent track of sound. */
export function mp4({ seconds, sizeBytes }: Recorded): VirtualFile {
  const groups = frameGroups();
  const [whole, rest] = [Math.floor(seconds / FRAMES_A_GROUP), seconds % FRAMES_A_GROUP];
  const pieces: Piece[] = [];
  const sizes: number[] = [];
  for (let index = 0; index < whole + (rest > 0 ? 1 : 0); index += 1) {
    const { frames, bytes } = groups[index % 2 === 0 ? 0 : 1];
    const shown = index < whole ? frames : frames.slice(0, rest);
    pieces.push(once(index < whole ? bytes : concat(shown)));
    for (const { length } of shown) sizes.push(length);
  }
  return laidOut({ brand: "isom", seconds, sizeBytes, video: { pieces, sizes } });
}

/** How big that video is, told without making it. */
export function mp4Size(seconds: number): number {
  const keyFrames = Math.ceil(seconds / FRAMES_A_GROUP);
  const video = keyFrames * KEY_FRAME_BYTES + (seconds - keyFrames) * SAME_FRAME_BYTES;
  // The index grows by four bytes a frame, and by four more a key frame.
  mp4Frame ??= laidOut({ brand: "isom", seconds: 1, sizeBytes: 0, video: { pieces: [], sizes: [0] } }).size;
  const index = 4 * (seconds - 1) + 4 * (keyFrames - 1);
  return mp4Frame + index + video + (audioFramesOf(seconds) - audioFramesOf(1)) * SILENCE.length;
}

/** How big that sound is, told without making it. */
export function m4aSize(seconds: number): number {
  m4aFrame ??= m4a({ seconds: 1 }).size;
  return m4aFrame + (audioFramesOf(seconds) - audioFramesOf(1)) * SILENCE.length;
}

/** What is around the picture and the first second's sound. */
let mp4Frame: number | undefined;
let m4aFrame: number | undefined;

/** Sound alone. */
export function m4a({ seconds, sizeBytes }: Recorded): VirtualFile {
  return laidOut({ brand: "M4A ", seconds, sizeBytes, video: undefined });
}

interface FrameGroup {
  readonly frames: readonly Uint8Array[];
  /** All frames, one after the other. */
  readonly bytes: Uint8Array;
}

let madeGroups: readonly [FrameGroup, FrameGroup] | undefined;

/** The two groups that every video is made of by turns; made when the first one is wanted. */
function frameGroups(): readonly [FrameGroup, FrameGroup] {
  madeGroups ??= [frameGroup(0), frameGroup(1)];
  return madeGroups;
}

function frameGroup(idrPicId: 0 | 1): FrameGroup {
  const frames = [sized(keyFrame(idrPicId))];
  for (let number = 1; number < FRAMES_A_GROUP; number += 1) frames.push(sized(sameFrame(number)));
  return { frames, bytes: concat(frames) };
}

interface Layout {
  readonly brand: string;
  readonly seconds: number;
  readonly sizeBytes: number | undefined;
  readonly video: { readonly pieces: readonly Piece[]; readonly sizes: readonly number[] } | undefined;
}

function laidOut({ brand, seconds, sizeBytes = 0, video }: Layout): VirtualFile {
  const audioFrames = audioFramesOf(seconds);
  const videoBytes = video?.sizes.reduce((sum, size) => sum + size, 0) ?? 0;
  const audioBytes = audioFrames * SILENCE.length;
  const head = box("ftyp", ascii(brand), u32(0x200), ascii("isom"), ascii("iso2"), ascii("mp41"));
  const moovAt = (dataStart: number): Uint8Array =>
    moov(seconds, audioFrames, video, dataStart, dataStart + videoBytes);
  // The index is as long wherever the data begins, so its length can be asked first.
  const dataStart = head.length + moovAt(0).length + 8;
  const data = concat([u32(8 + videoBytes + audioBytes), ascii("mdat")]);
  const pieces: Piece[] = [once(head), once(moovAt(dataStart)), once(data)];
  pieces.push(...(video?.pieces ?? []), { bytes: SILENCE, times: audioFrames });
  const size = dataStart + videoBytes + audioBytes;
  return virtualFile([...pieces, ...filler(sizeBytes - size)]);
}

const audioFramesOf = (seconds: number): number =>
  Math.max(1, Math.ceil((seconds * SAMPLE_RATE) / SAMPLES_A_FRAME));

/** A free box of so many bytes. */
function filler(bytes: number): Piece[] {
  if (bytes < 16) return [];
  const head = new Uint8Array(16);
  const view = new DataView(head.buffer);
  // Size 1: the real one stands behind the name, in 64 bits.
  view.setUint32(0, 1);
  head.set(ascii("free"), 4);
  view.setBigUint64(8, BigInt(bytes));
  const whole = Math.floor((bytes - 16) / FILLER.length);
  return [
    once(head),
    { bytes: FILLER, times: whole },
    once(FILLER.subarray(0, bytes - 16 - whole * FILLER.length)),
  ].filter((piece) => piece.bytes.length * piece.times > 0);
}

function moov(
  seconds: number,
  audioFrames: number,
  video: Layout["video"],
  videoAt: number,
  audioAt: number,
): Uint8Array {
  const length = Math.round(seconds * TIMESCALE);
  const tracks: Uint8Array[] = [];
  if (video) {
    const { sizes } = video;
    const keys = sizes.flatMap((_, index) => (index % FRAMES_A_GROUP === 0 ? [index + 1] : []));
    tracks.push(
      track({
        ...{ id: 1, length, timescale: TIMESCALE, mediaLength: sizes.length * TIMESCALE, kind: "vide" },
        ...{
          media: box("vmhd", u32(1), u32(0), u32(0)),
          entry: avc1(),
          frame: TIMESCALE,
          count: sizes.length,
        },
        sizes: full("stsz", u32(0), u32(sizes.length), u32s(sizes)),
        ...{ keys: full("stss", u32(keys.length), u32s(keys)), at: videoAt },
      }),
    );
  }
  tracks.push(
    track({
      ...{
        id: tracks.length + 1,
        length,
        timescale: SAMPLE_RATE,
        mediaLength: audioFrames * SAMPLES_A_FRAME,
      },
      ...{
        kind: "soun",
        media: full("smhd", u32(0)),
        entry: mp4a(),
        frame: SAMPLES_A_FRAME,
        count: audioFrames,
      },
      ...{ sizes: full("stsz", u32(SILENCE.length), u32(audioFrames)), keys: new Uint8Array(), at: audioAt },
    }),
  );
  const header = full(
    "mvhd",
    u32(0),
    u32(0),
    u32(TIMESCALE),
    u32(length),
    u32(0x1_0000),
    u16(0x100),
    u16(0),
    u32(0),
    u32(0),
    MATRIX,
    zeros(24),
    u32(tracks.length + 1),
  );
  return box("moov", header, ...tracks);
}

interface Track {
  readonly id: number;
  readonly length: number;
  readonly timescale: number;
  readonly mediaLength: number;
  readonly kind: "vide" | "soun";
  readonly media: Uint8Array;
  readonly entry: Uint8Array;
  /** How long a frame is, in the track's time scale. */
  readonly frame: number;
  readonly count: number;
  readonly sizes: Uint8Array;
  readonly keys: Uint8Array;
  /** Where the track's data begin in the file. */
  readonly at: number;
}

function track({
  id,
  length,
  timescale,
  mediaLength,
  kind,
  media,
  entry,
  frame,
  count,
  sizes,
  keys,
  at,
}: Track): Uint8Array {
  const sound = kind === "soun";
  const [width, height] = sound ? [0, 0] : [WIDTH * 0x1_0000, HEIGHT * 0x1_0000];
  const header = fullWith(
    7,
    "tkhd",
    u32(0),
    u32(0),
    u32(id),
    u32(0),
    u32(length),
    u32(0),
    u32(0),
    u16(0),
    u16(0),
    u16(sound ? 0x100 : 0),
    u16(0),
    MATRIX,
    u32(width),
    u32(height),
  );
  const table = box(
    "stbl",
    full("stsd", u32(1), entry),
    full("stts", u32(1), u32(count), u32(frame)),
    full("stsc", u32(1), u32(1), u32(count), u32(1)),
    ...[sizes, keys, full("stco", u32(1), u32(at))],
  );
  const dataHere = box("dinf", full("dref", u32(1), fullWith(1, "url ")));
  return box(
    "trak",
    header,
    box(
      "mdia",
      full("mdhd", u32(0), u32(0), u32(timescale), u32(mediaLength), u16(0x55c4), u16(0)),
      full("hdlr", u32(0), ascii(kind), zeros(12), ascii("sandbox\0")),
      box("minf", media, dataHere, table),
    ),
  );
}

const MATRIX = u32s([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);

function avc1(): Uint8Array {
  const config = box(
    "avcC",
    Uint8Array.from([1, SPS[1] ?? 66, SPS[2] ?? 0, SPS[3] ?? 30, 0xff, 0xe1]),
    ...[u16(SPS.length), SPS, Uint8Array.from([1]), u16(PPS.length), PPS],
  );
  return box(
    "avc1",
    zeros(6),
    u16(1),
    zeros(16),
    u16(WIDTH),
    u16(HEIGHT),
    u32(0x48_0000),
    u32(0x48_0000),
    u32(0),
    u16(1),
    zeros(32),
    u16(24),
    u16(0xffff),
    config,
  );
}

function mp4a(): Uint8Array {
  const descriptor = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
    const body = concat(parts);
    return concat([Uint8Array.from([tag, body.length]), body]);
  };
  const decoder = descriptor(
    4,
    Uint8Array.from([0x40, 0x15, 0, 0, 0]),
    u32(1_000),
    u32(1_000),
    descriptor(5, Uint8Array.from(AUDIO_CONFIG)),
  );
  const esds = full(
    "esds",
    descriptor(3, u16(1), Uint8Array.from([0]), decoder, descriptor(6, Uint8Array.from([2]))),
  );
  return box("mp4a", zeros(6), u16(1), zeros(8), u16(1), u16(16), u32(0), u32(SAMPLE_RATE * 0x1_0000), esds);
}
